"""The environment (and `.env`) turned into frozen settings; what is missing or wrong is told in one sentence each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import pydantic
from pydantic import BeforeValidator, Field, IPvAnyAddress, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.retention_settings import RetentionSettings
from provisioning.spec import SpecError, check_domain
from workflows.backup import locking
from workflows.cases.on_paper import PaperRule
from workflows.letters import number
from workflows.secrets import vault
from workflows.signing.port import Method

TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{30,60}")


class SettingsError(Exception):
    """One or more settings are missing or wrong; `sentences` say which, and how to get each. Holds no value."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _split(value: Any) -> Any:
    """Read a comma-separated list; leave what is a list already."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)]
Recipients = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Addresses = Annotated[tuple[IPvAnyAddress, ...], NoDecode, BeforeValidator(_split)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split)]
PLACES = frozenset(
    {
        "data_dir",
        "database_url",
        "ssh_key_file",
        "signing_pkcs12_file",
        "signing_passphrase_file",
        "office",
        "watch_browser",
    }
)


NUMBER_HINT = f"it has {{urut}} and {{tahun}}, and any of {', '.join(sorted(number.TOKENS))}, each in braces"
PAPER_HINT = f"what may be entered from paper is one of {', '.join(PaperRule)}"


class OfficeSettings(BaseSettings):
    """What stands on our letters and how they are numbered: `OFFICE_…` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="OFFICE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    government: str = "Pemerintah Kota Tarakan"
    name: str = "Dinas Komunikasi, Informatika, Statistik dan Persandian"
    address: str = ""
    city: str = "Tarakan"
    postal_code: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    unit_code: str = "DKISP"
    letter_number: Annotated[str, Field(description=NUMBER_HINT)] = number.DEFAULT_TEMPLATE
    classification: str = "500.12.3"
    on_paper: Annotated[PaperRule, Field(description=PAPER_HINT)] = PaperRule.DISPOSITIONS

    @pydantic.field_validator("letter_number")
    @classmethod
    def _template(cls, value: str) -> str:
        number.validate(value)
        return value


class Settings(RetentionSettings):
    """All that an installation decides. The description of a field is how to get it: it ends the error's sentence."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: SecretStr = Field(description="ask @BotFather for one with /newbot and set BOT_TOKEN=<number>:<letters>")
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        pattern=r"^https?://[^/\s]+$",
        description="leave it out for Telegram itself, or give http(s)://host:port of your own Bot API server",
    )
    admin_telegram_ids: Ids = Field(
        min_length=1,
        description="ask @userinfobot for the administrator's numeric id and set ADMIN_TELEGRAM_IDS=<id>[,<id>]",
    )
    secret_keys: SecretStr = Field(
        description="run `layanan keygen` once and put the SECRET_KEYS line it prints into .env"
    )
    zone: str = Field(description="name the DNS zone hostings live under, such as ZONE=tarakankota.go.id")
    dns_resolvers: Addresses = Field((), description="give IP addresses of DNS resolvers, or leave it out")
    dns_inner_networks: Networks = Field((), description="give networks such as 10.8.0.0/24, or leave it out")
    data_dir: Path = Field(Path("data"), description="name a folder the bot may write to, such as DATA_DIR=data")
    database_url: str = Field(
        "sqlite+aiosqlite:///{data_dir}/layanan.db",
        pattern=r"^sqlite\+aiosqlite:///|^postgresql\+psycopg://",
        description="leave it out for SQLite in DATA_DIR, or give DATABASE_URL=sqlite+aiosqlite:///<file> or postgresql+psycopg://…",
    )
    ssh_key_file: Path | None = Field(None, description="run `layanan keygen` once, or name an OpenSSH private key")
    backup_recipients: Recipients = Field(
        (), description="run `layanan backup-keygen` once and put the BACKUP_RECIPIENTS line it prints into .env"
    )
    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="choose DEBUG, INFO, WARNING or ERROR"
    )
    webhook_url: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="give the public https address Telegram shall call, or leave it out",
    )
    webhook_listen: str = Field("127.0.0.1", description="give the address your reverse proxy forwards to")
    webhook_port: int = Field(8080, ge=1, le=65535, description="give a port from 1 to 65535")
    webhook_secret: SecretStr | None = Field(
        None, description="set WEBHOOK_SECRET to 32 or more letters and digits; `openssl rand -hex 32` makes one"
    )
    monitor_port: int | None = Field(
        None, ge=1, le=65535, description="give a port for /metrics and /health, or leave it out for none"
    )
    monitor_listen: str = Field("127.0.0.1", description="give the address that your monitoring asks")
    signing_method: Method = Field(
        Method.NONE, description="choose none, pkcs12, bsre or basah; docs/signing.md says what each needs"
    )
    signing_pkcs12_file: Path | None = Field(None, description="name the office's .p12 file, or leave it out")
    signing_passphrase: SecretStr = Field(SecretStr(""), description="set what opens SIGNING_PKCS12_FILE")
    signing_passphrase_file: Path | None = Field(
        None, description="name a file that holds the passphrase, such as a credential of systemd"
    )
    signing_bsre_url: str | None = Field(
        None, pattern=r"^https?://[^/\s]+$", description="give the address of your BSrE client service, or leave it out"
    )
    signing_bsre_user: str = Field("", description="give the bot's user name at your BSrE client service")
    signing_bsre_password: SecretStr = Field(SecretStr(""), description="give the password of SIGNING_BSRE_USER")
    signing_tsa_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="give the http(s) address of a time stamp service, or leave it out"
    )
    watch_minutes: int = Field(5, ge=1, le=60, description="give the minutes between two looks at a site, from 1 to 60")
    watch_pages_minutes: int = Field(
        60, ge=10, le=1440, description="give the minutes between two looks through a site, from 10 to 1440"
    )
    watch_browser: Path | None = Field(None, description="name Chromium's program, such as /usr/bin/chromium")
    office: OfficeSettings = Field(default_factory=OfficeSettings, description="see OFFICE_… in .env.example")

    @pydantic.field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a bot token")
        return value

    @pydantic.field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        try:
            vault.read_keys(value.get_secret_value())
        except vault.VaultError as error:
            raise ValueError(str(error)) from error
        return value

    @pydantic.field_validator("backup_recipients")
    @classmethod
    def _recipients(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        try:
            locking.check_recipients(value)
        except locking.LockError as error:
            raise ValueError(str(error)) from error
        return value

    @pydantic.field_validator("signing_passphrase_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        try:
            if value is not None:
                value.read_text(encoding="utf-8")
        except OSError as error:
            raise ValueError("cannot be read") from error
        return value

    @pydantic.field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            check_domain(value)
        except SpecError as error:
            raise ValueError("is not a lower-case domain name") from error
        return value

    @pydantic.model_validator(mode="after")
    def _webhook_needs_secret(self) -> Settings:
        secret = self.webhook_secret
        if self.webhook_url and (
            secret is None or not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", secret.get_secret_value())
        ):
            raise ValueError("WEBHOOK_SECRET")
        return self

    @property
    def database(self) -> str:
        """Return the database's URL with the data folder filled in."""
        return self.database_url.replace("{data_dir}", str(self.data_dir))

    @property
    def shares_database(self) -> bool:
        """Whether several processes may run on the database."""
        return self.database_url.startswith("postgresql")

    @property
    def ssh_key(self) -> Path:
        """Return where the bot's own SSH key lies."""
        return self.ssh_key_file or self.data_dir / "ssh" / "id_ed25519"

    @property
    def sops_dir(self) -> Path:
        """Return where descriptions of the office's own SOPs lie, beside those we ship."""
        return self.data_dir / "sops"

    def sealing_keys(self) -> dict[str, bytes]:
        """Return the AES keys by id; the last seals, all open."""
        return vault.read_keys(self.secret_keys.get_secret_value())

    def environment(self) -> dict[str, str]:
        """Return what gives these settings again, secrets in clear; but for where things lie on this machine."""
        own = {name: getattr(self, name) for name in type(self).model_fields if name not in PLACES}
        office = {f"office_{name}": value for name, value in self.office.model_dump().items()}
        return {name.upper(): _plain(value) for name, value in (own | office).items() if value is not None}

    def secrets(self) -> list[str]:
        """Return every text that must never reach a log."""
        keys = [part.strip().partition(":")[2] for part in self.secret_keys.get_secret_value().split(",")]
        webhook = [self.webhook_secret.get_secret_value()] if self.webhook_secret else []
        database = [unquote(password)] if (password := urlsplit(self.database_url).password) else []
        signing = [passphrase] if (passphrase := self.signing_secret()) else []
        signing += [bsre] if (bsre := self.signing_bsre_password.get_secret_value()) else []
        return [self.bot_token.get_secret_value(), *keys, *webhook, *database, *signing]

    def signing_secret(self) -> str:
        """Return what opens the office's certificate; "" where nothing does."""
        if self.signing_passphrase_file is not None:
            return self.signing_passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        return self.signing_passphrase.get_secret_value()


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def load(**overrides: Any) -> Settings:
    """Read the environment and `.env`. Raises `SettingsError`, one sentence a setting, never with its value."""
    try:
        return Settings(**overrides)
    except pydantic.ValidationError as error:
        kinds: dict[str, str] = {}
        for problem in error.errors(include_input=False, include_url=False):
            kinds.setdefault(_name_of(problem), problem["type"])
        model = OfficeSettings if error.title == OfficeSettings.__name__ else Settings
        raise SettingsError([_sentence(model, name, kind) for name, kind in kinds.items()]) from None


def _name_of(problem: Any) -> str:
    """Return the field a problem is about; a rule over several fields names its field in the message."""
    return str(problem["loc"][0]) if problem["loc"] else str(problem["ctx"]["error"]).lower()


def _sentence(model: type[BaseSettings], name: str, kind: str) -> str:
    state = "is missing" if kind in ("missing", "too_short") else "is not right"
    prefix = str(model.model_config.get("env_prefix", ""))
    hint = model.model_fields[name].description or "see .env.example"
    return f"{prefix}{name.upper()} {state}: {hint}."
