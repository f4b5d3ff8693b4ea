"""Live data of the servers for the assessment (SOP step 4): what the request needs and what stays free."""

from __future__ import annotations

from collections.abc import Sequence

from bot import formats
from bot.screens.cases.job import step_words
from bot.screens.lengths import fit
from bot.screens.machine import machine_words
from bot.screens.screen import Screen
from bot.texts import html, plain
from workflows.views.servers import ServerView

NOTES = {
    "No wildcard certificate": "server.catatan_sertifikat",
    "A certificate is ordered": "server.catatan_acme",
    "The wildcard certificate ends": "server.catatan_wildcard",
    "Quota is off": "server.catatan_kuota",
    "DNS is not managed": "server.catatan_dns",
}
CERTIFICATES = {
    "wildcard": "server.sertifikat_wildcard",
    "acme": "server.sertifikat_acme",
    "self-signed": "server.sertifikat_sendiri",
}
WIDTHS = (9, 11, 11)  # characters: a phone shows about 34 in a line of monospace


def servers_screen(number: str, views: Sequence[ServerView]) -> Screen:
    """Return one block a server: a table and the rest in words."""
    if not views:
        return Screen(text=html("server.kosong"))
    need = views[0].needed
    lines = [
        html("server.judul", number=number),
        html("server.kebutuhan", disk=need.disk_mb, memory=need.memory_mb, bandwidth=need.bandwidth_kbit),
    ]
    for view in views:
        lines += ["", *_server(view)]
    return Screen(text=fit(lines))


def plan_screen(number: str, changes: Sequence[Sequence[str]], notes: Sequence[str]) -> Screen:
    """Return what will be done on the server: `changes` are mark, part and key, of which each part is one line."""
    parts = dict.fromkeys((mark, part) for mark, part, _key in changes)
    lines = [html("server.rencana_judul", number=number), ""]
    lines += [html("server.rencana_butir", mark=mark, step=step_words(part)) for mark, part in parts]
    if not parts:
        lines.append(html("server.rencana_kosong"))
    lines += ["", *(html("server.rencana_catatan", text=_note(note)) for note in notes)] if notes else []
    return Screen(text=fit(lines))


def _note(note: str) -> str:
    """Return what the agent remarks on a plan in the official's words; one that has none stays as it is."""
    return next((plain(key) for beginning, key in NOTES.items() if note.startswith(beginning)), note)


def _server(view: ServerView) -> list[str]:
    name = html("server.terpilih" if view.chosen else "server.nama", name=view.server.name)
    if view.total is None or view.free_after is None or view.facts_at is None:
        return [name, html("server.tidak_terjangkau")]
    facts = view.facts
    head = [
        plain("server.kolom"),
        plain("server.kolom_total"),
        plain("server.kolom_sisa"),
    ]
    rows = [head]
    for field, write in (("disk_mb", formats.megabytes), ("memory_mb", formats.megabytes), ("bandwidth_kbit", _rate)):
        amounts = [getattr(part, field) for part in (view.total, view.free_after)]
        rows.append([plain(f"server.baris_{field}"), *(write(amount) for amount in amounts)])
    verdict = html("server.cukup" if view.fits else "server.tidak_cukup")
    if view.php_missing:
        verdict = html("server.tanpa_php", php=view.php_missing)
    table = "\n".join(_row(cells) for cells in rows)
    rest = html(
        "server.rincian",
        **machine_words(facts),
        sites=facts.sites,
        addresses=", ".join(facts.addresses_shared),
        dedicated=", ".join(view.addresses_free),
        certificate=plain(CERTIFICATES[kind]) if (kind := facts.certificate_kind) else None,
        at=view.facts_at,
    )
    return [name, html("server.tabel", table=table), verdict, rest]


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return first.ljust(WIDTHS[0]) + "".join(
        f" {cell.rjust(width - 1)}" for cell, width in zip(others, WIDTHS[1:], strict=True)
    )


def _rate(kbit: int) -> str:
    return f"{formats.number(kbit / 1000)} Mbps"
