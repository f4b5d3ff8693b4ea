"""Which answers a case's card shows: what is asked for, what was decided so far, and why it came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.screens.values import value_words
from bot.texts import has, plain
from workflows import words
from workflows.cases import on_paper, paper_request
from workflows.cases.noted_facts import noted
from workflows.cases.receiver import Receiver
from workflows.engine.description import Action, Field, FieldType, Form, Status
from workflows.views.case import CaseView, answered

CHOICE = "server"  # the form that chooses server and package; its answers are called "dipilih"
NAMES = (FieldType.SUBDOMAIN, FieldType.SITE_NAME)
Pairs = Iterator[tuple[str, str]]


def card_details(view: CaseView, names: Mapping[int, str], *, inside: bool) -> list[tuple[str, str]]:
    """Return label and words of each detail; `names` are the people of the case by id.

    What the office writes for itself (opinions, recommendation, server) is shown `inside` DKISP only.
    """
    pairs = [*(change_details(view) or _request(view)), *_said(view, inside=inside), *_receiver(view, names)]
    if inside:
        pairs += [*_facts(view), *_on_paper(view, names), *_passed_on(view, names), *_opinions(view, names)]
    return list(dict.fromkeys(pairs))


def change_details(view: CaseView) -> list[tuple[str, str]]:
    """Return what a case wants changed and of which hosting; nothing of a case that is about none."""
    about = noted(view.case.facts).get("about")
    return [(plain("kartu.tentang_hosting"), about["domain"]), *_request(view)] if about else []


def request_details(view: CaseView) -> list[tuple[str, str]]:
    """Return every answer of the form that began the case."""
    form = _request_form(view)
    return [(one.field.label, _words(view, one.field, one.value)) for one in answered(form, view.case.facts[form.id])]


def _request_form(view: CaseView) -> Form:
    return paper_request.form_for(view.sop, view.sop.opening.form, view.case.facts)


def people_in(view: CaseView) -> set[int]:
    """Return the ids of the people whose names the card needs."""
    facts = view.case.facts
    signed = {person for mark in on_paper.marks(facts).values() for person in (mark.signer, mark.scanned_by)}
    entered = paper_request.entered_by(facts)
    signed |= {entered} if entered is not None else set()
    receiver = Receiver.of(facts)
    signed |= {receiver.person_id} if receiver is not None and receiver.person_id is not None else set()
    said = (noted(facts).get("opinions", {}), noted(facts).get("dispositions", {}))
    return signed | {int(person_id) for entries in said for person_id in entries}


def _request(view: CaseView) -> Pairs:
    form = _request_form(view)
    for one in answered(form, view.case.facts.get(form.id, {})):
        unusual = one.field.type is FieldType.ADDRESS and one.value != one.field.assumed
        if one.field.on_card or one.field.type in NAMES or unusual:
            yield one.field.label, _words(view, one.field, one.value)


def _facts(view: CaseView) -> Pairs:
    facts, known = view.case.facts, noted(view.case.facts)
    if (number := known.get("agenda_number")) is not None:
        yield plain("kartu.nomor_agenda"), number
    given_up = view.state.status in (Status.REFUSED, Status.WITHDRAWN)
    if CHOICE in facts and not given_up and CHOICE in {form.id for form in view.sop.forms}:
        for one in answered(view.sop.form(CHOICE), facts[CHOICE]):
            yield plain("kartu.dipilih", label=one.field.label), _words(view, one.field, one.value)
    if view.first_look is not None and not view.state.status.ended:
        yield plain("kartu.uji_mesin"), plain("kartu.uji_mesin_hasil", seen=view.first_look)
    if (notes := known.get("internal_notes")) is not None:
        yield plain("kartu.catatan"), plain("kartu.catatan_jumlah", count=notes)
    word = f"kartu.rekomendasi_{known.get('recommendation')}"
    if has(word):
        yield plain("kartu.rekomendasi"), plain(word)


def _receiver(view: CaseView, names: Mapping[int, str]) -> Pairs:
    receiver = Receiver.of(view.case.facts)
    if receiver is not None:
        by = names[receiver.person_id] if receiver.person_id is not None else ""
        yield plain("kartu.jawaban_penerima"), plain(f"kartu.penerima_{receiver.consent}", by=by)


def _on_paper(view: CaseView, names: Mapping[int, str]) -> Pairs:
    entered_by = paper_request.entered_by(view.case.facts)
    if entered_by is not None:
        yield plain("kartu.kertas"), names[entered_by]
    for step, mark in on_paper.marks(view.case.facts).items():
        title = view.sop.step(step).short_title
        label = plain("kartu.dikembalikan_dari", step=title) if mark.returned_to else title
        yield label, words.on_paper(names[mark.signer], names[mark.scanned_by])


def _passed_on(view: CaseView, names: Mapping[int, str]) -> Pairs:
    for person_id, entry in noted(view.case.facts).get("dispositions", {}).items():
        action = view.sop.action(entry["action"])
        form = view.sop.form(action.form) if action else None
        said = [_words(view, one.field, one.value) for one in answered(form, entry["answers"])] if form else []
        yield plain("kartu.disposisi_lanjutan", who=names.get(int(person_id), "")), " · ".join(said)


def _opinions(view: CaseView, names: Mapping[int, str]) -> Pairs:
    known = noted(view.case.facts)
    asked, opinions = known.get("opinions_asked"), known.get("opinions", {})
    if asked:
        yield plain("kartu.pendapat_masuk"), plain("kartu.pendapat_jumlah", given=len(opinions), **asked)
    for person_id, entry in opinions.items():
        action = view.sop.action(entry["action"])
        note = "; ".join(str(value) for value in entry["answers"].values())
        words = action.label if action else ""
        yield plain("kartu.pendapat", who=names.get(int(person_id), "")), f"{words}: {note}" if note else words


def _said(view: CaseView, *, inside: bool) -> Pairs:
    """Return what was written with the presses that the case stands on, and with the last one.

    So the reasons of a return stay until it is sent again, what the OPD is asked for until it answers, and the
    disposition as long as the assessment takes.
    """
    latest = (view.last.action,) if view.last and view.last.action else ()
    for action in {action.id: action for action in (*view.behind, *latest)}.values():
        if _is_shown(view, action, inside=inside):
            form = view.sop.form(action.form)
            for one in answered(form, view.case.facts.get(form.id, {})):
                yield one.field.label, _words(view, one.field, one.value)


def _is_shown(view: CaseView, action: Action, *, inside: bool) -> bool:
    if action.form in ("", CHOICE, view.sop.opening.form) or action.outcome.records:
        return False  # shown elsewhere on the card, or nobody else's
    opd_roles = {role.id for role in view.sop.roles if role.scope == "opd"}
    return inside or bool(opd_roles.intersection((*action.roles, *action.outcome.notify)))


def _words(view: CaseView, field: Field, value: Any) -> str:
    if field.type in NAMES and view.domain:
        return view.domain
    return value_words(field, value)
