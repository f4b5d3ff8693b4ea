"""An owner's login to a hosting, for the checks: the SSH connection, its SFTP channel, and the probe file put there.

It may begin as soon as the account is there, while the rest of the hosting is still being made: what is seen later is
seen through it, and a login that did not work early is tried again then.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from provisioning.agent import names
from provisioning.connection import Endpoint, Files, LinkError, Login, Session, connect
from provisioning.spec import HostingSecrets, HostingSpec, State
from provisioning.verification.probe import Planted, planted


class OwnerSession:
    """A context manager; what was opened and put there is closed and taken away at its end."""

    def __init__(
        self,
        endpoint: Endpoint,
        spec: HostingSpec,
        passwords: HostingSecrets | None,
        places: asyncio.Semaphore | None = None,
    ) -> None:
        """`endpoint` is the server's SSH service, under the hosting's account; `places` bounds logins at once."""
        self._places = places or asyncio.Semaphore()
        self._endpoint = endpoint
        self._spec = spec
        self._passwords = passwords
        self._arriving: asyncio.Task[tuple[Session, Files, Planted]] | None = None
        self._opened = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            await asyncio.wait([self._arriving])
            if not self._arriving.cancelled():
                self._arriving.exception()  # it was of no use to anybody
        with contextlib.suppress(LinkError):  # there is another error to tell, or nobody asked for the visit
            await self.close()

    def begin_login(self) -> None:
        """Begin to log in, if there is anything to look at from inside; return at once."""
        if self._passwords is None or self._passwords.sftp_password is None:
            return
        if self._arriving is None and self._spec.state is State.ACTIVE:
            self._arriving = asyncio.create_task(self._enter(self._passwords))

    async def logged_in(self, passwords: HostingSecrets) -> tuple[Session, Files, Planted]:
        """Return what there is inside. Raises `LinkError` where the login or the files do not work now."""
        if self._arriving is not None:
            with contextlib.suppress(LinkError):
                return await self._arriving
        self._arriving = None
        return await self._enter(passwords)

    async def close(self) -> None:
        """Take away what was put there and log out. Raises `LinkError` where that is not possible."""
        await self._opened.aclose()

    async def _enter(self, passwords: HostingSecrets) -> tuple[Session, Files, Planted]:
        login = Login(password=passwords.sftp_password)
        async with contextlib.AsyncExitStack() as opening:
            async with self._places:
                session = await connect(self._endpoint, login)
            opening.push_async_callback(session.close)
            files = await opening.enter_async_context(session.files())
            probe = await opening.enter_async_context(planted(files, self._endpoint, login, self._spec))
            self._opened.push_async_exit(opening.pop_all())
        return session, files, probe


def owner_endpoint(host: str, port: int, host_key: str, spec: HostingSpec) -> Endpoint:
    """Return where a hosting's owner logs in."""
    return Endpoint(host=host, port=port, host_key=host_key, user=names.account(spec.slug))
