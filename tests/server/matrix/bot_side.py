"""The bot without its chats: it does the jobs of its database, as a process of its own that can be killed.

With `--pace` it looks for jobs as many times faster, for nobody wakes it: they are set up by another process.
"""

from __future__ import annotations

import argparse
import asyncio

import structlog

from bot import bootstrap, settings
from bot.process import log
from provisioning.agent_fleet import AgentFleet
from workflows.jobs import reconcile


async def run() -> None:
    chosen = settings.load()
    log.configure(chosen.log_level, chosen.secrets())
    fleet = AgentFleet(bootstrap.read_ssh_key(chosen))
    async with bootstrap.open_database(chosen) as database:
        office = bootstrap.make_office(chosen, bootstrap.load_sops(), fleet, "layanan_bot")
        structlog.get_logger().info("started")
        await reconcile.run_jobs(office, database)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pace", type=float, default=1.0)
    reconcile.SWEEP_SECONDS /= parser.parse_args().pace
    asyncio.run(run())
