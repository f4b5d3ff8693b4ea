"""Copies a site's files and database under its new account.

What is read may be exchanged by whoever owns it: no link is followed, and what the old database says is carried out
with the new account's rights alone.
"""

from __future__ import annotations

import dataclasses
import os
import pwd
import re
import shutil
import stat
import subprocess
from pathlib import Path

from provisioning.agent import database_dump, homes, mariadb, names
from provisioning.agent.adopt_look import STEP, OldSite
from provisioning.agent.command import ENVIRONMENT, brief, must
from provisioning.agent.database_dump import Login
from provisioning.plan import ErrorCode, ServerError
from provisioning.spec import HostingSecrets, HostingSpec

COPY_SECONDS = 4 * 3600.0


def copy_files(spec: HostingSpec, source: OldSite, secrets: HostingSecrets) -> None:
    """Build the new `public` aside, root's own until it is whole, and rename it into place."""
    entry = pwd.getpwnam(names.account(spec.slug))
    public = homes.directories(spec.slug, entry.pw_uid, entry.pw_gid)[-1]
    aside = dataclasses.replace(public, path=public.path.with_name(".adopting"), uid=0, gid=0)
    if aside.path.exists():
        homes.delete(aside.path)
    aside.make()
    _copy_tree(Path(source.files), aside.path)
    for each in source.configuration:
        _exchange_login(aside.path / each, spec, source, secrets)
    must(["chmod", "--recursive", "u=rwX,g=rX,o=", str(aside.path)], seconds=COPY_SECONDS)
    must(["chown", "--recursive", "--no-dereference", f"{entry.pw_uid}:{entry.pw_gid}", str(aside.path)])
    before = public.path.with_name(".before")
    public.path.rename(before)
    aside.path.rename(public.path)
    homes.delete(before)
    public.make()


def _copy_tree(source: Path, target: Path) -> None:
    """Copy folders and plain files, each opened below its opened folder and not through a link."""
    for folder, _, found, descriptor in os.fwalk(source, follow_symlinks=False):
        place = target / Path(folder).relative_to(source)
        place.mkdir(exist_ok=True)
        for name in found:
            _copy_file(name, descriptor, place / name)


def _copy_file(name: str, folder: int, target: Path) -> None:
    try:
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:  # a link, a socket, or gone meanwhile
        return
    with os.fdopen(opened, "rb") as stream:
        info = os.fstat(stream.fileno())
        if not stat.S_ISREG(info.st_mode):
            return
        with target.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1024 * 1024)
        os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))


def _exchange_login(path: Path, spec: HostingSpec, source: OldSite, secrets: HostingSecrets) -> None:
    """Put the new database's name, user and password in the place of the old ones. Raises `ServerError` if none is."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    changed, new = text, names.database(spec.slug)
    for old in {source.database, source.database_user} - {None}:
        changed = re.sub(rf"(?<![\w$-]){re.escape(str(old))}(?![\w$-])", new, changed)
    if source.database_password is not None and secrets.database_password is not None:
        changed = changed.replace(source.database_password.reveal(), secrets.database_password.reveal())
    if changed == text:
        raise ServerError(ErrorCode.STEP_FAILED, f"{path.name} does not name the old database", step=STEP)
    path.write_text(changed, encoding="utf-8", errors="surrogateescape")


def copy_database(spec: HostingSpec, database: str, secrets: HostingSecrets) -> None:
    """Read the old database as root, and write the new one as its own account, in the shell's and in MariaDB's eyes."""
    name = names.database(spec.slug)
    mariadb.ask(f"ALTER USER {mariadb.text(name)}@'localhost' ACCOUNT UNLOCK")
    if secrets.database_password is None:
        raise ServerError(ErrorCode.BAD_REQUEST, "a database needs a password", step="database")
    login = Login(user=name, password=secrets.database_password, database=name, runs_as=names.account(spec.slug))
    with subprocess.Popen(
        [*database_dump.READING, database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/"
    ) as dump:
        assert dump.stdout  # noqa: S101 - it is a pipe
        assert dump.stderr  # noqa: S101 - likewise
        try:
            database_dump.load(dump.stdout, login, definers=False)
        except ServerError:
            dump.kill()
            raise
        complaint = brief(dump.stderr.read().decode(errors="replace"))
    if dump.returncode != 0:
        raise ServerError(ErrorCode.MARIADB_REFUSED, complaint or "the copy ended early", step="database")
