"""Hostings that were made by hand before: taking them into management, with an engineer's own access."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import bootstrap
from bot.commands.console import fail, load, say, wait_for
from bot.commands.servers import login
from bot.settings import Settings
from provisioning.adopt import Adoption
from provisioning.agent import names
from provisioning.agent.adopt_look import OldSite
from provisioning.agent_fleet import AgentFleet
from provisioning.connection import Endpoint
from provisioning.enrolment.enroll import RootAccess, root_on
from provisioning.fleet import Fleet, ProvisioningError
from provisioning.plan import Applied
from provisioning.spec import HostingSpec, Kind, Limits, Secret, SpecError
from workflows import servers
from workflows.hosting import adoptions
from workflows.jobs.outcome import Success, kept
from workflows.jobs.reconcile import issued_secrets
from workflows.office import Office
from workflows.refusal import Refused
from workflows.store import hostings, people
from workflows.store.tables import Hosting, Server
from workflows.store.unit_of_work import Database, UnitOfWork

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _app() -> None:
    """Hostings on the servers."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Desk:
    """What a command needs of the office."""

    office: Office
    database: Database


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Wish:
    """What the engineer said: where the site lies, whose it is, and what it becomes."""

    server: str
    opd: str
    spec: HostingSpec
    source: OldSite


@app.command()
def adopt(
    server: Annotated[str, typer.Argument(help="the enrolled server that serves it now")],
    slug: Annotated[str, typer.Argument(help="its account's name from now on")],
    *,
    domain: Annotated[list[str], typer.Option(help="a name it answers to; again for more")],
    opd: Annotated[str, typer.Option(help="code of the OPD whose it is")],
    files: Annotated[str, typer.Option(help="the folder that holds all of it over there, such as /var/www/x")],
    package: Annotated[str, typer.Option(help="the SOP's package that sets its limits")],
    logins: Annotated[Path, typer.Option(help="new file (0600) on this machine for its new passwords")],
    root: Annotated[str, typer.Option(help="the folder of its pages below --files, such as public")] = "",
    php: Annotated[str | None, typer.Option(help="its PHP version; none for a static site")] = None,
    database: Annotated[str | None, typer.Option(help="its database over there")] = None,
    database_user: Annotated[
        str | None, typer.Option(help="the account it logs in with; its password is asked")
    ] = None,
    configuration: Annotated[
        list[str] | None, typer.Option(help="file below --files that names that login; again for more")
    ] = None,
    address: Annotated[list[str] | None, typer.Option(help="dedicated IP address of it; again for IPv6")] = None,
    take_names: Annotated[bool, typer.Option("--take-names", help="DNS names without our mark become ours")] = False,
    user: Annotated[str, typer.Option(help="root, or an account that may sudo without a password")] = "root",
    identity: Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")] = None,
) -> None:
    """Take a site that was made by hand into management: shows the plan, asks, copies, looks; undoes what fails.

    The old files and the old database stay where they are. Your access is not kept.
    """
    found = load()
    spec = _spec(
        slug,
        domain,
        php=php,
        database=database is not None,
        root=root,
        limits=_limits(package, found),
        addresses=tuple(address or ()),
    )
    source = _source(files, database, database_user, tuple(configuration or ()), take_names=take_names)
    access = RootAccess(login=login(identity), user=user)
    wait_for(_adopt(found, access, _Wish(server=server, opd=opd, spec=spec, source=source), logins))


def _spec(
    slug: str,
    domains: Sequence[str],
    *,
    php: str | None,
    database: bool,
    root: str,
    limits: Limits,
    addresses: tuple[str, ...],
) -> HostingSpec:
    try:
        return HostingSpec(
            slug=slug,
            domains=tuple(domains),
            kind=Kind.PHP if php else Kind.STATIC,
            php_version=php,
            database=database,
            document_root="/".join(("public", *Path(root).parts)),
            limits=limits,
            addresses=addresses,
        )
    except SpecError as error:
        fail(f"The agent would refuse this: {error}.")


def _source(
    files: str, database: str | None, user: str | None, configuration: tuple[str, ...], *, take_names: bool
) -> OldSite:
    asked = typer.prompt(f"Password of {user}", hide_input=True) if user else None
    try:
        return OldSite(
            files=files,
            database=database,
            database_user=user,
            database_password=Secret(asked) if asked else None,
            configuration=configuration,
            take_names=take_names,
        )
    except ProvisioningError as error:
        fail(f"The agent would refuse this: {error.detail}.")


def _limits(package: str, found: Settings) -> Limits:
    known = {
        each.id: each for sop in bootstrap.load_sops(found.sops_dir).values() for each in sop.packages
    }  # the newest version's
    if package not in known:
        fail(f"There is no package {package}; there are {', '.join(known)}.")
    return Limits(**known[package].limits)


async def _adopt(found: Settings, access: RootAccess, wish: _Wish, logins: Path) -> None:
    async with _desk(found) as desk:
        server, hosting = await _begin(desk, wish)
        async with desk.database.read() as work:
            secrets = await issued_secrets(desk.office, work, hosting)
        if secrets is None:
            fail(f"{wish.spec.slug} is adopted, and its passwords were shown.")
        spec = hosting.spec
        at = Endpoint(host=server.host, port=server.port, host_key=server.host_key, user=access.user)
        async with root_on(at, access) as root:
            adoption = Adoption(root=root, spec=spec, source=wish.source, secrets=secrets)
            if hosting.state != adoptions.ADOPTED:
                looked = await _carry_out(desk.office.fleet, server, adoption)
                async with desk.database.write() as work:
                    present, seen = await _present(work, hosting.id), kept(looked, work.now)
                    await adoptions.end(work, present, seen, f"{server.name}:{wish.source.files}")
            _write_logins(logins, adoption)
            await adoption.settle()
    say(f"{spec.domains[0]} is adopted. Its logins are in {logins}: hand them over, and delete the file.")


async def _begin(desk: _Desk, wish: _Wish) -> tuple[Server, Hosting]:
    async with desk.database.write() as work:
        server, opd = await hostings.server_by_name(work, wish.server), await people.opd_by_code(work, wish.opd)
        if server is None or opd is None:
            fail(f"There is no server {wish.server}." if server is None else f"There is no OPD {wish.opd}.")
        try:
            spec = dataclasses.replace(wish.spec, owner=opd.name)
            hosting = await adoptions.begin_adoption(desk.office, work, server, spec, opd.id)
        except Refused as refused:
            fail(f"The office refuses: {refused.code} {', '.join(map(str, refused.params.values()))}.")
        return server, hosting


async def _carry_out(fleet: Fleet, server: Server, adoption: Adoption) -> Success:
    """Show the plan, ask, do it, and look at it from outside; what does not pass is undone."""
    plan = await adoption.plan()
    say(str(plan))
    for note in plan.notes:
        say(f"! {note}")
    if not typer.confirm("Do exactly this?"):
        fail("Nothing was done.")
    applied = await adoption.apply(plan)
    try:
        return await _look(fleet, server, adoption, applied)
    except BaseException:
        await adoption.undo()
        say("It did not pass; the old site is served as before.")
        raise


async def _look(fleet: Fleet, server: Server, adoption: Adoption, applied: Applied) -> Success:
    at, dns = servers.address(server), server.name_server
    seen = await fleet.outside.verify(
        at, adoption.spec, adoption.secrets, dns=dns, addresses=tuple(applied.facts["addresses"])
    )
    for check in seen.checks:
        say(f"  {check.name}: {'good' if check.ok else check.detail}")
    if not seen.ok:
        fail("The look from outside did not pass.")
    usage = None
    with contextlib.suppress(ProvisioningError):
        usage = await fleet.usage(at, adoption.spec)
    return Success(applied=applied, verification=seen, usage=usage)


async def _present(work: UnitOfWork, hosting_id: int) -> Hosting:
    hosting = await hostings.get(work, hosting_id)
    if hosting is None:
        raise LookupError(f"hosting {hosting_id}")
    return hosting


def _write_logins(path: Path, adoption: Adoption) -> None:
    slug, secrets = adoption.spec.slug, adoption.secrets
    lines = []
    if secrets.sftp_password is not None:
        lines.append(f"SFTP {names.account(slug)} {secrets.sftp_password.reveal()}")
    if secrets.database_password is not None:
        lines.append(f"MariaDB {names.database(slug)} {secrets.database_password.reveal()}")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)  # also where it was there before, and anybody's to read
        file.write("\n".join(lines) + "\n")


@contextlib.asynccontextmanager
async def _desk(found: Settings) -> AsyncIterator[_Desk]:
    """Open the office without Telegram."""
    fleet = AgentFleet(bootstrap.read_ssh_key(found))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(fleet.aclose)
        database = await stack.enter_async_context(bootstrap.open_database(found))
        office = bootstrap.make_office(found, bootstrap.load_sops(found.sops_dir), fleet, bot_username="")
        yield _Desk(office=office, database=database)
