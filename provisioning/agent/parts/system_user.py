"""The hosting's own account (no shell, own uid) and its folder; what others own is never taken over."""

from __future__ import annotations

import contextlib
import grp
import pwd
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import files, homes, names, processes
from provisioning.agent.command import must
from provisioning.agent.record import Records
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, State

NAME = "system_user"
ACCOUNT, HOME = "account", "home"
SHELL = "/usr/sbin/nologin"


def observe(site: Site) -> dict[str, Any]:
    """Look for the account, the folder and our claims on them."""
    found: dict[str, Any] = {
        "account": None,
        "home": names.home(site.slug).is_dir(),
        "trash": names.trash(site.slug).exists(),
        "claims": [claim for claim in (ACCOUNT, HOME) if claim in site.record.claims],
        "directories": {},
    }
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam(names.account(site.slug))
        found["account"] = {"uid": entry.pw_uid, "as_wanted": _is_as_wanted(site, entry)}
        if found["home"] and site.spec.state is not State.REMOVED:
            found["directories"] = {
                d.path.name: d.look() for d in homes.directories(site.slug, entry.pw_uid, entry.pw_gid)
            }
            found["document_root"] = site.spec.state is not State.ACTIVE or homes.document_root_exists(site.spec)
    return found


def _is_as_wanted(site: Site, entry: pwd.struct_passwd) -> bool:
    with contextlib.suppress(KeyError):
        member = entry.pw_name in grp.getgrnam(names.SFTP_GROUP).gr_mem
        return member and (entry.pw_dir, entry.pw_shell) == (str(names.home(site.slug)), SHELL)
    return False


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`NOT_OURS`)."""
    account = names.account(spec.slug)
    if found["account"] and ACCOUNT not in found["claims"]:
        raise ServerError(ErrorCode.NOT_OURS, f"account {account} exists and was not made by us", step=NAME)
    if found["home"] and HOME not in found["claims"]:
        raise ServerError(ErrorCode.NOT_OURS, f"{names.home(spec.slug)} exists and was not made by us", step=NAME)
    if spec.state is State.REMOVED:
        return _plan_removal(spec, found)
    changes = []
    if not found["account"]:
        changes.append(_change(ACCOUNT, Action.CREATE, f"Create account {account} with a user id of its own, no shell"))
    elif not found["account"]["as_wanted"]:
        changes.append(_change(ACCOUNT, Action.CHANGE, f"Set home, shell and SFTP group of account {account} right"))
    if not found["home"]:
        changes.append(_change(HOME, Action.CREATE, f"Create {names.home(spec.slug)} with public, private, logs, tmp"))
    elif set(found["directories"].values()) != {"same"} or not found["document_root"]:
        changes.append(_change(HOME, Action.CHANGE, f"Set owners and rights below {names.home(spec.slug)} right"))
    return changes


def _plan_removal(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    changes = []
    if found["account"]:
        summary = f"Remove account {names.account(spec.slug)} and keep its user id from being used again"
        changes.append(_change(ACCOUNT, Action.REMOVE, summary))
    if found["home"] or found["trash"]:
        changes.append(_change(HOME, Action.REMOVE, f"Delete {names.home(spec.slug)} with everything in it"))
    return changes


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Do what `changes` say. An account made here stays if a later step fails; the next run goes on with it."""
    for change in changes:
        if change.action is Action.REMOVE:
            _remove(site, change.key, transaction)
        elif change.key == ACCOUNT:
            _make_account(site, change.action, transaction)
        else:
            _make_home(site, transaction)


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Do it for all, one after another: the tools that change accounts would wait for each other by seconds."""
    return each(shares, lambda share: apply(share.site, share.changes, share.transaction))


def _make_account(site: Site, action: Action, transaction: Transaction) -> None:
    account, home = names.account(site.slug), str(names.home(site.slug))
    _need_group()
    if action is Action.CHANGE:
        must(["usermod", "--home", home, "--shell", SHELL, "--append", "--groups", names.SFTP_GROUP, account])
        return
    uid = site.record.uid or Records().free_uid(site.config)
    transaction.claim(ACCOUNT, uid=uid)
    files.put(files.WantedFile(path=names.no_user_manager(uid), content="", mode=0o600))
    options = ["--no-create-home", "--home-dir", home, "--shell", SHELL, "--groups", names.SFTP_GROUP, "--no-log-init"]
    no_subordinates = ["--key", "SUB_UID_COUNT=0", "--key", "SUB_GID_COUNT=0"]
    must(["useradd", "--uid", str(uid), "--user-group", *options, *no_subordinates, account])
    transaction.leaves(f"account {account}")


def _need_group() -> None:
    try:
        grp.getgrnam(names.SFTP_GROUP)
    except KeyError:
        must(["groupadd", "--force", "--system", names.SFTP_GROUP])


def _make_home(site: Site, transaction: Transaction) -> None:
    entry = pwd.getpwnam(names.account(site.slug))
    transaction.claim(HOME)
    homes.make(site.spec, entry.pw_uid, entry.pw_gid)
    transaction.leaves(str(names.home(site.slug)))


def _remove(site: Site, key: str, transaction: Transaction) -> None:
    if key == HOME:
        homes.take_away(site.slug)
        transaction.release(HOME)
        return
    entry = pwd.getpwnam(names.account(site.slug))
    Records().quarantine(entry.pw_uid)
    processes.end(entry.pw_uid)
    must(["userdel", entry.pw_name])
    files.remove(names.no_user_manager(entry.pw_uid))
    transaction.release(ACCOUNT)
