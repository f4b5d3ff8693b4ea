"""A connection that is given up half-way leaves no open socket, at whatever instant it is given up."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings

import asyncssh

from provisioning.connection import Endpoint, Login, connect

TURNS_OF_THE_LOOP = 60


async def test_a_connection_given_up_at_any_turn_of_the_loop_leaves_no_socket() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    accepted: list[asyncio.StreamWriter] = []
    async with await asyncio.start_server(lambda _, writer: accepted.append(writer), "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        endpoint = Endpoint(host="127.0.0.1", port=port, user="nobody", host_key=key)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always", ResourceWarning)
            for turns in range(TURNS_OF_THE_LOOP):
                await give_up_after(turns, endpoint)
            gc.collect()
        for writer in accepted:
            writer.close()
    assert [str(warning.message) for warning in seen] == []


async def give_up_after(turns: int, endpoint: Endpoint) -> None:
    connecting = asyncio.create_task(connect(endpoint, Login()))
    for _ in range(turns):
        await asyncio.sleep(0)
    connecting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await connecting
