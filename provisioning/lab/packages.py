"""Which Debian packages the lab needs: on the machine that runs it, and inside the servers it makes.

Imports nothing but the standard library, so that set-up can ask before anything is installed:
`apt-get install $(python3 provisioning/lab/packages.py)`.
"""

from __future__ import annotations

import sys
from typing import Final

# program the lab calls -> Debian package it comes from
LAB_TOOLS: Final = {
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "mount": "mount",
    "nsenter": "util-linux",
    "systemd-nspawn": "systemd-container",
    "unshare": "util-linux",
}

# what the tests use to look at a server and at a letter as the world does
TEST_TOOLS: Final = {
    "chromium": "chromium",
    "clamscan": "clamav",
    "curl": "curl",
    "dig": "bind9-dnsutils",
    "faketime": "faketime",  # whose library makes a clock wrong
    "linux.uml": "user-mode-linux",  # a kernel with quota, whatever this machine's has
    "postgres": "postgresql",  # tests start a cluster of their own
    "pdftoppm": "poppler-utils",
    "sftp": "openssh-client",
}
TEST_LIBRARIES: Final = ("libatomic1",)  # of the Node.js inside Playwright, which drives the browser

ARCHIVE_KEYS: Final = "debian-archive-keyring"  # mmdebstrap checks signatures with it; Ubuntu lacks it

# a server as an office would install it: nothing of ours, but everything enrolment would otherwise download; and the
# certificate authority (pebble) that the first server of a lab can run
SERVER_PACKAGES: Final = (
    "acl",
    "apache2",
    "bind9",
    "bind9-dnsutils",
    "ca-certificates",
    "cron",
    "curl",
    "dbus",
    "iproute2",
    "libpam-systemd",
    "logrotate",
    "mariadb-server",
    "nftables",
    "openssh-server",
    "pebble",
    "php-fpm",
    "php-mysql",
    "procps",
    "python3",
    "python3-jinja2",
    "quota",
    "restic",
    "sudo",
    "systemd",
    "systemd-sysv",
)


def requirements() -> list[str]:
    """Return the Debian packages that lab and tests need on this machine, sorted."""
    return sorted({*LAB_TOOLS.values(), *TEST_TOOLS.values(), *TEST_LIBRARIES, ARCHIVE_KEYS})


if __name__ == "__main__":
    sys.stdout.write("\n".join(requirements()) + "\n")
