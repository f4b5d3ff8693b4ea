"""Telling systemd how we are (sd_notify(3)): started, stopping, and still turning. Silent where nobody listens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket


def tell(state: str) -> None:
    """Send one notification, such as READY=1."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
        line.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


async def feed_watchdog() -> None:
    """Say WATCHDOG=1 twice as often as systemd wants it, for as long as the event loop turns."""
    period = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000 / 2
    while True:
        await asyncio.sleep(period or 3600)
        tell("WATCHDOG=1")
