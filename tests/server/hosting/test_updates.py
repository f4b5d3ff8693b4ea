"""What a server has not taken of its distribution's updates is told, and nothing of it is installed."""

from __future__ import annotations

from provisioning.fleet import Fleet, ServerAddress
from provisioning.lab import LabServer

ARCHIVE = r"""set -e
mkdir -p /srv/arsip/{suite} && cd /srv/arsip/{suite} && rm -rf paket && mkdir -p paket/DEBIAN
printf 'Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: x <x@x.test>\nDescription: x\n' \
  >paket/DEBIAN/control
dpkg-deb --build paket isi.deb >/dev/null
{{ cat paket/DEBIAN/control; printf 'Filename: ./isi.deb\nSize: %s\nSHA256: %s\n' \
  "$(stat -c %s isi.deb)" "$(sha256sum isi.deb | cut -d' ' -f1)"; }} >Packages
printf 'Origin: Uji\nLabel: {label}\nSuite: {suite}\nVersion: 12\nSHA256:\n %s %s Packages\n' \
  "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
echo 'deb [trusted=yes] file:/srv/arsip/{suite} ./' >/etc/apt/sources.list.d/uji-{suite}.list"""
INSTALL = "cd /srv/arsip/{suite} && dpkg -i isi.deb >/dev/null"
FETCH = "apt-get update -o Dir::Etc::sourcelist=/dev/null -qq"


def publish(server: LabServer, name: str, version: str, *, suite: str, label: str, install: bool = False) -> None:
    script = ARCHIVE.format(name=name, version=version, suite=suite, label=label)
    done = server.run(script + ("\n" + INSTALL.format(suite=suite) if install else ""))
    assert done.returncode == 0, done.stderr


async def test_security_updates_and_a_restart_are_told_and_nothing_is_installed(
    web: LabServer, fleet: Fleet, address: ServerAddress
) -> None:
    try:
        for name in ("uji-aman", "uji-biasa"):
            publish(web, name, "1.0", suite="stable", label="Debian", install=True)
        publish(web, "uji-aman", "1.1", suite="stable-security", label="Debian-Security")
        publish(web, "uji-biasa", "1.1", suite="stable", label="Debian")
        assert web.run(FETCH).returncode == 0
        before = await fleet.updates(address)
        assert before.security == ("uji-aman",)
        assert before.others >= 1
        assert (before.reboot_required, before.lists_at is not None) == (False, True)
        web.run("touch /run/reboot-required")
        assert (await fleet.updates(address)).reboot_required
        assert web.run("dpkg-query -W -f '${Version}' uji-aman").stdout == "1.0"
    finally:
        web.run(
            "dpkg -P uji-aman uji-biasa; rm -rf /run/reboot-required /srv/arsip /etc/apt/sources.list.d/uji-*;"
            " rm -f /var/lib/apt/lists/_srv_arsip*"
        )
