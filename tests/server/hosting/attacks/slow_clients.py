"""Many clients that open a connection and never end their request: ARGV address, port, how many, seconds.

Prints how many were connected at once at most, and how many tried.
"""

import resource
import selectors
import socket
import sys
import time

ROUND_SECONDS = 0.5
TLS = b"\x16\x03\x01"  # how a handshake begins


class Crowd:
    """Clients on their way in, and those that are in and say a byte now and then."""

    def __init__(self, address: str, port: int) -> None:
        self._where = (address, port)
        self._word = b"G" if port == 80 else TLS
        self._coming = selectors.DefaultSelector()
        self.connected: set[socket.socket] = set()

    def begin(self) -> None:
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(self._where)
        self._coming.register(client, selectors.EVENT_WRITE, client)

    def let_in(self) -> None:
        for key, _ in self._coming.select(ROUND_SECONDS):
            client: socket.socket = key.data
            self._coming.unregister(client)
            if client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                self.connected.add(client)

    def linger(self) -> None:
        for client in list(self.connected):
            try:
                client.send(self._word)
                there = client.recv(1) != b""
            except BlockingIOError:
                there = True
            except OSError:
                there = False
            if not there:
                self.connected.discard(client)
                client.close()
                self.begin()


def main(address: str, port: int, count: int, seconds: float) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(count, hard - 64, 28_000)  # files, and the ports of one address
    crowd, end, most = Crowd(address, port), time.monotonic() + seconds, 0
    for number in range(count):
        crowd.begin()
        if number % 250 == 0:
            time.sleep(0.02)  # one flood of packets would be lost by this machine's own cables
    while time.monotonic() < end:
        crowd.let_in()
        crowd.linger()
        most = max(most, len(crowd.connected))
        time.sleep(ROUND_SECONDS)
    print(most, count)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
