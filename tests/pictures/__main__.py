"""Makes the pictures of the documents anew, from the screens as they are: `make pictures`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.demo.cast import players
from bot.sandbox.client import Sandbox
from tests.pictures.camera import camera_on
from tests.pictures.demo import running_demo
from tests.pictures.tour import tour

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
OF_GUIDES = ROOT / "templates" / "guides" / "pictures"  # of a phone: the guides print them
PATIENCE_SECONDS = 120


async def main() -> None:
    """Start the demo, play in it and take the pictures."""
    async with running_demo() as url, Sandbox(url, timeout_s=PATIENCE_SECONDS) as sandbox:
        people = {person.id: person for person in await sandbox.people()}
        phones = {player.role: people[player.id] for player in players()}
        async with camera_on(url, phones=OF_GUIDES, desks=PICTURES) as camera:
            await tour(phones, camera, PICTURES)


if __name__ == "__main__":
    asyncio.run(main())
