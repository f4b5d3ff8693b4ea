"""Scripts of the owner's that run by the clock: a systemd timer each, in the sandbox of the hosting's PHP."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import files, fpm, homes, names, php_files, systemd
from provisioning.agent.command import must, run
from provisioning.agent.render import render
from provisioning.agent.site import Site, Transaction
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import ARTISAN, CronJob, HostingSpec, State

NAME = "cron"
SECONDS = 300  # that one run may take
KINDS = ("service", "timer")


def _runs(spec: HostingSpec) -> bool:
    return bool(spec.cron) and spec.state is State.ACTIVE


def observe(site: Site) -> dict[str, Any]:
    """Look at the site's units, and whether its timers run."""
    wanted = _wanted(site.spec)
    known = {file.path.name for file in wanted}
    found: dict[str, Any] = {
        "files": {file.path.name: files.look(file) for file in wanted},
        "others": [name for name in _there(site.slug) if name not in known],
        "pending": files.marked(_pending(site.slug)),
        "program": not wanted or fpm.command_line(site.spec.php_version or "").exists(),
    }
    timers = [names.cron_unit(site.slug, number, "timer") for number, _ in enumerate(site.spec.cron, 1)] * bool(wanted)
    links = all(names.cron_link(site.slug, number).is_symlink() for number, _ in enumerate(timers, 1))
    states = systemd.states(*timers) if timers else []
    found["started"] = links and all(state["ActiveState"] == "active" for state in states)
    return found


def _there(slug: str) -> list[str]:
    """Return the units of a site that lie there, also what is left of one half removed."""
    unit = re.compile(rf"layanan-cron-{re.escape(slug)}\.[0-9]+\.(?:service|timer)")
    places = (names.UNITS, names.UNITS / "timers.target.wants")
    return sorted(
        {path.name for place in places for path in place.glob(f"layanan-cron-{slug}.*") if unit.fullmatch(path.name)}
    )


def _pending(slug: str) -> str:
    return f"cron-{slug}"


def _wanted(spec: HostingSpec) -> list[files.WantedFile]:
    if not _runs(spec):
        return []
    return [file for number, job in enumerate(spec.cron, 1) for file in _units(spec, number, job)]


def _units(spec: HostingSpec, number: int, job: CronJob) -> list[files.WantedFile]:
    values = {
        **php_files.script_limits(spec), "number": number, "account": names.account(spec.slug),
        "home": names.home(spec.slug), "php": " ".join(php_files.command_line(spec)), "script": job.script,
        "arguments": " schedule:run" if job.script.endswith(f"/{ARTISAN}") else "", "seconds": SECONDS,
        "calendar": calendar(job, spec.php.timezone),
    }  # fmt: skip
    return [
        files.WantedFile(path=_path(spec.slug, number, kind), content=render(f"cron.{kind}", **values))
        for kind in KINDS
    ]


def _path(slug: str, number: int, kind: str) -> Path:
    return names.UNITS / names.cron_unit(slug, number, kind)


def calendar(job: CronJob, timezone: str) -> str:
    """Return when a script runs, as systemd writes it (systemd.time(7))."""
    if job.minutes is not None:
        return "*-*-* *:00:00" if job.minutes == 60 else f"*-*-* *:00/{job.minutes}:00"
    day = f"{job.weekday} " if job.weekday else ""
    return f"{day}*-*-* {job.at}:00 {timezone}"


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`PHP_NOT_INSTALLED`)."""
    if not _runs(spec):
        left = found["others"] or found["pending"]
        return [_change(Action.REMOVE, "Stop the site's timed scripts and remove their units")] if left else []
    if not found["program"]:
        detail = f"PHP {spec.php_version} has no command line here"
        raise ServerError(ErrorCode.PHP_NOT_INSTALLED, detail, step=NAME)
    states = {state["state"] for state in found["files"].values()}
    if states == {"absent"} and not found["others"]:
        return [_change(Action.CREATE, f"Run {len(spec.cron)} script(s) of the owner's by the clock")]
    if states != {"same"} or found["others"]:
        return [_change(Action.CHANGE, f"Set the site's {len(spec.cron)} timed script(s) right")]
    if found["pending"] or not found["started"]:
        return [_change(Action.CHANGE, "Start the timers of the site's scripts again")]
    return []


def _change(action: Action, summary: str) -> Change:
    return Change(part=NAME, key="timers", action=action, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Do what `changes` say; where a later step fails, the timers of before run again. Raises `ServerError`."""
    slug, wanted = site.slug, _wanted(site.spec)
    before = _there(slug)
    files.mark(_pending(slug))
    if changes and changes[0].action is not Action.REMOVE:
        homes.own_log(slug, "cron.log")
        kept = [files.keep(path) for path in {names.UNITS / name for name in before} | {file.path for file in wanted}]
        transaction.undo_with(functools.partial(_put_back, slug, kept))
    _remove(before, keeping={file.path.name for file in wanted})
    for file in wanted:
        files.put(file)
    _start(slug)
    files.unmark(_pending(slug))


def _put_back(slug: str, kept: Sequence[files.SavedFile]) -> None:
    _remove(_there(slug), keeping={file.path.name for file in kept if file.raw is not None})
    for file in kept:
        file.restore()
    _start(slug)
    files.unmark(_pending(slug))


def _remove(units: Sequence[str], *, keeping: set[str]) -> None:
    """End and remove units, a script that runs just now too."""
    gone = [name for name in units if name not in keeping]
    if not gone:
        return
    run(["systemctl", "stop", *sorted(gone, reverse=True)])  # timers first
    run(["systemctl", "reset-failed", *gone])  # one that was ended in the middle
    for name in gone:
        files.remove(names.UNITS / "timers.target.wants" / name)
        files.remove(names.UNITS / name)


def _start(slug: str) -> None:
    """Let systemd read the units that lie there, and run their timers, from now on and from each boot on."""
    timers = [name for name in _there(slug) if name.endswith(".timer")]
    for name in timers:
        link = names.UNITS / "timers.target.wants" / name
        link.parent.mkdir(exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(names.UNITS / name)
    must(["systemctl", "daemon-reload"])
    if timers:
        must(["systemctl", "restart", *timers])
