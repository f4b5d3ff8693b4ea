"""MariaDB over its local socket as root (unix_socket): statements on standard input, never in argv."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from provisioning.agent.command import brief, run
from provisioning.plan import ErrorCode, ServerError

CLIENT = ("mariadb", "--batch", "--skip-column-names", "--raw", "--no-auto-rehash", "--default-character-set=utf8mb4")
DOWN = ("ERROR 2002", "ERROR 2003", "ERROR 2006", "ERROR 2013")
COMPLAINT = re.compile(r"^ERROR .*$", re.MULTILINE)


def identifier(name: str) -> str:
    """Quote a database name: backticks, doubled inside."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """Quote a string literal (sql_mode without NO_BACKSLASH_ESCAPES, which `ask` makes sure of)."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def grant_pattern(name: str) -> str:
    """Quote a database name for GRANT, where `_` and `%` are wildcards unless escaped."""
    return identifier(name.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"))


def ask(*statements: str) -> list[list[str]]:
    """Run statements in one client call and return all rows. Raises `ServerError` (`MARIADB_DOWN`, `_REFUSED`)."""
    rows, error = _run(statements)
    if error is not None:
        raise error
    return rows


def tell_each(scripts: Mapping[str, Sequence[str]]) -> dict[str, Exception]:
    """Run the statements of several in as few client calls as it takes; return the errors by the scripts' names.

    The client stops at the first statement that fails; what comes after it is begun in another call.
    """
    failed: dict[str, Exception] = {}
    waiting = dict(scripts)
    while waiting:
        lines = [line for name, script in waiting.items() for line in (*script, f"SELECT 'done', {text(name)}")]
        rows, error = _run(lines)
        for row in rows:
            if row[0] == "done":
                del waiting[row[1]]
        if error is None:
            break
        if error.code is ErrorCode.MARIADB_DOWN or not waiting:
            return failed | dict.fromkeys(waiting, error)
        guilty = next(iter(waiting))
        failed[guilty] = error
        del waiting[guilty]
    return failed


def _run(statements: Sequence[str]) -> tuple[list[list[str]], ServerError | None]:
    """Return the rows up to the statement that failed, and its error."""
    script = "SET SESSION sql_mode='STRICT_ALL_TABLES';\n" + "".join(f"{statement};\n" for statement in statements)
    output = run(CLIENT, given=script)
    rows = [line.split("\t") for line in output.text.splitlines()]
    if output.code == 0:
        return rows, None
    said = complaint(output.errors)
    code = ErrorCode.MARIADB_DOWN if said.startswith(DOWN) else ErrorCode.MARIADB_REFUSED
    return rows, ServerError(code, brief(said), step="database")


def complaint(errors: str) -> str:
    """Return what the client says without the statement that it repeats: a password's hash may be in it."""
    found = COMPLAINT.search(errors)
    return found.group() if found else errors
