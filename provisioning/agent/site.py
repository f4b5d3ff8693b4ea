"""What every part is given: the `Site` (hosting wanted, this server's bounds) and the `Transaction` that undoes it."""

from __future__ import annotations

import dataclasses
import errno
import threading
from collections.abc import Callable, Iterable, Sequence

from provisioning.agent.config import AgentConfig
from provisioning.agent.record import Record, Records
from provisioning.plan import Change, ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class Site:
    """One hosting on one server. `record` is as it was when the request began."""

    spec: HostingSpec
    config: AgentConfig
    record: Record
    secrets: HostingSecrets | None = None
    prepared: dict[str, str] = dataclasses.field(default_factory=dict, repr=False, compare=False)
    """What a part made while it looked, by its name, because making it takes long; its own to use."""

    @property
    def slug(self) -> str:
        """The hosting's name on the server."""
        return self.spec.slug

    @property
    def domains(self) -> tuple[str, ...]:
        """Every name wanted now or registered before."""
        return (*self.spec.domains, *(name for name in self.record.names if name not in self.spec.domains))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that the hosting's names point to."""
        return self.spec.addresses or self.config.addresses_shared


class Transaction:
    """One hosting's apply under way: how to undo what was swapped, what stays, and the record of claims as it grows.

    Parts run in threads of their own, so every method may be called from several at once.
    """

    def __init__(self, site: Site, records: Records) -> None:
        self._records = records
        self._lock = threading.Lock()
        self._undo: list[Callable[[], None]] = []
        self.record = site.record
        self.left: list[str] = []

    def undo_with(self, action: Callable[[], None]) -> None:
        """Remember how to put back what is about to be changed."""
        with self._lock:
            self._undo.append(action)

    def leaves(self, what: str) -> None:
        """Note something made that stays, even if a later step fails (the next run takes it up)."""
        with self._lock:
            self.left.append(what)

    def claim(self, *claims: str, uid: int | None = None) -> None:
        """Record, before making it, that something absent is about to be ours."""
        with self._lock:
            changed = self.record.claiming(*claims)
            self._save(dataclasses.replace(changed, uid=changed.uid if uid is None else uid))

    def release(self, *claims: str) -> None:
        """Record that something of ours is gone."""
        with self._lock:
            self._save(self.record.releasing(*claims))

    def roll_back(self) -> list[str]:
        """Undo in reverse order; return what could not be put back."""
        stuck = []
        while self._undo:
            action = self._undo.pop()
            try:
                action()
            except Exception as error:  # noqa: BLE001 - every other undo must still run; it is reported
                stuck.append(f"could not be put back: {error}")
        return stuck

    def _save(self, record: Record) -> None:
        if record != self.record:
            self._records.save(record)
            self.record = record


@dataclasses.dataclass(frozen=True)
class Share:
    """What one hosting has to be done by a part that works for several at once."""

    site: Site
    changes: Sequence[Change]
    transaction: Transaction

    @property
    def slug(self) -> str:
        """The hosting's name on the server."""
        return self.site.slug


def each(shares: Iterable[Share], do: Callable[[Share], None]) -> dict[str, Exception]:
    """Do something for every share, one after another; return the errors by slug."""
    failed: dict[str, Exception] = {}
    for share in shares:
        try:
            do(share)
        except Exception as error:  # noqa: BLE001 - the others go on; it is reported
            failed[share.slug] = error
    return failed


def as_server_error(error: BaseException, step: str) -> ServerError:
    """Return `error` as one that travels, with its step."""
    if isinstance(error, ServerError):
        error.step = error.step or step
        return error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ServerError(ErrorCode.DISK_FULL, str(error), step=step)
    if isinstance(error, OSError):
        return ServerError(ErrorCode.STEP_FAILED, str(error), step=step)
    return ServerError(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}", step=step)
