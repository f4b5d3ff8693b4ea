"""A new password for a hosting's database, to which the site's own files are led: who knew the old one knows nothing.

Nobody is told the new one; it stands in the files that held the old. Until they are changed both open the account, so
the site stays open. Its owner's programs may be at work in the files meanwhile: all is done with the account's rights.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
import pwd
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provisioning.agent import files, lock, log, mariadb, names, passwords, tenant_child
from provisioning.agent.backup import login, repository_locks
from provisioning.agent.backup.wire import TOPS
from provisioning.agent.journal import Journal
from provisioning.agent.parts import database, system_user
from provisioning.agent.site import Site
from provisioning.agent.staging import logins, texts
from provisioning.agent.staging.logins import SiteLogins
from provisioning.new_login import NewLogin
from provisioning.plan import ErrorCode, ServerError, canonical
from provisioning.spec import Secret

STEP = "database"
SIGNS = string.ascii_letters + string.digits  # it comes to stand in files of any kind, and must mean nothing in any
LENGTH = 20  # 62 signs: 119 bits; as long as the office's own, so that files keep their length
COMPILED_SECONDS = 3.0  # for which PHP may go on with what it compiled of a file (`opcache.revalidate_freq` is 2)

REQUEST_SECONDS = 5.0  # in which a request that the site has begun mostly ends


def renew(site: Site, request_id: str) -> dict[str, Any]:
    """Do it once for a request; where no file holds the password it stays, and that is the answer (`NewLogin`).

    Raises `ServerError`: NOT_OURS, FILE_UNFIT (a file that holds it cannot be written: both passwords open until this
    is asked again), MARIADB_DOWN, MARIADB_REFUSED, TIMEOUT, STEP_FAILED, LOCKED.
    """
    if not {system_user.ACCOUNT, database.CLAIM} <= set(site.record.claims):
        raise ServerError(ErrorCode.NOT_OURS, f"{site.slug} has no database here", step=STEP)
    journal = Journal()
    asked = canonical({"verb": "renew_login", "slug": site.slug, "id": request_id}).encode()
    with repository_locks.of_hosting(site.slug):
        earlier = journal.begin(request_id, site.slug, asked)
        if earlier is None:
            log.write(site.slug, "renew_login", request=request_id)
            login.give_back(site.slug)  # what a killed restore had borrowed: no file holds what opens the database else
            earlier = dataclasses.asdict(_renewed(site, _made_of(journal.key(), asked)))
            journal.finish(request_id, earlier)
        return earlier


def _made_of(key: bytes, asked: bytes) -> Secret:
    """Return the password of a request, the same whenever it is asked again: files may hold it by then."""
    digest = hmac.new(key, b"database login" + asked, hashlib.sha256).digest()
    return Secret("".join(SIGNS[byte % len(SIGNS)] for byte in digest[:LENGTH]))


def _renewed(site: Site, password: Secret) -> NewLogin:
    old, new = login.hash_of(site.slug), passwords.mariadb_hash(password)
    if old == new:  # a run that was killed did it, but for the note
        names.renewing_login(site.slug).unlink(missing_ok=True)
        return NewLogin()
    if not _as_owner(site, lambda tops: {"held": any(logins.find(tops, each) for each in (old, new))})["held"]:
        return NewLogin(is_kept=True)
    _admit(site.slug, new)
    adapted = _as_owner(site, lambda tops: _led(site, tops, old, password))
    if "unfit" in adapted:
        raise ServerError(ErrorCode.FILE_UNFIT, adapted["unfit"], step=STEP)
    time.sleep(COMPILED_SECONDS)
    with lock.held():
        database.set_password(site.spec, new)
        names.renewing_login(site.slug).unlink()
    _end_connections_of_before(names.database(site.slug))
    return NewLogin(files=tuple(adapted["files"]), unseen=tuple(adapted["unseen"]))


def _admit(slug: str, new: str) -> None:
    """Let the new password open the account too, whatever else is done to the hosting until the files are led to it."""
    mark = names.renewing_login(slug)
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.held():
        files.swap(mark, b"", mode=0o600)
        database.admit(slug, new)


def _led(site: Site, tops: list[Path], old: str, password: Secret) -> dict[str, Any]:
    place = SiteLogins(database=names.database(site.slug), domains=())
    try:
        adapted = logins.adapt(tops, old, place, place, password)
    except OSError as error:
        return {"unfit": f"{error.filename}: {error.strerror}"}
    return {"files": adapted.changed, "unseen": [path for path in adapted.unsure if path.endswith("/")]}


def _end_connections_of_before(account: str) -> None:
    """End what was opened with the old password; the site's own requests, which are short, may come to their end."""
    asked = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER=CONVERT(@name USING utf8mb3)"
    opened = [row[0] for row in mariadb.ask(f"SET @name={mariadb.text(account)}", asked)]
    time.sleep(REQUEST_SECONDS)
    for number in opened:
        with contextlib.suppress(ServerError):  # it has ended meanwhile
            mariadb.ask(f"KILL CONNECTION {int(number)}")


def _as_owner(site: Site, work: Callable[[list[Path]], dict[str, Any]]) -> dict[str, Any]:
    account, tops = pwd.getpwnam(names.account(site.slug)), [names.home(site.slug) / top for top in TOPS]
    return tenant_child.answer(account, lambda: work(tops), seconds=texts.SECONDS * 3, step=STEP)
