"""Takes a site that was made by hand into management. Started by an engineer as root, never through the bot's key.

Nothing of the old site is changed but the name of its Apache file, at the moment when ours has passed its test: its
files and its database are copied and stay. Whatever fails puts everything back.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import sys
import traceback
import uuid
from pathlib import Path
from typing import Any

from provisioning.agent import adopt_copy, adopt_look, adoption_permits, batch, config, lock, log, names
from provisioning.agent.adopt_look import OldSite
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import dns, php_fpm
from provisioning.agent.protocol import CONFIG_FILE, Work
from provisioning.agent.record import Records
from provisioning.agent.site import Site, Transaction
from provisioning.agent.text_cache import MEMORY
from provisioning.plan import ErrorCode, Progress, ServerError
from provisioning.spec import HostingSecrets, HostingSpec, Secret, State

VERBS = ("plan", "apply", "undo", "settle")


@dataclasses.dataclass(frozen=True, kw_only=True)
class AdoptionRequest:
    """What the engineer asked for."""

    verb: str
    spec: HostingSpec
    source: OldSite
    secrets: HostingSecrets
    plan_hash: str | None


def main() -> None:
    """Answer one request on standard input, as the agent does: JSON lines, at last a result or an error."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.umask(0o022)
    MEMORY.folder = names.STATE / "rendered"
    try:
        task = _task(json.loads(sys.stdin.readline()))
        _say({"result": _answer(task, config.load(Path(CONFIG_FILE)))})
    except ServerError as error:
        _say({"error": error.to_data()})
    except Exception as error:  # noqa: BLE001 - the caller must get an answer; the traceback goes to the server's log
        log.write("_agent", "crash", traceback=traceback.format_exc())
        _say({"error": ServerError(ErrorCode.INTERNAL, f"{type(error).__name__}: {error}").to_data()})


def _say(data: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        return


def _task(data: dict[str, Any]) -> AdoptionRequest:
    if data["verb"] not in VERBS:
        raise ServerError(ErrorCode.BAD_REQUEST, "unknown verb", step="request")
    given = data["secrets"]
    database = given["database_password"]
    return AdoptionRequest(
        verb=data["verb"],
        spec=HostingSpec.from_data(data["spec"]),
        source=OldSite.from_data(data["source"]),
        secrets=HostingSecrets(
            sftp_password=Secret(given["sftp_password"]),
            database_password=None if database is None else Secret(database),
        ),
        plan_hash=data["plan_hash"],
    )


def _answer(task: AdoptionRequest, settings: AgentConfig) -> dict[str, Any]:
    slug = task.spec.slug
    if task.verb == "settle":
        adoption_permits.end(slug)
        return {}
    if task.verb == "undo" or (task.verb == "apply" and adoption_permits.is_under_way(slug)):
        _undo(task, settings)  # also what a killed run had begun
    if task.verb == "undo":
        return {}
    found = adopt_look.look(task.spec, task.source, settings)
    plan = adopt_look.plan(task.spec, task.source, found)
    if task.verb == "plan":
        return {"plan": plan.to_data()}
    if task.plan_hash != plan.hash:
        raise ServerError(ErrorCode.PLAN_MOVED, f"the plan is now {plan.hash}", step="plan")
    adoption_permits.allow(slug, found.vhosts, found.names)
    try:
        return _adopt(task, settings, found)
    except BaseException:
        _undo(task, settings)
        raise


def _adopt(task: AdoptionRequest, settings: AgentConfig, found: adopt_look.FoundSite) -> dict[str, Any]:
    log.write(task.spec.slug, "adopt", files=task.source.files, database=task.source.database)
    _apply(task, settings, State.ARCHIVED)  # account, folder and database, which nobody is shown yet
    _tell("files")
    adopt_copy.copy_files(task.spec, task.source, task.secrets)
    if task.source.database is not None:
        _tell("database")
        adopt_copy.copy_database(task.spec, task.source.database, task.secrets)
    _start_php(task, settings)
    for name in found.names:
        _mark(task.spec.slug, name, settings, found)
    return _apply(task, settings, task.spec.state)


def _start_php(task: AdoptionRequest, settings: AgentConfig) -> None:
    """Start the site's PHP before Apache sends it the first visitor: the old site has visitors already."""
    with lock.held():
        records = Records()
        site = Site(spec=task.spec, config=settings, record=records.load(task.spec.slug), secrets=task.secrets)
        php_fpm.apply(site, php_fpm.plan(site.spec, php_fpm.observe(site)), Transaction(site, records))


def _apply(task: AdoptionRequest, settings: AgentConfig, state: State) -> dict[str, Any]:
    spec = dataclasses.replace(task.spec, state=state)
    secrets = None if state is State.REMOVED else task.secrets
    work = Work(id=str(uuid.uuid4()), spec=spec, secrets=secrets)
    answer = batch.carry_out([work], settings, lambda progress: _tell(progress.step))[work.id]
    if "error" in answer:
        raise ServerError.from_data(answer["error"])
    result: dict[str, Any] = answer["result"]
    return result


def _tell(step: str) -> None:
    _say({"event": "progress", **dataclasses.asdict(Progress(step=step, done=0, total=0))})


def _mark(slug: str, name: str, settings: AgentConfig, found: adopt_look.FoundSite) -> None:
    """Give an existing DNS name to the hosting, if it still points to exactly those addresses (RFC 2136, 2.4)."""
    assert settings.dns is not None  # noqa: S101 - a name was seen there
    mark = f"{names.MARKER_LABEL}.{name}."
    there = [f"prereq yxrrset {name}. {kind} {a}" for kind, values in found.addresses.items() for a in values]
    lines = [*there, f"prereq nxdomain {mark}", f'update add {mark} {dns.TTL} TXT "{dns.marker(slug)}"', "send"]
    records = Records()
    records.save(records.load(slug).claiming(f"dns:{name}"))
    dns.send(settings.dns, dns.zone_of(name, settings.zones), lines, name)


def _undo(task: AdoptionRequest, settings: AgentConfig) -> None:
    """Take away what was made, and let the old site be served as before: its names keep their addresses."""
    slug, records = task.spec.slug, Records()
    for name in adoption_permits.marks(slug) if settings.dns else ():
        assert settings.dns is not None  # noqa: S101 - asked above
        mark, value = f"{names.MARKER_LABEL}.{name}.", f'"{dns.marker(slug)}"'
        if dns.look(settings.dns, [name])[name]["mark"] == dns.marker(slug):
            lines = [f"prereq yxrrset {mark} TXT {value}", f"update delete {mark} TXT {value}", "send"]
            dns.send(settings.dns, dns.zone_of(name, settings.zones), lines, name)
        records.save(records.load(slug).releasing(f"dns:{name}"))
    _apply(task, settings, State.REMOVED)
    adoption_permits.put_back(slug)  # where the crash was between the two
    adoption_permits.end(slug)
