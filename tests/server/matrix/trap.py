"""Brings a fault about at one change: the instant is a line of the agent's own log, written as the change begins.

The agent has no hook for it: the lab's server has a `sitecustomize` whose audit hook (PEP 578) sees the log being
opened, and acts there and then.
"""

from __future__ import annotations

import json

from provisioning.lab import LabServer
from tests.server.matrix.faults import Fault
from tests.server.matrix.lives import Row

ARMED, SPRUNG, STRIKING, DONE = (f"/run/trap.{state}" for state in ("armed", "sprung", "striking", "done"))
BETWEEN_SECONDS = 0.015  # from one change of a part to the next, roughly
HOOK_FILE = "/etc/python3.11/sitecustomize.py"  # the administrator's own way into every Python of a Debian 12
HOOK = f"""
import json, os, signal, sys, threading

def strike(trap):
    with open("{STRIKING}", "w") as stream:  # another file: another thread may still read the trap
        stream.write(str(os.getpid()))
    os.rename("{STRIKING}", "{DONE}")
    if trap["script"] == "kill":
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    if trap["script"] == "hold":
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        os.system(trap["script"])

def look(event, arguments):
    if event != "open" or not str(arguments[0]).startswith("/var/lib/layanan/log/"):
        return
    entry = sys._getframe(1).f_locals.get("entry", {{}})
    try:
        with open("{ARMED}") as stream:
            trap = json.load(stream)
    except OSError:
        return
    wanted = (trap["part"], trap["action"], trap["log"])
    if (entry.get("part"), entry.get("action"), str(arguments[0])) == wanted:
        os.rename("{ARMED}", "{SPRUNG}")
        if trap["pause"]:
            threading.Timer(trap["pause"], strike, (trap,)).start()
        else:
            strike(trap)

sys.addaudithook(look)
"""
PATIENCE_SECONDS = 100  # the start of a session alone may take 25 s where logind is slow to answer
HELD = f"pid=$(cat {DONE}); until grep -q '^State:.T' /proc/$pid/status; do sleep 0.01; done"


class Trap:
    """Brings a fault about when the agent begins a change of a hosting."""

    def __init__(self, server: LabServer, name_server: LabServer, fault: Fault) -> None:
        self._server, self._name_server, self._fault = server, name_server, fault

    def set(self, slug: str, row: Row) -> None:
        """Bring it about when the agent begins the row's change."""
        script = ":" if self._fault.on_dns else self._fault.inject
        if self._fault.on_dns:
            self._name_server.run(self._fault.inject)
        trap = {"log": f"/var/lib/layanan/log/{slug}.log", "part": row.part, "action": row.action, "script": script}
        self._server.run(f"rm -f {DONE}")
        pause = row.index * BETWEEN_SECONDS if self._fault.code is None else 0
        self._server.put(json.dumps({**trap, "pause": pause}), ARMED)

    def wait(self) -> None:
        """Wait until the fault was brought about; raises `LabError` where it never comes."""
        self._server.run(f"timeout {PATIENCE_SECONDS} sh -c 'until test -e {DONE}; do sleep 0.01; done'")
        if self._fault.inject == "hold":
            self._server.run(HELD)

    def release(self) -> None:
        """Let an agent that is held go on."""
        self._server.run(f"kill -CONT $(cat {DONE})")

    def heal(self) -> None:
        """Mend what the fault broke."""
        (self._name_server if self._fault.on_dns else self._server).run(self._fault.heal, check=False)
