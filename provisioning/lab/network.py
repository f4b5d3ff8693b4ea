"""A lab's own network: one bridge that only this machine reaches, and a namespace and cable for each server.

Servers have no route beyond the bridge, so nothing they do can leave the machine.
"""

from __future__ import annotations

import ipaddress
import json
import re
from pathlib import Path
from typing import Final

from provisioning.lab.errors import LabError
from provisioning.lab.tools import call, try_call

PREFIX: Final = "10.199"
NAMESPACES: Final = Path("/run/netns")
FIRST_SERVER: Final = 10  # addresses below it are for the machine itself


def bridge_name(number: int) -> str:
    """Return the bridge of lab `number`; Linux allows 15 characters."""
    return f"laylab{number}"


def namespace(number: int, server: str) -> str:
    """Return the name of a server's network namespace."""
    return f"{bridge_name(number)}-{server}"


def address(number: int, host: int) -> str:
    """Return the address of `host` in the network of lab `number`."""
    return f"{PREFIX}.{number}.{host}"


def make_bridge() -> int:
    """Take the first free network of 10.199.0.0/16 and return its number; raises `LabError` if none is free."""
    taken = _routed_networks()
    for number in range(1, 255):
        network = ipaddress.ip_network(f"{PREFIX}.{number}.0/24")
        if any(network.overlaps(other) for other in taken):
            continue
        # the kernel refuses a second bridge of the same name: that is what makes the claim exclusive
        if try_call(["ip", "link", "add", bridge_name(number), "type", "bridge"]).returncode == 0:
            call("ip", "address", "add", f"{address(number, 1)}/24", "dev", bridge_name(number))
            call("ip", "link", "set", bridge_name(number), "up")
            return number
    raise LabError("No free network in 10.199.0.0/16, or bridges cannot be made here (ip link add … type bridge).")


def _routed_networks() -> list[ipaddress.IPv4Network]:
    routes = json.loads(call("ip", "-json", "-4", "route", "show"))
    return [ipaddress.IPv4Network(route["dst"]) for route in routes if route["dst"] != "default"]


def numbers() -> set[int]:
    """Return the numbers of all labs that have a bridge."""
    links = json.loads(call("ip", "-json", "link", "show", "type", "bridge"))
    names = [str(link["ifname"]) for link in links if link]
    prefix = bridge_name(0)[:-1]
    return {int(name.removeprefix(prefix)) for name in names if re.fullmatch(rf"{prefix}[0-9]+", name)}


def plug_in(number: int, server: str, host: int) -> Path:
    """Make a server's namespace, connect it to the bridge, and return the namespace's path."""
    space = namespace(number, server)
    cable = f"{bridge_name(number)}v{host}"
    call("ip", "netns", "add", space)
    call("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
    call("ip", "link", "set", cable, "master", bridge_name(number), "up")
    call("ip", "-n", space, "address", "add", f"{address(number, host)}/24", "dev", "eth0")
    call("ip", "-n", space, "link", "set", "lo", "up")
    call("ip", "-n", space, "link", "set", "eth0", "up")
    return NAMESPACES / space


def unplug(number: int, server: str) -> None:
    """Remove a server's namespace; the kernel takes the cable with it."""
    space = namespace(number, server)
    if (NAMESPACES / space).exists():
        try_call(["ip", "-n", space, "link", "del", "eth0"])
        call("ip", "netns", "del", space)


def remove(number: int) -> None:
    """Remove everything of a lab's network; its processes must have ended."""
    prefix = f"{bridge_name(number)}-"
    for path in sorted(NAMESPACES.glob(f"{prefix}*")):
        unplug(number, path.name.removeprefix(prefix))
    try_call(["ip", "link", "del", bridge_name(number)])
