"""Runs on a lab server before pebble (see test_acme_limit.py): an authority that holds to its limit of orders.

It lets one order through in so many seconds, and answers the others as RFC 8555 (6.6) and Let's Encrypt do: 429,
`rateLimited`, Retry-After, and the same in words. Each order is a line of the log: seconds since 1970, status, and
whether it came earlier than somebody had been told.
"""

from __future__ import annotations

import datetime
import http.client
import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path("/etc/pebble")
ORDER, NONCE = "/order-plz", "/nonce-plz"
HOP = {"connection", "transfer-encoding", "content-length", "date", "server"}
BEHIND = 14000


class Limit:
    """One order in `seconds`; whoever was told to wait and comes before is early."""

    def __init__(self, seconds: int, log: Path) -> None:
        self._seconds, self._log = seconds, log
        self._free_at = 0.0
        self._told = False
        self._lock = threading.Lock()

    def ask(self) -> int:
        """Return 0 where an order may be made now, else in how many whole seconds one may."""
        with self._lock:
            now = time.time()
            left = 0 if now >= self._free_at else int(self._free_at - now) + 1
            early = left > 0 and self._told
            self._told = left > 0
            if left == 0:
                self._free_at = now + self._seconds
            with self._log.open("a") as stream:
                stream.write(f"{now:.1f} {429 if left else 201} {'early' if early else 'in-time'}\n")
            return left


class Door(BaseHTTPRequestHandler):
    """Hands everything on to pebble under the name it was asked by, but for orders beyond the limit."""

    limit: Limit
    address: str

    def do_GET(self) -> None:
        self._hand_on()

    def do_HEAD(self) -> None:
        self._hand_on()

    def do_POST(self) -> None:
        left = self.limit.ask() if self.path == ORDER else 0
        if left:
            self._refuse(left)
        else:
            self._hand_on()

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer, content = self._ask(self.command, self.path, dict(self.headers.items()), body)
        self._say(
            answer.status, [(key, value) for key, value in answer.getheaders() if key.lower() not in HOP], content
        )

    def _refuse(self, left: int) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=left)
        problem = {
            "type": "urn:ietf:params:acme:error:rateLimited",
            "detail": f"too many new orders (1) from this account in the last minute, retry after {until:%F %T} UTC: "
            "see https://letsencrypt.org/docs/rate-limits/#new-orders-per-account",
            "status": 429,
        }
        nonce = self._ask("HEAD", NONCE, {"Host": self.headers["host"]})[0].getheader("Replay-Nonce") or ""
        headers = [("Content-Type", "application/problem+json"), ("Retry-After", str(left)), ("Replay-Nonce", nonce)]
        self._say(429, headers, json.dumps(problem).encode())

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[http.client.HTTPResponse, bytes]:
        trust = ssl.create_default_context(cafile=str(FOLDER / "certificate.pem"))
        behind = http.client.HTTPSConnection(self.address, BEHIND, context=trust, timeout=30)
        behind.request(method, path, body=body or None, headers=headers)
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        return answer, content

    def _say(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def main(address: str, port: str, seconds: str, log: str) -> None:
    """Serve until killed."""
    Door.address, Door.limit = address, Limit(int(seconds), Path(log))
    server = ThreadingHTTPServer((address, int(port)), Door)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(FOLDER / "certificate.pem", FOLDER / "key.pem")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
