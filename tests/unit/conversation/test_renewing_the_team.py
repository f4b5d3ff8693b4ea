"""The head says who still looks after the OPD's sites: what ends is named first, what still opens is closed after."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.person import SandboxUser
from tests.unit.conversation.filling import TEAM
from tests.unit.conversation.standing import DOMAIN, add_hosting, lines, press_on_card, the_hosting
from tests.unit.conversation.test_own_wishes import new_key
from tests.unit.conversation.town import Town
from workflows.store import people
from workflows.store.tables import SftpKey
from workflows.words import WITA


async def answer_with_a_new_team(head: SandboxUser) -> None:
    """Name somebody new and keep nobody, up to the summary."""
    await press_on_card(head, "Perbarui Tim Teknis")
    await head.wait_for("Siapa yang tetap")
    await head.press("Lewati")
    await head.wait_for("Siapa yang ditambahkan")
    await head.send_text(TEAM)
    await head.wait_for("Periksa kembali isian")


async def test_the_head_renews_the_team(town: Town) -> None:
    await add_hosting(town)
    head, former = town["kepala_opd"], town["tim_teknis"]
    await answer_with_a_new_team(head)
    await head.press("Simpan Tim Teknis")
    question = await head.wait_for("Simpan Tim Teknis?")
    assert f"{former.name} tidak lagi mengelola semua hosting Dinas Kesehatan" in question.text
    await head.press("Ya, simpan")
    link = await head.wait_for("https://t.me/", since=0)
    assert "undang-" in link.text
    await former.wait_for("tidak lagi tercatat sebagai Tim Teknis")
    async with town.app.database.read() as work:
        held = await people.holding(work, "tim_teknis", work.now.astimezone(WITA).date())
    assert held == []
    assert await lines(town) == ["hosting.team"]


async def test_who_joins_while_the_head_answers_is_not_ended(town: Town) -> None:
    await add_hosting(town)
    head, former = town["kepala_opd"], town["tim_teknis"]
    await answer_with_a_new_team(head)
    joined = await town.move_in("tim_teknis", "Joko Baru", "DINKES")
    await head.press("Simpan Tim Teknis")
    await head.press("Ya, simpan")
    await former.wait_for("tidak lagi tercatat sebagai Tim Teknis")
    async with town.app.database.read() as work:
        held = await people.holding(work, "tim_teknis", work.now.astimezone(WITA).date())
    assert [person.name for person, _ in held] == ["Joko Baru"]
    assert not [one for one in await joined.messages() if "tidak lagi tercatat" in one.text]


async def test_a_hosting_is_not_left_without_a_team(town: Town) -> None:
    await add_hosting(town)
    head = town["kepala_opd"]
    await press_on_card(head, "Perbarui Tim Teknis")
    await head.wait_for("Siapa yang tetap")
    await head.press("Lewati")
    await head.press("Lewati")
    await head.wait_for("Periksa kembali isian")
    await head.press("Simpan Tim Teknis")
    await head.press("Ya, simpan")
    await head.wait_for("sekurang-kurangnya satu anggota Tim Teknis")


async def test_what_still_opens_to_who_left_is_listed_with_buttons_that_close_it(town: Town, tmp_path: Path) -> None:
    head, team = town["kepala_opd"], town["tim_teknis"]
    keys = {name: " ".join(new_key(tmp_path, name)[0].split()[:2]) for name in ("laptop-budi", "laptop-siti")}
    await add_hosting(town, ssh_keys=tuple(keys.values()))
    await add_hosting(town, "e-dua")
    await added_by(town, keys["laptop-budi"], "laptop-budi", "tim_teknis")
    await added_by(town, keys["laptop-siti"], "laptop-siti", "kepala_opd")
    await press_on_card(head, "Perbarui Tim Teknis")
    await head.press("Lewati", message=await head.wait_for("Siapa yang tetap"))
    await head.wait_for("Siapa yang ditambahkan")
    await head.send_text(TEAM)
    await head.press("Simpan Tim Teknis", message=await head.wait_for("Periksa kembali isian"))
    await head.press("Ya, simpan")
    told = await head.wait_for("kata sandi dan kunci SFTP yang lama masih berlaku", since=0)
    assert f"kunci laptop-budi, ditambahkan {team.name}" in told.text
    assert "laptop-siti" not in told.text, "the head's own key is no leaver's"
    other = "e-dua.tarakankota.go.id"
    assert list(told.labels) == [f"Ganti kata sandi {other}", f"Ganti kata sandi {DOMAIN}", f"Hapus kunci {DOMAIN}"]

    await head.press(f"Ganti kata sandi {DOMAIN}", message=told)
    await head.press("Ganti kata sandi", message=await head.wait_for("Yang diganti"))
    await head.press("Ya, ganti")
    await head.wait_for("sudah diganti")
    await head.press(f"Hapus kunci {DOMAIN}", message=told)  # the hosting has another revision by now
    await head.press("Hapus laptop-budi", message=await head.wait_for("ditambahkan"))
    await head.press("Simpan", message=await head.wait_for("Periksa kembali isian"))
    await head.wait_for("tidak lagi membuka")
    assert await lines(town) == [
        "hosting.team", "hosting.passwords", "hosting.applied", "hosting.ssh_keys", "hosting.applied"]  # fmt: skip


async def added_by(town: Town, line: str, comment: str, role: str) -> None:
    """Let somebody have added a key to the town's hosting."""
    hosting = await the_hosting(town)
    async with town.app.database.write() as work:
        ((person, _),) = await people.holding(work, role, work.now.astimezone(WITA).date(), hosting.opd_id)
        work.add(SftpKey(hosting_id=hosting.id, line=line, comment=comment, added_by=person.id, added_at=work.now))
