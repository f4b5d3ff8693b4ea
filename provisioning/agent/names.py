"""Every name and path on a server that belongs to a hosting, made from its slug and nothing else."""

from __future__ import annotations

from pathlib import Path

HOSTING_ROOT = Path("/srv/hosting")
ETC = Path("/etc/layanan")
TLS_DIR = ETC / "tls"
KEYS_DIR = ETC / "keys"
PHP_DIR = ETC / "php"
PAGES_DIR = ETC / "pages"
PAGE_LOGINS_DIR = ETC / "page-logins"
STATE = Path("/var/lib/layanan")
RUN = Path("/run/layanan")
SOCKET_DIR = Path("/run/layanan-php")
ACME_STORE = Path("/var/lib/apache2/md")  # mod_md's own
ACME_PACE = Path("/usr/lib/layanan-acme-pace")  # says to mod_md whether another order may be tried
ACME_TRIES = Path("/var/lib/layanan-acme")  # of Apache's account, a file a name that has waited for a certificate
ACME_HOLD = Path("/var/lib/layanan-acme.hold")  # root's: which names' orders an authority has put off, and until when
SITES_DIR = Path("/etc/apache2/layanan-sites")
UNITS = Path("/etc/systemd/system")
SFTP_GROUP = "layanan-sftp"
WEB_USER = "www-data"
MARKER_LABEL = "_layanan"  # the TXT record below each name that says whose it is


def account(slug: str) -> str:
    """Return the system account, its group, and the SFTP login."""
    return f"h_{slug}"


def database(slug: str) -> str:
    """Return the database and its account; a slug has no underscore, so two slugs never give one name."""
    return "h_" + slug.replace("-", "_")


def home(slug: str) -> Path:
    """Return the chroot: root's own, with `public`, `private`, `logs` and `tmp`."""
    return HOSTING_ROOT / slug


def trash(slug: str) -> Path:
    """Return where a home waits, out of everybody's sight, while it is being deleted."""
    return HOSTING_ROOT / f".removing-{slug}"


def counted_file(slug: str) -> Path:
    """Return where the agent keeps what it has counted of the hosting's traffic."""
    return STATE / "counted" / f"{slug}.json"


def imports(slug: str) -> Path:
    """Return the folder, root's own, of what the database was before an import that has not ended."""
    return STATE / "imports" / slug


def before_import(slug: str, request_id: str) -> Path:
    """Return where what was there before an import is kept: while that is there, the import may have begun."""
    return imports(slug) / f"{request_id}.sql"


def renewing_login(slug: str) -> Path:
    """Return the mark that is there while two passwords open the database: some of the site's files hold either."""
    return STATE / "renewing" / slug


def wordpress_mark(slug: str) -> Path:
    """Return where the agent keeps how far it came with installing WordPress there."""
    return STATE / "wordpress" / f"{slug}.json"


def stage(slug: str) -> Path:
    """Return where a backup is restored before it is moved into the home; root's own."""
    return HOSTING_ROOT / f".restoring-{slug}"


def copy_stage(slug: str) -> Path:
    """Return where the files of another hosting are made this one's before they are put into the home; root's own."""
    return HOSTING_ROOT / f".copying-{slug}"


def copy_trash(slug: str) -> Path:
    """Return where such a folder waits, out of everybody's sight, while it is being deleted."""
    return HOSTING_ROOT / f".copied-{slug}"


def with_copy_left_over() -> list[str]:
    """Return the hostings for which one of these folders is there."""
    return sorted(
        {path.name.partition("-")[2] for kind in ("copying", "copied") for path in HOSTING_ROOT.glob(f".{kind}-*")}
    )


def page_login_file(slug: str) -> Path:
    """Return what Apache compares the login of a hosting's pages with, where they ask for one."""
    return PAGE_LOGINS_DIR / slug


def vhost_file(slug: str) -> Path:
    """Return the site's own Apache file."""
    return SITES_DIR / f"{slug}.conf"


def suspended_page(slug: str) -> Path:
    """Return what visitors of a suspended hosting see, where a reason was given."""
    return PAGES_DIR / f"situs-{slug}.html"


def pool_file(slug: str) -> Path:
    """Return the site's own PHP-FPM configuration (one master a site)."""
    return PHP_DIR / f"{slug}.conf"


def php_socket(slug: str) -> Path:
    """Return the socket that systemd holds for the site's PHP; only Apache may connect."""
    return SOCKET_DIR / f"{slug}.sock"


def php_unit(version: str, slug: str, kind: str = "service") -> str:
    """Return the systemd unit of a site's PHP; `kind` is `service` or `socket`."""
    return f"layanan-php{version}@{slug}.{kind}"


def cron_unit(slug: str, number: int, kind: str) -> str:
    """Return the systemd unit of one of a site's timed scripts; `kind` is `service` or `timer`."""
    return f"layanan-cron-{slug}.{number}.{kind}"


def cron_link(slug: str, number: int) -> Path:
    """Return the symbolic link that starts the timer at boot, as `systemctl enable` would make it."""
    return UNITS / "timers.target.wants" / cron_unit(slug, number, "timer")


def limits_file(version: str, slug: str) -> Path:
    """Return the drop-in with the site's memory, CPU, tasks and IO limits (systemd.resource-control)."""
    return UNITS / f"{php_unit(version, slug)}.d" / "limits.conf"


def socket_link(version: str, slug: str) -> Path:
    """Return the symbolic link that starts the socket at boot, as `systemctl enable` would make it."""
    return UNITS / "sockets.target.wants" / php_unit(version, slug, "socket")


def no_user_manager(uid: int | str) -> Path:
    """Return the mark that keeps systemd from starting a manager of its own for an account's logins."""
    return STATE / "uids" / str(uid)


def keys_file(slug: str) -> Path:
    """Return the SFTP keys, out of the tenant's reach."""
    return KEYS_DIR / account(slug)


def own_certificate(slug: str) -> tuple[Path, Path]:
    """Return the self-signed certificate and its key, for names that no wildcard covers."""
    return TLS_DIR / slug / "certificate.pem", TLS_DIR / slug / "key.pem"


def issued_certificate(name: str) -> tuple[Path, Path]:
    """Return the certificate in force that mod_md has ordered for a hosting of that primary name, and its key."""
    folder = ACME_STORE / "domains" / name
    return folder / "pubcert.secp256r1.pem", folder / "privkey.secp256r1.pem"


def acme_folders(name: str) -> list[Path]:
    """Return all that mod_md may keep for a primary name."""
    found = [ACME_STORE / part / name for part in ("domains", "staging", "archive", "challenges", "tmp")]
    return [*found, *ACME_STORE.glob(f"archive/{name}.[0-9]*")]
