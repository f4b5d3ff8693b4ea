"""`layanan server certificate`: a zone's wildcard certificate is replaced on a server in use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.console import fail, load, say, wait_for
from bot.commands.servers import login, servers_named
from provisioning.enrolment import enroll as enrolment
from provisioning.enrolment.certificate_pair import PairError
from provisioning.enrolment.settings import Wildcard
from provisioning.spec import Secret
from workflows.store.tables import Server


def certificate(
    name: Annotated[str, typer.Argument(help="what the office calls the server")],
    *,
    certificate: Annotated[Path, typer.Option(help="the wildcard certificate, then its chain (PEM)")],
    key: Annotated[Path, typer.Option(help="its private key (PEM)")],
    zone: Annotated[str | None, typer.Option(help="the city's own zone if none is named")] = None,
    user: Annotated[str, typer.Option(help="root, or an account that may sudo without a password")] = "root",
    identity: Annotated[Path | None, typer.Option(help="your own private key; else your ssh-agent is used")] = None,
) -> None:
    """Replace a zone's wildcard certificate on a server, without a restart. Your access is not kept."""
    found = load()
    chosen = wait_for(servers_named(found, name))
    if not chosen:
        fail(f"There is no server {name}.")
    pair = Wildcard(
        certificate_pem=certificate.read_text(encoding="ascii"), key_pem=Secret(key.read_text(encoding="ascii"))
    )
    access = enrolment.RootAccess(login=login(identity), user=user)
    wait_for(_replace(access, chosen[0], zone or found.zone, pair))


async def _replace(access: enrolment.RootAccess, server: Server, zone: str, pair: Wildcard) -> None:
    try:
        done = await enrolment.set_wildcard(
            access, host=server.host, port=server.port, host_key=server.host_key, zone=zone, pair=pair
        )
    except PairError as error:
        fail(f"Nothing was sent: {error}.")
    say(f"{server.name}: {'the new certificate is shown' if done.changed else 'it has this certificate already'}.")
