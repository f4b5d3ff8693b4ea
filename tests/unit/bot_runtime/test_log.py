from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.process import log
from provisioning.spec import Secret

TOKEN = "123456:" + "t" * 35
WEBHOOK_SECRET = "a-webhook-secret-nobody-may-read"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    log.configure("INFO", [TOKEN, WEBHOOK_SECRET])
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_no_secret_reaches_a_log_by_any_way(written: io.StringIO) -> None:
    logger = structlog.get_logger("layanan.test")
    logger.info("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe", wrapped=Secret("kata-sandi"))
    logging.getLogger("some.library").warning("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    try:
        raise ValueError(f"refused: {WEBHOOK_SECRET}")
    except ValueError:
        logger.exception("failed")
    text = written.getvalue()
    assert len(text.splitlines()) == 3
    assert "ValueError" in text
    for secret in (TOKEN, WEBHOOK_SECRET, "kata-sandi"):
        assert secret not in text


def test_a_token_that_is_not_ours_is_blanked_too(written: io.StringIO) -> None:
    structlog.get_logger("layanan.test").info("asked", token="987654:" + "z" * 35)
    assert "zzz" not in written.getvalue()
