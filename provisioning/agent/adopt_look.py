"""What a site made by hand consists of, and what taking it over would do; refuses what would hurt another site."""

from __future__ import annotations

import dataclasses
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioning.agent import apache, mariadb, names, planner
from provisioning.agent.config import AgentConfig
from provisioning.agent.parts import dns
from provisioning.agent.record import Record, Records
from provisioning.agent.site import Site
from provisioning.plan import Action, Change, ErrorCode, Plan, ServerError, digest
from provisioning.spec import HostingSpec, Secret, State

STEP = "adoption"
IDENTIFIER = re.compile(r"[A-Za-z0-9_$-]{1,64}")
RELATIVE = re.compile(r"[A-Za-z0-9_.-]{1,64}(/[A-Za-z0-9_.-]{1,64}){0,8}")
MB = 1024 * 1024


@dataclasses.dataclass(frozen=True, kw_only=True)
class OldSite:
    """Where the old site's parts lie, and what the engineer gives away.

    In the copies of `configuration` (below `files`) the old database's name, user and password are exchanged for the
    new ones. `take_names` is the word that DNS names without a mark may be taken over.
    """

    files: str
    database: str | None = None
    database_user: str | None = None
    database_password: Secret | None = None
    configuration: tuple[str, ...] = ()
    take_names: bool = False

    def __post_init__(self) -> None:
        """Raise `ServerError` (`BAD_REQUEST`) for what could lead elsewhere."""
        path = Path(self.files)
        if not path.is_absolute() or ".." in path.parts or len(path.parts) < 3:
            raise ServerError(ErrorCode.BAD_REQUEST, f"{self.files}: not a folder to be copied", step=STEP)
        if names.HOSTING_ROOT in (path, *path.parents):
            raise ServerError(ErrorCode.BAD_REQUEST, f"{self.files} is managed already", step=STEP)
        for name in (self.database, self.database_user):
            if name is not None and not IDENTIFIER.fullmatch(name):
                raise ServerError(ErrorCode.BAD_REQUEST, "database: not a plain name", step=STEP)
        for each in self.configuration:
            if not RELATIVE.fullmatch(each) or ".." in each.split("/"):
                raise ServerError(ErrorCode.BAD_REQUEST, f"{each}: not a path below the files", step=STEP)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> OldSite:
        """Read what the engineer's command wrote."""
        password = data["database_password"]
        secret = None if password is None else Secret(password)
        return cls(**{**data, "configuration": tuple(data["configuration"]), "database_password": secret})


@dataclasses.dataclass(frozen=True, kw_only=True)
class FoundSite:
    """What is there. `names` are DNS names to be given over, `addresses` where they point, by record type."""

    size_mb: int
    count: int
    links: int
    rules: bool
    vhosts: list[str]
    names: list[str]
    addresses: Mapping[str, list[str]]
    tables: int


def look(spec: HostingSpec, source: OldSite, settings: AgentConfig) -> FoundSite:
    """Look at the old site. Raises `ServerError` for whatever stands in the way; changes nothing."""
    site = Site(spec=spec, config=settings, record=Record(slug=spec.slug))
    planner.permit(site, [record for record in Records().everything() if record.slug != spec.slug])
    if Records().load(spec.slug).exists:
        raise ServerError(ErrorCode.NOT_OURS, f"a hosting {spec.slug} exists already", step=STEP)
    hidden = dataclasses.replace(site, spec=dataclasses.replace(spec, state=State.ARCHIVED))
    seen = planner.observe([hidden])[spec.slug]
    if isinstance(seen, ServerError):
        raise seen
    planner.plan(hidden.spec, seen)  # refuses an account, a folder or a database of the new name
    size, count, links, rules = _measure(spec, source)
    given, addresses = _names(site, source)
    return FoundSite(
        size_mb=size // MB,
        count=count,
        links=links,
        rules=rules,
        vhosts=_vhosts(spec),
        names=given,
        addresses=addresses,
        tables=_tables(source.database) if source.database else 0,
    )


def _measure(spec: HostingSpec, source: OldSite) -> tuple[int, int, int, bool]:
    root = Path(source.files)
    if not root.is_dir() or root.is_symlink() or not (root / Path(*Path(spec.document_root).parts[1:])).is_dir():
        raise ServerError(ErrorCode.STEP_FAILED, f"{root} holds no document root {spec.document_root}", step=STEP)
    size, count, links, rules = 0, 0, 0, False
    for folder, folders, found in os.walk(root):
        for name in (*folders, *found):
            info = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - of some 100,000 files
            links += stat.S_ISLNK(info.st_mode)
            count += 1
            size += info.st_size if stat.S_ISREG(info.st_mode) else 0
        rules |= ".htaccess" in found
    disk = os.statvfs(names.HOSTING_ROOT if names.HOSTING_ROOT.exists() else "/srv")
    if size > spec.limits.disk_mb * MB or count > spec.limits.inodes or size > disk.f_bavail * disk.f_frsize:
        raise ServerError(ErrorCode.DISK_FULL, f"{size // MB} MB in {count} files do not fit", step=STEP)
    for each in source.configuration:
        if not (root / each).is_file():
            raise ServerError(ErrorCode.STEP_FAILED, f"{root / each} is not there", step=STEP)
    return size, count, links, rules


def _vhosts(spec: HostingSpec) -> list[str]:
    """Return the Apache files that serve the names. One that serves other names too would be taken from them."""
    found = sorted(set(apache.foreign_names(spec.domains).values()))
    for path in found:
        others = sorted(set(apache.names_in(Path(path))) - set(spec.domains))
        if others:
            detail = f"{path} serves {', '.join(others)} too: adopt them together, or give them a file of their own"
            raise ServerError(ErrorCode.DOMAIN_TAKEN, detail, step=STEP)
    return found


def _names(site: Site, source: OldSite) -> tuple[list[str], Mapping[str, list[str]]]:
    """Return which existing names are given over; they must point to this server already."""
    if site.config.dns is None:
        return [], {}
    wanted, given = dns.by_type(site.addresses), []
    for name, there in dns.look(site.config.dns, site.spec.domains).items():
        if not (there["A"] or there["AAAA"] or there["alias"] or there["mark"]):
            continue
        if dns.unused(site.config.dns, site.config.zones, [name]):
            continue  # a wildcard led visitors to the old site: the name itself is free
        if there["mark"] or there["alias"] or {kind: there[kind] for kind in wanted} != wanted:
            detail = f"{name} is another's, or does not point to this server alone"
            raise ServerError(ErrorCode.DNS_NAME_TAKEN, detail, step=STEP)
        if not source.take_names:
            detail = f"{name} exists without our mark: it is taken over only where you say so"
            raise ServerError(ErrorCode.DNS_NAME_TAKEN, detail, step=STEP)
        given.append(name)
    return given, wanted


def _tables(database: str) -> int:
    rows = mariadb.ask(
        f"SET @name={mariadb.text(database)}",
        "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=CONVERT(@name USING utf8mb3)",
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA=CONVERT(@name USING utf8mb3)",
    )
    if rows[0][0] == "0":
        raise ServerError(ErrorCode.STEP_FAILED, f"there is no database {database}", step=STEP)
    return int(rows[1][0])


def plan(spec: HostingSpec, source: OldSite, found: FoundSite) -> Plan:
    """Return what will be done with the old site, for the engineer's yes. Pure."""
    changes = [_change("files", Action.CREATE, f"Copy {found.size_mb} MB, {found.count} files, from {source.files}")]
    if source.database:
        summary = f"Copy database {source.database} ({found.tables} tables) into {names.database(spec.slug)}"
        changes.append(_change("database", Action.CREATE, summary))
    changes += [
        _change(each, Action.CHANGE, f"Exchange the database's login in {each}") for each in source.configuration
    ]
    changes += [_change(each, Action.CHANGE, f"Serve in place of {each}, which is put aside") for each in found.vhosts]
    changes += [_change(each, Action.CHANGE, f"Take over the DNS name {each}") for each in found.names]
    said = ["What visitors write while it is copied stays in the old site: choose a quiet hour"]
    if found.links:
        said.append(f"{found.links} symbolic links are not copied")
    if found.rules:
        said.append(".htaccess is not read; pretty links go to /index.php")
    if source.database and not source.configuration:
        said.append("No file's database login is exchanged: the application goes on with the old database")
    basis = digest([spec.to_json(), dataclasses.asdict(found)])
    return Plan(slug=spec.slug, basis=basis, changes=tuple(changes), notes=tuple(said))


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=STEP, key=key, action=action, summary=summary)
