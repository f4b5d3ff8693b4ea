"""Certificates that mod_md has ordered: take them up, and say of every hosting what it shows and until when.

mod_md lays a new certificate aside and shows it from Apache's next restart on. A timer of systemd asks for that where
something lies there; one graceful restart takes up all, and what does not go away by it is not tried again for an hour.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import apache, certificates, files, lock, log, names
from provisioning.agent.config import AgentConfig
from provisioning.agent.record import Record
from provisioning.plan import digest
from provisioning.spec import HostingSpec, State

SERVED = (State.ACTIVE, State.SUSPENDED)
TRIED = names.STATE / "certificates-tried.json"
AGAIN_SECONDS = 3600


def take_up() -> bool:
    """Restart Apache gracefully where finished certificates wait for it. Raises `ServerError`."""
    if not _waiting():
        return False
    with lock.held():
        waiting = _waiting()  # whoever held the lock may have taken them up
        if not waiting or _tried_lately(waiting):
            return False
        files.swap(TRIED, json.dumps({"what": waiting, "when": int(time.time())}).encode(), mode=0o600)
        apache.test([])
        apache.reload()
        log.write("_agent", "certificates", taken_up=True)
        return True


def _waiting() -> str | None:
    """Return a digest of the finished certificates that lie aside, None where none does."""
    found = [
        [str(path), path.stat().st_mtime_ns]
        for path in sorted(names.ACME_STORE.glob("staging/*/pubcert*.pem"))
        if _job(path.parent).get("finished")
    ]
    return digest(found) if found else None


def _tried_lately(waiting: str) -> bool:
    try:
        tried = json.loads(TRIED.read_bytes())
    except (OSError, ValueError):
        return False
    return bool(tried["what"] == waiting and time.time() - tried["when"] < AGAIN_SECONDS)


def _job(folder: Path) -> dict[str, Any]:
    try:
        job = json.loads((folder / "job.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return job if isinstance(job, dict) else {}


def everything(records: Sequence[Record], config: AgentConfig) -> list[dict[str, Any]]:
    """Return of each served hosting `slug`, `name`, `kind`, `expires` (ISO date or None), `failures`, `problem`."""
    specs = [HostingSpec.from_data(record.spec) for record in records if record.spec is not None]
    return [_of_one(spec, config) for spec in specs if spec.state in SERVED]


def _of_one(spec: HostingSpec, config: AgentConfig) -> dict[str, Any]:
    shown = certificates.in_force(spec, config)
    problem = certificates.defect(shown.certificate, shown.key)
    job = _job(names.ACME_STORE / "staging" / spec.domains[0]) if shown.acme else {}
    failures, last = int(job.get("errors", 0)), job.get("last", {})
    if failures and problem is None:
        problem = f"{last.get('problem', '')}: {last.get('detail', '')}"[:300]
    readable = certificates.defect(shown.certificate, shown.key) is None
    return {
        "slug": spec.slug,
        "name": spec.domains[0],
        "kind": "self-signed" if shown.own else "acme" if shown.acme else "wildcard",
        "expires": certificates.expires(shown.certificate).date().isoformat() if readable else None,
        "failures": failures,
        "problem": problem,
    }
