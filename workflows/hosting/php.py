"""Versi PHP and what an owner may set of it: only versions that the server has, only values within the package."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import cast

from provisioning.spec import TIMEZONES, HostingSpec, Kind, PhpSettings
from workflows.hosting import orders
from workflows.hosting.action import site_setting
from workflows.hosting.backups.ordering import before_risky_change
from workflows.hosting.orders import OrderedBy
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Hosting, Job
from workflows.store.tables.hostings import JobData
from workflows.store.unit_of_work import UnitOfWork

UPLOADS_MB = (8, 16, 32, 64, 128, 256, 512)
MEMORIES_MB = (64, 128, 256, 512, 1024, 2048)
SECONDS = (30, 60, 90, 110)
PLAIN_SECONDS, PLAIN_MEMORY_MB, LEAST_MEMORY_MB = 30, 256, 32  # what `PhpSettings` means by None


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhpChoice:
    """What an owner chooses, whole. Sizes in MB."""

    version: str
    upload_mb: int
    memory_mb: int
    seconds: int
    timezone: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class PhpOffer:
    """What there is to choose from, and what stands now."""

    versions: Sequence[str]
    uploads_mb: Sequence[int]
    memories_mb: Sequence[int]
    seconds: Sequence[int]
    timezones: Sequence[str]
    present: PhpChoice


async def offer(work: UnitOfWork, hosting: Hosting) -> PhpOffer:
    """Return what a hosting of PHP is offered on its server."""
    server, spec = await hostings.server(work, hosting.server_id), hosting.spec
    now = present(spec)
    return PhpOffer(
        versions=sorted({*server.facts.php_versions, now.version}),
        uploads_mb=_with(now.upload_mb, [size for size in UPLOADS_MB if size <= spec.limits.disk_mb]),
        memories_mb=_with(now.memory_mb, [size for size in MEMORIES_MB if size <= spec.limits.memory_mb]),
        seconds=_with(now.seconds, SECONDS),
        timezones=TIMEZONES,
        present=now,
    )


def runs_php(hosting: Hosting) -> bool:
    """Whether there is any PHP to set."""
    return hosting.spec.kind is Kind.PHP


async def change(office: Office, work: UnitOfWork, hosting: Hosting, wish: PhpChoice, *, by: OrderedBy) -> Job:
    """Want another version, after a backup, or other settings. Raises `Refused`: php_not_offered; as `orders.want`."""
    given = await offer(work, hosting)
    if wish.version not in given.versions or wish.memory_mb not in given.memories_mb:
        raise Refused("php_not_offered")
    spec = hosting.spec
    settings = PhpSettings(
        upload_mb=wish.upload_mb,
        memory_mb=spec.php.memory_mb if wish.memory_mb == given.present.memory_mb else wish.memory_mb,
        seconds=spec.php.seconds if wish.seconds == given.present.seconds else wish.seconds,
        timezone=wish.timezone,
    )
    changed = dataclasses.replace(spec, php_version=wish.version, php=settings)
    data = cast("JobData", dataclasses.asdict(wish))  # a `PhpChoice`, whole
    job = await orders.want(office, work, hosting, changed, by=by, action=PHP, data=data)
    if wish.version != given.present.version:
        await before_risky_change(work, hosting, job)
        job.data = {**job.data, "before": spec.to_json()}
    return job


def present(spec: HostingSpec) -> PhpChoice:
    """Return what stands, in numbers also where the spec leaves it to the package. Pure."""
    plain = min(PLAIN_MEMORY_MB, max(LEAST_MEMORY_MB, spec.limits.memory_mb // 2))
    memory = plain if spec.php.memory_mb is None else min(spec.php.memory_mb, spec.limits.memory_mb)
    return PhpChoice(
        version=spec.php_version or "",
        upload_mb=spec.php.upload_mb,
        memory_mb=memory,
        seconds=spec.php.seconds or PLAIN_SECONDS,
        timezone=spec.php.timezone,
    )


def _with(present: int, offered: Sequence[int]) -> list[int]:
    return sorted({*offered, present})


def _is_still_wanted(spec: HostingSpec, job: Job) -> bool:
    return dataclasses.asdict(present(spec)).items() <= job.data.items()


PHP = site_setting("php", _is_still_wanted)
