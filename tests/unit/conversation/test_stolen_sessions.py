"""Whoever holds somebody's session presses everything there is: nothing outside that office's right does or shows
anything. What there is to press is read from the description and from the bot itself, so a new button is tried too.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from bot.inbound import commands, features
from bot.inbound.help import guides, sop_sheets
from bot.inbound.hosting import card_orders, custom_domains, fitness, site_logs, usage
from bot.inbound.people import languages, own_data
from bot.inbound.registers import agenda, register_files, reports
from bot.inbound.upkeep import hosting_care, maintenance_windows, malware, status
from bot.orders.registry import ORDERS
from bot.sandbox.client import Sandbox
from bot.screens.cases.case import COURSE
from bot.screens.hosting.groups import Group
from bot.screens.registry import SCREENS
from bot.texts import plain
from tests.rights import RIGHTS
from tests.unit.conversation import walk
from tests.unit.conversation.intruder import Got, attempt, press, text
from tests.unit.conversation.town import NAMES, OF_OPD, Town, failure, town_of
from workflows import servers
from workflows.engine.description import Action, Sop
from workflows.hosting import drift_check
from workflows.hosting.custom_domains.actions import CUSTOM_DOMAINS
from workflows.hosting.site_logs import SITE_LOG
from workflows.people import members
from workflows.store import cases, hostings
from workflows.store.tables import Case, CustomDomain
from workflows.views.drift import SHOWN

NOTE = "Pemohon ini sering terlambat melengkapi."
TOKEN = "a1b2c3d4e5f60718"
OFFICE = frozenset(NAMES) - frozenset(OF_OPD) | {"admin"}
SECRETS: Mapping[str, tuple[str, frozenset[str]]] = {
    "HST-2026-0001": ("a case", OFFICE | {*OF_OPD}),
    "e-arsip": ("what was asked for", OFFICE | {*OF_OPD}),
    "Server web 1": ("a server", OFFICE),
    "192.0.2.77": ("the register of addresses", frozenset({"kabid", "sub_koordinator", "engineer", "kepala_dkisp"})),
    "nomor terakhir": ("the agenda books", frozenset({"bagian_umum"})),
    "AH00526": ("the log of a job", frozenset({"engineer"})),
    NOTE: ("an internal note", OFFICE),
    TOKEN: ("what proves a domain", OFFICE | {*OF_OPD}),
    "Kata sandi:": ("a password", frozenset(OF_OPD)),
    "81234500005": ("somebody's telephone number", frozenset({"admin", "kabid"})),
}
"""What stands in the town's records, and the offices that may read it; the OPD's own only where the case is theirs."""
ENGINEERS = dict.fromkeys(hosting_care.VERBS, frozenset({"engineer"}))
ORDERERS = {
    (verb, name): frozenset(RIGHTS[name].roles)
    for name in ORDERS
    for verb in (card_orders.ORDER, card_orders.ASK, card_orders.SURE)
}
"""What is ordered from a hosting's card is one verb; who may is said by action."""
OF_ORDERS = {
    **dict.fromkeys((verb for verb, _ in ORDERERS), frozenset[str]()),
    "open_about": frozenset({*OF_OPD, "bagian_umum"}),  # who enters what came on paper
    **dict.fromkeys((card_orders.RETRY, card_orders.TAKE_OVER, card_orders.LOG), frozenset({"engineer"})),
}
OF_DOMAINS = {
    custom_domains.LOOK: frozenset(RIGHTS[CUSTOM_DOMAINS.name].roles),
    **dict.fromkeys((custom_domains.DROP, custom_domains.SURE), frozenset({"kepala_opd"})),
}
OF_SITES = {site_logs.SHOW: frozenset(RIGHTS[SITE_LOG.name].roles)}
ADMINISTRATORS = dict.fromkeys(
    (
        "invite",
        "enter_official",
        "add_opd",
        "rename_opd",
        "end_mandate",
        "opd_off",
        "opd_on",
        "calendar",
        "calendar_undo",
    ),
    frozenset({"admin"}),
)
ASKS_ONLY = {"open": frozenset({*NAMES, "admin"}), "search": frozenset({*NAMES, "admin"})}
KEEPERS = dict.fromkeys([*agenda.VERBS, "open_paper", "scan"], frozenset({"bagian_umum"}))
SIGNERS = dict.fromkeys(("sign", "sign_not"), frozenset[str]())  # whoever a letter waits for; none does in this town
OF_REGISTERS = {
    **dict.fromkeys(register_files.FILES, frozenset({"kabid", "sub_koordinator", "engineer", "kepala_dkisp"})),
    **dict.fromkeys((register_files.NOTE, register_files.NOTE_HOSTING), frozenset({"engineer"})),
}
WATCHERS = {
    **dict.fromkeys(malware.VERBS, frozenset({"kabid", "engineer"})),
    malware.QUARANTINE: frozenset({"kabid"}),
}
READERS = dict.fromkeys(reports.VERBS, frozenset({"kepala_dkisp", "kabid"}))
APPOINTERS = dict.fromkeys(
    ("appoint", "end_deputy"), frozenset({"admin", "bagian_umum", "kepala_opd", "kepala_dkisp", "kabid"})
)
OF_THE_OFFICE = {"quorum": frozenset({"admin", "kabid"}), sop_sheets.VERB: OFFICE, status.VERB: OFFICE}
ABOUT_ONESELF = dict.fromkeys(own_data.VERBS, frozenset({*NAMES, "admin"}))
GUIDES = {guides.VERB: frozenset({"kepala_opd"})}  # of the guide that is asked for here
OF_USE = dict.fromkeys((*usage.VERBS, COURSE), OFFICE | {*OF_OPD})  # of a hosting, of a case
WHO_DOES: Mapping[str, frozenset[str]] = {
    **ENGINEERS,
    **ADMINISTRATORS,
    **ASKS_ONLY,
    **KEEPERS,
    **SIGNERS,
    **READERS,
    **APPOINTERS,
    **OF_THE_OFFICE,
    **ABOUT_ONESELF,
    **OF_REGISTERS,
    **OF_ORDERS,
    **WATCHERS,
    **OF_USE,
    **GUIDES,
    **dict.fromkeys(languages.VERBS, frozenset({"engineer", "admin"})),
    **OF_SITES,
    **OF_DOMAINS,
    **dict.fromkeys(maintenance_windows.VERBS, frozenset({"engineer"})),
    **dict.fromkeys(fitness.VERBS, frozenset({"kabid", "engineer"})),
    **dict.fromkeys(("fitness_close", "fitness_sure"), frozenset({"kabid"})),
    "move_to": frozenset({"engineer"}),
    **dict.fromkeys(("move_yes", "move_no"), frozenset({"kabid"})),
    "move_cancel": frozenset({"kabid", "engineer"}),
    "move_again": frozenset({"engineer"}),
    **dict.fromkeys(("receive", "receive_not"), frozenset()),  # of a case in which another OPD is asked; none is here
    "fitness_report": frozenset({*NAMES, "admin"}),
}
"""Who may do what belongs to no case. A verb that is missing here fails the test until somebody says who may."""
NO = ("penolakan.wrong_role", "penolakan.wrong_opd")
HARMLESS = frozenset(
    {"outbox", "drafts", "people", "settings", "searches"}
)  # of commands and of questions put to oneself


@dataclasses.dataclass(frozen=True)
class Session:
    """A stolen session: of whom, in which office; `own` where the town's case is of that person's OPD."""

    who: str
    person: int
    role: str = ""
    own: bool = False

    def may(self, sop: Sop, action: Action, case: Case) -> bool:
        if action.remark == "answer" and self.role not in sop.answerers(sop.step(case.step)):
            return False
        return self.role in action.roles and (sop.role(self.role).scope == "office" or self.own)

    def may_read(self, readers: frozenset[str]) -> bool:
        return self.role in readers and (self.role not in OF_OPD or self.own)


@pytest.fixture
async def town(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Town]:
    """On SQLite alone: who may what is decided before any database is asked."""
    async with town_of(sandbox, tmp_path) as town:
        yield town


async def test_no_session_does_or_shows_more_than_its_office(town: Town) -> None:
    async with town.app.database.write() as work:
        await servers.add_address(work, (await hostings.servers(work))[0], "192.0.2.77", dedicated=True)
    sessions = await _sessions(town)
    found: list[str] = []
    await walk.ask(town)
    await walk.enter(town)
    await walk.dispose(town)
    await walk.choose_server(town)
    await _talk(town)
    found += await _presses(town, sessions, everything=True)
    await walk.recommend(town)
    town.fleet.failures.append(failure())
    await walk.approve(town)
    await town["engineer"].wait_for("Pembuatan hosting gagal", since=0)
    found += await _presses(town, sessions)
    await town["engineer"].press("Coba lagi")
    await town["kabid"].wait_for("Langkah 7 dari 10", since=0)
    await town["kabid"].press("Terbitkan dan kirim")
    await town["kabid"].press("Ya, terbitkan")
    await town["kepala_opd"].wait_for("Langkah 8 dari 10", since=0)
    found += await _presses(town, sessions)
    await _wait_for_domain(town)
    found += await _elsewhere(town, sessions, await _drift(town))
    assert found == [], "\n".join(found)


async def _wait_for_domain(town: Town) -> None:
    """Let the town's hosting wait for a domain of its OPD's own."""
    async with town.app.database.write() as work:
        hosting = await hostings.of_case(work, 1)
        assert hosting is not None
        waiting = CustomDomain(hosting_id=hosting.id, name="pmb.smkn1.sch.id", token=TOKEN, seen={}, misses=0, told="")
        waiting.created_at = waiting.look_at = work.now
        work.add(waiting)


async def _talk(town: Town) -> None:
    """Let the office note something for itself, and the OPD ask something."""
    for who, button, said, send in (
        ("kabid", "Catatan internal", NOTE, "Simpan catatan"),
        ("tim_teknis", "Tanya", "Kapan selesai?", "Kirim pertanyaan"),
    ):
        await town[who].send_command("permohonan")
        await town[who].press("HST-2026-0001")
        await town[who].press(button)
        await town[who].wait_for("Contoh:")
        await town[who].send_text(said)
        await town[who].press(send)


def test_it_is_known_who_may_do_what_belongs_to_no_case() -> None:
    assert WHO_DOES.keys() == features.VERBS.keys()


async def _sessions(town: Town) -> list[Session]:
    """Everybody of the town, people of another OPD, one whose office has ended, and a stranger."""
    here = [Session(role, user.id, role, own=role in OF_OPD) for role, user in town.people.items()]
    head = await town.move_in("kepala_opd", "drs. Tetangga", "DISDIK")
    team = await town.move_in("tim_teknis", "Teknisi Tetangga", "DISDIK")
    gone = await town.move_in("kabid", "Mantan Kabid", "DINKES")
    async with town.app.database.write() as work:
        member = await members.whois(work, gone.id)
        assert member is not None
        for mandate in member.mandates:
            await members.end_mandate(work, None, mandate.id)
    others = [Session("another head", head.id, "kepala_opd"), Session("another team", team.id, "tim_teknis")]
    return [*here, *others, Session("former kabid", gone.id), Session("stranger", 4242)]


async def _presses(town: Town, sessions: list[Session], *, everything: bool = False) -> list[str]:
    """Press each action of the case's step (or of all steps), plainly and as if the question had been answered."""
    sop, case = await _case(town)
    steps = sop.steps if everything else (sop.step(case.step),)
    actions = {action.id: action for step in steps for action in step.actions}
    found = []
    for session in sessions:
        for action in actions.values():
            for verb in ("c1", "k1") if action.confirm else ("c1",):
                data = f"{verb}:{case.id}:{action.id}:{case.revision}"
                got = await attempt(town.app, press(session.person, data))
                stands = case.status in action.statuses and sop.step(case.step).action(action.id) is not None
                found += [
                    f"{session.who}, {data}: {fault}"
                    for fault in _judged(session, session.may(sop, action, case), got, stands)
                ]
    return found


def _judged(session: Session, theirs: bool, got: Got, stands: bool) -> Iterator[str]:
    refused = any(plain(code) in got.words for code in NO)
    if theirs and stands:
        if refused:
            yield "was refused, though it is theirs"
    else:
        yield from _overreach(session, got, frozenset({"outbox"}))
    if not theirs and got.prepared:
        yield "had work done for it"
    yield from _leaks(session, got)


async def _drift(town: Town) -> str:
    """Let the town's hosting be changed by hand; return what a button to repair it carries."""
    async with town.app.database.write() as work:
        hosting = await hostings.of_case(work, 1)
        assert hosting is not None
        plan = await town.fleet.plan(None, hosting.spec)
        kept = await drift_check.keep_check(
            work, hosting, drift_check.DriftCheck(revision=hosting.wanted_revision, plan=plan)
        )
        assert kept is not None
        return str(kept.plan_hash)[:SHOWN]


async def _elsewhere(town: Town, sessions: list[Session], drift: str) -> list[str]:
    """Every screen, every verb, every command and every kind of link, with the numbers of what there is."""
    found = []
    for session in sessions:
        for data, does in [*_payloads(1, drift), *(_payloads(0) if session.role == "admin" else ())]:
            got = await attempt(town.app, press(session.person, data))
            shown = frozenset({"outbox", "readings"} if session.role in OFFICE else {"outbox"})
            allowed = shown if does is None or session.role not in does else None
            faults = [*_leaks(session, got), *(_overreach(session, got, allowed) if allowed else ())]
            found += [f"{session.who}, {data}: {fault}" for fault in faults]
        for said in _sayings():
            got = await attempt(town.app, text(session.person, said))
            faults = [*_leaks(session, got), *_overreach(session, got, HARMLESS)]
            found += [f"{session.who}, {said}: {fault}" for fault in faults]
    return found


def _payloads(number: int, plan: str = "") -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield button data about what has this number, with who may do it where it does something."""
    for screen in sorted({*SCREENS, "case", "fresh_case"}):
        yield f"n1:{screen}:{number}", None
    yield from ((f"n1:hosting_group:{number}:{group}", None) for group in Group)
    for verb, offices in WHO_DOES.items():
        given = {
            "open": ":hosting",
            "open_about": f":perubahan:paket:{number}",
            "appoint": "",
            sop_sheets.VERB: ":hosting",
            guides.VERB: ":kepala_opd",
            **dict.fromkeys(languages.VERBS, ":en"),
            site_logs.SHOW: f":access:{number}",
        }
        argument = given.get(verb, f":{number}:{plan}")
        yield f"d1:{verb}{argument}", offices
    for (verb, action), offices in ORDERERS.items():
        yield f"d1:{verb}:{action}:{number}:1", offices
    for verb in ("pick", "send", "sure", "done", "change", "resume", "reopen", "discard", "page", "today"):
        yield f"f1:{verb}:summary:1", None


def _sayings() -> Iterator[str]:
    yield from (f"/{command}" for command in commands.COMMANDS)
    yield from ("/cari e-arsip", "/cari HST-2026", "/start undang-x", "/start surat-x", "HST-2026-0001", "ABCDE-FGH23")


def _overreach(session: Session, got: Got, allowed: frozenset[str]) -> Iterator[str]:
    if got.written - allowed:
        yield f"wrote {sorted(got.written - allowed)}"
    if got.chats - {session.person}:
        yield "spoke to somebody else"


def _leaks(session: Session, got: Got) -> Iterator[str]:
    words, digits = got.words, re.sub(r"\D", "", got.words)
    for secret, (what, readers) in SECRETS.items():
        if (secret in words or (secret.isdigit() and secret in digits)) and not session.may_read(readers):
            yield f"was shown {what}"


async def _case(town: Town) -> tuple[Sop, Case]:
    async with town.app.database.read() as work:
        case = await cases.get(work, 1)
    assert case is not None
    return town.app.office.sop(case.sop_code, case.sop_version), case
