"""Every way a request to a server can end badly, as data that travels."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any


class ErrorCode(enum.StrEnum):
    """Every way a request can end badly; a closed list, so that each has words of its own for the engineers."""

    UNREACHABLE = "unreachable"
    """No SSH service answers at the server's address."""
    HOST_KEY_CHANGED = "host_key_changed"
    """The server showed another host key than the pinned one; nothing was sent to it."""
    LOGIN_REFUSED = "login_refused"
    """The server no longer accepts the bot's key."""
    CONNECTION_LOST = "connection_lost"
    """The connection or the agent ended before the answer, again and again; asking once more is safe."""
    NO_ANSWER = "no_answer"
    """The agent said nothing for longer than any step may take, or not in its own protocol."""
    BAD_REQUEST = "bad_request"
    """The request is no valid JSON object, has unknown fields, wrong types or values outside their limits."""
    VERSION_MISMATCH = "version_mismatch"
    """The agent on the server speaks another protocol version than the bot: `server upgrade` is due."""
    REQUEST_REUSED = "request_reused"
    """A request id came a second time with other content."""
    REQUEST_OUTDATED = "request_outdated"
    """The request's hosting was removed since; a late copy of it is not carried out again."""
    NOT_CONFIGURED = "not_configured"
    """The agent's own configuration file is missing or wrong."""
    LOCKED = "locked"
    """Another request holds the server's lock and did not end in time."""
    PLAN_MOVED = "plan_moved"
    """The server is no longer as it was when the plan was approved; nothing was touched."""
    NOT_OURS = "not_ours"
    """An account, home, database or file of that name exists and was not made by us; nothing was touched."""
    ZONE_NOT_ALLOWED = "zone_not_allowed"
    """A domain lies in no zone that this server may serve."""
    DOMAIN_TAKEN = "domain_taken"
    """Another hosting on this server already answers for one of the domains."""
    ADDRESS_NOT_AVAILABLE = "address_not_available"
    """The dedicated address asked for is not this server's, or another hosting has it."""
    PHP_NOT_INSTALLED = "php_not_installed"
    """The PHP version asked for is not installed on this server."""
    UID_RANGE_EXHAUSTED = "uid_range_exhausted"
    """No user id of the configured range is free."""
    APACHE_CONFIG_BROKEN = "apache_config_broken"
    """Apache's configuration was broken before we began (the file is named); nothing was touched."""
    APACHE_CONFIG_INVALID = "apache_config_invalid"
    """The site's own Apache file did not pass the test; the earlier one stands."""
    APACHE_DOWN = "apache_down"
    """Apache does not run, so nothing can be reloaded."""
    APACHE_RELOAD_FAILED = "apache_reload_failed"
    """Apache did not take up the new configuration in time; the earlier one was put back."""
    PHP_CONFIG_INVALID = "php_config_invalid"
    """The site's own PHP-FPM file did not pass `php-fpm -t`; the earlier one stands."""
    PHP_START_FAILED = "php_start_failed"
    """The site's PHP-FPM unit did not start or reload."""
    SSHD_CONFIG_INVALID = "sshd_config_invalid"
    """sshd refused its configuration; the earlier one stands."""
    MARIADB_DOWN = "mariadb_down"
    """MariaDB does not answer on its local socket."""
    MARIADB_REFUSED = "mariadb_refused"
    """MariaDB refused a statement."""
    DNS_NAME_TAKEN = "dns_name_taken"
    """The DNS name exists and carries no mark of this hosting; it was not changed."""
    DNS_REFUSED = "dns_refused"
    """The name server refused the update (key, zone or policy)."""
    CLOCK_SKEWED = "clock_skewed"
    """The server's clock and the name server's differ by more than a signature may be old (RFC 8945, 5.2.3)."""
    DNS_UNREACHABLE = "dns_unreachable"
    """The name server did not answer."""
    CERTIFICATE_MISSING = "certificate_missing"
    """A configured certificate or key file is missing, unreadable, or the two do not match."""
    FILE_UNFIT = "file_unfit"
    """The owner's file is not there, no plain file of theirs, or holds what cannot be used."""
    BACKUP_NOT_SET = "backup_not_set"
    """No repository for backups is set on this server."""
    BACKUP_UNREACHABLE = "backup_unreachable"
    """The repository cannot be reached, or its password does not open it."""
    SNAPSHOT_MISSING = "snapshot_missing"
    """The hosting has no such snapshot, or the snapshot holds nothing at the place asked for."""
    OVER_QUOTA = "over_quota"
    """What is to be restored does not fit into the hosting's own limits; nothing was touched."""
    NOT_EMPTY = "not_empty"
    """The hosting's folder or database holds something already, which nothing is put over."""
    PACKAGE_UNAVAILABLE = "package_unavailable"
    """The server's own archive does not give the package that was asked for, or not whole."""
    DISK_FULL = "disk_full"
    """No space or no inode is left on the server."""
    TIMEOUT = "timeout"
    """A command on the server did not end in time."""
    STEP_FAILED = "step_failed"
    """A step failed in a way not named above; the detail says how."""
    INTERNAL = "internal"
    """A defect of the agent itself; the detail names the exception, the server's log has the rest."""


class ServerError(Exception):
    """A request that ended badly. `detail` is technical English without secrets; `left` says what stays in place.

    `kept` is the snapshot (its id) of what was there before the work, "" where none was taken.
    """

    def __init__(
        self, code: ErrorCode, detail: str, *, step: str = "", left: tuple[str, ...] = (), kept: str = ""
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.step = step
        self.left = left
        self.kept = kept

    def to_data(self) -> dict[str, Any]:
        """Return the form that travels: `{"code", "step", "detail", "left"}`, and `kept` where there is one."""
        data = {"code": str(self.code), "step": self.step, "detail": self.detail, "left": list(self.left)}
        return data | ({"kept": self.kept} if self.kept else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ServerError:
        """Read what `to_data` wrote; an unknown code becomes `INTERNAL` with the code in the detail."""
        try:
            code, detail = ErrorCode(str(data.get("code"))), str(data.get("detail", ""))
        except ValueError:
            code, detail = ErrorCode.INTERNAL, f"{data.get('code')}: {data.get('detail', '')}"
        left = tuple(str(item) for item in data.get("left", ()))
        return cls(code, detail, step=str(data.get("step", "")), left=left, kept=str(data.get("kept", "")))
