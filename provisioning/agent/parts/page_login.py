"""The login that the pages of a staging copy ask for: one name and the hash of its password, which Apache reads.

Without a hash the file opens to nobody: a login that was lost is set anew by a change of passwords.
"""

from __future__ import annotations

import grp
import re
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import files, names, passwords
from provisioning.agent.site import Site, Transaction
from provisioning.plan import Action, Change
from provisioning.spec import HostingSpec, Secret, State

NAME = "page_login"
SETTING = "password"  # the key of the change that sets one
NOBODY = "!"  # no password has this hash
MODE = 0o640  # root's own, for Apache's account to read
LINE = re.compile(r"[a-z0-9-]+:(\$y\$[./A-Za-z0-9$]{20,120}|!)\n")


def observe(site: Site) -> dict[str, Any]:
    """Look at the file, and whether the password of the request is the one it holds."""
    if not _is_wanted(site.spec):
        return {
            "file": files.look(files.WantedFile(path=names.page_login_file(site.slug), content=None)),
            "given": None,
        }
    kept, password = _kept_hash(site.slug), _password(site)
    found: dict[str, Any] = {"file": files.look(_wanted(site.slug, kept)), "given": None}
    if password is not None:
        found["given"] = "same" if kept != NOBODY and passwords.matches_shadow(password, kept) else "other"
    return found


def _is_wanted(spec: HostingSpec) -> bool:
    return spec.team_only and spec.state is not State.REMOVED


def _password(site: Site) -> Secret | None:
    return None if site.secrets is None else site.secrets.page_password


def _kept_hash(slug: str) -> str:
    try:
        found = LINE.fullmatch(names.page_login_file(slug).read_text(encoding="ascii", errors="replace"))
    except (FileNotFoundError, NotADirectoryError):
        return NOBODY
    return found[1] if found else NOBODY


def _wanted(slug: str, hashed: str) -> files.WantedFile:
    web = grp.getgrnam(names.WEB_USER).gr_gid
    return files.WantedFile(path=names.page_login_file(slug), content=f"{slug}:{hashed}\n", mode=MODE, gid=web)


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done."""
    state = found["file"]["state"]
    if not _is_wanted(spec):
        return [] if state == "same" else [_change("file", Action.REMOVE, "Remove the login of the pages")]
    if found["given"] == "other":
        summary = "Set the password that the pages ask for"
        return [Change(part=NAME, key=SETTING, action=Action.CHANGE, summary=summary, secret=True)]
    if state == "same":
        return []
    action = Action.CREATE if state == "absent" else Action.CHANGE
    return [_change("file", action, "Keep the pages closed to whoever has no login")]


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Swap the file in, or take it away."""
    path = names.page_login_file(site.slug)
    for change in changes:
        if site.spec.state is not State.REMOVED:
            transaction.undo_with(files.keep(path).restore)
        if change.action is Action.REMOVE:
            files.remove(path)
            continue
        password = _password(site)
        new = change.key == SETTING and password is not None
        files.put(_wanted(site.slug, passwords.shadow_hash(password) if new and password else _kept_hash(site.slug)))
