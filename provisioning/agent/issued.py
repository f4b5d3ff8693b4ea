"""New certificates: take them up without losing a connection, and say of every hosting what it shows until when.

mod_md lays what was issued aside and shows it from Apache's next restart on; a wildcard's files are replaced by an
engineer. One graceful restart takes up all; what does not go away by it is not tried again for an hour. After an order
that was refused for a limit a restart too is due: mod_md asks the pace script before its next orders only then.
"""

from __future__ import annotations

import datetime
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import acme, apache, certificates, files, lock, log, names
from provisioning.agent.config import AgentConfig
from provisioning.agent.record import Record
from provisioning.plan import ErrorCode, ServerError, digest
from provisioning.spec import HostingSpec, State

SERVED = (State.ACTIVE, State.SUSPENDED)
TRIED = names.STATE / "certificates-tried.json"
AGAIN_SECONDS = 3600


def take_up(config: AgentConfig) -> bool:
    """Restart Apache gracefully where certificates wait for it. Raises `ServerError`; what was shown is shown on."""
    if not _is_due(config):
        return False
    with lock.held():
        if not _is_due(config):  # whoever held the lock may have taken them up
            return False
        for wildcard in config.wildcards.values():
            problem = certificates.defect(Path(wildcard.certificate), Path(wildcard.key))
            if problem is not None:
                raise ServerError(ErrorCode.CERTIFICATE_MISSING, problem, step="certificate")
        acme.put_off()
        apache.test([])
        tried = {"issued": _issued(), "wildcards": _wildcards(config), "when": int(time.time())}
        files.swap(TRIED, json.dumps(tried).encode(), mode=0o600)
        apache.reload()
        log.write("_agent", "certificates", taken_up=True)
        return True


def _is_due(config: AgentConfig) -> bool:
    try:
        tried = json.loads(TRIED.read_bytes())
    except (OSError, ValueError):
        tried = {}
    issued = _issued()
    lately = time.time() - tried.get("when", 0) < AGAIN_SECONDS
    waits = issued is not None and not (lately and issued == tried.get("issued"))
    return waits or _wildcards(config) != tried.get("wildcards")


def _issued() -> str | None:
    """Return a digest of what mod_md has laid aside, finished certificates and refused orders; None for nothing."""
    aside: list[Path] = []
    for folder, said in acme.orders():
        if said.get("finished"):
            aside += sorted(folder.glob("pubcert*.pem"))
        if acme.is_refused(folder, said):
            aside.append(folder / "job.json")
    found = [[str(path), info.st_mtime_ns] for path in aside if (info := _stat(path))]
    return digest(found) if found else None


def _wildcards(config: AgentConfig) -> str | None:
    """Return a digest of the wildcards' files as they are, None where there is none."""
    paths = [Path(path) for zone in config.wildcards.values() for path in (zone.certificate, zone.key)]
    found = [[str(path), info.st_ino, info.st_size, info.st_mtime_ns] for path in paths if (info := _stat(path))]
    return digest(found) if found else None


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def everything(records: Sequence[Record], config: AgentConfig) -> list[dict[str, Any]]:
    """Return of each served hosting what `provisioning.plan.CertificateState` holds."""
    specs = [HostingSpec.from_data(record.spec) for record in records if record.spec is not None]
    served = [spec for spec in specs if spec.state in SERVED]
    own = [_of_one(spec, config) for spec in served]
    return own + [_of_custom(spec, name) for spec in served if config.acme for name in spec.custom_domains]


def _of_one(spec: HostingSpec, config: AgentConfig) -> dict[str, Any]:
    shown = certificates.in_force(spec, config)
    return _state(spec, spec.domains[0], shown, defect=certificates.defect(shown.certificate, shown.key))


def _of_custom(spec: HostingSpec, name: str) -> dict[str, Any]:
    """Return what a custom domain shows; until its own certificate is issued that is one for other names."""
    issued, key = names.issued_certificate(name)
    waits = not issued.exists()
    shown = certificates.TlsFiles(certificate=issued, key=key, own=waits, acme=True)
    return _state(spec, name, shown, defect=None if waits else certificates.defect(issued, key))


def _state(spec: HostingSpec, name: str, shown: certificates.TlsFiles, *, defect: str | None) -> dict[str, Any]:
    failures = acme.tries(name) if shown.acme else 0
    waits = shown.acme and (shown.own or failures > 0)
    until = acme.held_until(name) if waits else None
    is_readable = defect is None and shown.certificate.exists()
    return {
        "slug": spec.slug,
        "name": name,
        "kind": shown.kind,
        "expires": certificates.expires(shown.certificate).date().isoformat() if is_readable else None,
        "failures": failures,
        "problem": _why_not(name, until) if failures and defect is None else defect,
        "ordered": waits,
        "held_until": _instant(until) if until else None,
    }


def _why_not(name: str, until: int | None) -> str:
    if until is not None:
        return f"the authority limits orders: none before {_instant(until)}"
    last = acme.last_in(acme.job(names.ACME_STORE / "staging" / name))
    said = f"{last.get('problem', '')} {last.get('detail', '')}".strip()
    return (said or "an order was begun and has brought no certificate yet; Apache's log says why")[:300]


def _instant(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).isoformat()
