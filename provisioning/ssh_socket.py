"""TCP to an SSH service, over sockets that confirm at once what they receive.

sshd sends some answers in two small packets and holds the second one back until the first is confirmed (Nagle); Linux
confirms after 40 ms where it hopes to send something along (tcp(7), TCP_QUICKACK), so each such answer would cost that.
"""

from __future__ import annotations

import asyncio
import socket

QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it, and forgets it with the next data


class _PromptSocket(socket.socket):
    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data = super().recv(size, flags)
        if QUICKACK is not None:
            self.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        return data


async def dial(host: str, port: int) -> socket.socket:
    """Connect to the first of the host's addresses that answers. Raises `OSError` where none does."""
    loop = asyncio.get_running_loop()
    failed = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connecting = _PromptSocket(family, kind, protocol)
        connecting.setblocking(False)
        try:
            await loop.sock_connect(connecting, address)
        except OSError as error:
            connecting.close()
            failed = error
        except BaseException:
            connecting.close()
            raise
        else:
            return connecting
    raise failed
