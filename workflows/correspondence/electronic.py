"""Letters that their signer signs by the state's service: asked in chat, with a passphrase that is used once.

What was typed lies sealed until the service has answered, at most an hour. The signed file is kept under its original's
hash before anything else happens to it, so that one number has one signed file whatever dies in between.
"""

from __future__ import annotations

import datetime as dt
import re

from provisioning.spec import Secret
from workflows import isolation, words
from workflows.correspondence import unsigned
from workflows.correspondence.issue import name_of
from workflows.isolation import PostponedError, WorkKind, isolated
from workflows.office import Office
from workflows.people import members
from workflows.people.members import Member
from workflows.people.notices import notice
from workflows.refusal import Refused
from workflows.secrets import sealed
from workflows.signing.bsre import BsreService, SigningRefusedError, WrongPassphraseError
from workflows.signing.opened import check_signatures
from workflows.signing.port import SigningDelayed, UnreadableError
from workflows.store import cases, leases, ledger, outbox, people, registers, signings
from workflows.store.tables import Letter, Paper, Signing
from workflows.store.unit_of_work import Database, UnitOfWork

LEASE = "letters"  # one process makes and signs them: two would make the same
SIGNED = "letter.signed"  # the ledger's line of a signature that came after the letter
WAITS = "tanda_tangan.bsre_tertunda"  # what a signer hears while the service cannot
QUESTION = "secret_question"  # kind of the message that asks; it is taken away with its question
KEPT = dt.timedelta(hours=1)  # how long a typed passphrase waits for a service that is down
VEILED = dt.timedelta(minutes=5)  # how long what is typed after a question was left may still be its answer
NIK = re.compile(r"\d{16}")
PASSPHRASE_MAX = 200  # characters


async def ask(work: UnitOfWork, letter: Letter) -> None:
    """Ask the letter's signer to sign it; tell Bagian Umum of one who left Telegram meanwhile."""
    if letter.signed_by is None:
        return
    work.add(Signing(letter_id=letter.id, person_id=letter.signed_by, asked="", changed_at=work.now))
    await work.flush()
    person = await people.by_id(work, letter.signed_by)
    if person.telegram_id is not None:
        key = f"to_sign:{letter.id}:{person.id}"
        await outbox.put(work, person.telegram_id, "to_sign", {"letter": letter.id}, key=key, case_id=letter.case_id)
        return
    said = {"letter": name_of(letter), "signer": person.name}
    for keeper in await unsigned.who_see_to_it(work, letter):
        await notice(work, keeper, "tanda_tangan.penanda_pergi", said, key=f"to_sign:{letter.id}:{keeper.id}")


async def begin(work: UnitOfWork, member: Member, letter_id: int) -> str:
    """Return what the signer is asked for now: nik (the first time) or passphrase.

    Raises `Refused`: wrong_role, letter_signed, letter_void, signing_runs.
    """
    await work.lock_record()
    signing, letter = await signings.get(work, letter_id), await cases.letter(work, letter_id)
    if signing is None or signing.person_id != member.person.id:
        raise Refused("wrong_role", final=True)
    if letter is None or letter.paper_id is not None:
        raise Refused("letter_signed", final=True)
    if letter.number and await registers.void_number(work, letter.case_id, letter.number):
        raise Refused("letter_void", {"number": letter.number}, final=True)
    if signing.asked == "typed":
        raise Refused("signing_runs")
    await give_up(work, member)
    known = await sealed.is_kept(work, nik_of(member.person.id))
    _now(work, signing, "passphrase" if known else "nik")
    return signing.asked


async def give_up(work: UnitOfWork, member: Member) -> bool:
    """Ask this person for nothing secret any more. Return whether anything was asked."""
    waiting = await signings.waiting_for(work, member.person.id)
    asked = [signing for signing in waiting if signing.asked in signings.QUESTIONS]
    for signing in asked:
        _now(work, signing, "", veiled=True)
    return bool(asked)


async def typed(work: UnitOfWork, office: Office, signing: Signing, text: str) -> str:
    """Take what the signer typed; return what to say: the key of a text, of a question where `signing` still asks."""
    secret = text.strip()
    if signing.asked == "nik":
        if not NIK.fullmatch(re.sub(r"[\s.-]", "", secret)):
            return "tanda_tangan.nik_salah"
        await sealed.keep(work, office.vault, nik_of(signing.person_id), Secret(re.sub(r"[\s.-]", "", secret)))
        _now(work, signing, "passphrase")
        return "tanda_tangan.sandi_tanya"
    if not 0 < len(secret) <= PASSPHRASE_MAX:
        return "tanda_tangan.sandi_salah"
    await sealed.keep(work, office.vault, passphrase_of(signing.letter_id), Secret(secret))
    _now(work, signing, "typed")
    work.wake("letters")
    return "tanda_tangan.berjalan"


async def sign_next(office: Office, database: Database) -> bool:
    """Sign one letter whose passphrase was typed. Return False where there is none, or the service cannot yet.

    A letter that the service answers oddly keeps no other signer waiting, and is asked for after a pause that grows.
    """
    if office.bsre is None:
        return False
    async with database.read() as work:
        resting = await isolation.put_off(work, WorkKind.SIGNING)
        typed_now = await signings.typed(work)
        over = [signing.letter_id for signing in typed_now if work.now - signing.changed_at > KEPT]
        waiting = [signing for signing in typed_now if signing.letter_id not in resting or signing.letter_id in over]
    if not waiting or not await leases.ours(database, LEASE):
        return False
    for signing in waiting:
        async with isolated(database, WorkKind.SIGNING, signing.letter_id):
            try:
                await _sign(office, office.bsre, database, signing)
            except SigningDelayed as delayed:
                if delayed.of_one:
                    raise PostponedError from delayed
                return False
            return True
    return False


async def _sign(office: Office, bsre: BsreService, database: Database, signing: Signing) -> None:
    """Sign a letter, or ask its signer again. Raises `SigningDelayed`, once those concerned were told."""
    async with database.read() as work:
        letter = await cases.letter(work, signing.letter_id)
        assert letter is not None  # noqa: S101  (a foreign key)
        original = await cases.paper(work, letter.original_id or 0)
        assert original is not None  # noqa: S101  (made before it is asked for)
        nik = await sealed.opened(work, office.vault, nik_of(signing.person_id))
        passphrase = await sealed.opened(work, office.vault, passphrase_of(signing.letter_id))
    if nik is None or passphrase is None:  # its key was changed meanwhile
        await _ask_again(database, letter, "tanda_tangan.sandi_ulang")
        return
    try:
        pdf = await office.files.first(original.sha256)
        if pdf is None:
            signed = await bsre.sign(await office.files.read(original.sha256), nik, passphrase)
            await _whole(signed)
            pdf = await office.files.keep_first(original.sha256, signed)
    except WrongPassphraseError:
        await _ask_again(database, letter, "tanda_tangan.sandi_salah", asked="passphrase")
    except SigningRefusedError as refused:
        await _ask_again(database, letter, "tanda_tangan.bsre_menolak", forget_nik=True, said=refused.said)
    except SigningDelayed as delayed:
        if database.clock() - signing.changed_at <= KEPT:
            await tell_delay(database, letter, delayed)
            raise
        await _ask_again(database, letter, "tanda_tangan.bsre_terlalu_lama")
    else:
        await _keep(office, database, letter.id, original, pdf)


async def _whole(pdf: bytes) -> None:
    """Make sure that what came back is signed, and whole. Raises `SigningDelayed`."""
    try:
        found = await check_signatures(pdf, ())
    except UnreadableError:
        found = []
    if not found or not found[-1].holds:
        raise SigningDelayed("tanda_tangan.bsre_janggal", of_one=True)


async def _keep(office: Office, database: Database, letter_id: int, original: Paper, pdf: bytes) -> None:
    async with database.write() as work:
        await work.lock_record()
        letter, signing = await cases.letter(work, letter_id), await signings.get(work, letter_id)
        if letter is None or signing is None or letter.paper_id is not None:
            return
        paper = await office.files.put(
            work, pdf, name=original.name, media_type=original.media_type, kind=letter.kind, case_id=letter.case_id
        )
        letter.paper_id = paper.id
        await sealed.forget(work, passphrase_of(letter_id))
        _now(work, signing, "signed")
        data = {
            "letter": letter.kind,
            "number": letter.number,
            "sha256": paper.sha256,
            "original": {"sha256": original.sha256},
            "signature": BsreService.facts(),
        }
        await ledger.append(work, SIGNED, person_id=signing.person_id, case_id=letter.case_id, data=data)
        await notice(
            work,
            await people.by_id(work, signing.person_id),
            "tanda_tangan.selesai",
            {"letter": name_of(letter)},
            key=f"signed:{letter_id}",
        )
        await outbox.hurry(work, letter.case_id, "letter")


async def _ask_again(
    database: Database, letter: Letter, text: str, *, asked: str = "", forget_nik: bool = False, said: str = ""
) -> None:
    """Destroy what was typed and tell the signer why."""
    async with database.write() as work:
        signing = await signings.get(work, letter.id)
        if signing is not None and signing.asked == "typed":
            await sealed.forget(work, passphrase_of(letter.id))
            if forget_nik:
                await sealed.forget(work, nik_of(signing.person_id))
            _now(work, signing, asked, veiled=forget_nik)
            person = await people.by_id(work, signing.person_id)
            if asked and person.telegram_id is not None:
                await outbox.put(work, person.telegram_id, QUESTION, {"text": text})
            else:
                await notice(work, person, text, {"letter": name_of(letter), "said": said})


async def tell_delay(database: Database, letter: Letter, delayed: SigningDelayed) -> None:
    """Tell that a letter waits for its signature, once a day: the administrators why, its signer that it does."""
    async with database.write() as work:
        day = work.now.astimezone(words.WITA).date().isoformat()
        signing = await signings.get(work, letter.id)
        told = [(person, delayed.text) for person in await members.admins(work)]
        told += [(await people.by_id(work, signing.person_id), WAITS)] if signing else []
        for person, text in told:
            await notice(work, person, text, {"letter": name_of(letter)}, key=f"{text}:{day}:{person.id}")


def nik_of(person_id: int) -> str:
    """Return where a signer's NIK lies sealed."""
    return f"signer:{person_id}:nik"


def passphrase_of(letter_id: int) -> str:
    """Return where a passphrase lies sealed until its letter is signed."""
    return f"signing:{letter_id}:passphrase"


def _now(work: UnitOfWork, signing: Signing, asked: str, *, veiled: bool = False) -> None:
    signing.asked, signing.changed_at = asked, work.now
    signing.veiled_until = work.now + VEILED if veiled else None
