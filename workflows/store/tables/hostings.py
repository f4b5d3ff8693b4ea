"""The hostings wanted on servers, the jobs that make them so, and their sealed credentials."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from provisioning.spec import HostingSpec, SpecError, State
from workflows.store.tables.base import Base, StateText


class HostingState(enum.StrEnum):
    """What becomes of a hosting. The value is kept."""

    RESERVED = "reserved"  # step 4: capacity is held, nothing is built
    WANTED = "wanted"
    LEAVING = "leaving"  # to be removed
    RELEASED = "released"  # nothing is left of it
    ADOPTING = "adopting"  # made by hand before, being taken over; no capacity is held


class JobState(enum.StrEnum):
    """How far a job is. The value is kept."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class _SpecRead(NamedTuple):
    """A spec beside the data it was read from, so that it is read once."""

    data: Mapping[str, Any]
    spec: HostingSpec | None


class Hosting(Base):
    """One hosting: `spec` is wanted on its server. Met when `applied_revision` equals `wanted_revision`.

    A case has at most one that is reserved or wanted; an adopted one has no case. Nor has a staging copy, which follows
    the hosting that it is a `copy_of`, and is removed on `ends_on` (WITA).
    """

    __tablename__ = "hostings"
    __table_args__ = (
        Index("ix_hostings_state_domain", "state", "domain", "applied_revision"),
        Index("ix_hostings_opd_id_state_domain", "opd_id", "state", "domain", "applied_revision"),
        Index("ix_hostings_server_id_state", "server_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    opd_id: Mapped[int] = mapped_column(ForeignKey("opds.id"))
    server_id: Mapped[int] = mapped_column(ForeignKey("servers.id"))
    slug: Mapped[str] = mapped_column(String(32), index=True)
    domain: Mapped[str] = mapped_column(String(253), index=True)
    state: Mapped[HostingState] = mapped_column(StateText(HostingState, 20))
    spec_data: Mapped[dict[str, Any]] = mapped_column("spec")  # of queries; everybody else reads and sets `spec`
    wanted_revision: Mapped[int] = mapped_column(default=0)
    applied_revision: Mapped[int] = mapped_column(default=0)
    applied: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the agent and the verification said
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("hostings.id"), index=True)
    ends_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    _spec_read = _SpecRead({}, None)

    @property
    def spec(self) -> HostingSpec:
        """What is wanted, read when it is asked for: a row that no rule of today can read stops nobody who lists it.

        Raises `SpecError` for such a one.
        """
        data, known = self._spec_read
        if known is None or data is not self.spec_data:
            known = HostingSpec.from_data(self.spec_data)
            self._spec_read = _SpecRead(self.spec_data, known)
        return known

    @spec.setter
    def spec(self, wanted: HostingSpec) -> None:
        self.spec_data = data = dataclasses.asdict(wanted)
        self._spec_read = _SpecRead(data, wanted)

    @property
    def spec_if_readable(self) -> HostingSpec | None:
        """`spec`, or None where no rule of today can read it: for what is said of many hostings at once."""
        try:
            return self.spec
        except SpecError:
            return None

    @property
    def served_addresses(self) -> tuple[str, ...]:
        """The IP addresses at which it was there when it last became as wanted; none before it stood."""
        return tuple(self.applied.get("facts", {}).get("addresses", ()))

    @hybrid_property
    def wanted_state(self) -> str:
        """Return the `State` that its spec says, also of one that cannot be read; also asked of the database."""
        return str(self.spec_data.get("state", State.ACTIVE))

    @wanted_state.inplace.expression
    @classmethod
    def _wanted_state(cls) -> ColumnElement[str]:
        return func.coalesce(cls.spec_data["state"].as_string(), str(State.ACTIVE))

    @hybrid_property
    def stands(self) -> bool:
        """Whether it was made on its server and is wanted there; also asked of the database."""
        return self.state == HostingState.WANTED and self.applied_revision > 0

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> ColumnElement[bool]:
        return (cls.state == HostingState.WANTED) & (cls.applied_revision > 0)


IS_NO_COPY = Hosting.copy_of.is_(None)
"""Of queries for what visitors, reports and yearly duties are about: staging copies are their team's alone."""


UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
"""States of a job that waits for its turn or is being carried out."""

UNFINISHED = "unfinished"
"""Of a job's error: its server was not heard to the end, and trying the same once more is all that may be done."""


class JobData(TypedDict, total=False):
    """What a job keeps of its order, whatever that is. What each order keeps beside it stands in its own module.

    It goes into the record's line of the order, and into the words that tell how it ended. A job that was kept by an
    earlier release may lack what was not there yet.
    """

    before: str  # the spec as it was (JSON), for taking back what is not made; of an import that went well, its file
    case: int | None  # whose decision ordered it: not taken back by the way
    front: dict[str, Any]  # what visitors meet: `workflows.hosting.front_page.FrontPages`
    taken_again: bool  # a process that is gone had begun it, and nobody heard what its server did for that


class Job(Base):
    """One attempt series to bring a hosting to a wanted revision. `request_id` names it to the agent.

    With `plan_hash` it repairs drift: exactly the plan that `asked_by` was shown, or nothing. With `action` it is what
    somebody ordered of a hosting that stands (`workflows.hosting.orders`), `data` what they said with it: all of it is
    read by the kind of the order (`workflows.hosting.job_data`).
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_action_state", "action", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), index=True)
    wanted_revision: Mapped[int]
    request_id: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[JobState] = mapped_column(StateText(JobState, 20), index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(40), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[dict[str, Any]] = mapped_column(default=dict)
    log: Mapped[list[Any]] = mapped_column(default=list)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    plan_hash: Mapped[str | None] = mapped_column(String(64))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    action: Mapped[str] = mapped_column(String(40), default="", server_default="")
    data: Mapped[JobData] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]

    @property
    def is_under_way(self) -> bool:
        """Whether it waits for its turn or is being carried out."""
        return self.state in UNDER_WAY

    @property
    def is_unfinished(self) -> bool:
        """Whether it failed in the midst of what must be gone on with (`UNFINISHED`)."""
        return self.state == JobState.FAILED and bool((self.error or {}).get(UNFINISHED))

    @property
    def keeps_others_waiting(self) -> bool:
        """Whether nothing else may be ordered of its hosting, of which it is the newest."""
        return self.is_under_way or self.is_unfinished

    @property
    def may_have_begun(self) -> bool:
        """Whether its server may have been asked for any of it, by an earlier try of the same order too."""
        return self.state != JobState.WAITING or self.attempt > 1 or self.started_at is not None


class Credential(Base):
    """A password under AES-GCM; emptied (`sealed` is None) once it was shown to its person, or another took its place.

    `asked_by` is whoever had it made anew, and alone is shown it; None for those a hosting was made with.
    `wanted_revision` is the hosting's that sets it; 0 for one that was on the server before the hosting was ours.
    """

    __tablename__ = "credentials"

    id: Mapped[int] = mapped_column(primary_key=True)
    hosting_id: Mapped[int] = mapped_column(ForeignKey("hostings.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # sftp, database, page
    wanted_revision: Mapped[int] = mapped_column(default=0)
    key_id: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime]
    shown_at: Mapped[dt.datetime | None]
    shown_to: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
