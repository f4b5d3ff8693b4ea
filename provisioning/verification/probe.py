"""What the verifier puts into a hosting for a moment, with the owner's own SFTP login, and takes out again.

A marker page (proves which virtual host answers), a symbolic link that points out of the hosting (must not be
served), and for PHP a probe that does what an application would. Names are unguessable and end with the call.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import importlib.resources
import json
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from provisioning.agent import names
from provisioning.connection import Endpoint, FileMissingError, FileRefusedError, Files, LinkError, Login, connect
from provisioning.spec import HostingSecrets, HostingSpec, Kind
from provisioning.verification.http import Visitor

PROBE_SECONDS = 600  # a probe left behind by a crash of ours answers nobody after this; clocks may differ a little
PROMISED = {"product", "version", "uid", "readable"}  # what the probe always answers
OUTSIDE = "/etc/passwd"  # a file every account can read: if it is served, the chroot of the web leaks


@dataclasses.dataclass(frozen=True, kw_only=True)
class Planted:
    """The paths below a hosting's web root, as URLs see them, and the words that open the probe."""

    marker: str
    marker_text: str
    link: str | None  # None where the server lets nobody make one
    php: str | None
    key: str


class ProbeError(Exception):
    """The PHP probe did not answer as PHP would; the message says what came instead."""


@contextlib.asynccontextmanager
async def planted(files: Files, endpoint: Endpoint, login: Login, spec: HostingSpec) -> AsyncIterator[Planted]:
    """Put the probe's files into place and remove them at the end, over a new login if this one broke."""
    token = secrets.token_hex(16)
    root = f"/{spec.document_root}"
    probe = Planted(
        marker=f"/layanan-{token}.txt",
        marker_text=secrets.token_hex(32),
        link=f"/layanan-{token}.link.txt",
        php=f"/layanan-{token}.php" if spec.kind is Kind.PHP else None,
        key=secrets.token_hex(32),
    )
    writes = [files.write(root + probe.marker, probe.marker_text.encode())]
    if probe.php:
        writes.append(files.write(root + probe.php, _php(token, probe.key)))
    try:
        linked, *_ = await asyncio.gather(_linked(files, f"{root}{probe.link}"), *writes)
        yield probe if linked else dataclasses.replace(probe, link=None)
    finally:
        await _remove(files, endpoint, login, [root + path for path in (probe.marker, probe.link, probe.php) if path])


async def ask(
    visitor: Visitor, spec: HostingSpec, probe: Planted, passwords: HostingSecrets, paths: Sequence[str]
) -> dict[str, Any]:
    """POST to the PHP probe and return its answer: product, version, uid, readable paths, database.

    Raises `ProbeError`, or `WebError` where not even a page came.
    """
    if probe.php is None:
        raise ProbeError("a static site has no probe")
    factors = secrets.randbelow(10_000), secrets.randbelow(10_000)
    form = {"key": probe.key, "a": str(factors[0]), "b": str(factors[1]), "paths": json.dumps(list(paths))}
    if spec.database and passwords.database_password:
        database = names.database(spec.slug)
        form |= {"database": database, "user": database, "password": passwords.database_password.reveal()}
    page = await visitor.post(spec.domains[0], probe.php, form)
    try:
        answer = json.loads(page.body)
    except ValueError as error:  # a page of Apache's, or the source itself
        raise ProbeError(f"status {page.status}, and no answer of PHP's") from error
    if not isinstance(answer, dict) or not answer.keys() >= PROMISED or answer["product"] != factors[0] * factors[1]:
        raise ProbeError(f"status {page.status}, and PHP did not compute")
    return answer


def _php(token: str, key: str) -> bytes:
    text = importlib.resources.files("provisioning.verification").joinpath("probe.php").read_text(encoding="utf-8")
    values = {
        "TOKEN": token,
        "KEY_SHA256": hashlib.sha256(key.encode()).hexdigest(),
        "EXPIRES": str(int(time.time()) + PROBE_SECONDS),
    }
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text.encode()


async def _linked(files: Files, path: str) -> bool:
    """Try to make a symbolic link out of the hosting, and return whether that was allowed."""
    try:
        await files.link(OUTSIDE, path)
    except FileRefusedError:
        return False
    return True


async def _remove(files: Files, endpoint: Endpoint, login: Login, paths: Sequence[str]) -> None:
    """Remove what is there of `paths`. Raises `LinkError` when even a second login could not."""
    try:
        await asyncio.gather(*(_remove_one(files, path) for path in paths))
    except LinkError:
        second = await connect(endpoint, login)
        try:
            async with second.files() as again:
                await asyncio.gather(*(_remove_one(again, path) for path in paths))
        finally:
            await second.close()


async def _remove_one(files: Files, path: str) -> None:
    with contextlib.suppress(FileMissingError):  # never put there, or removed before the line was cut
        await files.remove(path)
