"""Where a server's backups go: written at `layanan server backup`, root's own, never part of a request."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from provisioning.agent import names
from provisioning.plan import ErrorCode, ServerError

FOLDER = names.ETC / "backup"
SETTINGS = FOLDER / "settings.json"
PASSWORD = FOLDER / "password"
SSH_KEY = FOLDER / "ssh_key"
KNOWN_HOSTS = FOLDER / "known_hosts"
CACHE = Path("/var/cache/layanan-restic")
LOCAL = re.compile(r"(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+")
SFTP = re.compile(
    r"sftp://(?P<user>[a-z_][a-z0-9_-]{0,31})@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252})"
    r"(:(?P<port>[0-9]{1,5}))?/(/?[A-Za-z0-9_.-]+)+"
)
REMOTE = re.compile(r"(rest:https://|s3:https://)[A-Za-z0-9._~:/@%-]{1,400}")
VARIABLE = re.compile(r"(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_DEFAULT_REGION)")
SSH_SECONDS = 20  # until a server that does not answer is given up


class RepositoryError(ValueError):
    """A repository that cannot be used; the message says which field."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Repository:
    """A restic repository: a path, or one elsewhere by `sftp://`, `rest:https://` or `s3:https://`."""

    place: str
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)  # keys of S3

    def __post_init__(self) -> None:
        """Raise `RepositoryError`."""
        is_local = LOCAL.fullmatch(self.place) and not self.place.startswith(str(names.HOSTING_ROOT))
        if not (is_local or SFTP.fullmatch(self.place) or REMOTE.fullmatch(self.place)):
            raise RepositoryError("the place is none of /path, sftp://user@host/path, rest:https://…, s3:https://…")
        for name, value in self.environment.items():
            if not VARIABLE.fullmatch(name) or not re.fullmatch(r"[\x21-\x7e]{1,300}", value):
                raise RepositoryError(f"environment: {name}")

    @property
    def is_elsewhere(self) -> bool:
        """Whether it lies on another machine."""
        return not self.place.startswith("/")

    @property
    def options(self) -> list[str]:
        """Return restic's options for the way there: our own key and the pinned host key, nobody's configuration."""
        found = SFTP.fullmatch(self.place)
        if found is None:
            return []
        said = {
            "IdentitiesOnly": "yes", "BatchMode": "yes", "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": KNOWN_HOSTS, "GlobalKnownHostsFile": "/dev/null",
            "ConnectTimeout": SSH_SECONDS, "ServerAliveInterval": SSH_SECONDS, "ServerAliveCountMax": 3,
        }  # fmt: skip
        ssh = ["ssh", "-F", "/dev/null", "-i", str(SSH_KEY), "-p", found["port"] or "22"]
        ssh += [part for name, value in said.items() for part in ("-o", f"{name}={value}")]
        return ["-o", f"sftp.command={shlex.join([*ssh, '-l', found['user'], found['host'], '-s', 'sftp'])}"]

    def to_json(self) -> str:
        """Return the file's content; it may hold keys."""
        return json.dumps({"place": self.place, "environment": dict(self.environment)}, sort_keys=True) + "\n"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote (already parsed). Raises `RepositoryError`."""
        try:
            return cls(**data)
        except (TypeError, AttributeError) as error:
            raise RepositoryError(str(error)) from error


def load(path: Path = SETTINGS) -> Repository:
    """Return this server's repository. Raises `ServerError` (`BACKUP_NOT_SET`)."""
    try:
        return Repository.from_data(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ServerError(ErrorCode.BACKUP_NOT_SET, "no repository is set on this server", step="backup") from error
    except (OSError, ValueError) as error:
        raise ServerError(ErrorCode.BACKUP_NOT_SET, f"{path}: {error}", step="backup") from error
