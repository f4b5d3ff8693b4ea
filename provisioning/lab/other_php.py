"""A second, real PHP beside the one of the lab's Debian: another release's own packages, under a root of their own.

Debian has one PHP a release. Where two are to run on one server, the newer release's php-fpm is unpacked with the
libraries it was built for and started through its own loader, so that nothing of the server is exchanged.
"""

from __future__ import annotations

import io
import shlex
import tarfile
from pathlib import Path
from typing import Final

from provisioning.lab.image import Recipe, image
from provisioning.lab.server import LabServer

VERSION: Final = "8.4"
SUITE: Final = "trixie"
PACKAGES: Final = (f"php{VERSION}-fpm", f"php{VERSION}-mysql")
EXTENSIONS: Final = ("mysqlnd", "pdo", "mysqli", "pdo_mysql")  # in the order in which they need each other
ROOT: Final = f"/opt/php{VERSION}"
PROGRAM: Final = f"/usr/sbin/php-fpm{VERSION}"


def install(server: LabServer) -> None:
    """Put PHP `VERSION` into a server, as its package would: program, settings, extensions."""
    tree = image(Recipe(suite=SUITE, mirror=Recipe.from_environment().mirror, packages=PACKAGES, unpacked_only=True))
    server.put(_packed(tree), f"{ROOT}.tar")
    lines = "".join(f"extension={name}.so\\n" for name in EXTENSIONS)
    program = f"""#!/bin/sh
exec {ROOT}/usr/lib64/ld-linux-x86-64.so.2 --library-path {ROOT}/usr/lib/x86_64-linux-gnu {ROOT}{PROGRAM} "$@"
"""
    server.run(
        f"mkdir -p {ROOT} && tar -C {ROOT} -xf {ROOT}.tar && rm {ROOT}.tar"
        f" && cp -a {ROOT}/usr/lib/php/2* /usr/lib/php/ && cp -a {ROOT}/etc/php/{VERSION} /etc/php/"
        f" && printf {shlex.quote(lines)} >/etc/php/{VERSION}/fpm/conf.d/20-mysql.ini"
    )
    server.put(program, PROGRAM, mode=0o755)


def _packed(tree: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for part in ("usr/lib64", "usr/lib/x86_64-linux-gnu", "usr/lib/php", f"usr/sbin/php-fpm{VERSION}", "etc/php"):
            archive.add(tree / part, part)
    return packed.getvalue()
