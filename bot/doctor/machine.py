"""The machine that the bot runs on: room on its disk, its clock, who may read the bot's secrets."""

from __future__ import annotations

import datetime as dt
import email.utils
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from bot.doctor.finding import Finding, bad, due, good
from bot.settings import Settings

GIB = 1024**3
ROOM_BAD, ROOM_DUE = GIB // 2, 2 * GIB  # bytes: letters and uploads grow by megabytes a day at most
SKEW_BAD, SKEW_DUE = 60.0, 5.0  # seconds; DNS updates are refused from 300 on (RFC 8945, 5.2.3)
PATIENCE_SECONDS = 10.0


def room(folder: Path) -> Finding:
    """Look at the disk under the data folder, or where it will be made."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free
    sentence = f"Disk: {free / GIB:.1f} GiB free for {folder}."
    if free < ROOM_BAD:
        return bad(f"{sentence} Make room, or letters and the database can no longer be written.")
    return due(f"{sentence} Make room in time.") if free < ROOM_DUE else good(sentence)


def secrecy(settings: Settings) -> Iterator[Finding]:
    """Look at who may read the data folder, the SSH key and `.env`."""
    open_to_others = [
        path
        for path in (settings.data_dir, settings.ssh_key, Path(".env"))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    for path in open_to_others:
        yield bad(f"Secrecy: others on this machine may open {path}: chmod go= {path}")
    if not open_to_others:
        yield good("Secrecy: the data folder, the SSH key and .env are the bot's alone.")


async def clock(settings: Settings) -> Finding:
    """Compare this machine's clock with the one that Telegram answers with (RFC 9110, 6.6.1)."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.head(settings.telegram_api_url) as answer:
            theirs = email.utils.parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        return due(f"Clock: could not be compared with Telegram's ({type(error).__name__}).")
    return of_skew((dt.datetime.now(dt.UTC) - theirs).total_seconds())


def of_skew(seconds: float) -> Finding:
    """Say what a difference of the clocks means; positive where ours is ahead."""
    if abs(seconds) < SKEW_DUE:
        return good("Clock: as Telegram's.")
    sentence = f"Clock: {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} Telegram's."
    remedy = "Let it be set by the network: timedatectl set-ntp true"
    return bad(f"{sentence} {remedy}") if abs(seconds) >= SKEW_BAD else due(f"{sentence} {remedy}")
