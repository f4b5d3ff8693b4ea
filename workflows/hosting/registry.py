"""All that can be ordered of a hosting, by the names that jobs and buttons keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.hosting import (
    change,
    cleaning,
    databases,
    document_root,
    ending,
    handover,
    laravel,
    passwords,
    php,
    renewal,
    sftp_keys,
    site_logs,
    suspension,
    suspicion,
    team,
    timed_scripts,
    undo,
    wordpress,
)
from workflows.hosting.action import Action, JobAction
from workflows.hosting.backups import ordering as backups
from workflows.hosting.custom_domains import actions as custom_domains
from workflows.hosting.staging import applying, lifecycle
from workflows.store.tables import Job


def _by_name(actions: Iterable[Action]) -> dict[str, Action]:
    """Return actions by their names. Raises `ValueError` where two have the same: a job's would mean either."""
    found: dict[str, Action] = {}
    for action in actions:
        if action.name in found:
            raise ValueError(f"two actions are called {action.name}")
        found[action.name] = action
    return found


ACTIONS: Mapping[str, Action] = _by_name(
    (
        passwords.CREDENTIALS,
        passwords.PASSWORDS,
        passwords.PRINT_CREDENTIALS,
        passwords.PRINT_PASSWORDS,
        sftp_keys.KEYS,
        php.PHP,
        document_root.FOLDER,
        timed_scripts.CRON,
        laravel.LARAVEL,
        wordpress.WORDPRESS,
        databases.DUMP,
        databases.LOAD,
        site_logs.SITE_LOG,
        backups.BACKUP,
        backups.RESTORE,
        custom_domains.CUSTOM_DOMAINS,
        custom_domains.ADD,
        custom_domains.DROP,
        custom_domains.GIVE_UP,
        lifecycle.MAKE,
        lifecycle.REFRESH,
        applying.APPLY,
        lifecycle.CLOSE,
        lifecycle.OPEN,
        lifecycle.REMOVE,
        suspension.SUSPEND,
        suspension.RESUME,
        cleaning.OPEN,
        cleaning.CLOSE,
        suspicion.DISMISS,
        renewal.RENEW,
        renewal.RENEW_BY_LETTER,
        team.RENEW_TEAM,
        change.PACKAGE,
        change.NAME,
        handover.OWNER,
        undo.CANCEL,
        ending.ARCHIVE,
        ending.REMOVE,
    )
)


def known(job: Job) -> JobAction | None:
    """Return what a job was ordered to do; None where nobody did, or a version that knew more orders than this one."""
    action = ACTIONS.get(job.action)
    return action if isinstance(action, JobAction) else None


def ordered(job: Job) -> JobAction:
    """Return what a job was ordered to do; no order gave one whose `action` is empty, as that which makes a hosting.

    Raises `KeyError` of a name that is not known, and `TypeError` of an action that no job carries out.
    """
    action = ACTIONS[job.action]
    if not isinstance(action, JobAction):
        raise TypeError(f"no job carries out {action.name}")
    return action
