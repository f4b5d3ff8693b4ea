"""The step that tells a server where its backups go: by an engineer, with their own root access."""

from __future__ import annotations

import dataclasses
import json

from provisioning.agent.backup import repository
from provisioning.agent.backup.repository import Repository
from provisioning.agent.protocol import AGENT_COMMAND, Request, Verb
from provisioning.enrolment.acme import NO_ID
from provisioning.enrolment.root_shell import RootShell
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import Secret

STEP = "backup"
OPEN_SECONDS = 180.0  # to reach a repository elsewhere and make it


@dataclasses.dataclass(frozen=True, kw_only=True)
class BackupPlace:
    """A repository and what opens it; for one by `sftp://` also the key to log in with and the host's known keys."""

    repository: Repository
    password: Secret
    ssh_key: Secret | None = None
    known_hosts: str | None = None


async def backup(root: RootShell, place: BackupPlace) -> bool:
    """Write it down for root only, and open or make the repository; return whether anything changed.

    Raises `ServerError`; where the repository does not open, the place that was set before is set again.
    """
    wanted = {
        repository.SETTINGS: place.repository.to_json(),
        repository.PASSWORD: place.password.reveal() + "\n",
        repository.SSH_KEY: None if place.ssh_key is None else place.ssh_key.reveal(),
        repository.KNOWN_HOSTS: place.known_hosts,
    }
    await root.must(f"install -d -m 700 {repository.FOLDER} && {_KEEP}", step=STEP)
    changed = False
    for path, text in wanted.items():
        if text is not None:
            changed |= await root.put(str(path), text.encode(), step=STEP, mode=0o600)
    try:
        made = await _open(root)
    except ServerError:
        await root.must(_PUT_BACK, step=STEP)
        raise
    await root.must(f"rm -rf {_BEFORE}", step=STEP)
    return changed or made


_BEFORE = f"{repository.FOLDER}.before"
_KEEP = f"rm -rf {_BEFORE} && cp -a {repository.FOLDER} {_BEFORE}"
_PUT_BACK = f"rm -rf {repository.FOLDER} && mv {_BEFORE} {repository.FOLDER}"


async def _open(root: RootShell) -> bool:
    """Let the agent open or make the repository."""
    request = Request(id=NO_ID, verb=Verb.REPOSITORY).to_line()
    said = (await root.must(" ".join(AGENT_COMMAND), request, step=STEP, within=OPEN_SECONDS)).splitlines()
    try:
        answer = json.loads(said[-1])
        if "error" in answer:
            raise ServerError.from_data(answer["error"])
        return bool(answer["result"]["made"])
    except (IndexError, ValueError, KeyError, TypeError) as error:
        raise ServerError(ErrorCode.VERSION_MISMATCH, "the agent on the server is older", step=STEP) from error
