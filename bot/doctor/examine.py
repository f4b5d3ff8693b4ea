"""Everything is looked at, also when something before it is bad."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt

from bot import bootstrap
from bot.description_faults import in_sentences
from bot.doctor import machine, records, servers, telegram_line
from bot.doctor.finding import Finding, bad, good
from bot.doctor.signing import signing
from bot.settings import Settings, SettingsError
from provisioning.agent_fleet import AgentFleet
from workflows.engine.fault import DescriptionError
from workflows.store.tables import Server
from workflows.words import WITA


async def examine(settings: Settings) -> list[Finding]:
    """Return all findings: line, clock, description, database, machine, servers."""
    in_use: list[Server] = []
    findings = [_descriptions(settings)]
    findings += [one async for one in telegram_line.line(settings)]
    findings.append(await machine.clock(settings))
    findings += [one async for one in records.records(settings, in_use)]
    findings.append(records.of_backups(settings))
    findings.append(signing(settings, dt.datetime.now(dt.UTC)))
    findings.append(machine.room(settings.data_dir))
    findings += machine.secrecy(settings)
    return findings + await _servers(settings, in_use)


def _descriptions(settings: Settings) -> Finding:
    try:
        sops = bootstrap.load_sops(settings.sops_dir)
    except DescriptionError as error:
        return bad(f"SOPs: {in_sentences(error)}")
    return good(f"SOPs: {', '.join(f'{code} version {version}' for code, version in sops)}.")


async def _servers(settings: Settings, in_use: list[Server]) -> list[Finding]:
    try:
        fleet = AgentFleet(bootstrap.read_ssh_key(settings))
    except SettingsError as error:
        return [bad(f"SSH key: {error}")]
    if not in_use:
        return [good("Servers: none yet; see `layanan server add --help`.")]
    today = dt.datetime.now(WITA).date()
    async with contextlib.aclosing(fleet):
        found = await asyncio.gather(*(servers.look(fleet, server, today) for server in in_use))
    return [finding for each in found for finding in each]
