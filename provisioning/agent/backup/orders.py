"""Carries backup orders out: each hosting's in turn, each once, whoever asks again is answered from the journal."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import pwd
from collections.abc import Callable, Sequence
from typing import Any

from provisioning.agent import log, names
from provisioning.agent.backup import drill, login, repository_locks, restoring, taking
from provisioning.agent.backup.repository import load
from provisioning.agent.backup.restic import Restic
from provisioning.agent.backup.wire import BackupAction, BackupOrder, HeldSnapshots, KeepRule
from provisioning.agent.heartbeat import heartbeats
from provisioning.agent.journal import Journal
from provisioning.agent.site import Site, as_server_error
from provisioning.plan import ErrorCode, Progress, ServerError, canonical

YOUNG_DAYS = 7  # before a hosting's newest snapshot: none of these is let go of
CLOSED_DAYS = 30  # how long even the last snapshots of a hosting stay, whoever wants them gone
Report = Callable[[Progress], None]


def carry_out(order_id: str, site: Site, order: BackupOrder, report: Report) -> dict[str, Any]:
    """Do what is ordered for one hosting, and return what came of it. Raises `ServerError`."""
    restic = Restic(load())
    with (
        heartbeats(lambda: report(_still_at_it(order_id, order.deed))),
        repository_locks.of_hosting(site.slug),
    ):
        _check_ours(site)
        journal = Journal()
        asked = canonical([order.to_data(), site.slug]).encode()
        earlier = journal.begin(order_id, site.slug, asked)
        if earlier is not None:
            return {**earlier, "replayed": True}
        log.write(site.slug, "backup", request=order_id, deed=order.deed, reason=order.reason)
        try:
            _mend(site)
            result = dataclasses.asdict(_done(order_id, site, order, restic))
        except (ServerError, OSError) as error:
            failure = as_server_error(error, str(order.deed))
            log.write(site.slug, "failed", request=order_id, **failure.to_data())
            raise failure from error
        finally:
            taking.clear(site.slug)
        journal.finish(order_id, result)
        journal.prune()
        log.write(site.slug, "done", request=order_id, deed=order.deed)
        return result


def listed(site: Site) -> dict[str, Any]:
    """Return what the repository itself says of a hosting's snapshots (`HeldSnapshots`). Raises `ServerError`."""
    found = Restic(load()).snapshots(taking.of(site.slug))
    return HeldSnapshots(count=len(found), newest_at=found[-1].taken_at if found else None).to_data()


def forget(order_id: str, keeps: Sequence[KeepRule], report: Report) -> dict[str, Any]:
    """Let go of old snapshots as `keeps` says, give their room back, and return which are left, by hosting.

    A hosting that is not named loses none. Raises `ServerError`.
    """
    restic = Restic(load())
    with (
        heartbeats(lambda: report(_still_at_it(order_id, "forget"))),
        repository_locks.of_repository(),
    ):
        restic.unlock()
        for keep in keeps:
            _forget_of(keep, restic)
        restic.must("prune")
        return {"left": {keep.slug: [one.id for one in restic.snapshots(taking.of(keep.slug))] for keep in keeps}}


def open_repository() -> dict[str, Any]:
    """Make sure that the repository is there and opens. Raises `ServerError`."""
    with repository_locks.of_repository():
        return {"made": Restic(load()).open_or_make()}


def _done(order_id: str, site: Site, order: BackupOrder, restic: Restic) -> Any:
    if order.deed is BackupAction.SNAPSHOT:
        return taking.take(site, order_id, order.reason, restic)
    if order.deed is BackupAction.RESTORE:
        return restoring.restore(site, order, order_id, restic)
    return drill.drill(site, order.snapshot, restic)


def _mend(site: Site) -> None:
    """Give back what a killed run had borrowed."""
    login.give_back(site.slug)


def _check_ours(site: Site) -> None:
    """Raise `ServerError` unless the hosting stands and is ours."""
    with contextlib.suppress(KeyError):
        pwd.getpwnam(names.account(site.slug))
        if site.record.exists and names.home(site.slug).is_dir():
            return
    raise ServerError(ErrorCode.NOT_OURS, f"hosting {site.slug} does not stand here", step="backup")


def _forget_of(keep: KeepRule, restic: Restic) -> None:
    """Whatever is asked, what is young stays: who steals the bot's key shall not take the backups away too."""
    kinds = {"daily": keep.daily, "weekly": keep.weekly, "monthly": keep.monthly, "last": keep.last}
    counts = [part for kind, count in kinds.items() if count for part in (f"--keep-{kind}", str(count))]
    if counts:
        young = ("--keep-within", f"{YOUNG_DAYS}d")
        restic.must("forget", "--tag", taking.of(keep.slug), "--group-by", "", *young, *counts)
        return
    limit = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=CLOSED_DAYS)
    gone = [one.id for one in restic.snapshots(taking.of(keep.slug)) if one.taken_at < limit]
    if gone:
        restic.must("forget", *gone)


def _still_at_it(order_id: str, what: str) -> Progress:
    return Progress(step=f"backup_{what}", done=0, total=0, work=order_id)
