"""The step of an enrolment that lets a server order certificates of its own (ACME, RFC 8555) through mod_md."""

from __future__ import annotations

from provisioning.agent import names
from provisioning.agent.protocol import AGENT_COMMAND, Request, Verb
from provisioning.agent.render import render
from provisioning.enrolment.root_shell import RootShell
from provisioning.enrolment.settings import ACME_AUTHORITY, Acme
from provisioning.plan import ErrorCode

STEP = "acme"
UNIT = "layanan-certificates"
NO_ID = "00000000-0000-0000-0000-000000000000"  # asked by nobody, kept in no journal
TIMER_SECONDS = 60


async def acme(root: RootShell, settings: Acme) -> bool:
    """Enable mod_md, and the timer by which new certificates are shown. Raises `ServerError`."""
    changed = False
    if settings.authority_pem is not None:
        changed = await root.put(ACME_AUTHORITY, settings.authority_pem.encode(), step=STEP)
    changed |= await _pace(root)
    script = """
        grep -q MDCheckInterval /usr/lib/apache2/modules/mod_md.so || {
            echo "this Apache's mod_md is too old for what is set here: update apache2" >&2; exit 1; }
        if ! [ -e /etc/apache2/mods-enabled/md.load ]; then
            a2enmod -q md >&2; apache2ctl configtest >&2; systemctl restart apache2; echo changed
        fi"""
    enabled = "changed" in await root.must(script, step=STEP, code=ErrorCode.APACHE_CONFIG_BROKEN)
    return await _timer(root) or enabled or changed


async def refresh(root: RootShell) -> bool:
    """Bring the timer of a server that has one up to this version. Raises `ServerError`."""
    present = await root.run(f"test -e {names.UNITS}/{UNIT}.timer")
    if present.status != 0:
        return False
    paced = await _pace(root)
    return await _timer(root) or paced


async def _pace(root: RootShell) -> bool:
    values = {"folder": names.ACME_TRIES, "hold": names.ACME_HOLD, "store": names.ACME_STORE}
    script = render("acme-pace.sh", **values).encode()
    await root.must(f"install -d -o {names.WEB_USER} -g root -m 755 {names.ACME_TRIES}", step=STEP)
    return await root.put(str(names.ACME_PACE), script, step=STEP, mode=0o755)


async def _timer(root: RootShell) -> bool:
    request = Request(id=NO_ID, verb=Verb.CERTIFICATES).to_line().decode().strip()
    service = render(
        "certificates.service", store=names.ACME_STORE, request=request, command=" ".join(AGENT_COMMAND)
    ).encode()
    timer = render("certificates.timer", seconds=TIMER_SECONDS).encode()
    changed = await root.put(f"{names.UNITS}/{UNIT}.service", service, step=STEP)
    changed |= await root.put(f"{names.UNITS}/{UNIT}.timer", timer, step=STEP)
    if changed:
        enable = f"systemctl daemon-reload; systemctl --quiet enable {UNIT}.timer; systemctl restart {UNIT}.timer"
        await root.must(enable, step=STEP)
    return changed
