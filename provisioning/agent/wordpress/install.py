"""Installs WordPress into an empty hosting, as its owner and in the sandbox of its PHP.

It is made whole in a folder that Apache never shows, tables and administrator too, and then moved to its place: a
visitor finds no half of it, and no page that asks who wants to be the administrator. Whatever is cut off is begun
again, or gone on with, under the same order.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
import json
import re
from pathlib import PurePosixPath
from typing import Any

from provisioning.agent import disk_space, lock, log, mariadb, names, passwords, php_files, render
from provisioning.agent.command import CommandOutput, brief, run
from provisioning.agent.journal import Journal
from provisioning.agent.parts import database
from provisioning.agent.protocol import Request
from provisioning.agent.site import Site
from provisioning.agent.wordpress import mark, source
from provisioning.agent.wordpress.mark import Mark, Phase
from provisioning.agent.wordpress.wire import Installation
from provisioning.errors import ErrorCode, ServerError
from provisioning.plan import canonical, digest
from provisioning.spec import Kind, Secret, State

STEP = "wordpress"
LOCK = "/run/layanan-agent.wordpress.lock"  # one at a time on a server
WAIT_SECONDS, SECONDS = 600.0, 300.0  # for the lock; for one program
STAGE = ".wordpress-layanan"  # Apache shows nothing whose name begins with a dot
PLACEHOLDER = "Hosting ini sudah siap dan menunggu isinya."  # in our own first page, whatever else it says
LAST = "index.php"  # what opens the site
SIZE = 160 * 1024 * 1024
# no dollar sign: systemd would take it for a variable of its own
STARTER = 'define("ORDER", stream_get_contents(STDIN)); eval("?>" . json_decode(ORDER)->script);'
FULL = re.compile(r"No space left|quota exceeded|File size limit", re.IGNORECASE)


def install(site: Site, request: Request) -> dict[str, Any]:
    """Install it; return which release it is. Asked again, it is not done twice.

    Raises `ServerError`: NOT_OURS, NOT_EMPTY, PACKAGE_UNAVAILABLE, OVER_QUOTA, DISK_FULL, MARIADB_REFUSED, LOCKED,
    TIMEOUT, STEP_FAILED.
    """
    order = request.installation
    if order is None or site.spec.kind is not Kind.PHP or site.spec.state is not State.ACTIVE:
        raise ServerError(ErrorCode.NOT_OURS, f"{site.slug} is no open hosting of PHP", step=STEP)
    if database.CLAIM not in site.record.claims:
        raise ServerError(ErrorCode.NOT_OURS, f"{site.slug} has no database here", step=STEP)
    journal = Journal()
    asked = canonical({"verb": request.verb, "slug": site.slug, "order": order.to_data()}).encode()
    with lock.held(LOCK, WAIT_SECONDS):
        password = Secret(hmac.new(journal.key(), b"wordpress" + asked, hashlib.sha256).hexdigest())
        earlier = journal.begin(request.id, site.slug, asked)
        if earlier is None:
            log.write(site.slug, "wordpress", request=request.id)
            earlier = {"release": _installed(site, order, password)}
            journal.finish(request.id, earlier)
        _set_password(site, password)  # the hosting may have been made anew with an older one since
        return earlier


def _installed(site: Site, order: Installation, password: Secret) -> str:
    this = digest({"order": order.to_data(), "folder": site.spec.document_root})
    known = mark.read(site.slug)
    if known is None or known.digest != this:
        known = None  # of another order: what that one left is nothing of this one's
    if known is not None and known.phase is Phase.DONE:
        return known.release
    if known is None or known.phase is Phase.STAGE:
        _refuse_unless_empty(site, but="wp\\_%" if known else "")
        mark.write(site.slug, Mark(phase=Phase.STAGE, digest=this))
        known = Mark(phase=Phase.MOVE, digest=this, release=_made(site, order, password))
        mark.write(site.slug, known)
    _move_into_place(site)
    mark.write(site.slug, dataclasses.replace(known, phase=Phase.DONE))
    return known.release


def _refuse_unless_empty(site: Site, *, but: str) -> None:
    """Raise `ServerError` (`NOT_EMPTY`) where folder or database holds something, `but` tables named like that."""
    tables = mariadb.ask(
        f"SET @name={mariadb.text(names.database(site.slug))}, @but={mariadb.text(but)}",
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA=CONVERT(@name USING utf8mb3)"
        " AND TABLE_NAME NOT LIKE CONVERT(@but USING utf8mb3)",
    )
    if tables[0][0] != "0":
        raise ServerError(ErrorCode.NOT_EMPTY, f"the database has {tables[0][0]} tables", step=STEP)
    found = [name for name in _listed(site, _folder(site)) if name != STAGE]
    others = [name for name in found if name != "index.html" or not _is_placeholder(site)]
    if others:
        raise ServerError(ErrorCode.NOT_EMPTY, f"{site.spec.document_root} has {', '.join(others[:5])}", step=STEP)


def _is_placeholder(site: Site) -> bool:
    page = _as_owner(site, "head", "--bytes=65536", "--", str(_folder(site) / "index.html"))
    return PLACEHOLDER in page.text


def _made(site: Site, order: Installation, password: Secret) -> str:
    """Make the whole of it aside, with its tables; where that fails, neither is left."""
    found = source.ready()
    disk_space.check((names.HOSTING_ROOT,), size=SIZE, inodes=5000)
    stage = _folder(site) / STAGE
    try:
        _clear(site, stage)
        _must(site, "cp", "--recursive", "--no-target-directory", "--", str(found.folder), str(stage))
        with lock.held():
            database.admit(site.slug, passwords.mariadb_hash(password))  # beside its own, which holds until it stands
        _run_installer(site, order, password, stage)
    except ServerError:
        with contextlib.suppress(ServerError):
            _clear(site, stage)
        raise
    return found.release


def _clear(site: Site, stage: PurePosixPath) -> None:
    """Take away what a try left; before the first one there was nothing."""
    _must(site, "rm", "--recursive", "--force", "--", str(stage))
    with lock.held():
        database.dismiss(site.slug, disconnect=True)
        database.empty(site.spec)


def _run_installer(site: Site, order: Installation, password: Secret, stage: PurePosixPath) -> None:
    """Let WordPress make its tables and its administrator. All that is secret goes by standard input."""
    given = {
        "script": render.text("wordpress-install.php"),
        "folder": f"{stage}/",
        "url": f"https://{site.spec.domains[0]}",
        "host": site.spec.domains[0],
        "timezone": site.spec.php.timezone,
        "database": {"name": names.database(site.slug), "password": password.reveal()},
        **order.to_data(),
    }
    unit = f"layanan-wordpress-{site.slug}.service"
    run(["systemctl", "stop", unit])  # of an agent that was killed meanwhile
    done = run([*_sandboxed(site, unit), *php_files.command_line(site.spec), "-r", STARTER],
               given=json.dumps(given), seconds=SECONDS + 30)  # fmt: skip
    if done.code != 0 or not done.text.strip().endswith("installed"):
        raise _failed(done)


def _sandboxed(site: Site, unit: str) -> list[str]:
    """Return what runs a program once as the hosting's timed scripts run: same account, bounds and sandbox."""
    account, limits = names.account(site.slug), render.render("script", **php_files.script_limits(site.spec))
    settings = [line for line in limits.splitlines() if line and not line.startswith("#")]
    settings += [f"User={account}", f"Group={account}", "UMask=0027", f"RuntimeMaxSec={SECONDS:g}"]
    start = ["systemd-run", "--quiet", "--pipe", "--wait", "--collect", f"--unit={unit}"]
    return [*start, f"--working-directory={names.home(site.slug)}", *(f"--property={one}" for one in settings)]


def _move_into_place(site: Site) -> None:
    """Move everything up, and last what opens the site. Raises `ServerError` (`NOT_EMPTY`) where something lies there.

    What was moved before is no more where it came from, so whatever is in both places came from somebody else.
    """
    folder = _folder(site)
    there = _listed(site, folder)
    waiting = _listed(site, folder / STAGE) if STAGE in there else []
    if foreign := {*there} & {*waiting}:
        raise ServerError(ErrorCode.NOT_EMPTY, f"{site.spec.document_root} has {', '.join(sorted(foreign))}", step=STEP)
    for name in sorted(waiting, key=lambda one: (one == LAST, one)):
        _must(site, "mv", "--no-target-directory", "--", str(folder / STAGE / name), str(folder / name))
    if "index.html" in there and _is_placeholder(site):
        _must(site, "rm", "--force", "--", str(folder / "index.html"))
    _must(site, "rm", "--recursive", "--force", "--", str(folder / STAGE))


def _set_password(site: Site, password: Secret) -> None:
    """Give the database account the password that `wp-config.php` has; no person knows it from anywhere else."""
    with lock.held():
        database.set_password(site.spec, passwords.mariadb_hash(password))


def _folder(site: Site) -> PurePosixPath:
    return PurePosixPath(names.home(site.slug)) / site.spec.document_root


def _listed(site: Site, folder: PurePosixPath) -> list[str]:
    found = _must(site, "find", str(folder), "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\\0")
    return sorted(name for name in found.split("\0") if name)


def _as_owner(site: Site, *argv: str) -> CommandOutput:
    """Run a program on the owner's files with the owner's rights alone: whatever they put there, it is theirs."""
    return run(argv, seconds=SECONDS, account=names.account(site.slug))


def _must(site: Site, *argv: str) -> str:
    done = _as_owner(site, *argv)
    if done.code != 0:
        raise _failed(done)
    return done.text


def _failed(done: CommandOutput) -> ServerError:
    said = brief(done.errors or done.text)
    full = FULL.search(said)
    if full is None:
        return ServerError(ErrorCode.STEP_FAILED, said or f"it ended with {done.code}", step=STEP)
    code = ErrorCode.DISK_FULL if full[0].lower().startswith("no space") else ErrorCode.OVER_QUOTA
    return ServerError(code, said, step=STEP)
