"""A bot's fleet in a process of its own: reads what to apply, waits for the word, and says what came of it.

`python -m tests.server.hosting.other_bot`: one JSON line in (`key`, `server`, `works`), one out when ready (`ready`),
any line in to begin, one JSON line out: for each work `{"changed", "replayed"}` or `{"error"}`, and the two instants.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet, ProvisioningError, ServerAddress
from provisioning.spec import HostingSecrets, HostingSpec, Secret


async def work(told: dict[str, Any]) -> dict[str, Any]:
    fleet, server = AgentFleet(Secret(told["key"])), ServerAddress(**told["server"])
    await fleet.facts(server)  # the line is open: what is told next begins at once
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    begun = time.time()
    answers = [await apply(fleet, server, one) for one in told["works"]]
    await fleet.aclose()
    return {"answers": answers, "begun": begun, "ended": time.time()}


async def apply(fleet: Fleet, server: ServerAddress, one: dict[str, Any]) -> dict[str, Any]:
    spec = HostingSpec.from_data(one["spec"])
    passwords = HostingSecrets(
        sftp_password=Secret(one["sftp"]), database_password=Secret(one["database"]) if spec.database else None
    )
    try:
        applied = await fleet.apply(server, spec, passwords, request_id=one["id"])
    except ProvisioningError as error:
        return {"error": str(error.code), "detail": error.detail}
    return {"changed": applied.changed, "replayed": applied.replayed}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(json.loads(sys.stdin.readline())))), flush=True)
