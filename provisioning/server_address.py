"""Where an enrolled server is asked."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServerAddress:
    """An enrolled server. `host_key` is its pinned OpenSSH public key line; the account is always `layanan`."""

    name: str
    host: str
    port: int
    host_key: str
