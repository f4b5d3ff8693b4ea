"""What each verb answers. Every verb loads only what it needs, so that a first request is answered soon."""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisioning.agent import bundle, config, log, names, protocol
from provisioning.agent.backup.wire import BackupAction
from provisioning.agent.move_request import Move
from provisioning.agent.protocol import Log, Request, Verb
from provisioning.agent.record import Records
from provisioning.agent.text_cache import MEMORY
from provisioning.plan import ErrorCode, Progress, ServerError
from provisioning.spec import HostingSpec

if TYPE_CHECKING:
    from provisioning.agent.site import Site

BACKUPS = frozenset({Verb.BACKUP, Verb.FORGET, Verb.REPOSITORY})
Report = Callable[[Progress], None]
NICE = 10  # counting makes room for whatever else the server has to do


def answer(request: Request, report: Report) -> dict[str, Any]:
    """Return the result of a checked request. Raises `ServerError`."""
    settings = config.load(Path(protocol.CONFIG_FILE))
    MEMORY.folder = names.STATE / "rendered"
    if request.verb is Verb.APPLY:
        from provisioning.agent import batch

        return {"works": batch.carry_out(request.works, settings, report)}
    if request.verb in BACKUPS:
        return _backups(request, settings, report)
    if request.spec is None:
        return _of_the_server(request, settings, report)
    if request.copy is not None:
        from provisioning.agent.staging import copying

        return copying.carry_out(request.id, _site(request.spec, settings), request.copy, report)
    return _of_a_hosting(request, request.spec, settings, report)


def _of_the_server(request: Request, settings: config.AgentConfig, report: Report) -> dict[str, Any]:
    if request.verb is Verb.CERTIFICATES:
        return _certificates(settings)
    if request.verb is Verb.UPDATES:
        from provisioning.agent import updates

        return updates.gather().to_data()
    if request.verb is Verb.TIDY:
        from provisioning.agent.staging import left_over

        return {"taken": left_over.take_away(report)}
    if request.first_day is not None:
        from provisioning.agent import measure

        os.nice(NICE)  # of this child, which answers this request alone
        return measure.gather(Records().everything(), request.first_day).to_data()
    from provisioning.agent import facts

    return facts.gather(settings, Records().everything(), bundle.version()).to_data()


def _of_a_hosting(request: Request, spec: HostingSpec, settings: config.AgentConfig, report: Report) -> dict[str, Any]:
    if request.verb is Verb.USAGE:
        from provisioning.agent import usage

        return usage.gather(spec, settings).to_data()
    if request.verb is Verb.SCAN:
        return _scan(request, _site(spec, settings))
    if request.verb is Verb.LOG:
        return {"lines": _log(request, spec, settings)}
    if request.verb in {Verb.DUMP, Verb.LOAD, Verb.FETCH, Verb.INSTALL, Verb.RENEW_LOGIN}:
        return _content(request, _site(spec, settings), report)
    if request.move is not None:
        return _move(request.verb, _site(spec, settings), request.move)
    return _look(request.verb, _site(spec, settings))


def _backups(request: Request, settings: config.AgentConfig, report: Report) -> dict[str, Any]:
    from provisioning.agent.backup import orders

    if request.verb is Verb.REPOSITORY:
        return orders.open_repository()
    if request.spec is None or request.backup is None:
        return orders.forget(request.id, request.keeps, report)
    site = _site(request.spec, settings)
    if request.backup.deed is BackupAction.LIST:
        return orders.listed(site)
    return orders.carry_out(request.id, site, request.backup, report)


def _certificates(settings: config.AgentConfig) -> dict[str, Any]:
    from provisioning.agent import issued

    try:
        taken_up, problem = issued.take_up(settings), None
    except ServerError as error:
        taken_up, problem = False, error.detail
    said = issued.everything(Records().everything(), settings)
    return {"taken_up": taken_up, "problem": problem, "certificates": said}


def _scan(request: Request, site: Site) -> dict[str, Any]:
    from provisioning.agent import scan

    if "account" not in site.record.claims:
        raise ServerError(ErrorCode.STEP_FAILED, "the hosting is not here", step="scan")
    return scan.scan(site.slug, since=request.since, after=request.after)


def _log(request: Request, spec: HostingSpec, settings: config.AgentConfig) -> list[str]:
    if request.log is Log.AGENT:
        return log.tail(spec.slug, request.lines)
    from provisioning.agent import site_logs

    return site_logs.tail(_site(spec, settings).slug, request.log, request.lines)


def _content(request: Request, site: Site, report: Report) -> dict[str, Any]:
    from provisioning.agent import database_files, imports, new_login
    from provisioning.agent.heartbeat import heartbeats
    from provisioning.agent.wordpress import install

    if request.verb is Verb.INSTALL:
        return install.install(site, request)
    if request.verb is Verb.DUMP:
        return database_files.write(site, request.id)
    if request.verb in {Verb.LOAD, Verb.RENEW_LOGIN}:
        with heartbeats(lambda: report(Progress(step="database", done=0, total=0, work=request.id))):
            if request.verb is Verb.RENEW_LOGIN:
                return new_login.renew(site, request.id)
            return imports.load(site, request)
    return database_files.piece(site, request.file, request.offset)


def _move(verb: Verb, site: Site, move: Move) -> dict[str, Any]:
    from provisioning.agent import moving

    if verb is Verb.DROP:
        return moving.forget(site.slug)
    return {Verb.PACK: moving.pack, Verb.GIVE: moving.give, Verb.TAKE: moving.take, Verb.UNPACK: moving.unpack}[verb](
        site, move
    )


def _site(spec: HostingSpec, settings: config.AgentConfig) -> Site:
    from provisioning.agent import planner
    from provisioning.agent.site import Site

    records = Records()
    site = Site(spec=spec, config=settings, record=records.load(spec.slug))
    planner.permit(site, records.everything())
    return site


def _look(verb: Verb, site: Site) -> dict[str, Any]:
    from provisioning.agent import planner

    found = planner.observe([site])[site.slug]
    if isinstance(found, ServerError):
        raise found
    if verb is Verb.OBSERVE:
        return {"found": found}
    plan = planner.plan(site.spec, found)
    return {"plan": plan.to_data(), "hash": plan.hash}


def load_everything() -> None:
    """Load what any verb needs, templates too; nothing of it comes from a request."""
    for name in (
        "backup.orders",
        "batch",
        "facts",
        "imports",
        "issued",
        "measure",
        "moving",
        "new_login",
        "scan",
        "site_logs",
        "staging.copying",
        "staging.left_over",
        "updates",
        "wordpress.install",
    ):
        importlib.import_module(f"provisioning.agent.{name}")
    with contextlib.suppress(ImportError):  # without Jinja2 what is kept filled (`text_cache`) still serves
        from provisioning.agent import render

        render.load_templates()
