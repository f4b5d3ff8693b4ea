"""Access logs as Apache writes them by the format `layanan`, and as logrotate leaves them."""

from __future__ import annotations

import gzip
from pathlib import Path

MORNING = "25/Nov/2026:01:00:00 +0000"  # 09:00 WITA
TOMORROW = "25/Nov/2026:16:00:00 +0000"  # 00:00 WITA of the 26th


def line(
    at: str = MORNING, *, request: str = "GET / HTTP/1.1", status: int = 200, got: str = "100", sent: str = "1000"
) -> str:
    return f'contoh.kota.test 10.0.0.9 [{at}] "{request}" {status} {got} {sent} 729 "-" "curl/8.0"\n'


def write(folder: Path, *lines: str, name: str = "access.log") -> None:
    with (folder / name).open("a") as stream:
        stream.writelines(lines)


def rotate(folder: Path) -> None:
    """As `rotate 30`, `compress` and `delaycompress` do."""
    for number in range(9, 1, -1):
        if (packed := folder / f"access.log.{number}.gz").exists():
            packed.rename(folder / f"access.log.{number + 1}.gz")
    if (last := folder / "access.log.1").exists():
        (folder / "access.log.2.gz").write_bytes(gzip.compress(last.read_bytes()))
        last.unlink()
    (folder / "access.log").rename(folder / "access.log.1")
    (folder / "access.log").touch()
