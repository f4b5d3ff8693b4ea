"""The files that PHP runs by: a version's units, and a site's own pool and limits."""

from __future__ import annotations

from provisioning.agent import files, fpm, names
from provisioning.agent.render import render
from provisioning.spec import HostingSpec

SCRIPT_MEMORY_MB, SCRIPT_MEMORY_LEAST_MB = 256, 32  # where the owner has set nothing


def units(version: str) -> list[files.Wanted]:
    """Return the sandboxed units of a PHP version, which all its sites share."""
    values = {
        "version": version, "socket_dir": names.SOCKET_DIR, "web_user": names.WEB_USER, "program": fpm.program(version),
        "php_dir": names.PHP_DIR, **sandbox("%i"),
    }  # fmt: skip
    return [
        files.Wanted(path=names.UNITS / f"layanan-php{version}@.{kind}", content=render(f"php.{kind}", **values))
        for kind in ("service", "socket")
    ]


def sandbox(site: str) -> dict[str, object]:
    """Return what the sandbox of a site's programs is filled with (`sandbox.j2`); `site` is its slug, or `%i`."""
    return {
        "site": site, "hosting_root": names.HOSTING_ROOT, "tls_dir": names.TLS_DIR, "state_dir": names.STATE,
        "keys_dir": names.KEYS_DIR,
    }  # fmt: skip


def of_site(spec: HostingSpec) -> list[files.Wanted]:
    """Return a site's pool and the limits of its unit."""
    limits, php = spec.limits, spec.php
    pool = render(
        "php-pool.conf",
        slug=spec.slug,
        home=names.home(spec.slug),
        account=names.account(spec.slug),
        socket=names.php_socket(spec.slug),
        workers=limits.php_workers,
        script_memory_mb=script_memory_mb(spec),
        upload_mb=php.upload_mb,
        seconds=php.seconds,
        timezone=php.timezone,
    )
    unit = render(
        "php-limits.conf",
        slug=spec.slug,
        memory_mb=limits.memory_mb,
        cpu_percent=limits.cpu_percent,
        tasks=limits.tasks,
        disk_mb=limits.disk_mb,
    )
    assert spec.php_version is not None  # noqa: S101 - kind php has one (HostingSpec)
    return [
        files.Wanted(path=names.pool_file(spec.slug), content=pool),
        files.Wanted(path=names.limits_file(spec.php_version, spec.slug), content=unit),
    ]


def script_memory_mb(spec: HostingSpec) -> int:
    """Return what one script may take: what its owner has set, within what the whole hosting may take."""
    whole = spec.limits.memory_mb
    if spec.php.memory_mb is not None:
        return min(spec.php.memory_mb, whole)
    return min(SCRIPT_MEMORY_MB, max(SCRIPT_MEMORY_LEAST_MB, whole // 2))
