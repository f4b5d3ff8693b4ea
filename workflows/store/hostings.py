"""Finding servers, hostings, jobs and credentials."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Text, and_, cast, func, select

from workflows.store import moves
from workflows.store.backups import holds_back
from workflows.store.tables import Case, Credential, Hosting, HostingState, Job, JobState, Server
from workflows.store.tables.hostings import IS_NO_COPY, UNDER_WAY
from workflows.store.unit_of_work import UnitOfWork

HELD = (HostingState.RESERVED, HostingState.WANTED)
ADOPTING = HostingState.ADOPTING  # made by hand before, being taken over
TAKING = (*HELD, HostingState.LEAVING)  # what is being removed takes its room until nothing is left of it


async def servers(work: UnitOfWork) -> list[Server]:
    """Return the servers in use, by name."""
    return list(await work.session.scalars(select(Server).where(Server.active).order_by(Server.name)))


async def server(work: UnitOfWork, server_id: int) -> Server:
    """Return one server. Raises `NoResultFound`."""
    return await work.session.get_one(Server, server_id)


async def server_by_name(work: UnitOfWork, name: str) -> Server | None:
    """Return the server of this name, in use or not."""
    return (await work.session.scalars(select(Server).where(Server.name == name))).first()


async def lock_server(work: UnitOfWork, server_id: int) -> Server:
    """Return a server, locked: capacity is promised under this lock."""
    await work.lock_record()
    query = select(Server).where(Server.id == server_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).one()


async def held_on(work: UnitOfWork, server_id: int) -> list[Hosting]:
    """Return the hostings that take or reserve capacity on a server."""
    query = select(Hosting).where(Hosting.server_id == server_id, Hosting.state.in_(HELD))
    return list(await work.session.scalars(query))


async def taking_room_on(work: UnitOfWork, server_id: int) -> list[Hosting]:
    """Return the hostings that take room on a server, or were promised some; those being removed or moved too."""
    query = select(Hosting).where(Hosting.server_id == server_id, Hosting.state.in_(TAKING))
    return [*await work.session.scalars(query), *await moves.taking_room_on(work, server_id)]


async def get(work: UnitOfWork, hosting_id: int) -> Hosting | None:
    """Return one hosting."""
    return await work.session.get(Hosting, hosting_id)


async def lock(work: UnitOfWork, hosting_id: int) -> Hosting | None:
    """Return one hosting as it stands now, locked until the transaction ends."""
    await work.lock_record()
    query = select(Hosting).where(Hosting.id == hosting_id).with_for_update(key_share=True)
    return (await work.session.scalars(query.execution_options(populate_existing=True))).first()


async def of_case(work: UnitOfWork, case_id: int) -> Hosting | None:
    """Return the hosting that a case has reserved or wants."""
    query = select(Hosting).where(Hosting.case_id == case_id, Hosting.state.in_(HELD)).order_by(Hosting.id.desc())
    return (await work.session.scalars(query)).first()


async def case_of(work: UnitOfWork, hosting: Hosting) -> Case | None:
    """Return the case a hosting came from; None for one that was made by hand before, and adopted."""
    return None if hosting.case_id is None else await work.session.get(Case, hosting.case_id)


def _standing(opd_ids: Collection[int] | None) -> ColumnElement[bool]:
    if opd_ids is None:
        return and_(Hosting.stands, IS_NO_COPY)
    if len(opd_ids) == 1:  # SQLite sorts by an index of one OPD's, not by one of several
        return and_(Hosting.stands, IS_NO_COPY, Hosting.opd_id == next(iter(opd_ids)))
    return and_(Hosting.stands, IS_NO_COPY, Hosting.opd_id.in_(opd_ids))


async def of_opds(
    work: UnitOfWork, opd_ids: Collection[int] | None, *, limit: int | None = None, offset: int = 0
) -> list[Hosting]:
    """Return the hostings of some OPDs (None: of all) that exist on a server, by domain."""
    query = select(Hosting).where(_standing(opd_ids)).order_by(Hosting.domain).limit(limit).offset(offset)
    return list(await work.session.scalars(query))


async def by_slug(work: UnitOfWork, slug: str) -> Hosting | None:
    """Return the newest hosting of this account name."""
    query = select(Hosting).where(Hosting.slug == slug).order_by(Hosting.id.desc()).limit(1)
    return (await work.session.scalars(query)).first()


async def slug_used(work: UnitOfWork, slug: str) -> bool:
    """Whether any hosting ever had this slug: an account's name is not given twice."""
    return (await work.session.scalar(select(Hosting.id).where(Hosting.slug == slug).limit(1))) is not None


async def domain_held(work: UnitOfWork, domain: str, *, except_case: int | None) -> bool:
    """Whether a hosting other than the one of `except_case` has this name."""
    added = cast(Hosting.spec_data, Text).like(f'%"{domain}"%')  # as one of the further names in the JSON of the spec
    for has_it in (Hosting.domain == domain, added):
        query = select(Hosting.id).where(has_it, Hosting.state.in_(HELD)).limit(1)
        if except_case is not None:
            query = query.where(Hosting.case_id.is_distinct_from(except_case))
        if (await work.session.scalar(query)) is not None:
            return True
    return False


async def job(work: UnitOfWork, job_id: int) -> Job | None:
    """Return one job."""
    return await work.session.get(Job, job_id)


async def lock_job(work: UnitOfWork, job_id: int) -> tuple[Job, Hosting] | None:
    """Return one job with its hosting as they stand now, locked until the transaction ends."""
    await work.lock_record()
    query = (
        select(Job, Hosting)
        .join(Hosting, Hosting.id == Job.hosting_id)
        .where(Job.id == job_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = (await work.session.execute(query)).first()
    return None if found is None else (found[0], found[1])


async def newest_job(work: UnitOfWork, hosting_id: int, *, action: str | None = None) -> Job | None:
    """Return the newest job of a hosting, of those that an action ordered where one is named."""
    query = select(Job).where(Job.hosting_id == hosting_id).order_by(Job.id.desc()).limit(1)
    if action is not None:
        query = query.where(Job.action == action)
    return (await work.session.scalars(query)).first()


async def newest_job_for(work: UnitOfWork, hosting_id: int, case_id: int) -> Job | None:
    """Return the newest job of a hosting that a case's decision ordered."""
    is_of_case = Job.data["case"].as_integer() == case_id
    query = select(Job).where(Job.hosting_id == hosting_id, is_of_case).order_by(Job.id.desc()).limit(1)
    return (await work.session.scalars(query)).first()


async def since_last_done(work: UnitOfWork, done: Job) -> list[Job]:
    """Return the jobs of a hosting between one that went well and the one before it that did, oldest first."""
    earlier = select(func.coalesce(func.max(Job.id), 0)).where(
        Job.hosting_id == done.hosting_id, Job.id < done.id, Job.state == JobState.DONE
    )
    query = select(Job).where(
        Job.hosting_id == done.hosting_id, Job.id < done.id, Job.id > earlier.scalar_subquery()
    )  # fmt: skip
    return list(await work.session.scalars(query.order_by(Job.id)))


async def is_met(work: UnitOfWork, job: Job) -> bool:
    """Whether a job went well, or a later one of its hosting that made it as both want it."""
    query = select(Job.id).where(Job.hosting_id == job.hosting_id, Job.id >= job.id, Job.state == JobState.DONE)
    return await work.session.scalar(query.limit(1)) is not None


async def is_busy(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether a job of a hosting is under way or unfinished, or the hosting is on its way to another server."""
    return await has_work(work, hosting_id) or await moves.is_busy(work, hosting_id)


async def has_work(work: UnitOfWork, hosting_id: int) -> bool:
    """Whether a job of a hosting is under way, or unfinished."""
    newest = await newest_job(work, hosting_id)
    return newest is not None and newest.keeps_others_waiting


async def open_jobs(work: UnitOfWork) -> list[Job]:
    """Return the jobs that wait or were left running by a process that died, oldest first.

    One whose snapshot is not there yet is not among them: a risky change waits for it.
    """
    query = select(Job).where(Job.state.in_(UNDER_WAY), ~holds_back(Job)).order_by(Job.id)
    return list(await work.session.scalars(query))


async def credentials(work: UnitOfWork, hosting_id: int) -> list[Credential]:
    """Return the credentials of a hosting, oldest first."""
    query = select(Credential).where(Credential.hosting_id == hosting_id).order_by(Credential.id)
    return list(await work.session.scalars(query))


async def is_set(work: UnitOfWork, row: Credential) -> bool:
    """Whether a password is on the server: the revision that sets it, or a later one, was carried out there."""
    hosting = await work.session.get_one(Hosting, row.hosting_id)
    return bool(hosting.applied_revision >= row.wanted_revision)
