"""Hostings by pyinfra: its own operations, Apache reloaded once at the end, names published with one update."""

from pathlib import Path
from typing import Any

from pyinfra import host
from pyinfra.operations import files, mysql, server, systemd
from pyinfra.operations.util import any_changed

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
FOLDERS = (
    ("", "root", "750"),
    ("/logs", "root", "750"),
    ("/private", "", "700"),
    ("/tmp", "", "700"),
    ("/public", "", "750"),
)
ACCESS = (
    "setfacl -m u:www-data:x {home}",
    "setfacl -m u:www-data:rx -m d:u:www-data:rx {home}/public",
    "setfacl -m d:u:www-data:rx {home}/tmp",
)


def account_and_folders(hosting: dict[str, str]) -> None:
    """Make the account, its folders and its first page."""
    account, home = hosting["account"], hosting["home"]
    server.user(
        name=f"{account}: account",
        user=account,
        home=home,
        shell="/usr/sbin/nologin",
        groups=["layanan-sftp"],
        ensure_home=False,
        password=hosting["password_hash"],
    )
    folders = [
        files.directory(name=f"{home}{path}", path=f"{home}{path}", user=owner or account, group=account, mode=mode)
        for path, owner, mode in FOLDERS
    ]
    server.shell(
        name=f"{account}: Apache's access",
        commands=[command.format(home=home) for command in ACCESS],
        _if=any_changed(*folders),
    )
    files.template(
        name=f"{account}: first page",
        src=str(TEMPLATES / "index.html.j2"),
        dest=f"{home}/public/index.html",
        user=account,
        group=account,
        mode="640",
        hosting=hosting,
    )
    files.file(name=f"{account}: PHP's log", path=f"{home}/logs/php.log", user=account, group=account, mode="640")


def php(hosting: dict[str, str], version: str) -> None:
    """Run the site's PHP."""
    slug = hosting["slug"]
    unit = f"layanan-php{version}@{slug}"
    pool, limits = f"/etc/layanan/php/{slug}.conf", f"/etc/systemd/system/{unit}.service.d/limits.conf"
    for name, dest in (("pool", pool), ("limits", limits)):
        files.template(
            name=f"{slug}: {name}", src=str(TEMPLATES / f"{name}.conf.j2"), dest=dest, mode="644", hosting=hosting
        )
    systemd.service(name=f"{slug}: socket", service=f"{unit}.socket", running=True, enabled=True)


def database(hosting: dict[str, str]) -> None:
    """Make the database and its account."""
    name = hosting["database"]
    mysql.database(name=f"{name}: database", database=name, charset="utf8mb4", collate="utf8mb4_unicode_ci")
    mysql.user(name=f"{name}: user", user=name, password=hosting["database_password"], max_connections=20)
    mysql.privileges(name=f"{name}: grant", user=name, privileges="ALL", database=name.replace("_", "\\_"), table="*")


def site(hosting: dict[str, str], order: dict[str, Any]) -> Any:
    """Put the site's file into place and return the operation."""
    return files.template(
        name=f"{hosting['slug']}: site",
        src=str(TEMPLATES / "vhost.conf.j2"),
        dest=f"/etc/apache2/sites-enabled/{hosting['slug']}.conf",
        mode="644",
        hosting=hosting,
        certificate=order["certificate"],
        certificate_key=order["certificate_key"],
    )


def publish(order: dict[str, Any], sites: list[Any]) -> None:
    """Let Apache take the sites up, and the names lead to them."""
    dns, names = order["dns"], [hosting["domain"] for hosting in order["hostings"]]
    changed = any_changed(*sites)
    systemd.service(name="Reload Apache", service="apache2", reloaded=True, _if=changed)
    lines = [f"server {dns['server']}", f"key {dns['key_algorithm']}:{dns['key_name']} {dns['key_secret']}"]
    lines += [f"zone {dns['zone']}.", *(f"update add {name}. 300 A {order['address']}" for name in names), "send"]
    server.shell(name="Names", commands=["nsupdate"], _stdin=lines, _if=changed)


def deploy(order: dict[str, Any]) -> None:
    """Make every hosting of the order."""
    sites = []
    for hosting in order["hostings"]:
        account_and_folders(hosting)
        php(hosting, order["php"])
        database(hosting)
        sites.append(site(hosting, order))
    publish(order, sites)


deploy(host.data.order)
