"""`python -m provisioning.lab`: a lab to walk around in, its leftovers, its requirements."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex
import signal
import sys
import threading
from typing import Any

from provisioning.lab import claim
from provisioning.lab.errors import LabError
from provisioning.lab.image import Recipe, image
from provisioning.lab.laboratory import DEFAULT_ZONE, Lab
from provisioning.lab.packages import requirements
from provisioning.lab.tools import check_machine
from provisioning.spec import Secret


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "requirements":
            say("\n".join(requirements()))
        elif options.command == "build":
            check_machine()
            say(str(image(Recipe.from_environment(options.suite))))
        elif options.command == "clean":
            check_machine()
            say(f"Removed labs of dead owners: {', '.join(map(str, claim.clean())) or 'none'}")
        else:
            up(options)
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m provisioning.lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("requirements", help="print the Debian packages that lab and tests need here")
    commands.add_parser("clean", help="remove what killed labs left behind")
    build = commands.add_parser("build", help="build the root file system now and print where it is")
    start = commands.add_parser("up", help="start servers and keep them until Ctrl-C")
    for command in (build, start):
        command.add_argument("--suite", help="bookworm (default) or trixie")
    start.add_argument("names", nargs="+", metavar="NAME")
    start.add_argument("--zone", default=DEFAULT_ZONE)
    start.add_argument("--json", action="store_true", help="print the facts, secrets too, as one JSON line")
    return parser


def up(options: argparse.Namespace) -> None:
    """Start the named servers, tell how to enter them, and keep them until SIGINT or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Lab(zone=options.zone, suite=options.suite) as lab:
        for name in options.names:
            if ended.is_set():
                return
            server = lab.start(name)
            if not options.json:
                say(f"{name}: {server.address}\n  {shlex.join(server.ssh_command())}")
        say(json.dumps(facts(lab)) if options.json else "Ctrl-C removes everything.")
        ended.wait()


def facts(lab: Lab) -> dict[str, Any]:
    """Return what there is to know of a lab, secrets included: they are worth nothing outside it."""
    servers = [
        {"name": server.name, "address": server.address, "host_key": server.host_key, "ssh": server.ssh_command()}
        for server in lab.servers.values()
    ]
    return {"city": _plain(lab.city), "root_key": str(lab.root_key), "servers": servers}


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def say(text: str) -> None:
    """Write a line to standard output at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
