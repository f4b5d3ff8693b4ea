"""Takes a new server in, once, with an engineer's own root access, and installs a newer agent the same way later.

After it the bot's key can start the agent on that server and do nothing else there; the engineer's access is kept
nowhere. Running it again changes nothing that is right already.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from provisioning.agent.protocol import AGENT_COMMAND, Request, Verb
from provisioning.agent_channel import OnProgress, from_link_error
from provisioning.connection import Endpoint, HostKey, LinkError, Login, connect, read_host_key
from provisioning.enrolment import acme, backup, certificate, kernel, load, steps
from provisioning.enrolment.backup import BackupPlace
from provisioning.enrolment.certificate_pair import check
from provisioning.enrolment.root_shell import RootShell
from provisioning.enrolment.settings import EnrollSettings, Wildcard
from provisioning.plan import ErrorCode, Progress, ServerError, ServerFacts

Walk = Mapping[str, Callable[[RootShell], Awaitable[bool]]]  # in order


@dataclasses.dataclass(frozen=True, kw_only=True)
class RootAccess:
    """An engineer's own way in: root itself, or an account that may `sudo` without a password."""

    login: Login
    user: str = "root"


@dataclasses.dataclass(frozen=True, kw_only=True)
class EnrolledServer:
    """What is kept of it: where it is, the key to pin, what it is like, and which steps changed something."""

    host: str
    port: int
    host_key: str
    facts: ServerFacts
    changed: tuple[str, ...]


async def fingerprint(host: str, port: int = 22) -> HostKey:
    """Return the host key to show and confirm before `enroll`. Raises `ServerError` (`UNREACHABLE`)."""
    try:
        return await read_host_key(host, port)
    except LinkError as error:
        raise from_link_error(error) from error


async def enroll(
    access: RootAccess,
    *,
    host: str,
    port: int = 22,
    host_key: str,
    settings: EnrollSettings,
    on_progress: OnProgress | None = None,
) -> EnrolledServer:
    """Make a server ours. `host_key` is the confirmed `HostKey.line`. Raises `ServerError` naming the step.

    A step that fails leaves the earlier ones in place; enrolling again goes on from there.
    """
    ordered = settings.acme
    walk: Walk = {
        "system": steps.system,
        "packages": lambda root: steps.packages(root, settings.php_versions),
        "apache": steps.apache,
        "load": load.load,
        "kernel": kernel.kernel,
        **({} if ordered is None else {"acme": lambda root: acme.acme(root, ordered)}),
        "account": lambda root: steps.account(root, settings.bot_public_key),
        "configuration": lambda root: steps.configuration(root, settings),
        "agent": steps.agent,
        "sudo_rule": steps.sudo_rule,
        "sshd": steps.sshd,
    }
    endpoint = Endpoint(host=host, port=port, host_key=host_key, user=access.user)
    return await _take(walk, endpoint, access, on_progress)


async def upgrade(
    access: RootAccess, *, host: str, port: int = 22, host_key: str, on_progress: OnProgress | None = None
) -> EnrolledServer:
    """Install this version's agent and what it needs on an enrolled server; its settings stay. Raises `ServerError`."""
    walk: Walk = {
        "system": steps.system,
        "packages": lambda root: steps.packages(root, php_versions=()),
        "apache": steps.apache,
        "load": load.load,
        "kernel": kernel.kernel,
        "agent": steps.agent,
        "acme": acme.refresh,
        "sudo_rule": steps.sudo_rule,
        "sshd": steps.sshd,
    }
    endpoint = Endpoint(host=host, port=port, host_key=host_key, user=access.user)
    return await _take(walk, endpoint, access, on_progress)


async def set_addresses(
    access: RootAccess,
    *,
    host: str,
    port: int = 22,
    host_key: str,
    shared: tuple[str, ...],
    dedicated: tuple[str, ...],
    on_progress: OnProgress | None = None,
) -> EnrolledServer:
    """Tell an enrolled server which addresses its agent may use; all else stays. Raises `ServerError`."""
    walk: Walk = {"configuration": lambda root: steps.addresses(root, shared, dedicated)}
    endpoint = Endpoint(host=host, port=port, host_key=host_key, user=access.user)
    return await _take(walk, endpoint, access, on_progress)


async def set_wildcard(
    access: RootAccess, *, host: str, port: int = 22, host_key: str, zone: str, pair: Wildcard
) -> EnrolledServer:
    """Replace a zone's wildcard certificate on an enrolled server. Raises `PairError` before, `ServerError` after.

    Connections under way are not lost; where the new pair is refused the old one is shown on.
    """
    check(zone, pair, datetime.datetime.now(datetime.UTC))
    walk: Walk = {"certificate": lambda root: certificate.replace(root, zone, pair)}
    endpoint = Endpoint(host=host, port=port, host_key=host_key, user=access.user)
    return await _take(walk, endpoint, access, None)


async def set_repository(
    access: RootAccess, *, host: str, port: int = 22, host_key: str, place: BackupPlace
) -> EnrolledServer:
    """Tell an enrolled server where its backups go, and make the repository if there is none. Raises `ServerError`."""
    walk: Walk = {
        "packages": lambda root: steps.packages(root, php_versions=()),
        "backup": lambda root: backup.backup(root, place),
    }
    endpoint = Endpoint(host=host, port=port, host_key=host_key, user=access.user)
    return await _take(walk, endpoint, access, None)


async def _take(walk: Walk, endpoint: Endpoint, access: RootAccess, on_progress: OnProgress | None) -> EnrolledServer:
    changed = []
    async with root_on(endpoint, access) as root:
        for done, (name, step) in enumerate(walk.items()):
            if on_progress is not None:
                await on_progress(Progress(step=name, done=done, total=len(walk)))
            if await step(root):
                changed.append(name)
        facts = await _facts(root)
    return EnrolledServer(
        host=endpoint.host, port=endpoint.port, host_key=endpoint.host_key, facts=facts, changed=tuple(changed)
    )


@contextlib.asynccontextmanager
async def root_on(endpoint: Endpoint, access: RootAccess) -> AsyncIterator[RootShell]:
    """Open the engineer's own way in. Raises `ServerError`."""
    try:
        session = await connect(endpoint, access.login)
        try:
            yield RootShell(session, is_root=access.user == "root")
        finally:
            await session.close()
    except LinkError as error:
        raise from_link_error(error) from error


async def _facts(root: RootShell) -> ServerFacts:
    """Ask the agent for the facts as the bot will: from its account, through the one sudo line."""
    request = Request(id=str(uuid.uuid4()), verb=Verb.FACTS).to_line()
    script = f"runuser -u {steps.BOT_ACCOUNT} -- sudo -n {' '.join(AGENT_COMMAND)}"
    lines = (await root.must(script, request, step="facts")).splitlines()
    try:
        answer = json.loads(lines[-1])
        if "error" in answer:
            raise ServerError.from_data(answer["error"])
        return ServerFacts.from_data(answer["result"])
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise ServerError(ErrorCode.VERSION_MISMATCH, "the agent gave no facts", step="facts") from error
