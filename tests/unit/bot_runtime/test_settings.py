from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.settings import Settings, SettingsError

KEY = "k1:" + base64.b64encode(b"k" * 32).decode()
GOOD = {
    "BOT_TOKEN": "123456:" + "t" * 35,
    "ADMIN_TELEGRAM_IDS": "42, 43",
    "SECRET_KEYS": KEY,
    "ZONE": "tarakankota.go.id",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("OFFICE_ON_PAPER", "perhaps", "one of nothing, dispositions, decisions."),
        ("OFFICE_LETTER_NUMBER", "{urut}/{nomor}", "it has {urut} and {tahun}"),
        ("OFFICE_LETTER_NUMBER", "{urut}", "it has {urut} and {tahun}"),
    ],
)
def test_a_wrong_value_of_the_office_is_named_too(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        settings.load()
    assert len(told.value.sentences) == 1
    assert told.value.sentences[0].startswith(f"{name} is not right: ")
    assert hint in told.value.sentences[0]


def test_an_empty_line_of_the_office_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICE_ON_PAPER", "")
    assert settings.load().office.on_paper == "dispositions"


def test_a_whole_environment_is_understood() -> None:
    found = settings.load()
    assert found.admin_telegram_ids == (42, 43)
    assert found.sealing_keys() == {"k1": b"k" * 32}
    assert found.database == "sqlite+aiosqlite:///data/layanan.db"


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError) as told:
        settings.load()
    assert told.value.sentences == [f"{name} is missing: {Settings.model_fields[name.lower()].description}."]


@pytest.mark.parametrize("name", GOOD)
def test_an_empty_line_of_the_example_counts_as_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(SettingsError, match=f"^{name} is missing: "):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "my-secret-token"),
        ("ADMIN_TELEGRAM_IDS", "@budi"),
        ("SECRET_KEYS", "k1:c2hvcnQ="),
        ("ZONE", "Tarakan Kota"),
        ("TELEGRAM_API_URL", "ftp://x"),
        ("DATABASE_URL", "mysql://x"),
        ("LOG_LEVEL", "LOUD"),
        ("WEBHOOK_PORT", "70000"),
        ("DNS_INNER_NETWORKS", "jaringan-dalam"),
    ],
)
def test_what_is_wrong_is_named_and_its_value_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name} is not right: ") as told:
        settings.load()
    assert value not in str(told.value)


def test_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.go.id")
    with pytest.raises(SettingsError, match=r"^WEBHOOK_SECRET is not right: "):
        settings.load()


def test_the_environment_file_is_read_and_every_setting_of_the_example_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text(encoding="utf-8")
    names = {line.lstrip("#").partition("=")[0] for line in example.splitlines() if "=" in line and " = " not in line}
    names = {name for name in names if name.isupper()}
    offices = {f"OFFICE_{name}".upper() for name in settings.OfficeSettings.model_fields}
    assert names == {name.upper() for name in Settings.model_fields if name != "office"} | offices
    monkeypatch.delenv("ZONE")
    (tmp_path / ".env").write_text("ZONE=dari-berkas.go.id\n", encoding="utf-8")
    assert settings.load().zone == "dari-berkas.go.id"


def test_settings_can_be_printed_without_harm() -> None:
    found: Any = settings.load()
    for secret in found.secrets():
        assert secret not in repr(found)
    assert len(found.secrets()) == 2
