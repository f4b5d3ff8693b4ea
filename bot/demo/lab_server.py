"""A throw-away server of the lab, enrolled as a real one would be, with an engineer's own root access."""

from __future__ import annotations

from provisioning.agent.backup.repository import Repository
from provisioning.agent.config import DnsConfig
from provisioning.connection import Login, public_key_of
from provisioning.enrolment.backup import BackupPlace
from provisioning.enrolment.enroll import RootAccess, enroll, set_repository
from provisioning.enrolment.settings import EnrollSettings, Wildcard
from provisioning.lab import LabServer
from provisioning.spec import Secret
from workflows import servers
from workflows.hosting.backups import repositories
from workflows.secrets.vault import Vault
from workflows.store import hostings
from workflows.store.unit_of_work import Database

BACKUPS = "/var/backups/layanan"


async def take_in(database: Database, server: LabServer, bot_key: Secret) -> None:
    """Enrol a lab server and take it into use. Raises `ServerError`."""
    city = server.city
    settings = EnrollSettings(
        bot_public_key=public_key_of(bot_key),
        zones=(city.zone,),
        addresses_shared=(server.address,),
        dns=DnsConfig(
            server=city.dns_address, key_name=city.tsig.name, secret=city.tsig.secret, algorithm=city.tsig.algorithm
        ),
        wildcards={city.zone: Wildcard(certificate_pem=city.wildcard_certificate_pem, key_pem=city.wildcard_key_pem)},
    )
    enrolled = await enroll(_roots_own(server), host=server.address, host_key=server.host_key, settings=settings)
    new = servers.NewServer(
        name=server.name,
        host=enrolled.host,
        port=enrolled.port,
        host_key=enrolled.host_key,
        zone=city.zone,
        name_server=city.dns_address,
        facts=enrolled.facts,
    )
    async with database.write() as work:
        await servers.register_server(work, new)


async def keep_backups(database: Database, server: LabServer, vault: Vault) -> None:
    """Let a server that is in use keep backups, on its own disk. Raises `ServerError`."""
    async with database.write() as work:
        row = await hostings.server_by_name(work, server.name)
        if row is None:
            raise LookupError(server.name)
        password = await repositories.password_for(work, vault, row)
    place = BackupPlace(repository=Repository(place=BACKUPS), password=password)
    await set_repository(_roots_own(server), host=server.address, host_key=server.host_key, place=place)
    async with database.write() as work:
        await repositories.set_place(work, await hostings.server(work, row.id), BACKUPS)


def _roots_own(server: LabServer) -> RootAccess:
    return RootAccess(login=Login(private_key=Secret(server.root_key.read_text(encoding="ascii"))))
