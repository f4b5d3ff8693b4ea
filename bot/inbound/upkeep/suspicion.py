"""What is done about a suspected site: quarantine in one tap (the Kabid), set aside with a reason, see the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.callback_data import first_number
from bot.chat_context import ChatContext
from bot.forms.open_draft import OpenDraft
from bot.inbound import drafts
from bot.inbound.feature import Args, Feature, Verbs
from bot.screens.screen import Reply
from bot.texts import plain
from workflows.refusal import Refused
from workflows.store import inspections as stored
from workflows.store import outbox
from workflows.store.tables import SuspectFinding
from workflows.watch import findings

FINDINGS, EVIDENCE, DISMISS, QUARANTINE = "findings", "evidence", "dismiss", "quarantine"
PICTURES_MAX = 3


async def _findings(chat: ChatContext, args: Args) -> Reply:
    """Send the message about a hosting once more, to whoever never had it or deleted it."""
    findings.reader(chat.member)
    hosting = await findings.standing(chat.work, first_number(args))
    await outbox.put(chat.work, chat.chat_id, "suspicion", {"hosting": hosting.id, "loud": True})
    return Reply()


async def _evidence(chat: ChatContext, args: Args) -> Reply:
    findings.reader(chat.member)
    hosting = await findings.standing(chat.work, first_number(args))
    found = await stored.open_of(chat.work, hosting.id)
    await chat.show_apart(EVIDENCE, hosting=hosting.id)
    for one in [one for one in found if one.kind == "page"][:PICTURES_MAX]:
        await _send_page(chat, one)
    return Reply()


async def _send_page(chat: ChatContext, one: SuspectFinding) -> None:
    """Send a page's picture where there is one, and the page as it was fetched, as a text: nothing in it runs."""
    said = {"subject": one.subject[:300], "seen": one.seen_at.isoformat()}
    ways = [
        ("picture", "image/png", "png", "pemantauan.bukti_gambar"),
        ("sha256", "text/plain", "txt", "pemantauan.bukti_isi"),
    ]
    for fact, media_type, ending, caption in ways:
        if one.facts.get(fact):
            file = {"sha256": one.facts[fact], "name": f"bukti-{one.id}.{ending}", "media_type": media_type}
            params = {**file, "caption": caption, "params": said, "roles": list(findings.READERS)}
            await outbox.put(chat.work, chat.chat_id, "office_file", params)


async def _quarantine(chat: ChatContext, args: Args) -> Reply:
    """Close the site at once: each minute it stands open costs more than a wrong guess, and it is given back whole."""
    reason = plain("pemantauan.alasan_karantina")
    async with chat.work.session.begin_nested():
        hosting, is_at_once = await findings.quarantine(
            chat.app.office, chat.work, chat.member, first_number(args), reason
        )
    return Reply(toast=plain("pemantauan.dikarantina", domain=hosting.domain, waits=not is_at_once))


async def _dismiss(chat: ChatContext, args: Args) -> Reply:
    hosting, _ = await findings.decider(chat.work, chat.member, first_number(args))
    newest = first_number(args[1:])
    if not any(one.id <= newest for one in await stored.open_of(chat.work, hosting.id)):
        raise Refused("nothing_suspected", final=True)
    await drafts.begin(chat, {"dismiss": hosting.id, "newest": newest, "about": hosting.domain})
    return Reply()


async def submit(chat: ChatContext, draft: OpenDraft, answers: Mapping[str, Any]) -> Reply:
    """Set aside what was shown when the form was begun. Raises `Refused`."""
    purpose = draft.row.purpose
    count = await findings.dismiss(
        chat.work, chat.member, purpose["dismiss"], purpose["newest"], str(answers["alasan"])
    )
    await drafts.finish(chat, draft)
    return Reply(toast=plain("pemantauan.diabaikan", count=count))


VERBS: Verbs = {
    FINDINGS: _findings,
    EVIDENCE: _evidence,
    DISMISS: _dismiss,
    QUARANTINE: _quarantine,
}


FEATURE = Feature(verbs=VERBS, forms={"dismiss": submit})
