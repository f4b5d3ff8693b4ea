"""The step of an enrolment that gives a server room for many, and keeps one visitor or tenant from taking all of it."""

from __future__ import annotations

from provisioning.agent import names
from provisioning.agent.render import render
from provisioning.enrolment.root_shell import RootShell
from provisioning.plan import ErrorCode

STEP = "load"
APACHE = "layanan-load"
GUARD = "layanan-guard.service"
RULES = "/etc/layanan/guard.nft"
MARIADB = "/etc/mysql/mariadb.conf.d/70-layanan.cnf"
CONNECTIONS_PER_ADDRESS = 256  # a whole office may sit behind one; an eighth of what Apache serves at once
CONNECTIONS_PER_ACCOUNT = 64
DATABASE_CONNECTIONS = 1000  # 25 of the largest hostings, each with all that it may have


async def load(root: RootShell) -> bool:
    """Bound connections, size Apache and MariaDB; return whether anything changed. Raises `ServerError`."""
    changed = [await _guard(root), await _apache(root), await _mariadb(root)]
    return any(changed)


async def _guard(root: RootShell) -> bool:
    rules = render("guard.nft", per_address=CONNECTIONS_PER_ADDRESS, per_account=CONNECTIONS_PER_ACCOUNT).encode()
    unit = render("guard.service", rules=RULES).encode()
    changed = await root.put(RULES, rules, step=STEP, mode=0o600, check='nft -c -f "$new" >&2')
    changed |= await root.put(f"{names.UNITS}/{GUARD}", unit, step=STEP)
    script = f"""
        if {"true" if changed else f"! systemctl --quiet is-active {GUARD}"}
        then systemctl daemon-reload; systemctl --quiet enable {GUARD}; systemctl restart {GUARD}; echo changed; fi"""
    return "changed" in await root.must(script, step=STEP)


async def _apache(root: RootShell) -> bool:
    """Restart where nothing of ours is served yet; else a reload takes up all but `ServerLimit`, and ends no answer."""
    content = render("apache-load.conf").encode()
    written = await root.put(f"/etc/apache2/conf-available/{APACHE}.conf", content, step=STEP)
    script = f"""
        cd /etc/apache2
        if {"true" if written else f"[ ! -e conf-enabled/{APACHE}.conf ]"}; then
            a2enconf -q {APACHE} >&2; apache2ctl configtest >&2
            if ls {names.SITES_DIR}/*.conf >/dev/null 2>&1
            then systemctl reload apache2; else systemctl restart apache2; fi
            echo changed
        fi"""
    return "changed" in await root.must(script, step=STEP, code=ErrorCode.APACHE_CONFIG_BROKEN)


async def _mariadb(root: RootShell) -> bool:
    """Raise the limit in the running server and for the next start; a higher one of the engineer's stays."""
    content = render("mariadb.cnf", connections=DATABASE_CONNECTIONS).encode()
    ask = "mariadb -N -B -e 'SELECT @@GLOBAL.max_connections'"
    present = int(await root.must(ask, step=STEP, code=ErrorCode.MARIADB_DOWN))
    kept = await root.run(f"test -e {MARIADB}")
    written = False
    if kept.status == 0 or present < DATABASE_CONNECTIONS:
        written = await root.put(MARIADB, content, step=STEP)
    if present < DATABASE_CONNECTIONS:
        await root.must(f"mariadb -e 'SET GLOBAL max_connections = {DATABASE_CONNECTIONS}'", step=STEP)
    return written or present < DATABASE_CONNECTIONS
