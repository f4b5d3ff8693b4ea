"""The hosting's names in the city's zone, by RFC 2136 updates; what is not marked ours is never touched.

Beside each name's addresses stands a TXT record `_layanan.<name>` that says whose it is; every change has it, or the
name's absence, as its prerequisite, so that the name server itself refuses a takeover (RFC 2136, 2.4). A name for which
only the zone's wildcard answers (RFC 4592) is absent in that sense, and free.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.agent import names
from provisioning.agent.command import brief, run
from provisioning.agent.config import DnsConfig
from provisioning.agent.site import Share, Site, Transaction, each
from provisioning.plan import Action, Change, ErrorCode, ServerError
from provisioning.spec import HostingSpec, State

NAME = "dns"
TTL = 300
PUBLISHED = (State.ACTIVE, State.SUSPENDED)
UNSYNCHRONIZED = "clocks are unsynchronized"  # as nsupdate says TSIG's BADTIME
TAKEN = ("YXDOMAIN", "YXRRSET", "NXRRSET", "NXDOMAIN")
NOTHING: Mapping[str, Any] = {"A": [], "AAAA": [], "alias": False, "mark": None}


def marker(slug: str) -> str:
    """Return the text that marks a name as this hosting's."""
    return f"layanan-hosting={slug}"


def observe(site: Site) -> dict[str, Any]:
    """Ask the primary name server for every name, wanted now or registered before. Raises `DNS_UNREACHABLE`."""
    return observe_together([site])[site.slug]


def observe_together(sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
    """Ask for the names of all sites at once; return what was found, by slug. Raises `ServerError`."""
    config = sites[0].config.dns  # one server has one
    if config is None:
        return {site.slug: {"managed": False} for site in sites}
    elsewhere = {site.slug: {"managed": True, "names": {}, "addresses": {}} for site in sites if site.spec.elsewhere}
    here = [site for site in sites if not site.spec.elsewhere]
    return elsewhere | (_observe_here(config, here) if here else {})


def _observe_here(config: DnsConfig, sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
    found = look(config, [domain for site in sites for domain in site.domains])
    seeming = [(site, name) for site in sites for name in site.spec.domains if _is_taken(found[name], site.slug)]
    by_wildcard = unused(config, sites[0].config.zones, [name for _, name in seeming])
    found |= {name: dict(NOTHING) for name in by_wildcard}
    return {site.slug: _found(site, {name: found[name] for name in site.domains}) for site in sites}


def _found(site: Site, found: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {"A": [], "AAAA": []} if site.spec.state not in PUBLISHED else by_type(site.addresses)
    return {"managed": True, "addresses": wanted, "names": found}


def by_type(addresses: Sequence[str]) -> dict[str, list[str]]:
    """Return the addresses by the type of their DNS record, sorted."""
    found: dict[str, list[str]] = {"A": [], "AAAA": []}
    for address in addresses:
        found["A" if ipaddress.ip_address(address).version == 4 else "AAAA"].append(address)
    return {kind: sorted(values) for kind, values in found.items()}


def look(config: DnsConfig, domains: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Ask with one `dig` for addresses and marks; answers come in the order of the questions."""
    argv = ["dig", "+norecurse", "+nocookie", "+time=2", "+tries=2", f"@{config.server}", "-p", str(config.port)]
    argv += ["+noall", "+comments", "+answer"]
    for domain in domains:
        argv += [domain, "A", domain, "AAAA", f"{names.MARKER_LABEL}.{domain}", "TXT"]
    output = run(argv, seconds=30)
    if output.code != 0:
        raise ServerError(ErrorCode.DNS_UNREACHABLE, brief(output.text + output.errors), step=NAME)
    return read_answers(output.text, domains)


def read_answers(text: str, domains: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read `dig +comments +answer`: for each domain `exists`, `A`, `AAAA`, `mark`, `alias`. Raises `ServerError`."""
    blocks = re.split(r"^;; Got answer:$", text, flags=re.MULTILINE)[1:]
    if len(blocks) != 3 * len(domains):
        raise ServerError(ErrorCode.DNS_UNREACHABLE, "the name server left questions unanswered", step=NAME)
    found = {}
    for index, domain in enumerate(domains):
        first, second, third = blocks[3 * index : 3 * index + 3]
        status = re.search(r"status: ([A-Z]+)", first)
        if status is None or status.group(1) not in {"NOERROR", "NXDOMAIN"}:
            detail = f"{domain}: the name server answers {status.group(1) if status else 'nothing'}"
            raise ServerError(ErrorCode.DNS_REFUSED, detail, step=NAME)
        marks = re.findall(r'\sTXT\s+"([^"]*)"', third)
        found[domain] = {
            "A": sorted(re.findall(r"\sA\s+([0-9.]+)$", first, flags=re.MULTILINE)),
            "AAAA": sorted(re.findall(r"\sAAAA\s+([0-9a-f:.]+)$", second, flags=re.MULTILINE)),
            "alias": bool(re.search(r"\sCNAME\s", first)),
            "mark": marks[0] if len(marks) == 1 else None,
        }
    return found


def unused(config: DnsConfig, zones: Sequence[str], domains: Sequence[str]) -> set[str]:
    """Return the names that the zone itself holds nothing for, nor for their marks, whatever a wildcard answers.

    Updates that change nothing ask: their prerequisites see the zone's own records alone. Raises `ServerError`.
    """
    if not domains:
        return set()
    questions = [(zone_of(domain, zones), [*_absent(domain), "send"]) for domain in domains]
    found = set()
    for domain, error in zip(domains, _send_all(config, questions), strict=True):
        if error is None:
            found.add(domain)
        elif error.code is not ErrorCode.DNS_NAME_TAKEN:
            raise error
    return found


def _absent(domain: str) -> list[str]:
    return [f"prereq nxdomain {domain}.", f"prereq nxdomain {names.MARKER_LABEL}.{domain}."]


def _is_taken(there: Mapping[str, Any], slug: str) -> bool:
    """Whether something answers for a name that is not marked as this hosting's."""
    return bool(there["A"] or there["AAAA"] or there["alias"] or there["mark"]) and there["mark"] != marker(slug)


def plan(spec: HostingSpec, found: Mapping[str, Any]) -> list[Change]:
    """Return what is to be done. Raises `ServerError` (`DNS_NAME_TAKEN`)."""
    if not found["managed"]:
        return []
    changes = []
    for domain, there in found["names"].items():
        ours = there["mark"] == marker(spec.slug)
        wanted = domain in spec.domains and spec.state in PUBLISHED
        if wanted and _is_taken(there, spec.slug):
            raise ServerError(ErrorCode.DNS_NAME_TAKEN, f"{domain} exists and carries no mark of ours", step=NAME)
        addresses = {kind: there[kind] for kind in ("A", "AAAA")}
        if not wanted and ours:
            changes.append(_change(domain, Action.REMOVE, f"Remove {domain} from the DNS"))
        elif wanted and addresses != found["addresses"]:
            to = ", ".join([*found["addresses"]["A"], *found["addresses"]["AAAA"]])
            action = Action.CHANGE if ours else Action.CREATE
            changes.append(_change(domain, action, f"Point {domain} to {to}"))
    return changes


def notes(found: Mapping[str, Any]) -> list[str]:
    """Return what the official should know."""
    return [] if found["managed"] else ["DNS is not managed from this server: somebody must enter the names by hand"]


def _change(key: str, action: Action, summary: str) -> Change:
    return Change(part=NAME, key=key, action=action, summary=summary)


def update(slug: str, change: Change, addresses: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the lines of one `nsupdate` transaction. Pure; names and addresses were checked with the spec."""
    name, mark = f"{change.key}.", f"{names.MARKER_LABEL}.{change.key}."
    value = f'"{marker(slug)}"'
    if change.action is Action.CREATE:
        lines = [*_absent(change.key), f"update add {mark} {TTL} TXT {value}"]
    else:
        lines = [f"prereq yxrrset {mark} TXT {value}", f"update delete {name} A", f"update delete {name} AAAA"]
    if change.action is Action.REMOVE:
        return [*lines, f"update delete {mark} TXT {value}", "send"]
    lines += [f"update add {name} {TTL} {kind} {a}" for kind, values in addresses.items() for a in values]
    return [*lines, "send"]


def apply(site: Site, changes: Sequence[Change], transaction: Transaction) -> None:
    """Send one transaction a name. Raises `ServerError` (`DNS_NAME_TAKEN`, `DNS_REFUSED`, …)."""
    for error in apply_together([Share(site, changes, transaction)]).values():
        raise error


def apply_together(shares: Sequence[Share]) -> dict[str, Exception]:
    """Send one transaction a name, all over one call; return the errors by slug."""
    config = shares[0].site.config.dns
    if config is None:
        return {}
    failed = each(shares, _claim)
    sending = [(share, change) for share in shares if share.slug not in failed for change in share.changes]
    updates = [
        (zone_of(change.key, share.site.config.zones), update(share.slug, change, by_type(share.site.addresses)))
        for share, change in sending
    ]
    for (share, change), error in zip(sending, _send_all(config, updates), strict=True):
        if error is not None:
            failed.setdefault(share.slug, error)
            continue
        if change.action is Action.REMOVE:
            share.transaction.release(f"dns:{change.key}")
        gone = " is removed already" if change.action is Action.REMOVE else ""
        share.transaction.leaves(f"DNS name {change.key}{gone}")
    return failed


def _claim(share: Share) -> None:
    for change in share.changes:
        if change.action is Action.CREATE:
            share.transaction.claim(f"dns:{change.key}")


def zone_of(name: str, zones: Sequence[str]) -> str:
    """Return the longest zone that holds `name`. Raises `ServerError` (`ZONE_NOT_ALLOWED`)."""
    holding = [zone for zone in zones if name.endswith(f".{zone}")]
    if not holding:
        raise ServerError(ErrorCode.ZONE_NOT_ALLOWED, f"{name} is in none of this server's zones", step=NAME)
    return max(holding, key=len)


def send(config: DnsConfig, zone: str, lines: Sequence[str], name: str) -> None:
    """Send one transaction about `name`. Raises `ServerError` (`DNS_NAME_TAKEN`, `DNS_REFUSED`, …)."""
    for error in _send_all(config, [(zone, lines)]):
        if error is not None:
            error.detail = f"{name}: {error.detail}"
            raise error


def _send_all(config: DnsConfig, updates: Sequence[tuple[str, Sequence[str]]]) -> list[ServerError | None]:
    """Send each transaction (its zone, its lines) and return how each ended; one that is refused stops no other."""
    script = [
        f"server {config.server} {config.port}",
        f"key {config.algorithm}:{config.key_name} {config.secret.reveal()}",
    ]
    for zone, lines in updates:
        script += [f"zone {zone}.", *lines, "answer"]
    output = run(["nsupdate", "-t", "10"], given="\n".join([*script, ""]), seconds=30)
    if output.code == 0:
        return [None] * len(updates)
    complaint = brief(output.errors.replace(config.secret.reveal(), "…"))
    answered = re.findall(r"^;; ->>HEADER<<- opcode: UPDATE, status: ([A-Z]+)", output.text, flags=re.MULTILINE)
    if len(answered) != len(updates):  # nobody knows which were answered: all are asked for once more, later
        answered = [""] * len(updates)
    return [None if status == "NOERROR" else _refusal(status, complaint) for status in answered]


def _refusal(status: str, complaint: str) -> ServerError:
    if status in TAKEN:
        return ServerError(ErrorCode.DNS_NAME_TAKEN, complaint, step=NAME)
    if UNSYNCHRONIZED in complaint:
        return ServerError(ErrorCode.CLOCK_SKEWED, complaint, step=NAME)
    unreachable = not status and ("timed out" in complaint or "Communication with" in complaint)
    return ServerError(ErrorCode.DNS_UNREACHABLE if unreachable else ErrorCode.DNS_REFUSED, complaint, step=NAME)
