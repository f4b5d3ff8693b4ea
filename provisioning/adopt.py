"""Takes a site that was made by hand on an enrolled server into management, with an engineer's own root access.

The work is done by the agent's files but not through the agent's door: what the bot's key can ask for stays as it is.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from provisioning.agent.adopt_look import OldSite
from provisioning.agent.protocol import AGENT_DIR, reveal
from provisioning.enrolment.root_shell import RootShell
from provisioning.plan import Applied, ErrorCode, Plan, ServerError
from provisioning.spec import HostingSecrets, HostingSpec

START = f"import sys; sys.path.insert(0, '{AGENT_DIR}'); from provisioning.agent.adopt import main; main()"
SECONDS = 6 * 3600.0  # a large site takes its time


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adoption:
    """One site to be adopted on one server; `spec` is what it becomes."""

    root: RootShell
    spec: HostingSpec
    source: OldSite
    secrets: HostingSecrets

    async def plan(self) -> Plan:
        """Return what would be done. Raises `ServerError` for what stands in the way; changes nothing."""
        return Plan.from_data((await self._ask("plan"))["plan"])

    async def apply(self, plan: Plan) -> Applied:
        """Do exactly what was planned; whatever fails is put back first. Raises `ServerError`."""
        return Applied.from_data(await self._ask("apply", plan.hash))

    async def undo(self) -> None:
        """Let the old site be served again, and take away what was made, until `settle`. Raises `ServerError`."""
        await self._ask("undo")

    async def settle(self) -> None:
        """End it well: the old site's Apache file stays aside. Raises `ServerError`."""
        await self._ask("settle")

    async def _ask(self, verb: str, plan_hash: str | None = None) -> dict[str, Any]:
        line = json.dumps({"verb": verb, "plan_hash": plan_hash, **self._as_data()}).encode() + b"\n"
        said = await self.root.must(f'python3 -I -c "{START}"', line, step="adoption", within=SECONDS)
        try:
            answer = json.loads(said.splitlines()[-1])
        except (IndexError, ValueError) as error:
            raise ServerError(ErrorCode.NO_ANSWER, "the agent's files gave no answer", step="adoption") from error
        if "error" in answer:
            raise ServerError.from_data(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _as_data(self) -> dict[str, Any]:
        """Return the request; it holds passwords, so it is for standard input only."""
        old = self.source.database_password
        return {
            "spec": json.loads(self.spec.to_json()),
            "source": {**dataclasses.asdict(self.source), "database_password": None if old is None else old.reveal()},
            "secrets": reveal(self.secrets),
        }
