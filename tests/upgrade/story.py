"""The office works on the release before, is upgraded, works on, is taken back, and works on from its backup."""

from __future__ import annotations

import dataclasses
import shutil
import sys
from pathlib import Path
from types import ModuleType

from bot.sandbox.client import Sandbox
from bot.sandbox.person import SandboxUser
from bot.sandbox.runner import sandbox_process
from provisioning.lab import LabServer
from tests.stories import play
from tests.upgrade.office import Office, commands
from tests.upgrade.people import add_server, let_in, sees, settle
from tests.upgrade.release import Release

PATIENCE_SECONDS = 180  # at Telegram's own pace, on a busy machine too
BUILT_SECONDS = 300
HEADING = "Upgrading"
UPGRADE, BACK = 0, 1  # the page's blocks under that heading


@dataclasses.dataclass(frozen=True)
class Town:
    """An office with its people and its server."""

    office: Office
    phones: dict[str, SandboxUser]
    server: LabServer

    async def build(self, hands: ModuleType, case: str) -> None:
        """Bring a case that waits for the assessment to a hosting that was handed over."""
        await hands.assess(self.phones["kabid"], self.phones["sub_koordinator"], case, server=self.server.name)
        await hands.approve(self.phones["kepala_dkisp"], case)
        await hands.hand_over(self.phones["kabid"], case)
        await hands.finish(self.phones["kepala_dkisp"], case)

    def answers(self, domain: str) -> bool:
        """Whether the server shows the site."""
        page = f"curl -sf -o /dev/null --cacert /dev/null -k --resolve {domain}:443:127.0.0.1 https://{domain}/"
        return self.server.run(page, check=False).returncode == 0

    def closed(self, domain: str) -> bool:
        """Whether the server says that the site is suspended."""
        page = f"curl -s -k -o /dev/null -w '%{{http_code}}' --resolve {domain}:443:127.0.0.1 https://{domain}/"
        return self.server.run(page, check=False).stdout.strip() == "503"


async def story(
    before: Release, after: Release, machine: Path, *, server: LabServer, databases: tuple[str, str]
) -> None:
    """Play it on the machine in that folder; `databases`: where it lies, where it is brought back to ("": a file)."""
    office = Office(machine)
    async with (
        sandbox_process("--port", "0", "--time-factor", "100") as url,
        Sandbox(url, timeout_s=PATIENCE_SECONDS) as sandbox,
        office.opened(),
    ):
        for release in (before, after):
            shutil.copytree(release.dist, office.home / release.dist.name)
        await office.follow("python3 -m venv .venv\n" + _install(commands(HEADING, BACK)))
        await settle(office, telegram=url, zone=server.zone, database=databases[0])
        await add_server(office, server)
        await office.follow("systemctl start layanan")
        town = Town(office, await let_in(office, sandbox), server)
        stands, waits = await _work_before(town, before)
        await _upgrade(town, stands, waits)
        await _take_back(town, before, stands, waits, database=databases[1])


def _install(block: str) -> str:
    """Return the line of a block that installs."""
    return next(line for line in block.splitlines() if "pip install" in line)


async def _work_before(town: Town, before: Release) -> tuple[str, str]:
    """Build one hosting; leave a case at step 3, and a message to its head, who blocked the bot."""
    hands, head, clerk = before.play(), town.phones["kepala_opd"], town.phones["bagian_umum"]
    stands = await hands.ask(head, "e-arsip")
    await hands.register(clerk, stands)
    await hands.dispose(town.phones["kepala_dkisp"], stands)
    await town.build(hands, stands)
    assert town.answers(f"e-arsip.{town.server.zone}")
    waits = await hands.ask(head, "e-surat")
    await clerk.wait_for(hands.card(waits, "Langkah 2 dari 10"), since=0)
    await head.block()
    await hands.register(clerk, waits)
    await town.phones["kepala_dkisp"].wait_for(hands.card(waits, "Langkah 3 dari 10"), since=0)
    tell(f"{before.name}: {stands} was built, {waits} waits for the Kepala, and a message for who blocked the bot")
    return stands, waits


async def _upgrade(town: Town, stands: str, waits: str) -> None:
    """Follow the page, and press on: on cards that the release before sent, and on the hosting that it built."""
    office, head, kabid = town.office, town.phones["kepala_opd"], town.phones["kabid"]
    tell(await office.follow(commands(HEADING, UPGRADE)))
    tell(await office.say(f"server upgrade --all --identity {town.server.root_key}"))
    await head.unblock()
    await head.wait_for(play.card(waits, "Langkah 3 dari 10"), since=0)
    await sees(head, stands, "selesai")
    await play.dispose(town.phones["kepala_dkisp"], waits)
    await town.build(play, waits)
    assert town.answers(f"e-surat.{town.server.zone}")
    await _suspend(kabid, f"e-arsip.{town.server.zone}")
    assert town.closed(f"e-arsip.{town.server.zone}")
    tell("after: " + await office.say("verify-ledger"))


async def _take_back(town: Town, before: Release, stands: str, waits: str, *, database: str) -> None:
    """Follow the page, and press on from where the backup was made."""
    office, hands = town.office, before.play()
    shutil.copy(office.home / "identity.txt", office.path)
    elsewhere = {"DATABASE_URL": database} if database else {}
    tell(await office.follow(commands(HEADING, BACK), elsewhere))
    await sees(town.phones["kepala_opd"], stands, "selesai")
    await sees(town.phones["kepala_dkisp"], waits, "Langkah 3 dari 10")
    await hands.dispose(town.phones["kepala_dkisp"], waits)
    await sees(town.phones["kabid"], waits, "Langkah 4 dari 10")
    tell(f"{before.name}: " + await office.say("verify-ledger"))


async def _suspend(kabid: SandboxUser, domain: str) -> None:
    await kabid.send_command("hosting")
    await kabid.press(domain)
    await kabid.press("Tangguhkan")
    await kabid.wait_for("Apa alasannya")
    await kabid.send_text("Situs disisipi halaman judi; sedang dibersihkan.")
    await kabid.wait_for("ditinjau lagi?")
    await kabid.press("Lewati")
    await kabid.wait_for("Periksa kembali isian")
    await kabid.press("Tangguhkan")
    await kabid.press("Ya, tangguhkan")
    await kabid.wait_for("sudah ditangguhkan", since=0, timeout_s=BUILT_SECONDS)


def tell(words: str) -> None:
    """Say how far it has come."""
    sys.stdout.write(f"{words.rstrip()}\n")
    sys.stdout.flush()
