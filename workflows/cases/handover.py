"""What a case sends to people: its letters, a sentence, an invitation for the team that the request names."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.cases.case_context import CaseContext
from workflows.cases.notify import holders_for
from workflows.cases.placeholders import case_words
from workflows.engine.letter import filled
from workflows.people import members, without_telegram
from workflows.people.notices import notice
from workflows.store import cases, outbox, people
from workflows.store.tables import Person
from workflows.store.tables.messages import MessageParams


async def send_letter(context: CaseContext, args: Mapping[str, str]) -> None:
    """Send the letter `args["letter"]` that this press issued, if it did, to those who hold `args["to"]`."""
    for letter in await cases.letters(context.work, context.case.id, args["letter"]):
        if letter.revision == context.case.revision:
            await _send(context, letter.id, args["to"])


async def send_again(context: CaseContext, args: Mapping[str, str]) -> None:
    """Send the newest letter `args["letter"]` again to those who hold `args["to"]`: it did not arrive."""
    for letter in (await cases.letters(context.work, context.case.id, args["letter"]))[-1:]:
        await _send(context, letter.id, args["to"])


async def tell(context: CaseContext, args: Mapping[str, str]) -> None:
    """Say the SOP's own sentence `args["text"]` to those who hold `args["to"]`."""
    known, case = await case_words(context.work, context.case), context.case
    sentence = filled(args["text"], lambda name: known[name])
    for person in await readers(context, args["to"]):
        key = f"tell:{case.id}:{case.revision}:{person.telegram_id}:{sentence}"  # once to who holds two roles
        await notice(context.work, person, "umum.kalimat", {"sentence": sentence}, key=key, case_id=case.id)


async def invite_team(context: CaseContext, args: Mapping[str, str]) -> None:
    """Give those who hold `args["to"]` one link for each person named for `args["role"]` who is not on Telegram yet."""
    heads = await holders_for(context.work, context.sop, context.case, args["to"])
    for named in named_for(context, args["role"]):
        known = await people.by_phone(context.work, named["phone"])
        if known is not None and known.telegram_id is not None:
            continue
        token = await members.create_invite(
            context.work,
            context.by.person if context.by else None,
            members.InviteRequest(
                name=named["name"],
                nip=named["nip"],
                rank=None,
                phone=named["phone"],
                role=args["role"],
                opd_id=context.case.opd_id,
                starts_on=members.today(context.work),
            ),
        )
        link = members.invite_link(context.office.bot_username, token)
        for head in heads:
            params = {"name": named["name"], "link": link, "case": context.case.number}
            await notice(context.work, head, "kabar.undang_tim_teknis", params, case_id=context.case.id)


async def readers(context: CaseContext, role: str) -> list[Person]:
    """Return who reads for a role of this case; where the request names people for it, only those."""
    held = await holders_for(context.work, context.sop, context.case, role)
    if not any(field.id == role for field in context.sop.form(context.sop.opening.form).fields):
        return held
    named = {person["nip"] for person in named_for(context, role)}
    return [person for person in held if person.nip in named]


def named_for(context: CaseContext, role: str) -> list[Mapping[str, str]]:
    """Return the people that the request names for a role: in its question by the role's name."""
    named: list[Mapping[str, str]] = context.answers(context.sop.opening.form).get(role, [])
    return named


async def _send(context: CaseContext, letter_id: int, role: str) -> None:
    """Send a letter to who reads for a role; for an official who is not on Telegram, to those who print it."""
    on_paper = await without_telegram.paper_only(context.work, context.sop.role(role))
    to = await without_telegram.who_print(context.work) if on_paper else await readers(context, role)
    params: MessageParams = {"letter": letter_id}
    if on_paper:
        params["print_for"] = on_paper.name
    for person in to:
        if person.telegram_id is not None:
            key = f"letter:{letter_id}:{person.telegram_id}:{context.case.revision}"
            await outbox.put(context.work, person.telegram_id, "letter", params, key=key, case_id=context.case.id)
