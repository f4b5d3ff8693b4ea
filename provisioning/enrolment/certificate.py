"""A zone's wildcard certificate is replaced on a server in use: by an engineer, without a restart."""

from __future__ import annotations

import dataclasses
import json

from provisioning.agent.config import AgentConfig, ConfigError, WildcardFiles
from provisioning.agent.protocol import AGENT_COMMAND, CONFIG_FILE, LOCK_FILE, Request, Verb
from provisioning.enrolment.acme import NO_ID
from provisioning.enrolment.root_shell import RootShell
from provisioning.enrolment.settings import Wildcard, wildcard_path
from provisioning.plan import ErrorCode, ServerError

STEP = "certificate"


async def replace(root: RootShell, zone: str, pair: Wildcard) -> bool:
    """Put a checked pair in the place of the old one and let Apache show it. Raises `ServerError`; the old one stands.

    Both files are exchanged while the agent's lock is held, and put back where Apache would not take them.
    """
    content = {"key": pair.key_pem.reveal(), "pem": pair.certificate_pem}
    for suffix, text in content.items():
        path = f"{wildcard_path(zone, suffix)}.incoming"
        await root.put(path, text.encode(), step=STEP, mode=0o600 if suffix == "key" else 0o644)
    key, certificate = wildcard_path(zone, "key"), wildcard_path(zone, "pem")
    script = f"""
        exec 9>>{LOCK_FILE}; flock -w 120 9
        if cmp -s {key}.incoming {key} && cmp -s {certificate}.incoming {certificate}
        then rm {key}.incoming {certificate}.incoming; exit 0; fi
        for file in {key} {certificate}; do
            if [ -e $file ]; then cp -p $file $file.before; fi
            mv -f $file.incoming $file
        done
        if ! apache2ctl configtest >&2; then
            for file in {key} {certificate}; do if [ -e $file.before ]; then mv -f $file.before $file; fi; done
            exit 1
        fi
        rm -f {key}.before {certificate}.before; echo changed"""
    changed = "changed" in await root.must(script, step=STEP, code=ErrorCode.APACHE_CONFIG_INVALID)
    changed |= await _allow(root, zone)
    await _show(root)
    return changed


async def _allow(root: RootShell, zone: str) -> bool:
    """Tell the agent of a zone's first wildcard; its hostings take it at their next change or repair."""
    present = await root.must(f"cat {CONFIG_FILE}", step=STEP, code=ErrorCode.NOT_CONFIGURED)
    try:
        bounds = AgentConfig.from_data(json.loads(present))
        files = WildcardFiles(certificate=wildcard_path(zone, "pem"), key=wildcard_path(zone, "key"))
        changed = dataclasses.replace(bounds, wildcards={**bounds.wildcards, zone: files})
    except (ValueError, ConfigError) as error:
        raise ServerError(ErrorCode.NOT_CONFIGURED, f"{CONFIG_FILE}: {error}", step=STEP) from error
    return await root.put(CONFIG_FILE, changed.to_json().encode(), step=STEP, mode=0o600)


async def _show(root: RootShell) -> None:
    """Let the agent take the files up. Raises `ServerError`."""
    request = Request(id=NO_ID, verb=Verb.CERTIFICATES).to_line()
    said = json.loads((await root.must(" ".join(AGENT_COMMAND), request, step=STEP)).splitlines()[-1])
    if "error" in said:
        raise ServerError.from_data(said["error"])
    if said["result"]["problem"] is not None:
        raise ServerError(ErrorCode.APACHE_RELOAD_FAILED, said["result"]["problem"], step=STEP)
