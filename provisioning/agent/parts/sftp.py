"""SFTP and nothing else: a chroot by group, the password, the keys, and the lock of a suspended hosting."""

from __future__ import annotations

import contextlib
import pwd
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from provisioning.agent import files, names, passwords, processes
from provisioning.agent.command import brief, must, run
from provisioning.agent.render import render
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, Secret, State

NAME = "sftp"
SETTING = "password"  # the key of the change that sets one
SHARED = "snippet"  # the key of what all hostings share
PENDING = "ssh"
SNIPPET = Path("/etc/ssh/sshd_config.d/50-layanan.conf")
SHADOW = Path("/etc/shadow")


def observe(site: Site) -> dict[str, Any]:
    """Look at the once-a-server snippet, the keys and the login (from /etc/shadow, shadow(5))."""
    return {
        "snippet": files.look(_snippet()),
        "pending": files.marked(PENDING),
        "keys": files.look(_keys(site.spec)),
        "login": _login(site),
        "sessions": _has_sessions(site),
    }


def _snippet() -> files.WantedFile:
    return files.WantedFile(path=SNIPPET, content=render("sshd.conf", group=names.SFTP_GROUP, keys_dir=names.KEYS_DIR))


def _keys(spec: HostingSpec) -> files.WantedFile:
    lines = "".join(f"{key}\n" for key in spec.ssh_keys) if spec.opens_files else ""
    return files.WantedFile(path=names.keys_file(spec.slug), content=lines or None)


def _login(site: Site) -> dict[str, Any] | None:
    for line in SHADOW.read_text(encoding="utf-8").splitlines():
        name, field, *rest = line.split(":")
        if name == names.account(site.slug):
            expires = rest[5]
            given = None
            if (password := _password(site)) is not None:
                known = field.lstrip("!")
                given = "same" if known and passwords.matches_shadow(password, known) else "other"
            locked = bool(expires) and int(expires) <= time.time() // 86_400
            if given == "other":
                _prepare(site)
            return {"password": "set" if field.lstrip("!*") else "none", "locked": locked, "given": given}
    _prepare(site)
    return None


def _password(site: Site) -> Secret | None:
    return None if site.secrets is None else site.secrets.sftp_password


def _prepare(site: Site) -> None:
    """Hash a password that will be set, while the other parts wait for their programs."""
    password = _password(site)
    if password is not None and site.spec.opens_files:
        site.prepared[NAME] = passwords.shadow_hash(password)


def _has_sessions(site: Site) -> bool:
    if site.spec.opens_files or site.spec.state is State.REMOVED:
        return False  # of no consequence, and it would make every plan a moment's
    try:
        return bool(processes.sessions(pwd.getpwnam(names.account(site.slug)).pw_uid))
    except KeyError:
        return False


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done; locking ends the sessions too."""
    changes: list[Change] = []
    keys = found["keys"]["state"]
    if spec.state is State.REMOVED:
        return [] if keys == "same" else [_change("keys", Action.REMOVE, "Remove the SFTP keys")]
    if found["snippet"]["state"] != "same" or found["pending"]:
        action = Action.CREATE if found["snippet"]["state"] == "absent" else Action.CHANGE
        changes.append(_change(SHARED, action, "Bind the group of hostings to SFTP in their own folders (sshd)"))
    if keys != "same":
        changes.append(_plan_keys(spec, keys))
    login = found["login"] or {"password": "none", "locked": False, "given": "other"}
    opens = spec.opens_files
    if login["locked"] is opens:
        summary = "Unlock the SFTP login" if opens else "Lock the SFTP login and end its sessions"
        changes.append(_change("unlock" if opens else "lock", Action.CHANGE, summary))
    elif found["sessions"] and not opens:
        changes.append(_change("sessions", Action.CHANGE, "End what still runs as the account"))
    if opens and login["given"] == "other":
        summary = "Set the SFTP password"
        changes.append(Change(part=NAME, key=SETTING, action=Action.CHANGE, summary=summary, secret=True))
    return changes


def _plan_keys(spec: HostingSpec, state: str) -> Change:
    if not spec.ssh_keys or not spec.opens_files:
        return _change("keys", Action.REMOVE, "Remove the SFTP keys")
    action = Action.CREATE if state == "absent" else Action.CHANGE
    return _change("keys", action, f"Install {len(spec.ssh_keys)} SFTP key(s)")


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Do what `changes` say. Raises `ServerError` (`SSHD_CONFIG_INVALID`)."""
    for error in apply_together([Share(site, changes, transaction)]).values():
        raise error


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Do it for all, one after another: the tools that change accounts would wait for each other by seconds.

    All passwords are set in one call, at the end.
    """
    failed = each(shares, _apply_but_passwords)
    setting = [share for share in shares if share.slug not in failed and _sets_password(share)]
    replacing = [share for share in setting if _has_password(names.account(share.slug))]
    if setting:
        lines = [f"{names.account(share.slug)}:{share.site.prepared[NAME]}\n" for share in setting]
        must(["chpasswd", "--encrypted"], given="".join(lines))
    return failed | each(replacing, _end_sessions)


def _sets_password(share: Share) -> bool:
    """Whether there is a password to set: an account that was made anew may wait for one."""
    return NAME in share.site.prepared and any(change.key == SETTING for change in share.changes)


def _end_sessions(share: Share) -> None:
    """End what was begun with a password or a key that opens nothing any more; an account that is gone runs nothing."""
    with contextlib.suppress(KeyError):
        processes.end(pwd.getpwnam(names.account(share.slug)).pw_uid, processes.sessions)


def _apply_but_passwords(share: Share) -> None:
    site, transaction = share.site, share.transaction
    account = names.account(site.slug)
    for change in share.changes:
        if change.key == SHARED:
            _install_snippet(transaction)
        elif change.key == "keys":
            names.KEYS_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
            kept, wanted = files.keep(names.keys_file(site.slug)), _keys(site.spec)
            transaction.undo_with(kept.restore)
            files.put(wanted)
            if {*(kept.raw or b"").splitlines()} - {*(wanted.content or "").encode().splitlines()}:
                _end_sessions(share)
        elif change.key == "unlock":
            must(["usermod", "--expiredate", "", *(["--unlock"] if _has_password(account) else []), account])
        elif change.key == "lock":
            must(["usermod", "--lock", "--expiredate", "1970-01-02", account])
            _end_sessions(share)
        elif change.key == "sessions":
            _end_sessions(share)


def _has_password(account: str) -> bool:
    for line in SHADOW.read_text(encoding="utf-8").splitlines():
        name, field, *_ = line.split(":")
        if name == account:
            return bool(field.lstrip("!*"))
    return False


def _install_snippet(transaction: Transaction) -> None:
    """Swap the snippet in, let sshd test everything, and reload it; put the earlier one back if sshd refuses."""
    kept = files.keep(SNIPPET)
    files.mark(PENDING)
    names.KEYS_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
    files.put(_snippet())
    tested = run(["sshd", "-t"])
    if tested.code != 0:
        kept.restore()
        raise ServerError(ErrorCode.SSHD_CONFIG_INVALID, brief(tested.errors), step=NAME)
    transaction.leaves(str(SNIPPET))
    must(["systemctl", "try-reload-or-restart", "ssh"])
    files.unmark(PENDING)
