"""What lies aside for a hosting while another's content comes into it, and how long it is all that there is.

What is to come is made ready there, and what was in place before lies there until the exchange was done to its end.
"""

from __future__ import annotations

import contextlib

from provisioning.agent import files, homes, log, names
from provisioning.agent.journal import Journal
from provisioning.agent.site import as_server_error
from provisioning.agent.staging.wire import STEP
from provisioning.plan import ServerError

BEGUN = "begun"  # there while what was in place before may lie aside alone: the id of the request that put it there


def begin(slug: str, request_id: str) -> None:
    """Note that from now on what the hosting held may lie aside, for a request that puts something in its place."""
    files.swap(names.copy_stage(slug) / BEGUN, request_id.encode(), mode=0o600)


def is_back(slug: str) -> None:
    """Note that what the hosting held is in its place again."""
    (names.copy_stage(slug) / BEGUN).unlink()


def holds_originals(slug: str) -> bool:
    """Whether what the hosting itself held may lie aside, and nowhere else: to replace it was begun, and not ended."""
    try:
        begun_by = (names.copy_stage(slug) / BEGUN).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return not Journal().is_done(begun_by)


def clear(slug: str) -> None:
    """Take away what lies aside: by one rename first, so that no half of it is ever put back. Raises `ServerError`."""
    clear_trash(slug)
    with contextlib.suppress(FileNotFoundError):
        names.copy_stage(slug).rename(names.copy_trash(slug))
    clear_trash(slug)


def clear_by_and_by(slug: str) -> None:
    """Clear after a request was done: what cannot be deleted makes nothing undone, and is tried again by night."""
    try:
        clear(slug)
    except (OSError, ServerError) as error:
        log.write(slug, "copy_not_cleared", **as_server_error(error, STEP).to_data())


def clear_trash(slug: str) -> bool:
    """Delete what was taken away and could not be deleted; return whether there was anything. Raises `ServerError`."""
    is_there = names.copy_trash(slug).exists()
    if is_there:
        homes.delete(names.copy_trash(slug))
    return is_there
