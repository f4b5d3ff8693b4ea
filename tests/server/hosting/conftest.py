"""An enrolled server, the office's fleet, and hostings that go away with their test."""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from provisioning.agent.backup.repository import Repository
from provisioning.agent.config import DnsConfig
from provisioning.agent_channel import OnProgress
from provisioning.agent_fleet import AgentFleet
from provisioning.connection import Login, public_key_of
from provisioning.enrolment.backup import BackupPlace
from provisioning.enrolment.enroll import RootAccess, enroll, set_repository
from provisioning.enrolment.settings import EnrollSettings, Wildcard
from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import LabServer
from provisioning.lab.acme import AcmeAuthority, start_acme
from provisioning.plan import Applied
from provisioning.spec import HostingSecrets, HostingSpec, Kind, Secret, State
from provisioning.verification.verify import Verification
from tests.server.hosting.outside import Outside
from tests.server.visitors import Page, Visitors

PHP = "8.2"  # of Debian 12, which the lab's servers run
BACKUPS = "/var/backups/layanan"


@pytest.fixture(scope="session")
def bot_key() -> Secret:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return Secret(pem.decode())


def settings_for(server: LabServer, bot_key: Secret) -> EnrollSettings:
    city = server.city
    return EnrollSettings(
        bot_public_key=public_key_of(bot_key),
        zones=(city.zone,),
        addresses_shared=(server.address,),
        dns=DnsConfig(
            server=city.dns_address, key_name=city.tsig.name, secret=city.tsig.secret, algorithm=city.tsig.algorithm
        ),
        wildcards={
            city.zone: Wildcard(certificate_pem=city.wildcard_certificate_pem, key_pem=city.wildcard_key_pem),
        },
    )


def engineers_access(server: LabServer) -> RootAccess:
    return RootAccess(login=Login(private_key=Secret(server.root_key.read_text())))


async def enrolled(server: LabServer, bot_key: Secret, settings: EnrollSettings | None = None) -> ServerAddress:
    settings = settings or settings_for(server, bot_key)
    await enroll(engineers_access(server), host=server.address, host_key=server.host_key, settings=settings)
    return ServerAddress(name=server.name, host=server.address, port=22, host_key=server.host_key)


@pytest.fixture(scope="session")
async def address(web: LabServer, bot_key: Secret) -> ServerAddress:
    return await enrolled(web, bot_key)


@pytest.fixture(scope="session")
async def kept(address: ServerAddress, web: LabServer) -> str:
    """The shared server keeps its backups on its own disk: set once, for a repository opens with its first password."""
    assert address.host == web.address
    place = BackupPlace(repository=Repository(place=BACKUPS), password=Secret(secrets.token_urlsafe(32)))
    await set_repository(engineers_access(web), host=web.address, host_key=web.host_key, place=place)
    return BACKUPS


@pytest.fixture(scope="session")
async def fleet(bot_key: Secret) -> AsyncIterator[Fleet]:
    fleet = AgentFleet(bot_key)
    yield fleet
    await fleet.aclose()


@pytest.fixture(scope="session")
def authority(web: LabServer) -> AcmeAuthority:
    return start_acme(web)


@pytest.fixture
def outside(web: LabServer, tmp_path: Path) -> Outside:
    return outside_of(web, tmp_path)


def outside_of(server: LabServer, folder: Path) -> Outside:
    return Outside(
        folder=folder,
        address=server.address,
        dns=server.city.dns_address,
        host_key=server.host_key,
        authority_pem=server.city.ca_pem,
    )


def a_password() -> Secret:
    return Secret(secrets.token_urlsafe(18))


@dataclasses.dataclass
class Hosting:
    """A hosting of the office's, as a test holds it."""

    fleet: Fleet
    server: ServerAddress
    lab_server: LabServer
    folder: Path
    spec: HostingSpec
    passwords: HostingSecrets
    are_destroyed: bool = False  # the office has shown the passwords and keeps them no longer

    @property
    def name(self) -> str:
        return self.spec.domains[0]

    @property
    def account(self) -> str:
        return f"h_{self.spec.slug}"

    @property
    def database(self) -> str:
        return "h_" + self.spec.slug.replace("-", "_")

    @property
    def sftp_password(self) -> Secret:
        assert self.passwords.sftp_password is not None
        return self.passwords.sftp_password

    @property
    def known_passwords(self) -> HostingSecrets | None:
        return None if self.are_destroyed else self.passwords

    async def apply(
        self, *, request_id: str | None = None, plan_hash: str | None = None, on_progress: OnProgress | None = None
    ) -> Applied:
        return await self.fleet.apply(
            self.server,
            self.spec,
            self.known_passwords,
            request_id=request_id or str(uuid.uuid4()),
            plan_hash=plan_hash,
            on_progress=on_progress,
        )

    def answers_also(self, name: str) -> None:
        self.spec = dataclasses.replace(self.spec, domains=(*self.spec.domains, name))

    async def becomes(self, state: State) -> Applied:
        self.spec = dataclasses.replace(self.spec, state=state)
        return await self.apply()

    async def verify(self, *, neighbours: tuple[str, ...] = (), addresses: tuple[str, ...] = ()) -> Verification:
        city = self.lab_server.city
        authorities = self.folder / "ca.pem"
        authorities.write_text(city.ca_pem)
        return await self.fleet.outside.verify(
            self.server,
            self.spec,
            self.known_passwords,
            dns=city.dns_address,
            addresses=addresses,
            neighbours=neighbours,
            authorities=authorities,
        )


def visitors_of(*hostings: Hosting) -> Visitors:
    """Return visitors of hostings on one server."""
    return Visitors(hostings[0].lab_server, *(Page(hosting.name) for hosting in hostings))


class Hostings:
    """Makes hostings with names of their own on one server."""

    def __init__(self, fleet: Fleet, server: ServerAddress, lab_server: LabServer, folder: Path) -> None:
        self._parts = (fleet, server, lab_server, folder)
        self._zone = lab_server.zone
        self.made: list[Hosting] = []

    def want(self, *, kind: Kind = Kind.PHP, database: bool = True) -> Hosting:
        """Return a wanted hosting that nobody has applied yet."""
        slug = f"uji{secrets.token_hex(3)}"
        spec = HostingSpec(
            slug=slug,
            domains=(f"{slug}.{self._zone}",),
            kind=kind,
            php_version=PHP if kind is Kind.PHP else None,
            database=database and kind is Kind.PHP,
            owner="Dinas Uji Coba",
        )
        passwords = HostingSecrets(
            sftp_password=a_password(), database_password=a_password() if spec.database else None
        )
        self.made.append(Hosting(*self._parts, spec, passwords))
        return self.made[-1]

    async def make(self, *, kind: Kind = Kind.PHP, database: bool = True) -> Hosting:
        """Return a hosting that has been applied."""
        hosting = self.want(kind=kind, database=database)
        await hosting.apply()
        return hosting


@pytest.fixture
async def hostings(fleet: Fleet, address: ServerAddress, web: LabServer, tmp_path: Path) -> AsyncIterator[Hostings]:
    hostings = Hostings(fleet, address, web, tmp_path)
    yield hostings
    for hosting in hostings.made:
        hosting.spec = dataclasses.replace(hosting.spec, domains=hosting.spec.domains[:1])
        await hosting.becomes(State.REMOVED)


@pytest.fixture
async def hosting(hostings: Hostings) -> Hosting:
    """An active PHP hosting with a database."""
    return await hostings.make()
