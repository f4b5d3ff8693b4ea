"""The steps of an enrolment: each looks first, changes what is not right, and returns whether it changed anything."""

from __future__ import annotations

import dataclasses
import json
import shlex

from provisioning.agent import bundle, names
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import sftp
from provisioning.agent.protocol import AGENT_COMMAND, AGENT_DIR, APACHE_MODULES, CONFIG_FILE, PACKAGES
from provisioning.agent.render import render
from provisioning.enrolment.root_shell import RootShell
from provisioning.enrolment.settings import EnrollSettings, wildcard_path
from provisioning.plan import ErrorCode, ServerError

BOT_ACCOUNT = "layanan"
BOT_HOME = "/var/lib/layanan-bot"
EMPTY_SITE, EMPTY_NAME = "000-layanan", "server.layanan.invalid"  # RFC 2606: nobody's name
SUDOERS = "/etc/sudoers.d/layanan-agent"
APT_SECONDS = 1800.0
APT_LOCK_SECONDS = 300  # how long another apt, an unattended upgrade most likely, is waited for
PHP_EXTENSIONS = ("curl", "gd", "intl", "mbstring", "mysql", "xml", "zip")  # what common applications ask for
UNSAFE_MODULES = (
    "autoindex", "cgi", "cgid", "info", "mpm_prefork", "mpm_worker", "status", "userdir",
)  # fmt: skip  # status and info tell one tenant, through a request to localhost, what the others serve


async def system(root: RootShell) -> bool:
    """Refuse what is not Debian or Ubuntu with systemd, before anything is touched."""
    found = await root.must('. /etc/os-release; echo "$ID"; test -d /run/systemd/system && id -u', step="system")
    if found.split() not in (["debian", "0"], ["ubuntu", "0"]):
        raise ServerError(ErrorCode.STEP_FAILED, "root on Debian or Ubuntu with systemd is needed", step="system")
    return False


async def packages(root: RootShell, php_versions: tuple[str, ...]) -> bool:
    """Install what is missing; a server that has everything needs no package mirror. No versions: any PHP will do."""
    missing = await _missing(root, [*PACKAGES, *await _php_packages(root, php_versions)])
    if not missing:
        return False
    apt = f"apt-get -o DPkg::Lock::Timeout={APT_LOCK_SECONDS}"
    install = f"{apt} install -y --no-install-recommends -o Dpkg::Options::=--force-confold"
    script = f"export DEBIAN_FRONTEND=noninteractive; {apt} -q update >&2; {install} {shlex.join(missing)} >&2"
    await root.must(script, step="packages", within=APT_SECONDS)
    return True


async def _php_packages(root: RootShell, versions: tuple[str, ...]) -> list[str]:
    if versions:
        return [f"php{version}-{part}" for version in versions for part in ("fpm", *PHP_EXTENSIONS)]
    present = await root.run("ls -d /etc/php/*/fpm")
    return [] if present.output.strip() else ["php-fpm", *(f"php-{part}" for part in PHP_EXTENSIONS)]


async def _missing(root: RootShell, wanted: list[str]) -> list[str]:
    query = "dpkg-query -W -f '${Package} ${db:Status-Status}\\n' " + shlex.join(wanted) + " 2>/dev/null || true"
    installed = {
        line.split()[0]
        for line in (await root.must(query, step="packages")).splitlines()
        if line.endswith(" installed")
    }
    return [name for name in wanted if name not in installed]


async def apache(root: RootShell) -> bool:
    """Enable what the sites need; disable what leaks or runs a tenant's code as Apache, and Debian's first page."""
    content = render("apache-empty.conf", name=EMPTY_NAME).encode()
    rewritten = await root.put(f"/etc/apache2/sites-available/{EMPTY_SITE}.conf", content, step="apache")
    look = "ls mods-enabled sites-enabled conf-enabled"
    script = f"""
        cd /etc/apache2; before=$({look})
        php=$(ls mods-enabled | sed -n 's/^\\(php.*\\)\\.load$/\\1/p')
        a2dismod -q -f $php {" ".join(UNSAFE_MODULES)} >&2
        a2enmod -q {" ".join(APACHE_MODULES)} >&2
        a2dissite -q 000-default default-ssl >&2 || true
        a2ensite -q {EMPTY_SITE} >&2
        a2disconf -q serve-cgi-bin >&2 || true
        if [ "$before" != "$({look})" ] || {"true" if rewritten else "false"}
        then apache2ctl configtest >&2; systemctl restart apache2; echo changed; fi"""
    return "changed" in await root.must(script, step="apache", code=ErrorCode.APACHE_CONFIG_BROKEN)


async def account(root: RootShell, bot_public_key: str) -> bool:
    """Make the bot's account: no password, files of root's own, one key that can start the agent and nothing else."""
    script = f"""
        if ! getent passwd {BOT_ACCOUNT} >/dev/null; then
            useradd --system --user-group --no-create-home --home-dir {BOT_HOME} \\
                --shell /bin/sh --password '*' {BOT_ACCOUNT}
            echo changed
        fi
        test "$(getent passwd {BOT_ACCOUNT} | cut -d: -f6)" = {BOT_HOME}
        getent group {names.SFTP_GROUP} >/dev/null || {{ groupadd --system {names.SFTP_GROUP}; echo changed; }}
        install -d -o root -g {BOT_ACCOUNT} -m 750 {BOT_HOME} {BOT_HOME}/.ssh"""
    made = "changed" in await root.must(script, step="account")
    command = f"sudo -n {' '.join(AGENT_COMMAND)}"
    line = f'restrict,command="{command}" {bot_public_key} layanan-bot\n'
    keys = f"{BOT_HOME}/.ssh/authorized_keys"
    return await root.put(keys, line.encode(), step="account", mode=0o640, group=BOT_ACCOUNT) or made


async def sudo_rule(root: RootShell) -> bool:
    """Let the bot's account start the agent as root, with exactly these arguments."""
    rule = f"{BOT_ACCOUNT} ALL=(root) NOPASSWD: {' '.join(AGENT_COMMAND)}\n"
    return await root.put(SUDOERS, rule.encode(), step="sudo_rule", mode=0o440, check='visudo -qcf "$new" >&2')


async def configuration(root: RootShell, settings: EnrollSettings) -> bool:
    """Write the wildcard certificates and the agent's bounds, readable for root only."""
    changed = False
    for zone, wildcard in settings.wildcards.items():
        certificate, key = wildcard.certificate_pem.encode(), wildcard.key_pem.reveal().encode()
        changed |= await root.put(wildcard_path(zone, "key"), key, step="configuration", mode=0o600)
        changed |= await root.put(wildcard_path(zone, "pem"), certificate, step="configuration")
    content = settings.agent_config().to_json().encode()
    return await root.put(CONFIG_FILE, content, step="configuration", mode=0o600) or changed


async def addresses(root: RootShell, shared: tuple[str, ...], dedicated: tuple[str, ...]) -> bool:
    """Put other addresses into the agent's bounds, and leave the rest of them as it is."""
    present = await root.must(f"cat {CONFIG_FILE}", step="configuration", code=ErrorCode.NOT_CONFIGURED)
    try:
        bounds = AgentConfig.from_data(json.loads(present))
        changed = dataclasses.replace(bounds, addresses_shared=shared, addresses_dedicated=dedicated)
    except ValueError as error:
        raise ServerError(ErrorCode.NOT_CONFIGURED, f"{CONFIG_FILE}: {error}", step="configuration") from error
    return await root.put(CONFIG_FILE, changed.to_json().encode(), step="configuration", mode=0o600)


async def agent(root: RootShell) -> bool:
    """Unpack the agent beside the present one and switch over at once; a running call keeps the files it began with."""
    folder = f"{AGENT_DIR}-{bundle.version()}"
    script = f"""
        if [ "$(readlink {AGENT_DIR})" = {folder} ] && [ -d {folder} ]; then cat >/dev/null; exit 0; fi
        old=$(readlink {AGENT_DIR} || true)
        rm -rf {folder}; umask 022; archive=$(mktemp); trap 'rm -f "$archive"' EXIT; cat >"$archive"
        python3 -m zipfile -e "$archive" {folder}
        python3 -m compileall -q {folder}
        ln -sfn {folder} {AGENT_DIR}.new; mv -Tf {AGENT_DIR}.new {AGENT_DIR}
        for past in {AGENT_DIR}-*; do
            [ "$past" = {folder} ] || [ "$past" = "$old" ] || rm -rf "$past"
        done
        echo changed"""
    return "changed" in await root.must(script, bundle.build(), step="agent")


async def sshd(root: RootShell) -> bool:
    """Bind the group of hostings to SFTP in their own folders; only what sshd has accepted is put into place."""
    content = render("sshd.conf", group=names.SFTP_GROUP, keys_dir=names.KEYS_DIR).encode()
    check = """
        trap 'rm -f "$new" "$new.test"' EXIT
        cat /etc/ssh/sshd_config "$new" >"$new.test"
        sshd -t -f "$new.test" >&2"""
    await root.must(f"install -d -m 711 {names.KEYS_DIR}", step="sshd")
    manager = render("no-user-manager.conf", mark=names.no_user_manager("%i")).encode()
    quiet = [
        await root.put(f"{names.UNITS}/{unit}@.service.d/layanan.conf", manager, step="sshd")
        for unit in ("user", "user-runtime-dir")
    ]
    if any(quiet):
        await root.must("systemctl daemon-reload", step="sshd")
    changed = await root.put(str(sftp.SNIPPET), content, step="sshd", check=check, code=ErrorCode.SSHD_CONFIG_INVALID)
    if changed:
        await root.must("systemctl reload ssh", step="sshd")
    return changed or any(quiet)
