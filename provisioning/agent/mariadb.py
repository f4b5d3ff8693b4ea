"""MariaDB over its local socket as root (unix_socket): statements on standard input, never in argv."""

from __future__ import annotations

from provisioning.agent.command import brief, run
from provisioning.plan import ErrorCode, ServerError

CLIENT = ("mariadb", "--batch", "--skip-column-names", "--raw", "--no-auto-rehash", "--default-character-set=utf8mb4")
DOWN = ("ERROR 2002", "ERROR 2003", "ERROR 2006", "ERROR 2013")


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
    script = "SET SESSION sql_mode='STRICT_ALL_TABLES';\n" + "".join(f"{statement};\n" for statement in statements)
    output = run(CLIENT, given=script)
    if output.code != 0:
        down = output.errors.startswith(DOWN)
        code = ErrorCode.MARIADB_DOWN if down else ErrorCode.MARIADB_REFUSED
        raise ServerError(code, brief(output.errors), step="database")
    return [line.split("\t") for line in output.text.splitlines()]
