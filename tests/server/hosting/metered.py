"""A visitor who counts what goes over the wire, outside of TLS: every byte that TCP takes and gives."""

from __future__ import annotations

import socket
import ssl

from provisioning.lab import LabServer

PATIENCE_SECONDS = 15.0
CLOSE_NOTIFY = 24  # bytes of the record by which TLS 1.3 says goodbye (RFC 8446: 5 of header, 3 inside, 16 of tag)
PREFACE = 24  # bytes that mod_http2 looks at ahead on a connection without TLS, and mod_logio counts twice


class Metered:
    """One connection to a site. `sent` and `received` are bytes over TCP, of TLS what stands around them too."""

    def __init__(self, server: LabServer, name: str, *, tls: bool) -> None:
        self._socket = socket.create_connection((server.address, 443 if tls else 80), timeout=PATIENCE_SECONDS)
        self._name = name
        self.sent = self.received = 0
        self.farewell = CLOSE_NOTIFY if tls else 0  # received when the answer was written down already
        self.peeked = 0 if tls else PREFACE
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        if tls:
            trust = ssl.create_default_context(cadata=server.city.ca_pem)
            self._tls = trust.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
            self._shake_hands(self._tls)

    def _shake_hands(self, tls: ssl.SSLObject) -> None:
        while True:
            try:
                tls.do_handshake()
                return
            except ssl.SSLWantReadError:
                self._flush()
                self._incoming.write(self._take())

    def ask(self, method: str, path: str, *headers: str) -> None:
        """Send one request, after which the server closes the connection."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._name}", "Connection: close", *headers, "", ""]
        request = "\r\n".join(lines).encode()
        if self._tls is None:
            self._put(request)
        else:
            self._tls.write(request)
            self._flush()

    def read(self, least: int) -> bytes:
        """Read until at least this many bytes of the answer are here, or it has ended."""
        answer = b""
        while len(answer) < least and (piece := self._piece()):
            answer += piece
        return answer

    def whole(self) -> bytes:
        """Read the answer to its end."""
        answer = self.read(1 << 40)
        while self._take():
            pass
        return answer

    def _piece(self) -> bytes:
        if self._tls is None:
            return self._take()
        while True:
            try:
                return self._tls.read(65536)
            except ssl.SSLWantReadError:
                raw = self._take()
                if not raw:
                    return b""
                self._incoming.write(raw)
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def _flush(self) -> None:
        self._put(self._outgoing.read())

    def _put(self, raw: bytes) -> None:
        self._socket.sendall(raw)
        self.sent += len(raw)

    def _take(self) -> bytes:
        raw = self._socket.recv(65536)
        self.received += len(raw)
        return raw

    def hang_up(self) -> None:
        """Go away at once, whatever is still to come."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self._socket.close()

    def close(self) -> None:
        """Go away in good order."""
        self._socket.close()
