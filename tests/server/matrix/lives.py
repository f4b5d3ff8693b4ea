"""What happens to a hosting, as pairs of wanted states; what a server has to do for each is asked of a server."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from provisioning.plan import Plan
from provisioning.spec import CronJob, HostingSpec, Kind, Limits, PhpSettings, State

RECORDED = Path(__file__).with_name("plans.json")
SLUG = "uji"


@dataclasses.dataclass(frozen=True, order=True)
class Row:
    """One change of one plan: `key` has the hosting's name in it as `SLUG`."""

    life: str
    part: str
    action: str
    key: str
    index: int  # among those of the same part, which are done in one go

    def __str__(self) -> str:
        return f"{self.life}-{self.part}.{self.key or 'all'}"


@dataclasses.dataclass(frozen=True)
class Life:
    """From `before` (None: it is not there yet) to `after`."""

    before: HostingSpec | None
    after: HostingSpec


def lives(slug: str, zone: str, php: str) -> Mapping[str, Life]:
    """Return the lives of a hosting with this name."""
    new = HostingSpec(
        slug=slug, domains=(f"{slug}.{zone}",), kind=Kind.PHP, php_version=php, database=True, owner="Dinas Uji"
    )
    limits = Limits(memory_mb=128, php_workers=3, bandwidth_kbit=10_000, database_connections=10)
    other = dataclasses.replace(new, domains=(*new.domains, f"www-{slug}.{zone}"), limits=limits)
    static = dataclasses.replace(new, kind=Kind.STATIC, php_version=None, database=False)
    wishes = dataclasses.replace(
        new,
        document_root="public/web",
        php=PhpSettings(upload_mb=128, timezone="Asia/Jayapura"),
        cron=(CronJob(script="private/tugas.php", minutes=5),),
        ssh_keys=(f"ssh-ed25519 {'A' * 68}",),
    )
    suspended = dataclasses.replace(new, state=State.SUSPENDED)
    return {
        "create": Life(None, new),
        "change": Life(new, other),
        "wishes": Life(new, wishes),
        "no-wishes": Life(wishes, new),
        "suspend": Life(new, suspended),
        "resume": Life(suspended, new),
        "remove": Life(new, dataclasses.replace(new, state=State.REMOVED)),
        "static": Life(None, static),
        "copy": Life(None, dataclasses.replace(new, team_only=True)),
    }


def shape(plan: Plan, slug: str, zone: str) -> list[list[str]]:
    """Return a plan's changes as they are recorded: part, action, key."""
    return [[c.part, str(c.action), c.key.replace(slug, SLUG).replace(zone, "zona")] for c in plan.pending]


def rows() -> list[Row]:
    """Return every change of every recorded plan."""
    found = []
    for life, changes in json.loads(RECORDED.read_text()).items() if RECORDED.exists() else ():
        seen: dict[str, int] = {}
        for part, action, key in changes:
            found.append(Row(life, part, action, key, seen.get(part, 0)))
            seen[part] = seen.get(part, 0) + 1
    return found
