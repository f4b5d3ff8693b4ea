"""Build both releases, and play the story on SQLite and on PostgreSQL.

    python -m tests.upgrade COMMIT

Needs root, for the lab, and the network for what is not cached. What is not as promised ends it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from provisioning.lab import Lab
from tests.databases import Cluster, running_cluster
from tests.upgrade.release import ROOT, build, checkout
from tests.upgrade.story import story, tell

KINDS = ("sqlite", "postgresql")


def main(commit: str) -> None:
    with tempfile.TemporaryDirectory(prefix="layanan-upgrade-") as name, Lab() as lab, running_cluster("") as cluster:
        folder = Path(name)
        source = checkout(commit, folder / "source")
        before = build(f"before ({commit})", source, folder / "before" / "dist-before")
        after = build("after", ROOT, folder / "after" / "dist")
        for kind in KINDS:
            tell(f"\n{kind}")
            machine = folder / kind
            server = lab.start(f"web-{kind}")
            asyncio.run(story(before, after, machine, server=server, databases=_databases(cluster, kind)))
    tell("\nUpgraded, taken back, and nothing was missing.")


def _databases(cluster: Cluster, kind: str) -> tuple[str, str]:
    """Return where the office's database lies, and where a backup is brought back to; "" for the data folder."""
    return ("", "") if kind == "sqlite" else (cluster.new_database("template0"), cluster.new_database("template0"))


if __name__ == "__main__":
    main(sys.argv[1])
