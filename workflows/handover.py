"""Handing a hosting over (SOP steps 7 to 10): letters to the OPD, the report to the head, and the survey."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import people as office_people
from workflows.notify import holders_for, notice
from workflows.occasion import Occasion
from workflows.store import cases, outbox, people
from workflows.store.tables import Person


async def send_request(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Send the OPD's head the request that we wrote just now, to sign and to file (step 1)."""
    heads = await holders_for(occasion.work, occasion.sop, occasion.case, "kepala_opd")
    for letter in await cases.letters(occasion.work, occasion.case.id, "surat_permohonan"):
        if letter.revision == occasion.case.revision:
            await _send(occasion, letter.id, heads)


async def send_answer(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Send the newest Surat Balasan to the OPD's head and, for the record, to Bagian Umum (step 5)."""
    heads = await holders_for(occasion.work, occasion.sop, occasion.case, "kepala_opd")
    for kind in ("surat_balasan", "surat_balasan_tolak"):
        for letter in (await cases.letters(occasion.work, occasion.case.id, kind))[-1:]:
            await _send(occasion, letter.id, heads)


async def send_handover(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Send Surat Pemberitahuan and Laporan to the head and the Tim Teknis; invite the team that is not here yet."""
    people_ = await recipients(occasion)
    for kind in ("surat_pemberitahuan", "laporan_hosting"):
        for letter in (await cases.letters(occasion.work, occasion.case.id, kind))[-1:]:
            await _send(occasion, letter.id, people_)
    await _invite_team(occasion)


async def report_to_head(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Send the Laporan pelaksanaan to the Kepala DKISP (step 9)."""
    heads = await holders_for(occasion.work, occasion.sop, occasion.case, "kepala_dkisp")
    for letter in (await cases.letters(occasion.work, occasion.case.id, "laporan_pelaksanaan"))[-1:]:
        await _send(occasion, letter.id, heads)


async def resend(occasion: Occasion, args: Mapping[str, str]) -> None:
    """Send again what did not arrive, at the step where the case stands."""
    again = {"pengiriman": send_handover, "pelaporan": report_to_head}[occasion.case.step]
    await again(occasion, args)


async def close(occasion: Occasion, _args: Mapping[str, str]) -> None:
    """Tell the Tim Teknis that the case is closed; the head learns it by the survey (step 10)."""
    for person in await recipients(occasion):
        await notice(occasion.work, person, "kabar.selesai", {"case": occasion.case.number}, case_id=occasion.case.id)


async def recipients(occasion: Occasion) -> list[Person]:
    """Return the OPD's head and the members of its Tim Teknis that the request names, as far as they are here."""
    heads = await holders_for(occasion.work, occasion.sop, occasion.case, "kepala_opd")
    team = await holders_for(occasion.work, occasion.sop, occasion.case, "tim_teknis")
    named = {person["nip"] for person in occasion.answers("permohonan")["tim_teknis"]}
    known = {person.id for person in heads}
    return heads + [person for person in team if person.nip in named and person.id not in known]


async def _send(occasion: Occasion, letter_id: int, to: list[Person]) -> None:
    for person in to:
        if person.telegram_id is None:
            continue
        key = f"letter:{letter_id}:{person.telegram_id}:{occasion.case.revision}"
        await outbox.put(
            occasion.work, person.telegram_id, "letter", {"letter": letter_id}, key=key, case_id=occasion.case.id
        )


async def _invite_team(occasion: Occasion) -> None:
    """Give the head one link for each named member who is not on Telegram with us."""
    heads = await holders_for(occasion.work, occasion.sop, occasion.case, "kepala_opd")
    for named in occasion.answers("permohonan")["tim_teknis"]:
        known = await people.by_phone(occasion.work, named["phone"])
        if known is not None and known.telegram_id is not None:
            continue
        token = await office_people.create_invite(
            occasion.work,
            occasion.by.person if occasion.by else None,
            office_people.InviteRequest(
                name=named["name"],
                nip=named["nip"],
                rank=None,
                phone=named["phone"],
                role="tim_teknis",
                opd_id=occasion.case.opd_id,
                starts_on=office_people.today(occasion.work),
            ),
        )
        link = office_people.invite_link(occasion.office.bot_username, token)
        for head in heads:
            params = {"name": named["name"], "link": link, "case": occasion.case.number}
            await notice(occasion.work, head, "kabar.undang_tim_teknis", params, case_id=occasion.case.id)
