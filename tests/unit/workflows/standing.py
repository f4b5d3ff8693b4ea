"""Hostings that stand, without a case and without a server that was asked."""

from __future__ import annotations

from provisioning.spec import HostingSpec, Kind
from tests.unit.workflows.conftest import Desk
from workflows.store import people
from workflows.store.tables import Hosting


async def add_hosting(desk: Desk, slug: str, opd_code: str = "DISDIK", *, php: str | None = None) -> int:
    """Let a hosting stand on the desk's server; return its id."""
    kind = Kind.PHP if php else Kind.STATIC
    spec = HostingSpec(slug=slug, domains=(f"{slug}.tarakankota.go.id",), kind=kind, php_version=php)
    async with desk.database.write() as work:
        opd = await people.opd_by_code(work, opd_code)
        assert opd is not None
        row = Hosting(
            opd_id=opd.id,
            server_id=1,
            slug=slug,
            domain=spec.domains[0],
            state="wanted",
            spec=spec,
            wanted_revision=1,
            applied_revision=1,
            created_at=work.now,
        )
        work.add(row)
        await work.flush()
        return row.id
