"""Recall and false alarms of the rules, on the corpus they were tuned on and on the part that was held out."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import time
from collections.abc import Mapping
from pathlib import Path

from provisioning.agent import malware_traits, readable
from provisioning.pages import rules
from provisioning.scan_report import Suspect, Trait
from tests.bench.report import Line, Section
from tests.bench.watch import clean, infected
from tests.bench.watch.site import Recipe, Site, made
from workflows.malware.suspected import Suspected, of_file, of_page

VARIANTS = 3
CODE = "WATCH_CODE"  # a folder of innocent sites: each folder in it is read as one hosting's (`public/…`)


@dataclasses.dataclass(frozen=True)
class Count:
    """How many sites an alarm was raised for, of how many; `wrong` are those where it should have been otherwise."""

    alarms: int
    sites: int
    wrong: tuple[str, ...]


def alarms(site: Site) -> list[Suspected]:
    """Return what of a site an alarm is raised for."""
    pages = [of_page(views) for views in site.pages.values()]
    files = [of_file(judged(name, content, len(content))) for name, content in site.files.items()]
    return [one for one in (*pages, *files) if one is not None]


def judged(name: str, content: bytes, size: int) -> Suspect:
    """Return what the agent would say of a file."""
    found = malware_traits.judge(name, content, size).found
    told = tuple(Trait(id=one.trait, weight=one.weight, line=one.line, excerpt=one.excerpt) for one in found)
    return Suspect(path=name, size=size, changed=0, sha256="", traits=told, opinion=None)


def count(recipes: Mapping[str, Recipe], *, expected: bool) -> Count:
    """Look at every site of some recipes."""
    sites = made(recipes, VARIANTS)
    raised = {name: bool(alarms(site)) for name, site in sites.items()}
    wrong = dict.fromkeys(name.rpartition("-")[0] for name, alarm in raised.items() if alarm is not expected)
    return Count(alarms=sum(raised.values()), sites=len(sites), wrong=tuple(wrong))


async def measure() -> Section:
    """Return the table."""
    return await asyncio.to_thread(_measured)


def _measured() -> Section:
    lines, remarks = [], []
    for title, bad, good in (
        ("tuned on", infected.SEEN, clean.SEEN),
        ("held out", infected.HELD_OUT, clean.HELD_OUT),
    ):
        found, false = count(bad, expected=True), count(good, expected=False)
        lines += [
            Line(what=f"{title}: taken-over sites found, of {found.sites}", value=found.alarms, unit="sites"),
            Line(what=f"{title}: innocent sites suspected, of {false.sites}", value=false.alarms, unit="sites"),
        ]
        remarks += [f"{title}: missed {', '.join(found.wrong)}"] if found.wrong else []
        remarks += [f"{title}: suspected wrongly {', '.join(false.wrong)}"] if false.wrong else []
    if folder := os.environ.get(CODE):
        lines += _real_code(Path(folder), remarks)
    limits = f"alarm from {rules.rules().alarm} for pages, {malware_traits.rules().alarm} for files"
    return Section("Watch: what is found, and what is suspected wrongly", lines, [limits, *remarks])


def _real_code(folder: Path, remarks: list[str]) -> list[Line]:
    """Read programs that nobody has touched, each a site of its own, as the agent reads a hosting."""
    files, size, wrong, started = 0, 0, [], time.process_time()
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        for name, info in readable.files(site, [path.name for path in site.iterdir()]):
            content = readable.content(site / name, info.st_size)
            if content is not None:
                files, size = files + 1, size + len(content)
                wrong += [f"{site.name}/{name}"] if of_file(judged(name, content, info.st_size)) is not None else []
    seconds = time.process_time() - started
    remarks.append(f"innocent programs suspected: {', '.join(wrong[:12]) or 'none'}")
    return [
        Line(what=f"innocent files of real programs suspected, of {files}", value=len(wrong), unit="files"),
        Line(what="read and judged, a second of one core", value=size / max(seconds, 0.001) / 1e6, unit="MB"),
        Line(what="each file, processor", value=seconds * 1000 / max(files, 1)),
    ]
