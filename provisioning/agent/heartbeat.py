"""A sign of life while long work goes on: a caller takes an agent that is silent for dead."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

BEAT_SECONDS = 15.0


@contextlib.contextmanager
def heartbeats(beat: Callable[[], None], seconds: float = BEAT_SECONDS) -> Iterator[None]:
    """Call `beat` every `seconds` while the block lasts."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(seconds):
            beat()

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
