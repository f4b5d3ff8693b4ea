"""What a staging copy is beside its site, and when it follows it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from provisioning.spec import CronJob, HostingSpec, Kind, Limits, PhpSettings, State
from workflows.hosting.staging.copy_spec import (
    CopyAction,
    CopyRelation,
    EndReason,
    course,
    is_to_be_told,
    spec_of,
    subdomain_of,
)

DAY = dt.date(2026, 11, 26)
BESIDE = CopyRelation(
    source=State.ACTIVE, copy=State.ACTIVE, is_handed=False, is_moving=False, ends_on=DAY + dt.timedelta(days=30)
)


def test_a_copy_has_the_sites_room_and_half_of_its_power() -> None:
    site = HostingSpec(
        slug="web",
        domains=("web.kota.test", "www2.kota.test"),
        kind=Kind.PHP,
        php_version="8.3",
        database=True,
        document_root="public/web",
        limits=Limits(disk_mb=5000, memory_mb=512, php_workers=8, cpu_percent=30),
        php=PhpSettings(memory_mb=512),
        cron=(CronJob(script="private/kirim.php", minutes=5),),
        ssh_keys=("ssh-ed25519 " + "A" * 68,),
        addresses=("192.0.2.9",),
        owner="Dinas Pendidikan",
    )
    copy = spec_of(site, slug="uji-web", domain="uji-web.kota.test")
    assert copy.domains == ("uji-web.kota.test",)
    assert copy.team_only
    assert (copy.kind, copy.php_version, copy.document_root, copy.owner) == (
        site.kind, site.php_version, site.document_root, site.owner)  # fmt: skip
    assert (copy.limits.disk_mb, copy.limits.database_mb, copy.limits.inodes) == (5000, 1024, 200_000)
    assert (copy.limits.memory_mb, copy.limits.php_workers, copy.limits.cpu_percent) == (256, 4, 25)
    assert copy.php.memory_mb == 256
    assert (copy.cron, copy.ssh_keys, copy.addresses) == ((), (), ()), "it sends no mail, and has logins of its own"


def test_no_limit_grows_where_half_would_be_too_little() -> None:
    site = HostingSpec(slug="w", domains=("w.kota.test",), kind=Kind.STATIC, limits=Limits(memory_mb=64, tasks=8))
    assert (spec_of(site, slug="uji-w", domain="uji-w.kota.test").limits.memory_mb) == 64


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("web.kota.test", "uji-web"),
        ("a.b.kota.test", None),
        ("web.lain.test", None),
        ("kota.test", None),
        (f"{'a' * 59}.kota.test", "uji-" + "a" * 59),
        (f"{'a' * 60}.kota.test", None),
    ],
)
def test_the_name_is_the_sites_below_the_zone(domain: str, name: str | None) -> None:
    assert subdomain_of(domain, "kota.test") == name


@pytest.mark.parametrize(
    ("changed", "what", "why"),
    [
        ({}, CopyAction.STAY, None),
        ({"source": State.SUSPENDED}, CopyAction.CLOSE, None),
        ({"source": State.SUSPENDED, "copy": State.SUSPENDED}, CopyAction.STAY, None),
        ({"copy": State.SUSPENDED}, CopyAction.OPEN, None),
        ({"source": State.ARCHIVED}, CopyAction.END, EndReason.SOURCE_ENDS),
        ({"source": None}, CopyAction.END, EndReason.SOURCE_ENDS),
        ({"is_handed": True}, CopyAction.END, EndReason.HANDED),
        ({"is_moving": True}, CopyAction.END, EndReason.MOVES),
        ({"ends_on": DAY + dt.timedelta(days=1)}, CopyAction.STAY, None),
        ({"ends_on": DAY}, CopyAction.END, EndReason.OVER),
        ({"ends_on": DAY - dt.timedelta(days=9)}, CopyAction.END, EndReason.OVER),
    ],
)
def test_a_copy_follows_its_site(changed: dict[str, object], what: CopyAction, why: EndReason | None) -> None:
    assert course(dataclasses.replace(BESIDE, **changed), DAY) == (what, why)  # type: ignore[arg-type]  # by name


def test_its_team_is_told_on_the_last_three_days() -> None:
    told = [left for left in range(-1, 6) if is_to_be_told(DAY + dt.timedelta(days=left), DAY)]
    assert told == [1, 2, 3]
