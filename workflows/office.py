"""`Office`: what use cases are given (SOPs, letterhead, files, keys, servers); `bot.bootstrap` makes it once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

from provisioning.fleet import Fleet
from provisioning.pages.photographer import Photographer
from workflows.engine.description import Action, Sop
from workflows.files import FileStore
from workflows.letters import form
from workflows.secrets.vault import Vault
from workflows.signing.bsre import BsreService
from workflows.signing.port import Method, Signer
from workflows.store.tables import Case


@dataclasses.dataclass(frozen=True, kw_only=True)
class LetterRules:
    """How this office numbers its letters (`workflows.letters.number`) and signs them."""

    template: str = "{klasifikasi}/{urut}/{unit}/{bulan_romawi}/{tahun}"
    unit: str = "DKISP"
    classification: str = "500.12.3"
    head_title: str = "Kepala Dinas Komunikasi, Informatika, Statistik dan Persandian"
    division_head_title: str = "Kepala Bidang Aplikasi Informatika"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Office:
    """The office: its SOPs in force by (code, version), letterhead, files, keys, servers' door and names."""

    sops: Mapping[tuple[str, int], Sop]
    letterhead: form.OfficeLetterhead
    letters: LetterRules
    files: FileStore
    vault: Vault
    fleet: Fleet
    zone: str
    bot_username: str
    signing: Method = Method.NONE
    signer: Signer | None = None  # of letters, where the office's certificate signs them
    bsre: BsreService | None = None  # where signers sign by the state's service
    photographer: Photographer | None = None  # of suspected pages, where a browser is installed

    def sop(self, code: str, version: int) -> Sop:
        """Return the SOP a case began under. Raises `KeyError` where it is no longer shipped."""
        return self.sops[code, version]

    def sop_of(self, case: Case) -> Sop:
        """Return the SOP a case began under. Raises `KeyError` where it is no longer shipped."""
        return self.sop(case.sop_code, case.sop_version)

    def in_force(self, code: str, today: dt.date) -> Sop | None:
        """Return the version that a case begun today begins under, or None before the first is in force."""
        return max(
            (sop for sop in self.sops.values() if sop.code == code and sop.effective_on <= today),
            key=lambda sop: sop.version,
            default=None,
        )

    def all_in_force(self, today: dt.date) -> tuple[Sop, ...]:
        """Return the SOPs under which cases may begin today, by their codes."""
        found = (self.in_force(code, today) for code in sorted({code for code, _ in self.sops}))
        return tuple(sop for sop in found if sop is not None)

    def action_ids(self, wanted: Callable[[Action], bool]) -> frozenset[str]:
        """Return the ids of the buttons, of any SOP, that are as wanted."""
        return frozenset(action.id for sop in self.sops.values() for action in sop.actions if wanted(action))
