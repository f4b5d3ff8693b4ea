"""The second in which Apache's parent would sleep after a graceful restart, while nobody accepts connections."""

from __future__ import annotations

import time
from pathlib import Path

STALL_SECONDS, NUDGES = 0.1, 3


class RestartStall:
    """Watches Apache's parent for the second in which it would leave visitors waiting after a graceful restart.

    The event MPM starts new children as old ones end. If none has ended by the time its configuration is read, which
    with few sites is often so, it sleeps for a second before it starts any (`server_main_loop`), and nobody accepts
    connections. Another restart, which finds them ended, is over in a tenth of that.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._spent = -1
        self._since = time.monotonic()
        self._left = NUDGES

    def is_long(self) -> bool:
        """Whether it has slept for `NAP_SECONDS` without working in between; said a few times at most."""
        state, spent = self._look()
        now = time.monotonic()
        if state != "S" or spent != self._spent:
            self._spent, self._since = spent, now
        if now - self._since < STALL_SECONDS or not self._left:
            return False
        self._since, self._left = now, self._left - 1
        return True

    def _look(self) -> tuple[str, int]:
        """Return its state and the processor time it has used in nanoseconds (proc(5): stat, schedstat)."""
        process = Path(f"/proc/{self._pid}")
        try:
            state = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
            return state, int((process / "schedstat").read_text(encoding="ascii").split()[0])
        except OSError:  # it is gone, or the kernel counts nothing
            return "", 0
