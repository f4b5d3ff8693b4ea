"""What mod_md leaves of its orders, and the orders that an authority has put off (RFC 8555, 6.6).

mod_md passes over the header Retry-After, and forgets all at Apache's next restart; what the authority says in words is
read here before that, and kept. The script that mod_md asks before each order (`acme-pace.sh`) refuses what is put off.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from provisioning.agent import files, names
from provisioning.spec import SpecError, check_domain

EVERY_NAME = "*"
SECONDS, SECONDS_MAX = 3 * 3600, 7 * 86_400  # where the authority does not say how long; and whatever it says
LIMITED = ":rateLimited"
JOB_MAX = 1 << 20  # bytes; what is longer is cut off, and so not read
HOLD = re.compile(r"^(\S+) ([0-9]{1,12})$", re.MULTILINE)  # what is no such line (an engineer's own) holds nothing
RETRY_AFTER = re.compile(r"retry after (\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?: UTC|Z)")  # as Boulder writes it


def job(folder: Path) -> dict[str, Any]:
    """Return what mod_md says of one order, nothing where it says nothing that can be read.

    It repeats the authority's problem whole and indented, which may be nested as deeply as that likes: a megabyte from
    there can be gigabytes here.
    """
    try:
        with (folder / "job.json").open("rb") as file:
            said = json.loads(file.read(JOB_MAX))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def tries(name: str) -> int:
    """Return how many orders for a name were begun since the last that was fulfilled."""
    try:
        return int((names.ACME_TRIES / name).read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def orders() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the orders since Apache's last restart: their folder, and what mod_md says of each."""
    for path in sorted(names.ACME_STORE.glob("staging/*/job.json")):
        yield path.parent, job(path.parent)


def is_refused(folder: Path, said: Mapping[str, Any]) -> bool:
    """Tell whether an order was refused for a limit."""
    return str(last_in(said).get("problem", "")).endswith(LIMITED) and _is_name(folder.name)


def last_in(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how an order ended, nothing where that is not said."""
    last = said.get("last")
    return last if isinstance(last, dict) else {}


def _is_name(text: str) -> bool:
    """Whether a folder of Apache's account is one of ours; any other name could add lines to the file of holds."""
    with contextlib.suppress(SpecError):
        check_domain(text)
        return True
    return False


def put_off() -> None:
    """Keep until when refused orders, and those like them, are not to be asked for again."""
    now = time.time()
    holds = held()
    for folder, said in orders():
        if not is_refused(folder, said):
            continue
        detail = str(last_in(said).get("detail", ""))
        # a limit on this one name or set of names is nobody else's; any other may be the account's or the whole zone's
        name = folder.name if "exact set" in detail or f'"{folder.name}"' in detail else EVERY_NAME
        holds[name] = max(holds.get(name, 0), _until(detail, now))
    text = "".join(f"{name} {until}\n" for name, until in sorted(holds.items()))
    wanted = files.WantedFile(path=names.ACME_HOLD, content=text or None)
    if files.look(wanted)["state"] != "same":
        files.put(wanted)


def held() -> dict[str, int]:
    """Return what is put off now, by name or `EVERY_NAME`: until when, in seconds since 1970."""
    try:
        text = names.ACME_HOLD.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return {}
    holds = {name: int(until) for name, until in HOLD.findall(text)}
    return {name: until for name, until in holds.items() if until > time.time()}


def held_until(name: str) -> int | None:
    """Return until when no order for a name may be asked for, None where one may."""
    holds = held()
    return max((holds[each] for each in (name, EVERY_NAME) if each in holds), default=None)


def _until(detail: str, now: float) -> int:
    said = now + SECONDS
    if (found := RETRY_AFTER.search(detail)) is not None:
        with contextlib.suppress(ValueError):
            said = datetime.datetime.fromisoformat(found.group(1)).replace(tzinfo=datetime.UTC).timestamp()
    return int(min(max(said, now), now + SECONDS_MAX)) + 1
