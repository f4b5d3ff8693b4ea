"""PHP for one site alone: its own php-fpm master under its own account, sandboxed and limited by systemd.

systemd holds the socket (only Apache may connect) and starts PHP at the first visit, so making a hosting waits for
no PHP, an idle site takes no memory, and a reload loses no connection.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import files, fpm, homes, names, php_files, systemd
from provisioning.agent.command import brief, must, run
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, Kind, State

NAME = "php_fpm"
UNITS, SITE = "units", "site"


def _runs(spec: HostingSpec) -> bool:
    return spec.kind is Kind.PHP and spec.state is State.ACTIVE


def observe(site: Site) -> dict[str, Any]:
    """Look at the installed versions, the site's files and its units (of any version)."""
    return observe_together([site])[site.slug]


def observe_together(sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
    """Look at those of all sites; return what was found, by slug. Raises `ServerError`."""
    found = {site.slug: _files_found(site) for site in sites}
    running = [site for site in sites if site.spec.php_version is not None and _runs(site.spec)]
    kinds = ("socket", "service")
    units = [names.php_unit(site.spec.php_version or "", site.slug, kind) for site in running for kind in kinds]
    states = systemd.states(*units) if units else []
    for site, socket_state, service in zip(running, states[::2], states[1::2], strict=True):
        began = systemd.began(service) if service["ActiveState"] == "active" else None
        found[site.slug] |= {  # not whether it runs: its visitors decide that, and would move every plan
            "socket": socket_state["ActiveState"],
            "failed": service["ActiveState"] == "failed",
            "stale": began is not None and began < _units_changed(site.spec.php_version or "", site.slug),
        }
    return found


def _files_found(site: Site) -> dict[str, Any]:
    version, slug = site.spec.php_version, site.slug
    found: dict[str, Any] = {"installed": fpm.installed(), "versions": _versions(slug), "units": {}, "files": {}}
    found["pool"], found["pending"] = names.pool_file(slug).exists(), files.marked(_pending(slug))
    if version is None or not _runs(site.spec):
        return found
    found["units"] = {w.path.name: files.look(w) for w in php_files.units(version)}
    found["units_pending"] = files.marked(_pending(version))
    found["files"] = {w.path.name: files.look(w) for w in php_files.of_site(site.spec)}
    found["link"] = names.socket_link(version, slug).is_symlink()
    return found


def _units_changed(version: str, slug: str) -> float:
    """Return when the sandbox and the limits of a site's PHP last changed: a process keeps those it began with."""
    paths = (names.UNITS / f"layanan-php{version}@.service", names.limits_file(version, slug))
    return max((path.stat().st_mtime for path in paths if path.exists()), default=0.0)


def _pending(what: str) -> str:
    return f"php-{what}"


def _versions(slug: str) -> list[str]:
    """Return the PHP versions of which this site has units, enabled or limited."""
    paths = [*names.UNITS.glob(f"layanan-php*@{slug}.service.d")]
    paths += names.UNITS.glob(f"sockets.target.wants/layanan-php*@{slug}.socket")
    return sorted({path.name.removeprefix("layanan-php").partition("@")[0] for path in paths})


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`PHP_NOT_INSTALLED`)."""
    if not _runs(spec):
        if found["versions"] or found["pool"] or found["pending"]:
            return [_change(SITE, Action.REMOVE, "Stop the site's PHP and remove its units")]
        return []
    if spec.php_version not in found["installed"]:
        there = ", ".join(found["installed"]) or "none"
        raise ServerError(ErrorCode.PHP_NOT_INSTALLED, f"PHP {spec.php_version}; installed: {there}", step=NAME)
    changes = []
    if found["units_pending"] or any(state["state"] != "same" for state in found["units"].values()):
        changes.append(_change(UNITS, Action.CHANGE, f"Install the sandboxed units of PHP {spec.php_version}"))
    if not found["versions"] and not found["pool"]:
        changes.append(_change(SITE, Action.CREATE, f"Run PHP {spec.php_version} for this site alone"))
    elif found["versions"] != [spec.php_version]:
        changes.append(_change(SITE, Action.CHANGE, f"Run this site's PHP in version {spec.php_version}"))
    elif any(state["state"] != "same" for state in found["files"].values()):
        changes.append(_change(SITE, Action.CHANGE, "Set the limits and settings of the site's PHP right"))
    elif found["pending"] or found["socket"] != "active" or found["failed"] or not found["link"]:
        changes.append(_change(SITE, Action.CHANGE, "Start the site's PHP again"))
    elif found["stale"] or changes:
        changes.append(_change(SITE, Action.CHANGE, "Restart the site's PHP where it runs in an older sandbox"))
    return changes


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Do what `changes` say. Raises `ServerError` (`PHP_CONFIG_INVALID`, `PHP_START_FAILED`)."""
    for error in apply_together([Share(site, changes, transaction)]).values():
        raise error


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Do it for all with one reload of systemd where one is due, and one start; return the errors by slug."""
    failed = each(shares, _change_files)
    rest = [share for share in shares if share.slug not in failed]
    if not all(_is_fresh(share) for share in rest):  # else systemd goes on listing, or using, what was there before
        must(["systemctl", "daemon-reload"])
    starting = [share for share in rest if _starts(share)]
    for fresh in (True, False):
        chosen = [share for share in starting if _is_fresh(share) is fresh]
        failed |= _switch_on([(share.site.spec.php_version or "", share.slug) for share in chosen], fresh=fresh)
    for share in rest:
        if share.slug not in failed:
            files.unmark(_pending(share.slug))
            if _is_fresh(share):
                _wake(share.slug)
    return failed


def _wake(slug: str) -> None:
    """Be the first visitor of a new site's PHP: it starts while the rest is being made, and is looked at soon."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as visitor:
        visitor.settimeout(1)
        visitor.connect(str(names.php_socket(slug)))


def _starts(share: Share) -> bool:
    return any(change.key == SITE and change.action is not Action.REMOVE for change in share.changes)


def _is_fresh(share: Share) -> bool:
    return any(change.key == SITE and change.action is Action.CREATE for change in share.changes)


def _change_files(share: Share) -> None:
    for change in share.changes:
        if change.action is Action.REMOVE:
            _end_requests(share.slug, _versions(share.slug))
            _stop(share.slug, _versions(share.slug))
            files.remove(names.pool_file(share.slug))
        elif change.key == UNITS:
            _install_units(share.site.spec.php_version or "", share.transaction)
        else:
            _put_files(share.site, share.transaction)


def _install_units(version: str, transaction: Transaction) -> None:
    files.mark(_pending(version))
    for wanted in php_files.units(version):
        transaction.undo_with(files.keep(wanted.path).restore)
        files.put(wanted)
    must(["systemctl", "daemon-reload"])
    files.unmark(_pending(version))


def _put_files(site: Site, transaction: Transaction) -> None:
    version, slug = site.spec.php_version or "", site.slug
    pool, limits = php_files.of_site(site.spec)
    homes.own_log(slug, "php.log")
    fpm.test(version, pool, like=php_files.of_site(dataclasses.replace(site.spec, slug="nama"))[0])
    files.mark(_pending(slug))
    before = _versions(slug)
    others = [other for other in before if other != version]
    kept = [files.keep(path) for path in (pool.path, *(names.limits_file(each, slug) for each in (version, *others)))]
    transaction.undo_with(lambda: _put_back(slug, version, before, kept))
    _stop(slug, others)
    names.PHP_DIR.mkdir(mode=0o711, parents=True, exist_ok=True)
    names.PHP_DIR.chmod(0o711)  # each PHP reads its own file there; none may list whose else there are
    files.put(pool)
    files.put(limits)
    _link(version, slug)


def _put_back(slug: str, version: str, before: Sequence[str], kept: Sequence[files.SavedFile]) -> None:
    """Undo a start: the site's PHP runs again in the version and with the files of before, if it ran at all."""
    if version not in before:
        _stop(slug, [version])
    for each_kept in kept:
        each_kept.restore()
    for each_version in before:
        _link(each_version, slug)
    if before:
        must(["systemctl", "daemon-reload"])
    for error in _switch_on([(each_version, slug) for each_version in before], fresh=False).values():
        raise error
    files.unmark(_pending(slug))


def _link(version: str, slug: str) -> None:
    link = names.socket_link(version, slug)
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(names.UNITS / f"layanan-php{version}@.socket")


def _switch_on(sites: Sequence[tuple[str, str]], *, fresh: bool) -> dict[str, Exception]:
    """Start the sites' PHP (version, slug) in one call; return the errors by slug."""
    if not sites:
        return {}
    sockets = [names.php_unit(version, slug, "socket") for version, slug in sites]
    services = [names.php_unit(version, slug) for version, slug in sites]
    if not fresh:
        must(["systemctl", "reset-failed", *services, *sockets])
    started = run(["systemctl", "start", *sockets])
    # systemd opens no socket under a service that runs on without it; of several sites, each is asked alone below.
    if started.code != 0 and not fresh and len(sites) == 1:
        run(["systemctl", "stop", *services])
        started = run(["systemctl", "start", *sockets])
    if started.code == 0 and not fresh:
        started = run(["systemctl", "try-restart", *services])
    if started.code == 0:
        return {}
    if len(sites) == 1:
        return {sites[0][1]: ServerError(ErrorCode.PHP_START_FAILED, brief(started.errors), step=NAME)}
    found: dict[str, Exception] = {}
    for site in sites:
        found |= _switch_on([site], fresh=fresh)
    return found


def _end_requests(slug: str, versions: Sequence[str]) -> None:
    """End PHP at once, in the middle of what it does: a site that is closed is closed now. Nobody starts it again."""
    for version in versions:
        run(["systemctl", "stop", names.php_unit(version, slug, "socket")])
        run(["systemctl", "kill", "--signal=SIGKILL", names.php_unit(version, slug)])


def _stop(slug: str, versions: Sequence[str]) -> None:
    """Stop and remove the site's units of these versions; requests may end first. A unit that is not there is fine."""
    for version in versions:
        socket, service = names.php_unit(version, slug, "socket"), names.php_unit(version, slug)
        run(["systemctl", "stop", socket, service])
        files.remove(names.socket_link(version, slug))
        shutil.rmtree(names.limits_file(version, slug).parent, ignore_errors=True)
        run(["systemctl", "reset-failed", socket, service])
