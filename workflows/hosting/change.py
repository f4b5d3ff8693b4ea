"""What an approved request changes of the hosting that it is about: its package, names, owner, or its end.

Each is one order (`workflows.hosting.orders`), given by the decision's own press: nothing is promised before it, and
what is promised then is taken under the server's lock in the same transaction.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from provisioning.spec import DOMAINS_MAX, HostingSpec, Limits
from workflows.cases import subject
from workflows.cases.answer_checks import check_site_name
from workflows.cases.case_context import CaseContext
from workflows.cases.receiver import Receiver
from workflows.engine.fields.site_name import is_custom_domain
from workflows.hosting import ending, orders, server_capacity
from workflows.hosting.action import JobAction, ReleasedDomains
from workflows.hosting.custom_domains import approval
from workflows.hosting.custom_domains.actions import DROP, NameData, has_name
from workflows.hosting.handover import OWNER, OWNER_MAX, OwnerData
from workflows.hosting.opening import DATABASE, kinds_of, make_passwords
from workflows.hosting.orders import OrderedBy
from workflows.hosting.staging import following
from workflows.hosting.staging.copy_spec import EndReason
from workflows.refusal import Refused
from workflows.store import hostings, people
from workflows.store.tables import Hosting, Job, Opd
from workflows.store.tables.hostings import JobData

KIND = "jenis"  # the question whose answer names what is changed


class PackageData(JobData):
    """What the job of an order of another package keeps: its label."""

    package: str


async def change_hosting(context: CaseContext, _args: Mapping[str, str]) -> None:
    """Order what the opening form asks for.

    Raises `Refused`: no_hosting, hosting_handed, hosting_busy, growth_lacking, opd_unfit, domain_own, domain_held,
    names_many, name_gone.
    """
    hosting = await subject.hosting_of(context.work, context.case)
    if not subject.may_be_asked_about(hosting):
        raise Refused("no_hosting", final=True)
    answers = context.answers(context.sop.opening.form)
    await CHANGES[answers[KIND]](context, hosting, answers)


async def _package(context: CaseContext, hosting: Hosting, answers: Mapping[str, Any]) -> None:
    package = context.sop.package(answers["paket"])
    wanted = dataclasses.replace(hosting.spec, limits=Limits(**package.limits))
    await server_capacity.take_for_change(context.work, hosting, wanted)
    said: PackageData = {"package": package.label}
    await _want(context, hosting, wanted, PACKAGE, said)


async def _name(context: CaseContext, hosting: Hosting, answers: Mapping[str, Any]) -> None:
    await check_site_name(context.office, context.work, answers["subdomain"], context.case.id)
    if is_custom_domain(answers["subdomain"]):
        await approval.allow(context, hosting, answers["subdomain"], by=_by(context))
        return
    spec = hosting.spec
    if len(spec.domains) >= DOMAINS_MAX:
        raise Refused("names_many", {"limit": DOMAINS_MAX})
    server = await hostings.server(context.work, hosting.server_id)
    name = f"{answers['subdomain']}.{server.zone}"
    said: NameData = {"name": name}
    await _want(context, hosting, dataclasses.replace(spec, domains=(*spec.domains, name)), NAME, said)


async def _drop(context: CaseContext, hosting: Hosting, answers: Mapping[str, Any]) -> None:
    """Take off one of the further names."""
    spec, name = hosting.spec, answers["nama"]
    if name not in spec.names[1:]:
        raise Refused("name_gone", {"name": name})
    left = dataclasses.replace(
        spec,
        domains=tuple(one for one in spec.domains if one != name),
        custom_domains=tuple(one for one in spec.custom_domains if one != name),
    )
    said: NameData = {"name": name}
    await _want(context, hosting, left, DROP, said)


async def _owner(context: CaseContext, hosting: Hosting, answers: Mapping[str, Any]) -> None:
    """Hand it to another OPD; keys and passwords of the former one's people open it no more.

    The database's password stands in the site's own files: its server changes both (`handover.renew_login`).
    """
    opd = await _receiving(context, answers["opd_baru"])
    if opd is None or not opd.active or opd.id == hosting.opd_id:
        raise Refused("opd_unfit", {"name": answers["opd_baru"]})
    await following.end_before(context.work, hosting, EndReason.HANDED)
    former = hosting.opd_id
    spec = dataclasses.replace(hosting.spec, owner=opd.name[:OWNER_MAX], ssh_keys=())
    request = str(uuid.uuid4())
    said: OwnerData = {"owner": opd.name, "opd": opd.id, "former": former, "login_request": request}
    await _want(context, hosting, spec, OWNER, said)
    hosting.opd_id = opd.id
    for row in await hostings.credentials(context.work, hosting.id):
        row.sealed = None
    ways_in = [kind for kind in kinds_of(hosting) if kind != DATABASE]
    await make_passwords(context.office, context.work, hosting, ways_in)


async def _receiving(context: CaseContext, name: str) -> Opd | None:
    """Return the OPD whose head was asked, whatever it is called by now."""
    asked = Receiver.of(context.case.facts)
    return await (people.opd(context.work, asked.opd_id) if asked else people.opd_by_name(context.work, name))


async def _end(context: CaseContext, hosting: Hosting, answers: Mapping[str, Any]) -> None:
    await ending.archive(
        context.office,
        context.work,
        hosting,
        by=_by(context),
        reason=answers["alasan"],
        data={"case": context.case.id, "before": hosting.spec.to_json()},
    )


async def _want(context: CaseContext, hosting: Hosting, spec: HostingSpec, action: JobAction, data: JobData) -> None:
    said: JobData = {**data, "case": context.case.id, "before": hosting.spec.to_json()}
    await orders.want(context.office, context.work, hosting, spec, by=_by(context), action=action, data=said)


def _by(context: CaseContext) -> OrderedBy:
    return OrderedBy(
        person_id=context.by.person.id if context.by else None,
        mandate_id=context.mandate.id if context.mandate else None,
    )


CHANGES: Mapping[str, Callable[[CaseContext, Hosting, Mapping[str, Any]], Awaitable[None]]] = {
    "paket": _package,
    "alamat": _name,
    "lepas": _drop,
    "pemilik": _owner,
    "berhenti": _end,
}
"""By the answer to `KIND`."""


def _has_another_package(spec: HostingSpec, job: Job) -> bool:
    before = orders.spec_before(job)
    return before is not None and spec.limits != before.limits


PACKAGE = JobAction(
    name="change_package",
    right=None,
    errand=None,
    still_wanted=_has_another_package,
    when_done=(),
    releases=ReleasedDomains.NONE,
    stages=None,
)
NAME = JobAction(
    name="add_name",
    right=None,
    errand=None,
    still_wanted=has_name,
    when_done=(),
    releases=ReleasedDomains.NONE,
    stages=None,
)
