"""Domains of an OPD's own in chat: which there are, and of one what its owner is to enter in its DNS, to be copied."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence

from telegram import CopyTextButton, InlineKeyboardButton

from bot.app import App
from bot.callback_data import Do, Show
from bot.screens.keyboards import Row, button, in_rows, keyboard
from bot.screens.named_screen import Args
from bot.screens.screen import Screen
from bot.texts import html, plain
from provisioning.domain_proof import Destination, Proof, record_name, record_value
from provisioning.spec import HostingSpec
from workflows.hosting.action import Action
from workflows.hosting.custom_domains.actions import CUSTOM_DOMAINS, GIVE_UP
from workflows.hosting.custom_domains.rules import DomainNotice
from workflows.hosting.custom_domains.verification import addresses
from workflows.hosting.rights import Denial, may_order
from workflows.people.members import Member
from workflows.store import custom_domains, hostings
from workflows.store.tables import CustomDomain, Hosting
from workflows.store.unit_of_work import UnitOfWork
from workflows.views.hosting import hosting_view


async def listed(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """List a hosting's domains; the only one is shown at once."""
    view = await hosting_view(app.office, work, member, args["hosting"])
    rows = await custom_domains.of_hosting(work, args["hosting"]) if view else []
    if view is None or not rows:
        return None
    if len(rows) == 1:
        return await one(app, work, member, {"domain": rows[0].id})
    buttons = [[button(_item(row, view.spec), Show("custom_domain", (str(row.id),)))] for row in rows]
    buttons.append([_to_card(view.hosting)])
    return Screen(text=html("domain_sendiri.daftar", domain=view.hosting.domain), keyboard=keyboard(buttons))


def _item(row: CustomDomain, spec: HostingSpec) -> str:
    ready = _is_seen(row, "proof", Proof.GIVEN) and _is_seen(row, "lead", Destination.HERE)
    return plain("domain_sendiri.butir", name=row.name, ready=ready, served=row.name in spec.custom_domains)


async def one(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Show one domain: how it stands, the records that its DNS must have, and what was seen instead."""
    found = await _seen_by(app, work, member, args)
    if found is None:
        return None
    row, hosting = found
    spec, server = hosting.spec, await hostings.server(work, hosting.server_id)
    records = [(_kind(address), address) for address in addresses(hosting, server)]
    served = row.name in spec.custom_domains
    text = html(
        "domain_sendiri.kartu",
        name=row.name,
        domain=hosting.domain,
        gone=served and row.told == DomainNotice.GONE,
        served=served,
        ready=row.told == DomainNotice.SERVED,
        held=row.told == DomainNotice.HELD and not served,
        plain_http=row.name in _by_plain_http(hosting),
        proven_now=_is_seen(row, "proof", Proof.GIVEN),
        here_now=_is_seen(row, "lead", Destination.HERE),
        txt_name=record_name(row.name),
        txt_value=record_value(row.token),
        records=records,
        proof=_said(row, "bukti", "proof", texts=" · ".join(row.seen.get("texts", ()))),
        lead=_said(row, "arah", "lead", addresses=", ".join(row.seen.get("addresses", ()))),
        looked_at=row.looked_at,
    )
    return Screen(text=text, keyboard=keyboard([*_copies(row, hosting, records), *_ways(member, row, hosting, spec)]))


def _kind(address: str) -> str:
    return "A" if ipaddress.ip_address(address).version == 4 else "AAAA"


def _by_plain_http(hosting: Hosting) -> Sequence[str]:
    """Return the names that were answered without HTTPS when the hosting was looked at last."""
    facts: Mapping[str, str] = next(
        (one["facts"] for one in hosting.applied.get("checks", ()) if one["id"] == "http"), {}
    )
    return str(facts.get("plain", "")).split()


def _is_seen(row: CustomDomain, what: str, value: str) -> bool:
    return bool(row.seen.get(what) == value)


def _said(row: CustomDomain, part: str, what: str, **params: str) -> str:
    return plain(f"domain_sendiri.{part}_{row.seen[what]}", **params) if what in row.seen else ""


def _copies(row: CustomDomain, hosting: Hosting, records: Sequence[tuple[str, str]]) -> list[Row]:
    copied = [
        (plain("domain_sendiri.salin_nama"), record_name(row.name)),
        (plain("domain_sendiri.salin_isi"), record_value(row.token)),
        (plain("domain_sendiri.salin_cname"), hosting.domain),
        *((plain("domain_sendiri.salin_alamat", kind=kind), address) for kind, address in records),
    ]
    return in_rows([InlineKeyboardButton(label, copy_text=CopyTextButton(value)) for label, value in copied], 2)


def _ways(member: Member, row: CustomDomain, hosting: Hosting, spec: HostingSpec) -> list[Row]:
    def may(action: Action) -> bool:
        verdict = may_order(action.right, member.mandates, opd_id=hosting.opd_id, state=spec.state)
        return not isinstance(verdict, Denial)

    of_domain, rows = (str(row.id),), []
    if may(CUSTOM_DOMAINS):
        rows.append([button(plain("domain_sendiri.periksa"), Do("domain_look", of_domain), "primary")])
    if may(GIVE_UP) and row.name not in spec.custom_domains:
        rows.append([button(plain("domain_sendiri.batalkan"), Do("domain_drop", of_domain), "danger")])
    return [*rows, [_to_card(hosting)]]


def _to_card(hosting: Hosting) -> InlineKeyboardButton:
    return button(plain("pesanan.lihat"), Show("one_hosting", (str(hosting.id),)))


async def question(app: App, work: UnitOfWork, member: Member, args: Args) -> Screen | None:
    """Ask once more before a domain is waited for no longer."""
    found = await _seen_by(app, work, member, args)
    if found is None:
        return None
    of_domain = (str(found[0].id),)
    rows = [
        [button(plain("domain_sendiri.ya_batal"), Do("domain_drop_sure", of_domain), "danger")],
        [button(plain("pesanan.tidak"), Show("custom_domain", of_domain))],
    ]
    text = html("formulir.tanya", text=plain("domain_sendiri.tanya_batal", name=found[0].name))
    return Screen(text=text, keyboard=keyboard(rows))


async def _seen_by(app: App, work: UnitOfWork, member: Member, args: Args) -> tuple[CustomDomain, Hosting] | None:
    row = await custom_domains.get(work, args["domain"])
    view = await hosting_view(app.office, work, member, row.hosting_id) if row else None
    return (row, view.hosting) if row and view and row.ended_at is None else None
