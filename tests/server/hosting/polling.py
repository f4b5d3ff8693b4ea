"""Asks some pages every 100 ms, as their visitors would, and keeps what was no good answer."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.server.hosting.outside import Outside

PAUSE_SECONDS = 0.1


class Poll:
    """Visits each of `urls` in turn for as long as the block lasts; `wrong` says when it was not answered with 200."""

    def __init__(self, outside: Outside, urls: Sequence[str]) -> None:
        self._outside = outside
        self._urls = urls
        self._end = threading.Event()
        self._visitor = threading.Thread(target=self._visit)
        self.answers = 0
        self.wrong: list[str] = []

    def __enter__(self) -> Self:
        self._visitor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._visitor.join()

    def _visit(self) -> None:
        while not self._end.wait(PAUSE_SECONDS):
            for url in self._urls:
                try:
                    status = self._outside.curl(url).status
                except subprocess.SubprocessError as error:
                    self.wrong.append(f"{url}: {error}")
                    continue
                self.answers += 1
                if status != 200:
                    self.wrong.append(f"{url}: {status}")
