"""The files that PHP runs by: a version's units, and a site's own pool and limits."""

from __future__ import annotations

from provisioning.agent import files, fpm, names
from provisioning.agent.render import render
from provisioning.spec import HostingSpec

SCRIPT_MEMORY_MB, SCRIPT_MEMORY_LEAST_MB = 256, 32  # where the owner has set nothing
SCRIPT_RUN_LEAST_MB = 64  # for the whole process of a script outside the pool


def units(version: str) -> list[files.WantedFile]:
    """Return the sandboxed units of a PHP version, which all its sites share."""
    values = {
        "version": version, "socket_dir": names.SOCKET_DIR, "web_user": names.WEB_USER, "program": fpm.program(version),
        "php_dir": names.PHP_DIR, **sandbox("%i"),
    }  # fmt: skip
    return [
        files.WantedFile(path=names.UNITS / f"layanan-php{version}@.{kind}", content=render(f"php.{kind}", **values))
        for kind in ("service", "socket")
    ]


def sandbox(site: str) -> dict[str, object]:
    """Return what the sandbox of a site's programs is filled with (`sandbox.j2`); `site` is its slug, or `%i`."""
    return {
        "site": site, "hosting_root": names.HOSTING_ROOT, "tls_dir": names.TLS_DIR, "state_dir": names.STATE,
        "keys_dir": names.KEYS_DIR,
    }  # fmt: skip


def of_site(spec: HostingSpec) -> list[files.WantedFile]:
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
        files.WantedFile(path=names.pool_file(spec.slug), content=pool),
        files.WantedFile(path=names.limits_file(spec.php_version, spec.slug), content=unit),
    ]


def command_line(spec: HostingSpec) -> list[str]:
    """Return the site's PHP as a command: with the bounds that its pages have, for a script to be named after it."""
    home = names.home(spec.slug)
    settings = {
        "open_basedir": ":".join(str(home / part) for part in ("public", "private", "tmp")),
        "sys_temp_dir": home / "tmp",
        "memory_limit": f"{script_memory_mb(spec)}M",
        "date.timezone": spec.php.timezone,
        "disable_functions": "exec,passthru,shell_exec,system,proc_open,popen,pcntl_exec,pcntl_fork,dl",
        "allow_url_include": "0",
    }
    given = [part for name, value in settings.items() for part in ("-d", f"{name}={value}")]
    return [str(fpm.command_line(spec.php_version or "")), *given]


def script_limits(spec: HostingSpec) -> dict[str, object]:
    """Return what one run of a script outside the pool is bounded by (`script.j2`), its sandbox too."""
    limits = spec.limits
    return {
        **sandbox(spec.slug), "memory_mb": max(SCRIPT_RUN_LEAST_MB, limits.memory_mb // 2),
        "cpu_percent": limits.cpu_percent, "tasks": limits.tasks, "disk_mb": limits.disk_mb,
    }  # fmt: skip


def script_memory_mb(spec: HostingSpec) -> int:
    """Return what one script may take: what its owner has set, within what the whole hosting may take."""
    whole = spec.limits.memory_mb
    if spec.php.memory_mb is not None:
        return min(spec.php.memory_mb, whole)
    return min(SCRIPT_MEMORY_MB, max(SCRIPT_MEMORY_LEAST_MB, whole // 2))
