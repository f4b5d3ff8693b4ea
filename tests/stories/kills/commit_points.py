"""Every commit of a process, told as it happens: once before it reaches the disk, once after.

Found by the database's own library, not by reading our code: SQLAlchemy tells of each statement and each commit of
any engine. A transaction that changes nothing is no point: being killed there or a moment earlier is the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any

import greenlet  # type: ignore[import-untyped]  # SQLAlchemy needs it; it has no types
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

OURS = ("bot.", "workflows.")
BEGINS = "workflows.store.unit_of_work"  # where every transaction begins; who asked for it is more telling
TELLING = ("action", "kind", "state", "step", "register")  # columns whose value says what happened
WRITES = ("INSERT", "UPDATE", "DELETE")
CHANGES = "changes"


@dataclasses.dataclass(frozen=True)
class CommitPoint:
    """A commit: who makes it (module and function), and what it writes (tables, with the columns that tell)."""

    by: str
    changes: tuple[str, ...]


@contextlib.contextmanager
def told(before: Callable[[CommitPoint], None], after: Callable[[], None]) -> Iterator[None]:
    """Within the block, call `before` when all is written but the commit, and `after` once it is made, in its task."""
    under_way: set[asyncio.Task[Any] | None] = set()

    def begin(connection: Connection) -> None:
        connection.info[CHANGES] = set()

    def executed(connection: Connection, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        if sql.startswith(WRITES):
            connection.info[CHANGES].update(_changes(sql, context))

    def commit(connection: Connection) -> None:
        if changes := connection.info.get(CHANGES):
            under_way.add(_task())
            before(CommitPoint(_asked_by(), tuple(sorted(changes))))

    def committed(_session: Session) -> None:
        if _task() in under_way:  # a savepoint's release is told too, and is no commit
            under_way.discard(_task())
            after()

    heard = (
        (Engine, "begin", begin),
        (Engine, "after_cursor_execute", executed),
        (Engine, "commit", commit),
        (Session, "after_commit", committed),
    )
    for target, name, listener in heard:
        event.listen(target, name, listener)
    try:
        yield
    finally:
        for target, name, listener in heard:
            event.remove(target, name, listener)


def _changes(sql: str, context: Any) -> Iterable[str]:
    table = getattr(getattr(context.compiled, "statement", None), "table", None)
    if table is None:  # a statement that somebody wrote as text
        yield sql
        return
    for values in context.compiled_parameters:
        telling = [f"{column}={values[column]}" for column in TELLING if isinstance(values.get(column), str)]
        yield " ".join([table.name, *telling])


def _task() -> asyncio.Task[Any] | None:
    return asyncio.current_task()


def _asked_by() -> str:
    """Return the innermost function of ours that asked for the transaction: SQLAlchemy commits in a greenlet of it."""
    parent = greenlet.getcurrent().parent
    frame: FrameType | None = parent.gr_frame if parent is not None else None
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(OURS) and module != BEGINS:
            return f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return "?"
