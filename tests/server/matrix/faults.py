"""What goes wrong: a script that brings it about in the server at a given instant, one that mends it, and what is said.

The instant is a line of the agent's own log, written as a change begins. The agent has no hook for it: the lab's server
has a `sitecustomize` whose audit hook (PEP 578) sees the log being opened, and brings the fault about there and then.
"""

from __future__ import annotations

import dataclasses
import json

from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from tests.server.matrix.lives import Row

ARMED, DONE = "/run/trap.json", "/run/trap.done"
BETWEEN_SECONDS = 0.015  # from one change of a part to the next, roughly
HOOK_FILE = "/etc/python3.11/sitecustomize.py"  # the administrator's own way into every Python of a Debian 12
HOOK = f"""
import json, os, signal, sys, threading

def strike(trap):
    if trap["script"] == "kill":
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    os.system(trap["script"])

def look(event, arguments):
    if event != "open" or not str(arguments[0]).startswith("/var/lib/layanan/log/"):
        return
    entry = sys._getframe(1).f_locals.get("entry", {{}})
    try:
        with open("{ARMED}") as stream:
            trap = json.load(stream)
    except OSError:
        return
    wanted = (trap["part"], trap["action"], trap["log"])
    if (entry.get("part"), entry.get("action"), str(arguments[0])) == wanted:
        os.rename("{ARMED}", "{DONE}")
        if trap["pause"]:
            threading.Timer(trap["pause"], strike, (trap,)).start()
        else:
            strike(trap)

sys.addaudithook(look)
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """`parts` cannot do their work while it lasts and say `code`; none: it goes on by itself."""

    name: str
    inject: str
    heal: str = ":"
    code: ErrorCode | None = None
    parts: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset({"create", "change", "remove"})
    steps: frozenset[str] = frozenset()  # beside the parts, which may name it
    on_dns: bool = False  # it befalls the city's name server, on another machine


KILLED = Fault(name="killed", inject="kill")
LOST_LINE = Fault(name="lost-line", inject="pkill -9 -u layanan sshd")
MARIADB_DOWN = Fault(
    name="mariadb-down",
    inject="systemctl kill -s KILL mariadb; systemctl stop mariadb",
    heal="systemctl start mariadb",
    code=ErrorCode.MARIADB_DOWN,
    parts=frozenset({"database"}),
)
APACHE_BROKEN = Fault(
    name="apache-broken",
    inject="echo 'Hosting Rusak' >/etc/apache2/conf-enabled/rusak.conf",
    heal="rm -f /etc/apache2/conf-enabled/rusak.conf; systemctl is-active -q apache2 || systemctl start apache2",
    code=ErrorCode.APACHE_CONFIG_BROKEN,
    parts=frozenset({"vhost"}),
)
POOL_INVALID = Fault(
    name="pool-invalid",
    inject="mount --bind /bin/false /usr/sbin/php-fpm8.2; rm -rf /var/lib/layanan/rendered",
    heal="umount -l /usr/sbin/php-fpm8.2",
    code=ErrorCode.PHP_CONFIG_INVALID,
    parts=frozenset({"php_fpm"}),
    actions=frozenset({"create", "change"}),
)
DNS_REFUSES = Fault(
    name="dns-refuses",
    inject="sed -i.layanan 's/{ grant/{ deny/' /etc/bind/named.conf.local && rndc reload",
    heal="mv /etc/bind/named.conf.local.layanan /etc/bind/named.conf.local && rndc reload",
    code=ErrorCode.DNS_REFUSED,
    parts=frozenset({"dns"}),
    on_dns=True,
)
RECORDS = "/var/lib/layanan/sites"
DISK_FULL = Fault(  # of what the agent writes itself: its record, before each thing it makes
    name="disk-full",
    inject=f"mount -t tmpfs -o size=4k penuh {RECORDS} && head -c 4096 /dev/zero >{RECORDS}/.penuh",
    heal=f"umount -l {RECORDS}",
    code=ErrorCode.DISK_FULL,
    parts=frozenset({"system_user", "database", "dns"}),
    actions=frozenset({"create", "remove"}),
    steps=frozenset({"record"}),
)
FAULTS = (KILLED, LOST_LINE, MARIADB_DOWN, APACHE_BROKEN, POOL_INVALID, DNS_REFUSES, DISK_FULL)


def strikes(fault: Fault, row: Row) -> bool:
    """Whether the row's change cannot be made while the fault lasts."""
    return row.part in fault.parts and row.action in fault.actions


class Trap:
    """Brings a fault about when the agent begins a change of a hosting."""

    def __init__(self, server: LabServer, name_server: LabServer, fault: Fault) -> None:
        self._server, self._name_server, self._fault = server, name_server, fault

    def set(self, slug: str, row: Row) -> None:
        """Bring it about when the agent begins the row's change."""
        script = ":" if self._fault.on_dns else self._fault.inject
        if self._fault.on_dns:
            self._name_server.run(self._fault.inject)
        trap = {"log": f"/var/lib/layanan/log/{slug}.log", "part": row.part, "action": row.action, "script": script}
        self._server.run(f"rm -f {DONE}")
        pause = row.index * BETWEEN_SECONDS if self._fault.code is None else 0
        self._server.put(json.dumps({**trap, "pause": pause}), ARMED)

    def wait(self) -> None:
        """Wait until the fault was brought about."""
        self._server.run(f"for i in $(seq 3000); do test -e {DONE} && exit 0; sleep 0.01; done; false")

    def heal(self) -> None:
        """Mend what the fault broke."""
        (self._name_server if self._fault.on_dns else self._server).run(self._fault.heal, check=False)
