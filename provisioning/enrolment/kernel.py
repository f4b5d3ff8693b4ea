"""The step of an enrolment that asks the kernel to keep programs of one account apart from one another."""

from __future__ import annotations

from provisioning.agent.protocol import PTRACE_SCOPE
from provisioning.agent.render import render
from provisioning.enrolment.root_shell import RootShell

STEP = "kernel"
SYSCTL = "/etc/sysctl.d/60-layanan.conf"
APPLY = "/usr/lib/systemd/systemd-sysctl"


async def kernel(root: RootShell) -> bool:
    """Let no program reach into another that it did not start (Yama, ptrace(2)); a stricter choice stays.

    Where the kernel has no Yama, or is a container's host's, nothing changes but the file. Raises `ServerError`.
    """
    look = f"cat {PTRACE_SCOPE} 2>/dev/null || true"
    before = (await root.must(look, step=STEP)).strip()
    ours = await root.run(f"test -e {SYSCTL}")
    if before not in {"", "0"} and ours.status != 0:
        return False
    written = await root.put(SYSCTL, render("sysctl.conf").encode(), step=STEP)
    if before != "0":
        return written
    after = await root.must(f"{APPLY} {SYSCTL} >&2; {look}", step=STEP)
    return written or after.strip() != before
