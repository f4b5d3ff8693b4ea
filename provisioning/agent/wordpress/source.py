"""WordPress as the distribution's archive has it, unpacked where owners' copies are taken from.

apt fetches the packages and checks them against the archive's signature; nothing is installed, no script of theirs is
run. Debian replaces parts of WordPress by links to packages of its own: here each link becomes the file it leads to.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from provisioning.agent.command import must, run
from provisioning.errors import ErrorCode, ServerError

PACKAGE = "wordpress"
ROOT = Path("/usr/lib/layanan-wordpress")
LANGUAGE = "id_ID"
BESIDE = re.compile(r"wordpress-(l10n|theme-[a-z]+)|libjs-[a-z0-9.-]+|libphp-[a-z0-9.-]+|php-getid3")  # it links to
LEFT_OUT = {".htaccess", "wp-config.php", "readme.html"}  # the system-wide site's, and what tells the version
SYSTEM_LINKS = Path("/etc/ssl/certs")  # of the server itself, not of a package
CANDIDATE = re.compile(r"^ *Candidate: ([A-Za-z0-9.+~:-]+)$", re.MULTILINE)
RELEASE = re.compile(r"^\$wp_version = '([0-9][0-9A-Za-z.-]*)';", re.MULTILINE)
NEEDS = re.compile(r"^(?:Depends|Recommends): (.+)$", re.MULTILINE)
KEPT = 4  # versions, the newest first: sites that were made of an earlier one are held against it by the scan
SECONDS = 600.0
NICE = ("nice", "-n", "10")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Source:
    """A folder with a whole WordPress, root's own and readable for all; `release` is WordPress' own number."""

    folder: Path
    release: str


def candidate() -> str:
    """Return the version that the server's archive offers, by its package lists; "" where it has none."""
    found = CANDIDATE.search(run(["apt-cache", "policy", PACKAGE]).text)
    return found[1] if found else ""


def ready() -> Source:
    """Return the newest WordPress of the archive, fetched if it is not here yet. Call it under a lock.

    Raises `ServerError` (`PACKAGE_UNAVAILABLE`, `DISK_FULL`, `TIMEOUT`).
    """
    version = candidate()
    if not version:
        raise _unavailable("the package lists of this server have no wordpress")
    folder = ROOT / version.replace(":", "_")
    if not folder.is_dir():
        _fetch(version, folder)
    _forget_old(folder)
    return Source(folder=folder, release=_release(folder))


def _fetch(version: str, folder: Path) -> None:
    partial = folder.with_name(".partial")
    shutil.rmtree(partial, ignore_errors=True)  # a killed run's
    for place in ("packages", "unpacked"):
        (partial / place).mkdir(mode=0o755, parents=True)
    _download(partial / "packages", version)
    for package in sorted((partial / "packages").glob("*.deb")):
        must([*NICE, "dpkg-deb", "--extract", str(package), str(partial / "unpacked")], seconds=SECONDS)
    _assemble(partial / "unpacked", partial / "whole")
    _release(partial / "whole")
    (partial / "whole").rename(folder)
    shutil.rmtree(partial)


def _forget_old(newest: Path) -> None:
    """Delete all but `KEPT` versions, and what a killed run left."""
    shutil.rmtree(ROOT / ".partial", ignore_errors=True)
    others = sorted({*ROOT.iterdir()} - {newest}, key=lambda one: one.stat().st_mtime, reverse=True)
    for other in others[KEPT - 1 :]:
        shutil.rmtree(other)


def _download(target: Path, version: str) -> None:
    said = run(["apt-cache", "show", f"{PACKAGE}={version}"]).text
    needed = {name for line in NEEDS.findall(said) for name in re.findall(r"[a-z0-9][a-z0-9.+-]+", line)}
    beside = sorted(name for name in {*needed, "wordpress-l10n"} if BESIDE.fullmatch(name))
    fetch = ["apt-get", "download", "--quiet", "--option", "APT::Get::AllowUnauthenticated=false"]
    done = run([*fetch, f"{PACKAGE}={version}", *beside], seconds=SECONDS, folder=str(target))
    if done.code != 0:
        raise _unavailable(done.errors)


def _assemble(unpacked: Path, whole: Path) -> None:
    """Copy WordPress without its links, its system-wide configuration and the languages of others."""
    origin = unpacked / "usr/share/wordpress"
    if not origin.is_dir():
        raise _unavailable("the package has no WordPress where it used to")
    for path in _kept(origin):
        target, real = whole / path.relative_to(origin), _real(path, unpacked)
        if real.is_dir():
            target.mkdir(mode=0o755, parents=True, exist_ok=True)
        else:
            shutil.copyfile(real, target)
            target.chmod(0o644)


def _kept(folder: Path) -> Iterator[Path]:
    """Yield a folder and all that is kept of what lies in it, outermost first."""
    yield folder
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or (folder.name == "languages" and LANGUAGE not in path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _kept(path)
        else:
            yield path


def _real(path: Path, unpacked: Path) -> Path:
    """Return the file that a path leads to, within what was unpacked. Raises `ServerError` where it is not there."""
    seen = 0
    while path.is_symlink() and seen < 10:
        target, seen = path.readlink(), seen + 1
        if target.is_relative_to(SYSTEM_LINKS) and target.is_file():
            return target
        path = unpacked / target.relative_to("/") if target.is_absolute() else path.parent / target
    real = path if path.is_symlink() else path.resolve()
    if real.is_symlink() or not real.is_relative_to(unpacked.resolve()) or not real.exists():
        raise _unavailable(f"the packages are incomplete: {path.name} is not in them")
    return real


def _release(folder: Path) -> str:
    path = folder / "wp-includes/version.php"
    found = RELEASE.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    if found is None:
        raise _unavailable("the package does not say which WordPress it is")
    return found[1]


def _unavailable(detail: str) -> ServerError:
    return ServerError(ErrorCode.PACKAGE_UNAVAILABLE, " ".join(detail.split())[:300], step="wordpress")
