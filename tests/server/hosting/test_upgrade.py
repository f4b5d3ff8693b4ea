"""An older agent is upgraded by command: it refuses nothing that it made before, and nobody's site notices."""

from __future__ import annotations

import asyncio
import io
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioning.agent import bundle, protocol
from provisioning.agent_fleet import AgentFleet
from provisioning.enrolment.enroll import upgrade
from provisioning.fleet import ProvisioningError
from provisioning.lab import LabServer
from provisioning.plan import ErrorCode
from provisioning.spec import Secret
from tests.server.hosting.conftest import Hostings, engineers_access, enrolled, outside_of, visitors_of

BUILD = bundle.build
OLDER = protocol.VERSION - 1
UNIT = "templates/server/sandbox.j2"
HARDENING = b"ProtectClock=yes\n"  # what the older agent's sandbox did not have yet


def older_bundle() -> bytes:
    """Build the agent as of an earlier version: another protocol, and a sandbox with one lock fewer."""
    built, out = zipfile.ZipFile(io.BytesIO(BUILD())), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in built.namelist():
            raw = built.read(name)
            if name == "provisioning/agent/protocol.py":
                raw = re.sub(rb"(?m)^VERSION = \d+", f"VERSION = {OLDER}".encode(), raw)
            if name == UNIT:
                assert HARDENING in raw
                raw = raw.replace(HARDENING, b"")
            archive.writestr(name, b"0123456789abcdef" if name == bundle.VERSION_FILE else raw)
    return out.getvalue()


@pytest.fixture
def older() -> Iterator[pytest.MonkeyPatch]:
    """The office as of that earlier version, until it is undone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "build", older_bundle)
        patch.setattr(bundle, "version", lambda: "0123456789abcdef")
        patch.setattr(protocol, "VERSION", OLDER)
        yield patch


async def test_what_an_older_agent_made_is_taken_over_without_an_outage(
    new_server: Callable[[], LabServer], bot_key: Secret, tmp_path: Path, older: pytest.MonkeyPatch
) -> None:
    server = new_server()
    address = await enrolled(server, bot_key)
    fleet = AgentFleet(bot_key)
    made = Hostings(fleet, address, server, tmp_path)
    site, neighbour = made.want(), made.want()
    request = str(uuid.uuid4())
    first = await site.apply(request_id=request)
    await neighbour.apply()
    page = f"/srv/hosting/{site.spec.slug}/public/index.php"
    server.run(f"echo '<?php echo 6 * 7;' >{page}; chown {site.account}: {page}")
    outside = outside_of(server, tmp_path)
    assert outside.curl(f"https://{site.name}/").body == "42"
    await fleet.aclose()

    older.undo()  # the bot is upgraded first
    with pytest.raises(ProvisioningError) as refused:
        await fleet.facts(address)
    assert refused.value.code is ErrorCode.VERSION_MISMATCH
    with visitors_of(site, neighbour) as seen:
        upgraded = await upgrade(engineers_access(server), host=server.address, host_key=server.host_key)
        assert upgraded.facts.agent_version == bundle.version()
        assert set(upgraded.facts.hostings) == {site.spec.slug, neighbour.spec.slug}
        again = await site.apply(request_id=request)
        assert again.replayed
        assert again.facts == first.facts

        plan = await fleet.plan(address, site.spec)
        assert [change.part for change in plan.pending] == ["php_fpm", "php_fpm"], str(plan)
        site.are_destroyed = neighbour.are_destroyed = True
        started = server.run(f"systemctl show -P ActiveEnterTimestampMonotonic layanan-php8.2@{site.spec.slug}").stdout
        applied = await site.apply(plan_hash=plan.hash)
        assert applied.changed
        other = await fleet.plan(address, neighbour.spec)
        if other.pending:  # its PHP runs: it was its own first visitor
            assert [change.summary for change in other.pending] == [
                "Restart the site's PHP where it runs in an older sandbox"
            ]
            await neighbour.apply()
        await asyncio.sleep(0.3)
    assert outside.curl(f"https://{site.name}/").body == "42"
    after = server.run(f"systemctl show -P ActiveEnterTimestampMonotonic layanan-php8.2@{site.spec.slug}").stdout
    assert int(after) > int(started), "the running PHP was restarted into the new sandbox"
    for hosting in (site, neighbour):
        assert (await fleet.plan(address, hosting.spec)).is_empty
    assert len(seen.seconds) > 10
    assert seen.wrong == []
    await fleet.aclose()
