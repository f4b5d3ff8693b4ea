"""What lies in a backup, by name: a tar whose last file says what must be in it.

database            the database, as SQLite
files/<sha256>      uploads and letters
sops/<name>.toml    descriptions of the office's own SOPs; sops/parts/<name>.toml what they include
ssh/id_ed25519      the bot's SSH key
environment         the settings, as .env
manifest.json       this module's `Manifest`
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import pydantic

from workflows.engine.included import PARTS

DATABASE = "database"
SSH_KEY = "ssh/id_ed25519"
ENVIRONMENT = "environment"
MANIFEST = "manifest.json"
FILES = "files/"
SOPS = "sops/"
NAMES = re.compile(
    rf"{DATABASE}|{SSH_KEY}|{ENVIRONMENT}|{MANIFEST}|{FILES}[0-9a-f]{{64}}"
    rf"|{SOPS}({PARTS}/)?[A-Za-z0-9][A-Za-z0-9_-]{{0,60}}\.toml"
)


class Manifest(pydantic.BaseModel):
    """`hashes` has the SHA-256 of every other file; `damaged` the files that were not as they were kept.

    `numbers` says how far each register of each year had come, so that an office knows where to go on.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    format: Literal["layanan-backup 1"] = "layanan-backup 1"
    made_at: dt.datetime
    hashes: dict[str, str]
    damaged: tuple[str, ...]
    cases: int
    ledger_lines: int
    numbers: dict[str, int]
