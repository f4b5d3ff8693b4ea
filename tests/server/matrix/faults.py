"""What goes wrong: what brings it about in the server at a given instant, what mends it, and what is said."""

from __future__ import annotations

import dataclasses

from provisioning.agent.planner import PARTS
from provisioning.plan import ErrorCode
from tests.server.matrix.lives import Row

EVERY_PART = frozenset(PARTS)
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"  # put there from this machine (package faketime)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """`parts` cannot do their work while it lasts and say `code`; none: it goes on by itself.

    `inject` is a script for the server's shell, or what is done with the agent itself: kill, or hold until something
    was done from outside.
    """

    name: str
    inject: str
    heal: str = ":"
    code: ErrorCode | None = None
    later: ErrorCode | None = None  # said instead where it comes after the change it strikes was tested
    parts: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset({"create", "change", "remove"})
    says: frozenset[str] = frozenset()  # steps that may name it; none: the parts'
    on_dns: bool = False  # it befalls the city's name server, on another machine
    on_small_disk: bool = False  # it needs a server whose whole disk can be filled
    cuts_power: bool = False
    kills_bot: bool = False  # which then does the work of the office's database, in a process of its own
    changes_host_key: bool = False

    @property
    def steps(self) -> frozenset[str]:
        """The steps that may name it."""
        return self.says or self.parts


KILLED = Fault(name="killed", inject="kill")
LOST_LINE = Fault(name="lost-line", inject="pkill -9 -u layanan sshd")
POWER_CUT = Fault(name="power-cut", inject="hold", cuts_power=True)
BOT_KILLED = Fault(name="bot-killed", inject="hold", kills_bot=True)
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
    later=ErrorCode.PHP_START_FAILED,
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
FILL = """
fallocate -l $(($(stat -f -c '%a * %S' /))) /penuh; cat /dev/zero >>/penuh 2>/dev/null; true
"""
DISK_FULL = Fault(  # homes, /etc, MariaDB's data, records: all of it
    name="disk-full",
    inject=FILL,
    heal="rm -f /penuh",
    code=ErrorCode.DISK_FULL,
    parts=EVERY_PART,
    actions=frozenset({"create"}),
    says=EVERY_PART | {"record", "journal"},
    on_small_disk=True,
)
HOST_KEY = Fault(
    name="host-key",
    inject="cd /etc/ssh && rm ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key"
    " && systemctl restart ssh && pkill -9 -u layanan sshd",
    code=ErrorCode.HOST_KEY_CHANGED,
    parts=EVERY_PART,
    says=frozenset({"connection"}),
    changes_host_key=True,
)


def _clock(name: str, offset: str) -> Fault:
    """The name server's clock goes wrong, which to it looks as though the server's did (TSIG allows 300 s).

    The C library's malloc goes before named's own, which asks for the time before the faked one can tell it.
    """
    folder = "/run/systemd/system/named.service.d"
    faked = f"Environment=LD_PRELOAD={FAKETIME}:libc.so.6 FAKETIME={offset}"
    started = "systemctl daemon-reload; systemctl kill -s KILL named; systemctl restart named"
    return Fault(
        name=name,
        inject=f"mkdir -p {folder}; printf '[Service]\\n{faked}\\n' >{folder}/clock.conf; {started}",
        heal=f"rm -r {folder}; {started}",
        code=ErrorCode.CLOCK_SKEWED,
        parts=frozenset({"dns"}),
        on_dns=True,
    )


CLOCK_AHEAD, CLOCK_BEHIND = _clock("clock-ahead", "+1h"), _clock("clock-behind", "-1h")
GOES_ON = (KILLED, LOST_LINE, POWER_CUT, BOT_KILLED)
FAULTS = (
    *GOES_ON, MARIADB_DOWN, APACHE_BROKEN, POOL_INVALID, DNS_REFUSES, CLOCK_AHEAD, CLOCK_BEHIND, HOST_KEY, DISK_FULL,
)  # fmt: skip


def strikes(fault: Fault, row: Row) -> bool:
    """Whether the row's change cannot be made while the fault lasts."""
    return row.part in fault.parts and row.action in fault.actions
