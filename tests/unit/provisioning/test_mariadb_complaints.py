"""What MariaDB's client complains of travels without the statement it repeats, which may hold a password's hash."""

from __future__ import annotations

import pytest

from provisioning.agent import mariadb
from provisioning.agent.command import CommandOutput
from provisioning.errors import ErrorCode, ServerError

HASH = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"
REPEATED = f"--------------\nCREATE USER 'h_uji'@'localhost' IDENTIFIED BY PASSWORD '{HASH}'\n--------------\n\n"


@pytest.mark.parametrize(
    ("complaint", "code"),
    [
        ("ERROR 2013 (HY000) at line 4: Lost connection to server during query", ErrorCode.MARIADB_DOWN),
        ("ERROR 1064 (42000) at line 4: You have an error in your SQL syntax", ErrorCode.MARIADB_REFUSED),
    ],
)
def test_a_complaint_behind_its_statement(monkeypatch: pytest.MonkeyPatch, complaint: str, code: ErrorCode) -> None:
    said = CommandOutput(code=1, text="", errors=f"{REPEATED}{complaint}\n")
    monkeypatch.setattr(mariadb, "run", lambda *_, **__: said)
    with pytest.raises(ServerError) as refusal:
        mariadb.ask("SELECT 1")
    assert (refusal.value.code, refusal.value.detail) == (code, complaint)
