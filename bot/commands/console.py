"""What all commands share: settings, the event loop, and failures told in a sentence instead of a traceback."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import structlog
import typer

from bot import settings
from bot.description_faults import in_sentences
from bot.process import log
from bot.settings import Settings, SettingsError
from provisioning.plan import ServerError
from workflows.engine.fault import DescriptionError

T = TypeVar("T")

WRONG_SETTING = 2
FAILED = 1
REASON_MAX = 300
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode's categories of what steers a terminal instead of being shown


def say(text: str) -> None:
    """Write a line for the person at the keyboard."""
    typer.echo(shown(text))


def fail(text: str, code: int = FAILED) -> NoReturn:
    """Say why not, and end with that code."""
    typer.echo(shown(text), err=True)
    raise typer.Exit(code)


def shown(text: str, *, kept: str = "\n") -> str:
    """Return text without what a terminal obeys: a server or a file may have written it, and say what is not so."""
    return "".join(sign if sign in kept or unicodedata.category(sign) not in UNSEEN else "�" for sign in text)


def said(reason: str) -> str:
    """Return a reason as the record keeps it; end where there is none, or too much of it."""
    text = " ".join(shown(reason, kept="").split())
    if not 1 <= len(text) <= REASON_MAX:
        fail(f"--reason is to say in 1 to {REASON_MAX} letters why.")
    return text


def load() -> Settings:
    """Return the settings, with logs going where they should; end with 2 where one is missing or wrong."""
    try:
        found = settings.load()
    except SettingsError as error:
        fail(str(error), WRONG_SETTING)
    log.configure(found.log_level, found.secrets())
    return found


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what an engineer can mend is told in a sentence."""
    try:
        return asyncio.run(work)
    except SettingsError as error:
        fail(str(error), WRONG_SETTING)
    except DescriptionError as error:
        fail(in_sentences(error))
    except ServerError as error:
        fail(f"{error.code}: {error.detail}")
    except typer.Exit:
        raise
    except Exception:  # noqa: BLE001  (Python's own traceback would go past the redaction)
        structlog.get_logger(__name__).exception("ended")
        raise typer.Exit(FAILED) from None
