"""Somebody who knows no programming writes an SOP by the guide, uses it, and changes it while a case runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.bootstrap import load_one
from bot.cli import app
from bot.sandbox.person import SandboxUser
from tests.stories import guide, play
from tests.stories.guide import Act, Row
from tests.stories.play import Tap
from tests.stories.town import Town, open_town


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    """A town whose office has the guide's SOP in its own folder."""
    (tmp_path / "sops").mkdir()
    (tmp_path / "sops" / "pinjam.toml").write_text(guide.description(), encoding="utf-8")
    async with open_town(tmp_path, database_url=database_url) as town:
        yield town


def test_every_command_of_the_guide_answers_as_the_guide_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pinjam.toml").write_text(guide.description(), encoding="utf-8")
    Path("pinjam-2.toml").write_text(guide.second_version(), encoding="utf-8")
    commands = guide.commands()
    assert [command.words[2] for command in commands] == ["new", "check", "print", "diff"]
    for command in commands:
        assert command.words[0] == "layanan"
        typed = "".join(f"{answer}\n" for _, answer in command.questions)
        done = CliRunner().invoke(app, command.words[1:], input=typed)
        assert done.exit_code == 0, done.output
        for said in [asked for asked, _ in command.questions] or [command.answer]:
            assert said in done.output
        assert (command.answer.splitlines() or [""])[-1] in done.output
    assert Path("pinjam.pdf").read_bytes().startswith(b"%PDF")


def test_what_is_moved_to_a_part_changes_nothing_and_is_named_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "pinjam.toml").write_text(guide.description(), encoding="utf-8")
    own, roles = guide.in_parts()
    (tmp_path / "parts").mkdir()
    part, moved = tmp_path / "parts" / "jabatan.toml", tmp_path / "pinjam-bagian.toml"
    part.write_text(roles, encoding="utf-8")
    moved.write_text(own, encoding="utf-8")
    told = CliRunner().invoke(app, ["sop", "diff", str(tmp_path / "pinjam.toml"), str(moved)])
    assert told.output.startswith("Tidak ada yang berubah.")
    part.write_text(roles.replace('scope = "office"', 'scope = "kantor"', 1), encoding="utf-8")
    refused = CliRunner().invoke(app, ["sop", "check", str(moved)])
    assert (refused.exit_code, refused.output.startswith(f"{part}: peran “kabid”: “scope”")) == (1, True)


@pytest.mark.parametrize(("wrong", "right", "answer"), guide.mistakes(), ids=lambda cell: cell[:30])
def test_a_mistake_is_answered_as_the_guide_says(tmp_path: Path, wrong: str, right: str, answer: str) -> None:
    text = guide.description()
    assert right in text
    file = tmp_path / "pinjam.toml"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    done = CliRunner().invoke(app, ["sop", "check", str(file)])
    assert done.exit_code == 1
    assert done.output.startswith(str(file))
    assert answer in done.output


async def test_the_guide_is_followed_to_the_end_of_a_case(town: Town) -> None:
    titles = {role.title: role.id for role in load_one(town.settings.sops_dir / "pinjam.toml").roles}
    for row in guide.rows():
        await follow(town[titles[row.who]], row)
    assert town.rows("SELECT number, status FROM cases") == [("PJM-2026-0001", "closed")]
    assert await town.undeclared_refusals() == []


async def follow(person: SandboxUser, row: Row) -> None:
    """Do what a row says, and see what it says; what waited for this person already counts as seen."""
    for act in row.acts:
        await _do(person, act)
    since = 0 if row.acts[-1].kind == "wait" else None
    await person.wait_for(lambda message: row.seen in message.text, since=since)


async def _do(person: SandboxUser, act: Act) -> None:
    match act.kind:
        case "press":
            await person.press(act.words)
        case "type":
            await person.send_text(act.words)
        case "command":
            await person.send_command(act.words)


async def test_a_case_ends_under_the_version_it_began_under_while_new_ones_begin_under_the_next(town: Town) -> None:
    first = await borrow(town, "Laptop")
    await town.bot.stop()
    second_file = town.settings.sops_dir / "pinjam-2.toml"
    second_file.write_text(guide.second_version(), encoding="utf-8")
    await town.bot.start()
    second = await borrow(town, "Kamera")  # a choice that the first version does not have
    assert (first, second) == ("PJM-2026-0001", "PJM-2026-0002")
    for case in (first, second):
        await lend(town, case)
    kabid = town["kabid"]
    old = await kabid.wait_for(play.card(first, "Langkah 4 dari 4"), since=0)
    new = await kabid.wait_for(play.card(second, "Langkah 4 dari 4"), since=0)
    assert "Batas 30 hari" in old.text
    assert "Batas 14 hari" in new.text
    for case in (first, second):
        await play.surely(kabid, case, "Sudah kembali", "Ya, sudah kembali")
        await town["kepala_opd"].wait_for(f"Peminjaman {case} sudah selesai", since=0)
    versions = town.rows("SELECT number, sop_version, status FROM cases ORDER BY number")
    assert versions == [(first, 1, "closed"), (second, 2, "closed")]
    refused = await town.undeclared_refusals()
    assert [one for one in refused if not one.startswith("getupdates")] == []  # the restart took the line over


async def borrow(town: Town, thing: str) -> str:
    """Ask for a thing as the head of the OPD; return the case's number."""
    head = town["kepala_opd"]
    await head.send_command("menu")
    await head.press("Ajukan peminjaman")
    await play.fill(
        head,
        [
            ("keperluan apa", f"Rapat dengan {thing}"),
            ("Perangkat apa", Tap(thing)),
            ("tanggal berapa", Tap("Hari ini")),
        ],
        send="Kirim permohonan",
    )
    sent = await head.wait_for(
        lambda message: message.text.startswith("PJM-") and f"Rapat dengan {thing}" in message.text
    )
    return sent.text[:13]


async def lend(town: Town, case: str) -> None:
    kabid, colleague = town["kabid"], town["sub_koordinator"]
    await play.on_card(kabid, case, "Setujui")
    await play.fill(kabid, [("Di mana", "Ruang Bidang Aplikasi")], send="Kirim persetujuan")
    await play.on_card(colleague, case, "Sudah diserahkan")


async def test_a_version_that_cases_run_under_is_not_missed_in_silence(town: Town) -> None:
    await borrow(town, "Laptop")
    await town.bot.stop()
    (town.settings.sops_dir / "pinjam.toml").unlink()
    with pytest.raises(AssertionError, match="Cases began under pinjam version 1: put its description back"):
        await town.bot.start()
