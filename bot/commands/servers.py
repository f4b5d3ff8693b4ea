"""Servers: enrolling them once with an engineer's own access, listing them, taking them out of use."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.refusals import refusal
from bot.settings import Settings
from provisioning.agent.config import ConfigError, DnsConfig
from provisioning.connection import HostKey, Login, public_key_of
from provisioning.enrolment import enroll as enrolment
from provisioning.enrolment.settings import Acme, EnrollSettings, Wildcard
from provisioning.plan import Progress, ServerError
from provisioning.spec import Secret
from workflows import servers
from workflows.capacity import Shares
from workflows.refusal import Refused
from workflows.store import hostings
from workflows.store.tables import Server

app = typer.Typer(no_args_is_help=True)


@app.command()
def fingerprint(host: str, port: Annotated[int, typer.Option()] = 22) -> None:
    """Show a server's host key, to be compared with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` over there."""
    say(wait_for(enrolment.fingerprint(host, port)).fingerprint)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="what the office calls it")],
    host: str,
    *,
    address: Annotated[list[str], typer.Option(help="IP address of the hostings on it; again for more")],
    name_server: Annotated[str, typer.Option(help="IP address that is asked when a name is verified")],
    port: int = 22,
    user: Annotated[str, typer.Option(help="root, or an account that may sudo without a password")] = "root",
    identity: Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")] = None,
    dedicated: Annotated[list[str] | None, typer.Option(help="IP address to give to one hosting alone")] = None,
    tsig_name: Annotated[str | None, typer.Option(help="TSIG key name for DNS updates")] = None,
    tsig_file: Annotated[Path | None, typer.Option(help="file with the TSIG secret in base64")] = None,
    certificate: Annotated[Path | None, typer.Option(help="the zone's wildcard certificate with its chain")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="its private key")] = None,
    acme_directory: Annotated[str | None, typer.Option(help="where certificates are ordered by ACME")] = None,
    acme_contact: Annotated[str | None, typer.Option(help="e-mail; naming it agrees to that place's terms")] = None,
    acme_authority: Annotated[Path | None, typer.Option(help="who signs that place's own certificate (PEM)")] = None,
    uplink_mbit: int = 100,
) -> None:
    """Enrol a server: shows its fingerprint, asks, installs the agent, takes it into use. Your access is not kept."""
    found, key = load(), _confirmed(host, port)
    try:
        settings = EnrollSettings(
            bot_public_key=public_key_of(bootstrap.read_ssh_key(found)),
            zones=(found.zone,),
            addresses_shared=tuple(address),
            addresses_dedicated=tuple(dedicated or ()),
            dns=_dns(name_server, tsig_name, tsig_file),
            wildcards=_wildcards(found.zone, certificate, certificate_key),
            acme=_acme(acme_directory, acme_contact, acme_authority),
            uplink_kbit=uplink_mbit * 1000,
        )
    except ConfigError as error:
        fail(f"The agent would refuse this: {error}.")
    access = enrolment.RootAccess(login=login(identity), user=user)
    wait_for(_enrol(found, access, settings, _Place(name, host, port, key.line, name_server)))
    say(f"{name} is enrolled and in use.")


def _confirmed(host: str, port: int) -> HostKey:
    key = wait_for(enrolment.fingerprint(host, port))
    say(f"{host} shows the host key {key.fingerprint}")
    if not typer.confirm("Is this the fingerprint that the server itself shows?"):
        fail("Nothing was done.")
    return key


@app.command()
def upgrade(
    name: Annotated[str | None, typer.Argument(help="the server; or --all")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="every server in use, one after another")] = False,
    user: Annotated[str, typer.Option(help="root, or an account that may sudo without a password")] = "root",
    identity: Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")] = None,
) -> None:
    """Install this version's agent on a server in use; its settings and its hostings stay. Your access is not kept."""
    if (name is None) is not every:
        fail("Name one server, or say --all.")
    chosen = wait_for(servers_named(load(), name))
    if not chosen:
        fail(f"There is no server {name}." if name else "There is no server yet.")
    access = enrolment.RootAccess(login=login(identity), user=user)
    failed = [server.name for server in chosen if not wait_for(_upgrade(access, server))]
    if failed:
        fail(f"Not upgraded: {', '.join(failed)}. What was said above is why; the same command goes on from there.")


async def servers_named(found: Settings, name: str | None) -> list[Server]:
    """Return the server of that name, if there is one; all in use where none is named."""
    async with bootstrap.open_database(found) as database, database.read() as reading:
        if name is None:
            return await hostings.servers(reading)
        server = await hostings.server_by_name(reading, name)
        return [server] if server else []


async def _upgrade(access: enrolment.RootAccess, server: Server) -> bool:
    """Upgrade one server; one that fails does not keep the others waiting."""
    host, port, host_key = server.host, server.port, server.host_key
    try:
        upgraded = await enrolment.upgrade(access, host=host, port=port, host_key=host_key, on_progress=tell)
    except ServerError as error:
        say(f"{server.name}: {error}")
        return False
    say(f"{server.name}: {', '.join(upgraded.changed) or 'nothing to do'}; agent {upgraded.facts.agent_version}.")
    return True


@app.command()
def capacity(
    name: str,
    *,
    disk: Annotated[int, typer.Option(min=1, max=100, help="percent of the disk; the rest is the system's")] = 90,
    memory: Annotated[int, typer.Option(min=1, max=5000, help="percent of the memory")] = 400,
    bandwidth: Annotated[int, typer.Option(min=1, max=10_000, help="percent of the uplink")] = 1000,
) -> None:
    """Set how much of a server may be promised to hostings in all, in percent of what it has."""
    found = load()
    shares = Shares(disk_percent=disk, memory_percent=memory, bandwidth_percent=bandwidth)

    async def work() -> bool:
        async with bootstrap.open_database(found) as database, database.write() as writing:
            server = await hostings.server_by_name(writing, name)
            if server is not None:
                await servers.set_shares(writing, server, shares)
            return server is not None

    if not wait_for(work()):
        fail(f"There is no server {name}.")
    say(f"{name}: {disk}% of the disk, {memory}% of the memory, {bandwidth}% of the uplink.")


@app.command("list")
def show() -> None:
    """Show the servers in use."""
    found = load()

    async def work() -> list[str]:
        async with bootstrap.open_database(found) as database, database.read() as reading:
            return [f"{row.name}\t{row.host}:{row.port}\t{row.zone}" for row in await hostings.servers(reading)]

    say("\n".join(wait_for(work())) or "There is none yet.")


@app.command()
def remove(name: str) -> None:
    """Take a server out of use: nothing new is made on it. What is on it stays as it is."""
    found = load()

    async def work() -> bool:
        async with bootstrap.open_database(found) as database, database.write() as writing:
            return await servers.retire(writing, name)

    if not wait_for(work()):
        fail(f"There is no server {name}.")
    say(f"{name} is out of use.")


@dataclasses.dataclass(frozen=True)
class _Place:
    name: str
    host: str
    port: int
    host_key: str
    name_server: str


async def _enrol(found: Settings, access: enrolment.RootAccess, settings: EnrollSettings, place: _Place) -> None:
    enrolled = await enrolment.enroll(
        access, host=place.host, port=place.port, host_key=place.host_key, settings=settings, on_progress=tell
    )
    new = servers.NewServer(
        name=place.name,
        host=place.host,
        port=place.port,
        host_key=enrolled.host_key,
        zone=found.zone,
        name_server=place.name_server,
        facts=enrolled.facts,
    )
    try:
        async with bootstrap.open_database(found) as database, database.write() as work:
            await servers.register_server(work, new)
    except Refused as refused:
        fail(refusal(refused))


async def tell(step: Progress) -> None:
    """Say which step of an enrolment begins."""
    say(f"  {step.done}/{step.total} {step.step}")


def login(identity: Path | None) -> Login:
    """Return an engineer's own way in: a key, the keys of their ssh-agent, or a password that is asked for."""
    if identity is not None:
        return Login(private_key=Secret(identity.expanduser().read_text(encoding="ascii")))
    socket = os.environ.get("SSH_AUTH_SOCK")
    if socket is None:
        return Login(password=Secret(typer.prompt("Password over there", hide_input=True)))
    return Login(agent_socket=socket)


def _dns(name_server: str, tsig_name: str | None, tsig_file: Path | None) -> DnsConfig | None:
    if tsig_name is None or tsig_file is None:
        return None
    return DnsConfig(
        server=name_server, key_name=tsig_name, secret=Secret(tsig_file.read_text(encoding="ascii").strip())
    )


def _acme(directory: str | None, contact: str | None, authority: Path | None) -> Acme | None:
    if directory is None or contact is None:
        return None
    pem = None if authority is None else authority.read_text(encoding="ascii")
    return Acme(directory=directory, contact=contact, authority_pem=pem)


def _wildcards(zone: str, certificate: Path | None, key: Path | None) -> dict[str, Wildcard]:
    if certificate is None or key is None:
        return {}
    secret = Secret(key.read_text(encoding="ascii"))
    return {zone: Wildcard(certificate_pem=certificate.read_text(encoding="ascii"), key_pem=secret)}
