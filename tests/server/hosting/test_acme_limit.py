"""An authority limits its orders: its word is kept over restarts and for all hostings, and engineers see it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

from provisioning.enrolment.settings import Acme
from provisioning.fleet import Fleet
from provisioning.lab import LabServer
from provisioning.lab.acme import AcmeAuthority
from provisioning.spec import Kind, Secret, State
from tests.server.hosting.conftest import Hosting, Hostings, enrolled, settings_for
from tests.server.hosting.test_acme import AT_ONCE, shown, wait_for

PORT, SECONDS = 14001, 45
LOG, PROGRAM = "/var/log/pesanan", "/usr/local/lib/limiting_authority.py"


class LimitingAuthority:
    """Pebble, behind a door that lets one order through in `SECONDS`."""

    def __init__(self, authority: AcmeAuthority) -> None:
        self._server = authority.server
        self.directory = f"https://{self._server.address}:{PORT}/dir"
        self.authority_pem = authority.authority_pem
        self._server.put(Path(__file__).with_name("limiting_authority.py"), PROGRAM)
        command = f"python3 {PROGRAM} {self._server.address} {PORT} {SECONDS} {LOG}"
        self._server.run(f": >{LOG}; systemd-run --quiet --unit=limiting-authority {command}")

    def orders(self) -> list[tuple[float, int, str]]:
        """Return each order: when, how it was answered, and whether it was early."""
        lines = [line.split() for line in self._server.run(f"cat {LOG}").stdout.splitlines()]
        return [(float(when), int(status), in_time) for when, status, in_time in lines]

    def answers(self) -> list[int]:
        return [status for _, status, _ in self.orders()]


async def test_orders_wait_for_as_long_as_the_authority_said_whatever_happens_meanwhile(
    new_server: Callable[[], LabServer], authority: AcmeAuthority, bot_key: Secret, fleet: Fleet, tmp_path: Path
) -> None:
    limiting, server = LimitingAuthority(authority), new_server()
    ordering = Acme(directory=limiting.directory, contact="hosting@dkisp.test", authority_pem=limiting.authority_pem)
    address = await enrolled(
        server, bot_key, dataclasses.replace(settings_for(server, bot_key), wildcards={}, acme=ordering)
    )
    server.put(AT_ONCE, "/etc/systemd/system/layanan-certificates.timer.d/test.conf")
    server.run("systemctl daemon-reload; systemctl restart layanan-certificates.timer")
    hostings = Hostings(fleet, address, server, tmp_path)

    first = await hostings.make(kind=Kind.STATIC)
    wait_for("the first is issued", lambda: "Pebble" in shown(server, first.name))
    second = await hostings.make(kind=Kind.STATIC)
    wait_for("the second is refused", lambda: limiting.answers() == [201, 429])
    refused_at = time.time()
    third = await hostings.make(kind=Kind.STATIC)
    for _ in range(3):  # each of which lets mod_md begin anew
        server.run("systemctl reload apache2")
        await asyncio.sleep(1)
    await tells_until_when(fleet, address_of=second, and_of=third, about=refused_at + SECONDS)

    free_at = limiting.orders()[0][0] + SECONDS
    await asyncio.sleep(max(0.0, free_at - 2 - time.time()))
    assert limiting.answers() == [201, 429], "nobody asked before the time"
    await asyncio.sleep(5)
    server.run("rm /var/lib/layanan-acme/*; systemctl reload apache2")  # as if the pace of one name alone allowed it
    wait_for("one more was let through, one refused", lambda: limiting.answers() == [201, 429, 201, 429])
    await one_is_shown(server, second, third)
    assert {in_time for _, _, in_time in limiting.orders()} == {"in-time"}
    for hosting in hostings.made:
        await hosting.becomes(State.REMOVED)


async def one_is_shown(server: LabServer, *hostings: Hosting) -> None:
    """Wait for a certificate; a reload in the middle of its order lets it wait for its pace, which is hurried here."""
    for _ in range(12):
        if any("Pebble" in shown(server, one.name) for one in hostings):
            return
        await asyncio.sleep(10)
        server.run("rm -f /var/lib/layanan-acme/*; systemctl reload apache2")
    raise AssertionError("no certificate is shown after two minutes")


async def tells_until_when(fleet: Fleet, *, address_of: Hosting, and_of: Hosting, about: float) -> None:
    states = {state.name: state for state in (await fleet.certificates(address_of.server)).certificates}
    for hosting in (address_of, and_of):
        state = states[hosting.name]
        assert (state.kind, state.ordered) == ("self-signed", True)
        assert state.held_until is not None
        assert abs(dt.datetime.fromisoformat(state.held_until).timestamp() - about) < SECONDS
    assert "none before" in (states[address_of.name].problem or "")
    others = [state for name, state in states.items() if name not in {address_of.name, and_of.name}]
    assert [(state.kind, state.ordered, state.held_until) for state in others] == [("acme", False, None)]
