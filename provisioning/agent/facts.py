"""Live data of the server for the assessment of a request (SOP step 4)."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioning.agent import fpm, names
from provisioning.agent.command import run
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import quota
from provisioning.agent.protocol import APACHE_MODULES, PTRACE_SCOPE
from provisioning.agent.record import Record
from provisioning.plan import ServerFacts
from provisioning.spec import Limits

SERVICES = ("apache2", "mariadb", "ssh")
MODULES_DIR = Path("/etc/apache2/mods-enabled")
PROGRAMS = ("apache2ctl", "dig", "logrotate", "mariadb", "nsupdate", "openssl", "restic", "sshd")
MB = 1024 * 1024


def gather(config: AgentConfig, records: list[Record], version: str) -> ServerFacts:
    """Return the facts of this moment. Raises `ServerError` where systemd does not answer."""
    files = os.statvfs(names.HOSTING_ROOT if names.HOSTING_ROOT.exists() else "/")
    memory = _memory()
    specs = [record.spec for record in records if record.spec is not None]
    return ServerFacts(
        hostname=socket.gethostname(),
        agent_version=version,
        os_release=_os_release(),
        disk_total_mb=files.f_blocks * files.f_frsize // MB,
        disk_free_mb=files.f_bavail * files.f_frsize // MB,
        memory_total_mb=memory["MemTotal"] // 1024,
        memory_available_mb=memory["MemAvailable"] // 1024,
        load=round(os.getloadavg()[0], 2),
        cpus=len(os.sched_getaffinity(0)),
        sites=len(specs),
        allotted_disk_mb=_sum(specs, "disk_mb"),
        allotted_database_mb=sum(_limit(spec, "database_mb") for spec in specs if spec["database"]),
        allotted_memory_mb=sum(_limit(spec, "memory_mb") for spec in specs if spec["kind"] == "php"),
        allotted_bandwidth_kbit=_sum(specs, "bandwidth_kbit"),
        uplink_kbit=config.uplink_kbit,
        zones=config.zones,
        addresses_shared=config.addresses_shared,
        addresses_dedicated=config.addresses_dedicated,
        addresses_taken=tuple(sorted({address for spec in specs for address in spec.get("addresses", ())})),
        php_versions=tuple(fpm.installed()),
        quota_on=quota.is_on(),
        services=_services(),
        missing=tuple(_missing()),
        hostings=tuple(record.slug for record in records),
        certificate_kind=_certificate_kind(config),
        php_extensions={version: fpm.extensions(version) for version in fpm.installed()},
    )


def _certificate_kind(config: AgentConfig) -> str:
    if any(zone in config.wildcards for zone in config.zones[:1]):
        return "wildcard"
    return "self-signed" if config.acme is None else "acme"


def _limit(spec: Mapping[str, Any], name: str) -> int:
    return int(spec["limits"].get(name, getattr(Limits(), name)))


def _sum(specs: list[dict[str, Any]], name: str) -> int:
    return sum(_limit(spec, name) for spec in specs)


def _memory() -> dict[str, int]:
    """Return /proc/meminfo, in KiB (proc_meminfo(5))."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines}


def _os_release() -> str:
    for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.partition("=")[2].strip('"')
    return "unknown"


def _services() -> dict[str, str]:
    states = run(["systemctl", "show", "--property=ActiveState", "--value", *SERVICES]).text.split()
    return dict(zip(SERVICES, states, strict=False))


def _missing() -> list[str]:
    folders = (Path("/usr/sbin"), Path("/usr/bin"))
    programs = [name for name in PROGRAMS if not any((folder / name).exists() for folder in folders)]
    modules = [f"apache2 module {name}" for name in APACHE_MODULES if not (MODULES_DIR / f"{name}.load").exists()]
    return programs + modules + _open_settings()


def _open_settings() -> list[str]:
    """Return what the kernel should keep apart and does not. One without Yama lacks nothing that we could bring."""
    try:
        scope = Path(PTRACE_SCOPE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return []
    return ["kernel.yama.ptrace_scope=1"] if scope == "0" else []
