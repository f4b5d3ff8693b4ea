"""What a hosting's card says of its last fitness test, with the way to its record and to the next one."""

from __future__ import annotations

from bot.callback_data import Do
from bot.screens.hosting.groups import Offer
from bot.screens.keyboards import button
from bot.texts import html, plain
from workflows.fitness.procedure import INSPECTORS, is_fit_to_be_looked_at
from workflows.people.members import Member
from workflows.store import fitness_tests
from workflows.store.tables import Hosting
from workflows.store.unit_of_work import UnitOfWork


async def fitness(work: UnitOfWork, member: Member, hosting: Hosting) -> tuple[list[str], list[Offer]]:
    """Return lines and buttons; the caller has made sure that this person may see the hosting."""
    lines, offers = list[str](), list[Offer]()
    last = await fitness_tests.newest_closed(work, hosting.id)
    if last is not None:
        verdict = plain(f"kelaikan.putusan_singkat_{last.verdict}")
        lines = ["", html("kelaikan.keadaan", verdict=verdict, at=last.closed_at)]
        record = button(plain("kelaikan.tombol_berita_acara"), Do("fitness_report", (str(last.id),)))
        offers.append(Offer("fitness_report", record))
    if member.has(*INSPECTORS) and is_fit_to_be_looked_at(hosting):
        offers.append(Offer("inspect", button(plain("kelaikan.tombol_uji"), Do("inspect", (str(hosting.id),)))))
    return lines, offers
