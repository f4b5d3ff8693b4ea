"""What a site is suspected of, for the Kabid and the engineers: one message a hosting, and the evidence of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import formats
from bot.app import App
from bot.callback_data import Do
from bot.screens.keyboards import Row, button, keyboard
from bot.screens.lengths import fit, shorten
from bot.screens.screen import OldMessage, Rendered, Screen
from bot.texts import has, html, plain
from provisioning.spec import State
from workflows.people.members import Member, whois
from workflows.roles import KABID
from workflows.store import hostings, people, suspensions
from workflows.store import inspections as stored
from workflows.store.tables import Hosting, OutboxMessage, SuspectFinding, Suspension
from workflows.store.unit_of_work import UnitOfWork
from workflows.watch.findings import READERS

FINDINGS_SHOWN = 6
TRAITS_SHOWN = 3
EVIDENCE_SHOWN = 8
EXCERPT_MAX = 120
SUBJECT_MAX = 200


async def suspicion(_app: App, work: UnitOfWork, row: OutboxMessage) -> Rendered:
    """Return what a hosting is suspected of now, to whoever acts on it."""
    member, hosting = await whois(work, row.chat_id), await hostings.get(work, row.params["hosting"])
    if member is None or hosting is None or not member.has(*READERS):
        return None
    found = await stored.open_of(work, hosting.id)
    opd = (await people.opd(work, hosting.opd_id)).name
    closing = await suspensions.present(work, hosting.id)
    fresh = bool(row.params.get("loud"))
    return suspicion_screen(hosting, opd, found, closing=closing, kabid=member.has(KABID), fresh=fresh)


def suspicion_screen(
    hosting: Hosting,
    opd: str,
    found: Sequence[SuspectFinding],
    *,
    closing: Suspension | None,
    kabid: bool,
    fresh: bool,
) -> Screen:
    """Return the gravest findings with their reasons, and what may be done; or that nothing stands any more.

    `closing`: how people had it closed; what an order closes for a while is not that.
    """
    subject = f"suspicion:{hosting.id}"
    if not found:
        text = html("pemantauan.selesai", domain=hosting.domain)
        return Screen(text=text, subject=subject, silent=True, last=True)
    is_open = closing is None and hosting.spec.get("state") != State.ARCHIVED
    waits = closing is not None and closing.waits
    title = "pemantauan.judul" if is_open or waits else "pemantauan.judul_karantina"
    lines = [html(title, domain=hosting.domain, opd=opd)]
    for one in found[:FINDINGS_SHOWN]:
        lines += ["", _subject(one), *_reasons(one)]
    if len(found) > FINDINGS_SHOWN:
        lines += ["", html("pemantauan.lainnya", count=len(found) - FINDINGS_SHOWN)]
    if is_open or waits:
        lines += ["", html("pemantauan.menunggu_karantina" if waits else "pemantauan.anjuran")]
    return Screen(
        text=fit(lines),
        keyboard=keyboard(_rows(hosting, found, quarantines=kabid and is_open)),
        subject=subject,
        fresh=fresh,
        silent=not fresh,
        old_message=OldMessage.DELETE,
    )


def _rows(hosting: Hosting, found: Sequence[SuspectFinding], *, quarantines: bool) -> list[Row]:
    args = (str(hosting.id), str(max(one.id for one in found)))
    evidence = button(plain("pemantauan.tombol_bukti"), Do("evidence", args), "primary")
    rows = [[evidence, button(plain("pemantauan.tombol_abaikan"), Do("dismiss", args))]]
    if quarantines:
        rows.insert(0, [button(plain("pemantauan.tombol_karantina"), Do("quarantine", args), "danger")])
    return rows


def _subject(one: SuspectFinding) -> str:
    return html("pemantauan.halaman" if one.kind == "page" else "pemantauan.berkas", subject=_short(one))


def _short(one: SuspectFinding) -> str:
    return shorten(one.subject, SUBJECT_MAX)


def _reasons(one: SuspectFinding) -> list[str]:
    lines = [html("pemantauan.sifat", words=trait_words(trait)) for trait in one.traits[:TRAITS_SHOWN]]
    if len(one.traits) > TRAITS_SHOWN:
        lines.append(html("pemantauan.sifat_lain", count=len(one.traits) - TRAITS_SHOWN))
    return lines


def trait_words(trait: Mapping[str, Any]) -> str:
    """Return a trait in words; one that a newer agent knows and we do not by its name."""
    key = f"pemantauan.sifat_{trait['id']}"
    return plain(key) if has(key) else str(trait["id"])


async def shown_evidence(_app: App, work: UnitOfWork, member: Member, args: Mapping[str, Any]) -> Screen | None:
    """Return all reasons with what stands there, and how each file is to be known again."""
    hosting = await hostings.get(work, args["hosting"])
    if hosting is None or not member.has(*READERS):
        return None
    found = await stored.open_of(work, hosting.id)
    lines = [html("pemantauan.bukti_judul", domain=hosting.domain)]
    for one in found[:EVIDENCE_SHOWN]:
        lines += ["", *_evidence(one)]
    if len(found) > EVIDENCE_SHOWN:
        lines += ["", html("pemantauan.lainnya", count=len(found) - EVIDENCE_SHOWN)]
    return Screen(text=fit(lines)) if found else Screen(text=html("pemantauan.selesai", domain=hosting.domain))


def _evidence(one: SuspectFinding) -> list[str]:
    if one.kind == "page":
        lines = [html("pemantauan.bukti_halaman", subject=_short(one), score=one.score, seen=one.seen_at)]
        if one.facts.get("sent_to"):
            lines.append(html("pemantauan.bukti_dialihkan", host=one.facts["sent_to"]))
    else:
        facts = one.facts
        lines = [
            html(
                "pemantauan.bukti_berkas",
                subject=_short(one),
                score=one.score,
                size=formats.size(facts["size"]),
                changed=facts["changed"],
                sha256=facts["sha256"],
            )
        ]
    return lines + [
        html(
            "pemantauan.bukti_sifat",
            words=trait_words(trait),
            line=trait["line"],
            excerpt=shorten(trait["excerpt"], EXCERPT_MAX),
        )
        for trait in one.traits
    ]


SCREENS = {"evidence": shown_evidence}
