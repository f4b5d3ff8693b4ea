"""SSH to a server: pinned host keys, sessions that carry lines, commands and files. Nothing else imports asyncssh.

Every failure leaves here as a `LinkError`, so callers know no SSH library. Nothing is read from the machine's own
SSH configuration: what is not said here does not happen (no agent, no forwarding, no unknown host).
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Iterator

import asyncssh

from provisioning.spec import Secret
from provisioning.ssh_socket import dial

CONNECT_SECONDS = 10.0  # TCP
LOGIN_SECONDS = 20.0  # key exchange and authentication
KEEPALIVE_SECONDS = 5.0  # a link that answers none of three is dead: found within 20 s
KEEPALIVE_MISSES = 3


class LinkError(Exception):
    """Something between us and the server's SSH service went wrong; the message is for engineers."""


class UnreachableError(LinkError):
    """No SSH service answers there: refused, no route, no such name, or silent for too long."""


class HostKeyChangedError(LinkError):
    """The server showed another key than the pinned one. Nothing was sent to it."""


class LoginRefusedError(LinkError):
    """The server is the right one and does not accept our key or password."""


class CutError(LinkError):
    """The connection was lost, or the far end ended, before the answer came."""


class SilentError(LinkError):
    """The far end said nothing for longer than the call allows."""


class FileRefusedError(LinkError):
    """The server refused a file operation (SFTP status other than OK)."""


class FileMissingError(FileRefusedError):
    """There is no such file."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An account on a server; `host_key` is one OpenSSH public key line, the only one accepted."""

    host: str
    port: int
    host_key: str
    user: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Login:
    """How to prove who we are: an OpenSSH private key, a password, or the keys of a running ssh-agent's socket."""

    private_key: Secret | None = None
    password: Secret | None = None
    agent_socket: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class HostKey:
    """A server's public key: `line` to pin, `fingerprint` (SHA-256, as `ssh-keygen -l` shows it) to compare by eye."""

    line: str
    fingerprint: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Completed:
    """A command that ended; `status` is -1 when a signal ended it."""

    status: int
    output: str
    errors: str


@contextlib.contextmanager
def _as_link_errors() -> Iterator[None]:
    """Turn the SSH library's and the system's errors into ours."""
    try:
        yield
    except asyncssh.HostKeyNotVerifiable as error:
        raise HostKeyChangedError(error.reason) from error
    except asyncssh.KeyExchangeFailed as error:
        # The pinned key's algorithm is the only one we accept: a server that no longer has it shows another key.
        kind = HostKeyChangedError if "host key" in error.reason else UnreachableError
        raise kind(error.reason) from error
    except asyncssh.PermissionDenied as error:
        raise LoginRefusedError(error.reason) from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise FileMissingError(error.reason) from error
    except asyncssh.SFTPError as error:
        raise FileRefusedError(error.reason) from error
    except (asyncssh.Error, BrokenPipeError, ConnectionResetError) as error:
        raise CutError(str(error) or type(error).__name__) from error
    except (OSError, TimeoutError) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error


async def read_host_key(host: str, port: int) -> HostKey:
    """Ask a server for its host key, Ed25519 first, without logging in. Raises `UnreachableError`."""
    with _as_link_errors():
        async with asyncio.timeout(CONNECT_SECONDS + LOGIN_SECONDS):
            key = await asyncssh.get_server_host_key(host, port, config=None)
    if key is None:
        raise UnreachableError(f"{host}:{port} shows no host key")
    kind, body = key.export_public_key().decode().split()[:2]
    return HostKey(line=f"{kind} {body}", fingerprint=key.get_fingerprint())


def public_key_of(private_key: Secret) -> str:
    """Return the bare OpenSSH public line of a private key. Raises `ValueError` if it is none, or is encrypted."""
    try:
        key = asyncssh.import_private_key(private_key.reveal())
    except asyncssh.KeyImportError as error:
        raise ValueError(str(error)) from error
    return " ".join(key.export_public_key().decode().split()[:2])


async def connect(endpoint: Endpoint, login: Login) -> Session:
    """Open a session. Raises `UnreachableError`, `HostKeyChangedError`, `LoginRefusedError` or `CutError`."""
    with _as_link_errors():
        keys = [asyncssh.import_private_key(login.private_key.reveal())] if login.private_key else []
        async with asyncio.timeout(CONNECT_SECONDS):
            dialled = await dial(endpoint.host, endpoint.port)
        try:
            connection = await asyncssh.connect(
                sock=dialled,
                username=endpoint.user,
                client_keys=keys or (() if login.agent_socket else None),
                password=login.password.reveal() if login.password else None,
                agent_path=login.agent_socket,
                agent_forwarding=False,
                kbdint_auth=False,
                gss_host=None,
                known_hosts=([asyncssh.import_public_key(endpoint.host_key)], [], []),
                config=None,
                login_timeout=LOGIN_SECONDS,
                keepalive_interval=KEEPALIVE_SECONDS,
                keepalive_count_max=KEEPALIVE_MISSES,
            )
        except BaseException:
            dialled.close()  # cancelled before a transport has it, nobody else would
            raise
    return Session(connection)


class Session:
    """One authenticated connection; any number of calls may run on it side by side."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        self._connection = connection

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as this side knows."""
        return not self._connection.is_closed()

    async def start(self) -> Channel:
        """Start the far end's command, to be talked to in lines. Raises `CutError`."""
        with _as_link_errors():
            process = await self._connection.create_process("agent", encoding="utf-8", stderr=asyncssh.DEVNULL)
        return Channel(process)

    async def run(self, command: str, stdin: bytes = b"", *, within: float = 60.0) -> Completed:
        """Run a shell command; `within` is its time in seconds. Raises `CutError` or `SilentError`."""
        with _as_link_errors():
            try:
                done = await self._connection.run(command, input=stdin, encoding=None, timeout=within)
            except asyncssh.TimeoutError as error:
                raise SilentError(f"not done after {within:g} s: {command[:80]}") from error
        status = done.returncode if done.returncode is not None else -1
        return Completed(status=status, output=_text(done.stdout), errors=_text(done.stderr))

    @contextlib.asynccontextmanager
    async def files(self) -> AsyncIterator[Files]:
        """Open an SFTP channel. Raises `FileRefusedError` where the account has none."""
        with _as_link_errors():
            client = await self._connection.start_sftp_client()
        try:
            yield Files(client)
        finally:
            client.exit()

    async def open_tcp(self, host: str, port: int) -> bool:
        """Whether the server lets this account reach `host:port` through it; a tenant's must not."""
        with _as_link_errors():
            try:
                _, writer = await self._connection.open_connection(host, port)
            except asyncssh.ChannelOpenError:
                return False
        writer.close()
        return True

    async def close(self) -> None:
        """End the connection; calls still running on it end with `CutError`."""
        self._connection.close()
        with contextlib.suppress(asyncssh.Error, OSError):
            await self._connection.wait_closed()


class Channel:
    """A command at the far end that takes and gives lines for as long as both want."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self._process = process

    @property
    def is_open(self) -> bool:
        """Whether the far end still listens, as far as this side knows."""
        return not (self._process.is_closing() or self._process.stdout.at_eof())

    def send(self, line: bytes) -> None:
        """Send one line. Raises `CutError`."""
        with _as_link_errors():
            self._process.stdin.write(line.decode())

    async def line(self, silence: float) -> str:
        """Return the next line, an empty one at the end; `silence` is how many seconds the far end may say nothing.

        Raises `CutError` or `SilentError`. A line may have 2 MiB (the channel's window): a server gone mad cannot
        fill our memory.
        """
        with _as_link_errors():
            try:
                async with asyncio.timeout(silence):
                    return await self._process.stdout.readline()
            except TimeoutError as error:
                raise SilentError(f"no word for {silence:g} s") from error
            except (UnicodeDecodeError, asyncio.IncompleteReadError) as error:
                raise CutError("the answer is not whole lines of UTF-8") from error

    def close(self) -> None:
        """Let the far end go; it ends what it has begun and answers nobody."""
        self._process.close()


class Files:
    """Files of the account, by SFTP. Every method raises `FileRefusedError` where the server says no."""

    def __init__(self, client: asyncssh.SFTPClient) -> None:
        self._client = client

    async def write(self, path: str, data: bytes) -> None:
        """Create or replace a file."""
        with _as_link_errors():
            async with self._client.open(path, "wb") as file:
                await file.write(data)

    async def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        with _as_link_errors():
            async with self._client.open(path, "rb") as file:
                data: bytes = await file.read()
        return data

    async def link(self, target: str, path: str) -> None:
        """Make the symbolic link `path` that points at `target`."""
        with _as_link_errors():
            await self._client.symlink(target, path)

    async def remove(self, path: str) -> None:
        """Remove a file or a link."""
        with _as_link_errors():
            await self._client.remove(path)

    async def names(self, path: str) -> list[str]:
        """Return the sorted names in a folder, without `.` and `..`."""
        with _as_link_errors():
            return sorted({str(name) for name in await self._client.listdir(path)} - {".", ".."})

    async def owner(self, path: str) -> int | None:
        """Return the uid a file belongs to, where the server tells."""
        with _as_link_errors():
            return (await self._client.lstat(path)).uid


def _text(data: bytes | str | None) -> str:
    return data.decode(errors="replace") if isinstance(data, bytes) else data or ""
