"""What the use cases need of the world, made once at start."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from provisioning.fleet import Fleet
from workflows.engine.description import Sop
from workflows.files import FileStore
from workflows.letters import form
from workflows.vault import Vault


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
    letterhead: form.Office
    letters: LetterRules
    files: FileStore
    vault: Vault
    fleet: Fleet
    zone: str
    bot_username: str

    def sop(self, code: str, version: int) -> Sop:
        """Return the SOP a case began under. Raises `KeyError` where it is no longer shipped."""
        return self.sops[code, version]

    def newest(self, code: str) -> Sop:
        """Return the version that new cases begin under."""
        return self.sops[max(key for key in self.sops if key[0] == code)]
