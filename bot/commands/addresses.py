"""The IP addresses of a server: what the office may give, kept in step with what the agent over there may use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.commands.servers import login, tell
from bot.refusals import refusal
from bot.settings import Settings
from provisioning.enrolment import enroll as enrolment
from workflows import servers
from workflows.refusal import Refused
from workflows.store import addresses, hostings
from workflows.store.tables import Server
from workflows.store.unit_of_work import Database, UnitOfWork

app = typer.Typer(no_args_is_help=True, help="IP addresses of a server: shared by its hostings, or for one alone.")
Name = Annotated[str, typer.Argument(help="what the office calls the server")]
Address = Annotated[str, typer.Argument(help="IPv4 or IPv6")]
User = Annotated[str, typer.Option(help="root, or an account that may sudo without a password")]
Identity = Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")]


@app.command("list")
def show(name: Annotated[str | None, typer.Argument(help="one server; all if none is named")] = None) -> None:
    """Show the addresses, what each is for and which hosting holds it."""
    found = load()

    async def work() -> list[str]:
        async with bootstrap.open_database(found) as database, database.read() as reading:
            shown = [await _server(reading, name)] if name else await hostings.servers(reading)
            return [line for server in shown for line in await _lines(reading, server)]

    say("\n".join(wait_for(work())) or "There is none yet.")


@app.command()
def add(
    name: Name,
    address: Address,
    *,
    shared: Annotated[bool, typer.Option("--shared", help="for all hostings; else for one alone")] = False,
    user: User = "root",
    identity: Identity = None,
) -> None:
    """Give a server one more address. It must reach the server already; your access tells its agent and is not kept."""
    access = enrolment.RootAccess(login=login(identity), user=user)
    wait_for(_change(load(), name, access, address, dedicated=not shared, retire=False))
    say(f"{name} has {address}.")


@app.command()
def retire(name: Name, address: Address, *, user: User = "root", identity: Identity = None) -> None:
    """Take an address that no hosting holds away from a server."""
    access = enrolment.RootAccess(login=login(identity), user=user)
    wait_for(_change(load(), name, access, address, dedicated=True, retire=True))
    say(f"{name} has {address} no more.")


async def _change(
    found: Settings, name: str, access: enrolment.RootAccess, address: str, *, dedicated: bool, retire: bool
) -> None:
    """Change the inventory and the agent's bounds together: where the server refuses, the inventory stays as it was.

    The server is told while the transaction is open, so that nobody is promised an address that is being taken away.
    """
    async with bootstrap.open_database(found) as database:
        try:
            await change(database, name, access, address, dedicated=dedicated, retire=retire)
        except Refused as refused:
            fail(refusal(refused))


async def change(
    database: Database, name: str, access: enrolment.RootAccess, address: str, *, dedicated: bool, retire: bool
) -> None:
    """Do what `_change` says. Raises `Refused` and `ServerError`."""
    async with database.write() as work:
        server = await hostings.lock_server(work, (await _server(work, name)).id)
        if retire:
            await servers.retire_address(work, server, address)
        else:
            await servers.add_address(work, server, address, dedicated=dedicated)
        kinds: dict[str, list[str]] = {"shared": [], "dedicated": []}
        for row, _ in await addresses.of_server(work, server.id):
            if row.active:
                kinds[row.kind].append(row.address)
        told = await enrolment.set_addresses(
            access,
            host=server.host,
            port=server.port,
            host_key=server.host_key,
            shared=tuple(kinds["shared"]),
            dedicated=tuple(kinds["dedicated"]),
            on_progress=tell,
        )
        server.facts, server.facts_at = told.facts, work.now


async def _server(work: UnitOfWork, name: str) -> Server:
    server = await hostings.server_by_name(work, name)
    if server is None:
        fail(f"There is no server {name}.")
    return server


async def _lines(work: UnitOfWork, server: Server) -> list[str]:
    return [
        f"{server.name}\t{row.address}\t{row.kind if row.active else 'retired'}\t{holder.domain if holder else '-'}"
        for row, holder in await addresses.of_server(work, server.id)
    ]
