"""Who comes in: by an invitation that works once, in time, with one's own contact. Others hear one sentence."""

from __future__ import annotations

from tests.stories import newcomers
from tests.stories.town import Town


async def test_a_stranger_hears_how_to_be_invited_and_nothing_else(office: Town) -> None:
    stranger = await office.sandbox.add_person("Orang Asing", phone="+6281250009901")
    for text in ("/start", "/menu", "/tugas", "/cari HST", "halo", "/start undang-karangan", "/start apa-saja"):
        await stranger.send_text(text)
        said = await stranger.wait_for("undang")
        assert said.labels == ()
        assert "HST" not in said.text
    card = next(message for message in await stranger.messages() if message.from_bot)
    answer = await stranger.press_data("n1:menu", card)
    assert "khusus bagi pegawai yang diundang" in answer.text


async def test_an_invitation_used_by_somebody_is_of_no_use_to_another(office: Town) -> None:
    link = await newcomers.invite(office, role="Engineer", person="Tono; 199505052019031001; 0812 5000 9201")
    tono = await office.sandbox.add_person("Tono", phone="+6281250009201")
    await tono.open_link(link)
    await tono.tap("Bagikan nomor telepon saya")
    await tono.wait_for("terdaftar sebagai Engineer")
    await office["admin"].wait_for("Tono telah bergabung", since=0)
    other = await office.sandbox.add_person("Bukan Tono", phone="+6281250009202")
    await other.open_link(link)
    await other.wait_for("sudah dipakai")
    await tono.open_link(link)
    await tono.wait_for("sudah dipakai")


async def test_an_expired_invitation_lets_nobody_in(office: Town) -> None:
    link = await newcomers.invite(office, role="Bagian Umum", person="Tini; 199606062020032001; 0812 5000 9203")
    office.write("UPDATE invites SET expires_at = created_at WHERE id = (SELECT max(id) FROM invites)")
    tini = await office.sandbox.add_person("Tini", phone="+6281250009203")
    await tini.open_link(link)
    await tini.wait_for("sudah tidak berlaku")
    await tini.share_contact()
    await tini.wait_for("buka tautan undangan")


async def test_the_contact_must_be_ones_own_and_of_the_invited_number(office: Town) -> None:
    link = await newcomers.invite(office, role="Bagian Umum", person="Tuti; 199707072021032001; 0812 5000 9204")
    thief = await office.sandbox.add_person("Pencuri", phone="+6281250009205")
    await thief.open_link(link)
    await thief.wait_for("Tuti")
    for owner in (None, office["kepala_opd"].id):
        await thief.share_foreign_contact(phone="+6281250009204", name="Tuti", user_id=owner)
        await thief.wait_for("bukan milik Anda")
    await thief.share_contact()
    await thief.wait_for("berbeda dengan nomor yang diundang")
    await thief.send_command("menu")
    await thief.wait_for("khusus bagi pegawai yang diundang")
    tuti = await office.sandbox.add_person("Tuti", phone="6281250009204")
    await tuti.open_link(link)
    await tuti.tap("Bagikan nomor telepon saya")
    await tuti.wait_for("terdaftar sebagai Bagian Umum")
