"""Looking at hostings as the world does, from this machine: no agent is asked."""

from __future__ import annotations

import asyncio
import dataclasses
import ipaddress
import socket
from collections.abc import Collection, Sequence
from pathlib import Path

from provisioning import domain_proof
from provisioning.domain_proof import DomainLook, Network
from provisioning.errors import ErrorCode
from provisioning.errors import ServerError as ProvisioningError
from provisioning.fitness.examine import examine
from provisioning.pages.rules import PageViews
from provisioning.pages.tour import tour
from provisioning.server_address import ServerAddress
from provisioning.spec import HostingSecrets, HostingSpec
from provisioning.uptime import Availability, check_availability
from provisioning.verification.checks import SERVER_FAULT, Target
from provisioning.verification.http import Visitor, WebError, WebServer, certificate
from provisioning.verification.owner_session import OwnerSession, owner_endpoint
from provisioning.verification.verify import Check, Verification, verify

OK = 200  # RFC 9110, 15.3.1
NO_PAGE = 0  # in the place of a status: no page came
FRONT_SECONDS = 10.0  # nobody waits longer for a page
LOGINS_AT_ONCE = 5  # of owners, on one server: sshd turns some away from the tenth on (MaxStartups)


def is_well(status: int) -> bool:
    """Whether visitors got a page, and no error of the application or the server. Pure."""
    return status != NO_PAGE and status < SERVER_FAULT


class Outside:
    """`provisioning.fleet.OutsideView` says what each of these promises; safe to be asked from many tasks at once."""

    def __init__(self, resolvers: Sequence[str] = (), inner: Sequence[Network] = ()) -> None:
        """Let `resolvers` tell which name servers a stranger's zone has; without any, the machine's own ones do.

        Those that have an inner address are asked where it is one of the networks `inner`, and not elsewhere.
        """
        self._resolvers = resolvers
        self._inner = inner
        self._logins: dict[ServerAddress, asyncio.Semaphore] = {}

    def owner_session(self, server: ServerAddress, spec: HostingSpec, secrets: HostingSecrets | None) -> OwnerSession:
        places = self._logins.setdefault(server, asyncio.Semaphore(LOGINS_AT_ONCE))
        return OwnerSession(owner_endpoint(server.host, server.port, server.host_key, spec), spec, secrets, places)

    async def verify(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        secrets: HostingSecrets | None,
        *,
        dns: str,
        dns_port: int = 53,
        addresses: tuple[str, ...] = (),
        neighbours: tuple[str, ...] = (),
        authorities: Path | None = None,
        session: OwnerSession | None = None,
        is_new: bool = True,
    ) -> Verification:
        target = await _target(server, spec, dns, addresses, dns_port=dns_port, authorities=authorities)
        target = dataclasses.replace(target, neighbours=neighbours)
        return await verify(target, spec, secrets, session, is_new=is_new)

    async def front_page_status(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> int:
        try:
            target = await _target(server, spec, "", addresses)
            async with asyncio.timeout(FRONT_SECONDS), Visitor(target.web) as visitor:
                return await visitor.status("https", spec.domains[0], "/")
        except (WebError, TimeoutError, ProvisioningError):
            return NO_PAGE

    async def availability(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        dns: str,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> Availability:
        return await check_availability(await _target(server, spec, dns, addresses, authorities=authorities), spec)

    async def tour(
        self, server: ServerAddress, spec: HostingSpec, *, addresses: tuple[str, ...] = ()
    ) -> list[PageViews]:
        return await tour((await _target(server, spec, "", addresses)).web, spec.domains[0])

    async def check_page_served(self, server: ServerAddress, spec: HostingSpec, *, before: int = OK) -> None:
        target = await _target(server, spec, "", ())
        try:
            if not is_well(before):
                await certificate(target.web, spec.domains[0])
                return
            async with Visitor(target.web) as visitor:
                status = await visitor.status("https", spec.domains[0], "/")
        except WebError as error:
            raise ProvisioningError(ErrorCode.UNREACHABLE, str(error), step="verify") from error
        if not is_well(status):
            raise ProvisioningError(ErrorCode.STEP_FAILED, f"the page answers {status}", step="verify")

    async def custom_domain(
        self, domain: str, token: str, *, addresses: Collection[str], aliases: Collection[str]
    ) -> DomainLook:
        return await domain_proof.look(
            domain, token, addresses=addresses, aliases=aliases, resolvers=self._resolvers, inner=self._inner
        )

    async def examine(
        self,
        server: ServerAddress,
        spec: HostingSpec,
        *,
        addresses: tuple[str, ...] = (),
        authorities: Path | None = None,
    ) -> tuple[Check, ...]:
        target = await _target(server, spec, "", addresses, authorities=authorities)
        try:
            return await examine(target.web, spec.domains[0])
        except (WebError, TimeoutError) as error:
            raise ProvisioningError(ErrorCode.UNREACHABLE, str(error), step="verify") from error


async def _target(
    server: ServerAddress,
    spec: HostingSpec,
    dns: str,
    addresses: tuple[str, ...],
    *,
    dns_port: int = 53,
    authorities: Path | None = None,
) -> Target:
    expected = spec.addresses or addresses or (await _address_of(server.host),)
    return Target(
        host=server.host,
        port=server.port,
        host_key=server.host_key,
        web=WebServer(address=expected[0], authorities=authorities),
        dns_address=dns,
        dns_port=dns_port,
        addresses=expected,
    )


async def _address_of(host: str) -> str:
    """Return the host's IP address. Raises `ProvisioningError` (`UNREACHABLE`)."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ProvisioningError(ErrorCode.UNREACHABLE, f"{host}: {error}", step="connection") from error
    return str(found[0][4][0])
