"""The one place where parts are put together: settings in, a running `App` out."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import telegram
from telegram.request import HTTPXRequest

from bot.app import App
from bot.inbound.cases.prepare_case import PLAN
from bot.inbound.cases.views import VIEWS
from bot.line import sentences
from bot.line.line import Line, WatchedRequest
from bot.settings import Settings, SettingsError
from provisioning.agent_fleet import AgentFleet
from provisioning.fleet import Fleet
from provisioning.pages.photographer import Photographer
from provisioning.spec import Secret
from workflows import sops
from workflows.cases import on_paper
from workflows.cases.guards import GUARDS
from workflows.cases.placeholders import PLACEHOLDERS
from workflows.casework.effects import ARGUMENTS, EFFECTS, PERSONAL
from workflows.casework.events import EVENTS
from workflows.correspondence.compose import LETTERS
from workflows.engine.description import Sop
from workflows.engine.load import load_sop
from workflows.engine.validate import Vocabulary, ensure_valid
from workflows.engine.versions import side_by_side
from workflows.files import FileStore
from workflows.letters import form
from workflows.letters.render import TEMPLATES
from workflows.office import LetterRules, Office
from workflows.people import members, opds
from workflows.secrets.vault import Vault
from workflows.signing.bsre import BsreService
from workflows.signing.opened import EXTRA, open_signer, signing_installed
from workflows.signing.port import Method, Signer, SigningSetupError
from workflows.sops.needs import NEEDS, REQUEST
from workflows.store import cases, migrations
from workflows.store.engine import DatabaseUnreachableError
from workflows.store.unit_of_work import Database

SOPS = Path(sops.__file__).parent
VOCABULARY = Vocabulary(
    guards=frozenset(GUARDS),
    effects=frozenset(EFFECTS),
    letters=frozenset(LETTERS),
    events=EVENTS,
    views=VIEWS.keys() | {PLAN},
    placeholders=PLACEHOLDERS,
    arguments=ARGUMENTS,
    personal=PERSONAL,
    templates=frozenset(path.stem for path in TEMPLATES.glob("*.typ")),
    needs={**NEEDS, "request": REQUEST},
)
SENDS_AT_ONCE = 32  # connections to Telegram; the flood limits allow thirty messages a second
READ_SECONDS = 15.0
UPLOAD_SECONDS = 600.0  # of a whole file, which httpx writes as one: 50 MB over a line of 0.7 Mbit/s


def load_sops(own: Path | None = None) -> Mapping[tuple[str, int], Sop]:
    """Read and check every description, ours and those of the office's `own` folder. Raises `DescriptionError`."""
    return side_by_side(load_one(path) for path in descriptions(own))


def descriptions(own: Path | None = None) -> list[Path]:
    """Return the files of all descriptions, the office's own last."""
    return [path for folder in (SOPS, own) if folder is not None for path in sorted(folder.glob("*.toml"))]


def load_one(path: Path) -> Sop:
    """Read and check one description. Raises `DescriptionError`."""
    return ensure_valid(load_sop(path), VOCABULARY)


@contextlib.asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database with its newest tables and the administrators of the environment; close it at the end.

    Raises `SettingsError` where it cannot be opened.
    """
    async with open_migrated(settings) as (database, _revision):
        async with database.write() as work:
            await opds.seed(work)
            for telegram_id in settings.admin_telegram_ids:
                await members.appoint_admin(work, telegram_id)
        yield database


@contextlib.asynccontextmanager
async def open_migrated(settings: Settings) -> AsyncIterator[tuple[Database, str]]:
    """Open the database with its newest tables, and say their revision; close it at the end. Raises `SettingsError`."""
    _make_data_dir(settings)
    with database_in_words():
        database = Database(settings.database)
    try:
        with database_in_words():
            revision = await migrations.upgrade(database)
        yield database, revision
    finally:
        await database.close()


def _make_data_dir(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        hint = Settings.model_fields["data_dir"].description
        raise SettingsError([f"DATA_DIR cannot be made ({error.strerror}): {hint}."]) from None


@contextlib.contextmanager
def database_in_words() -> Iterator[None]:
    """Say which setting is wrong where a database cannot be opened. Raises `SettingsError`."""
    try:
        yield
    except DatabaseUnreachableError as error:
        hint = Settings.model_fields["database_url"].description
        raise SettingsError([f"DATABASE_URL cannot be opened ({error}): {hint}."]) from None
    except migrations.NewerDatabaseError as error:
        found = f"The database was made by a newer version ({error})"
        raise SettingsError([f"{found}: install that one, or restore the backup made before it."]) from None


@contextlib.asynccontextmanager
async def open_as_it_is(settings: Settings) -> AsyncIterator[Database]:
    """Open the database without changing anything in it. Raises `SettingsError` where there is none."""
    if not has_database(settings):
        raise SettingsError(["DATABASE_URL names no database yet: `layanan migrate` makes it."])
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.close()


def has_database(settings: Settings) -> bool:
    """Whether there is one to open: SQLite would make an empty one of a name that there is not."""
    return not settings.database.startswith("sqlite") or Path(settings.database.partition(":///")[2]).exists()


@contextlib.asynccontextmanager
async def open_bot(settings: Settings, line: Line | None = None) -> AsyncIterator[telegram.Bot]:
    """Open the line to Telegram. Raises `SettingsError` where the token or the address is wrong."""
    bot = telegram.Bot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=SENDS_AT_ONCE, read_timeout=READ_SECONDS, media_write_timeout=UPLOAD_SECONDS
        ),
        get_updates_request=WatchedRequest(line or Line(), connection_pool_size=1, read_timeout=READ_SECONDS),
    )
    with sentences.in_words():
        await bot.initialize()
    try:
        yield bot
    finally:
        await bot.shutdown()


@contextlib.asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Open everything that `layanan run` needs; close it at the end. Raises `SettingsError`, `DescriptionError`."""
    known_sops = load_sops(settings.sops_dir)
    resolvers = [str(one) for one in settings.dns_resolvers]
    fleet = AgentFleet(read_ssh_key(settings), resolvers, settings.dns_inner_networks)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(fleet.aclose)
        line = Line()
        bot = await stack.enter_async_context(open_bot(settings, line))
        database = await stack.enter_async_context(open_database(settings))
        await _require_versions(database, known_sops)
        office = make_office(settings, known_sops, fleet, bot.username)
        yield App(settings=settings, database=database, office=office, bot=bot, line=line)


async def _require_versions(database: Database, known: Mapping[tuple[str, int], Sop]) -> None:
    """Raise `SettingsError` where a case began under a version whose description is gone."""
    async with database.read() as work:
        missing = sorted(await cases.versions_begun(work) - known.keys())
    if missing:
        raise SettingsError(
            [f"Cases began under {code} version {version}: put its description back." for code, version in missing]
        )


def make_office(
    settings: Settings, known_sops: Mapping[tuple[str, int], Sop], fleet: Fleet, bot_username: str
) -> Office:
    """Return the office that the settings describe."""
    about = settings.office
    return Office(
        sops={key: on_paper.allowed(sop, about.on_paper) for key, sop in known_sops.items()},
        letterhead=letterhead(settings),
        letters=LetterRules(template=about.letter_number, unit=about.unit_code, classification=about.classification),
        files=file_store(settings),
        vault=Vault(settings.sealing_keys()),
        fleet=fleet,
        zone=settings.zone,
        bot_username=bot_username,
        signing=settings.signing_method,
        signer=signer(settings),
        bsre=bsre(settings),
        photographer=Photographer(settings.watch_browser) if settings.watch_browser is not None else None,
    )


def signer(settings: Settings) -> Signer | None:
    """Return who signs letters, if anybody. Raises `SettingsError`."""
    try:
        return open_signer(
            settings.signing_method,
            pkcs12_file=settings.signing_pkcs12_file,
            passphrase=settings.signing_secret(),
            tsa_url=settings.signing_tsa_url,
        )
    except SigningSetupError as error:
        raise SettingsError([f"{error}."]) from None


def bsre(settings: Settings) -> BsreService | None:
    """Return the state's signing service where letters are signed by it. Raises `SettingsError`."""
    if settings.signing_method is not Method.BSRE:
        return None
    if not settings.signing_bsre_url or not settings.signing_bsre_user:
        hint = Settings.model_fields["signing_bsre_url"].description
        raise SettingsError([f"SIGNING_METHOD=bsre needs SIGNING_BSRE_URL and SIGNING_BSRE_USER: {hint}."])
    if not signing_installed():
        raise SettingsError([f"SIGNING_METHOD {EXTRA}."])
    return BsreService(
        url=settings.signing_bsre_url, user=settings.signing_bsre_user, password=settings.signing_bsre_password
    )


def letterhead(settings: Settings) -> form.OfficeLetterhead:
    """Return how the office stands on its letters."""
    about = settings.office
    return form.OfficeLetterhead(
        name=about.name,
        government=about.government,
        city=about.city,
        address=about.address,
        postal_code=about.postal_code,
        phone=about.phone,
        email=about.email,
        website=about.website,
    )


def file_store(settings: Settings) -> FileStore:
    """Return where uploads and letters lie."""
    return FileStore(settings.data_dir / "files")


def read_ssh_key(settings: Settings) -> Secret:
    """Return the bot's own SSH key. Raises `SettingsError` where there is none."""
    try:
        return Secret(settings.ssh_key.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        hint = Settings.model_fields["ssh_key_file"].description
        raise SettingsError([f"SSH_KEY_FILE is missing: {hint}."]) from None
