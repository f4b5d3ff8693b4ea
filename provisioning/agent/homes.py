"""The folder of one hosting: what lies in it, who may enter, and how it is made and taken away."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pwd
import shutil
import stat
from pathlib import Path

from provisioning.agent import acl, files, names
from provisioning.agent.command import must
from provisioning.agent.render import render
from provisioning.spec import HostingSpec, State

DELETE_SECONDS = 1800.0
READ, ENTER = 5, 1  # permission bits r-x and --x


@dataclasses.dataclass(frozen=True, kw_only=True)
class Directory:
    """A directory as it shall be."""

    path: Path
    mode: int
    uid: int
    gid: int
    access: bytes | None = None
    default: bytes | None = None

    def look(self) -> str:
        """Return `same`, `differs` or `absent`."""
        try:
            info = self.path.lstat()
        except FileNotFoundError:
            return "absent"
        found = (stat.S_IFMT(info.st_mode), stat.S_IMODE(info.st_mode), info.st_uid, info.st_gid)
        if found != (stat.S_IFDIR, self.mode, self.uid, self.gid):
            return "differs"
        lists = (acl.read(self.path, acl.ACCESS), acl.read(self.path, acl.DEFAULT))
        return "same" if lists == (self.access, self.default) else "differs"

    def make(self) -> None:
        """Make it so. The parent is root's own, so nobody can exchange the path meanwhile."""
        with contextlib.suppress(FileExistsError):
            self.path.mkdir(mode=0o700)
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchown(descriptor, self.uid, self.gid)
            os.fchmod(descriptor, self.mode)
        finally:
            os.close(descriptor)
        acl.write(self.path, acl.ACCESS, self.access)
        acl.write(self.path, acl.DEFAULT, self.default)


def directories(slug: str, uid: int, gid: int) -> tuple[Directory, ...]:
    """Return the hosting's directories, outermost first. Apache enters and reads `public` alone."""
    home, web = names.home(slug), pwd.getpwnam(names.WEB_USER).pw_uid
    readable = acl.with_user(0o750, web, READ)
    return (
        Directory(path=home, mode=0o750, uid=0, gid=gid, access=acl.with_user(0o750, web, ENTER)),
        Directory(path=home / "logs", mode=0o750, uid=0, gid=gid),
        Directory(path=home / "private", mode=0o700, uid=uid, gid=gid),
        # an upload is moved from tmp into public and keeps the list it was born with
        Directory(path=home / "tmp", mode=0o700, uid=uid, gid=gid, default=readable),
        Directory(path=home / "public", mode=0o750, uid=uid, gid=gid, access=readable, default=readable),
    )


def make(spec: HostingSpec, uid: int, gid: int) -> None:
    """Make or mend the whole folder; a `public` that did not exist gets the placeholder page."""
    wanted = directories(spec.slug, uid, gid)
    Directory(path=names.HOSTING_ROOT, mode=0o711, uid=0, gid=0).make()
    for directory in wanted[:-1]:
        directory.make()
    public = wanted[-1]
    if not public.path.exists():
        _found_public(spec, public)
    public.make()
    if spec.state is State.ACTIVE:  # the tenant may have put something else there, which must not keep a site open
        _make_document_root(spec, uid, gid)


def _found_public(spec: HostingSpec, public: Directory) -> None:
    """Build `public` aside and rename it, so that a crash leaves either none or a whole one."""
    aside = dataclasses.replace(public, path=public.path.with_name(".public"))
    shutil.rmtree(aside.path, ignore_errors=True)
    dataclasses.replace(aside, uid=0, gid=0).make()  # root's own until it is ready
    folder = aside.path.joinpath(*Path(spec.document_root).parts[1:])
    folder.mkdir(parents=True, exist_ok=True)
    page = render("placeholder.html", domain=spec.domains[0], owner=spec.owner, document_root=spec.document_root)
    files.swap(folder / "index.html", page.encode(), mode=0o640, uid=public.uid, gid=public.gid)
    acl.write(folder / "index.html", acl.ACCESS, acl.with_user(0o640, pwd.getpwnam(names.WEB_USER).pw_uid, READ))
    while folder != aside.path:
        os.chown(folder, public.uid, public.gid)
        folder = folder.parent
    os.chown(aside.path, public.uid, public.gid)
    aside.path.rename(public.path)


def _make_document_root(spec: HostingSpec, uid: int, gid: int) -> None:
    """Make missing folders of a deeper document root, never through a symbolic link of the tenant's."""
    descriptor = os.open(names.home(spec.slug), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for part in Path(spec.document_root).parts:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o750, dir_fd=descriptor)
                os.chown(part, uid, gid, dir_fd=descriptor, follow_symlinks=False)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
    finally:
        os.close(descriptor)


def document_root_exists(spec: HostingSpec) -> bool:
    """Return whether the document root is a directory (not through a link)."""
    path = names.home(spec.slug)
    for part in Path(spec.document_root).parts:
        path = path / part
        try:
            if not stat.S_ISDIR(path.lstat().st_mode):
                return False
        except (FileNotFoundError, NotADirectoryError):
            return False
    return True


def own_log(slug: str, name: str) -> None:
    """Make a log of the site's programs the site's own, so that it counts to it: root would else make it root's."""
    entry = pwd.getpwnam(names.account(slug))
    path = names.home(slug) / "logs" / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o640)
    try:
        os.fchown(descriptor, entry.pw_uid, entry.pw_gid)
    finally:
        os.close(descriptor)


def take_away(slug: str) -> None:
    """Delete the folder: out of sight by one rename, then bit by bit; after a crash the trash is gone on with."""
    trash = names.trash(slug)
    for left in (trash, names.stage(slug), names.copy_stage(slug), names.copy_trash(slug)):
        if left.exists():
            delete(left)
    if names.home(slug).exists():
        names.home(slug).rename(trash)
        delete(trash)


def delete(tree: Path) -> None:
    """Delete a tenant's tree, however deep they nested it: `shutil.rmtree` recurses, and gives up at 1000 levels."""
    must(["rm", "--recursive", "--force", "--one-file-system", "--", str(tree)], seconds=DELETE_SECONDS)
