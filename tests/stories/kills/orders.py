"""What is ordered of a hosting that stands, as data: who gives it, by which buttons, and what must have come of it.

From the button that gives an order (`yes`) on the bot may die; before it a form is filled in, which the kill matrix of
a whole case tries.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Awaitable, Callable
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.sandbox.person import SandboxUser
from provisioning.spec import State
from tests.stories.kills.scene import LOAD, Scene
from tests.unit.conversation.standing import card_saying, press_on_card
from workflows.malware import findings
from workflows.malware.suspected import FILE, Suspected
from workflows.store import hostings

KEY = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
REASON = "Situs disisipi halaman judi; sedang dibersihkan."
SCRIPT = "private/tugas.php"
HEAD, ENGINEER, KABID = "kepala_opd", "engineer", "kabid"
Act = Callable[[Scene, SandboxUser], Awaitable[None]]
Look = Callable[[Scene], Awaitable[bool]]


async def _nothing(_scene: Scene, _user: SandboxUser) -> None:
    """Nothing has to be so before."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Order:
    """One order: `fill` leads to the button that gives it, `told` are words of the one message that says it is done.

    `lines` is what the record has of it then, `holds` whether the server is as it was ordered. `before` makes so what
    must be so. `reveals`: passwords are to be shown then, once. `ends_it`: its hosting is gone afterwards.
    """

    name: str
    role: str
    fill: Act
    yes: str
    told: str
    lines: tuple[str, ...]
    holds: Look
    before: Act = _nothing
    reveals: bool = False
    ends_it: bool = False


async def give(scene: Scene, order: Order) -> None:
    """Give an order while the bot lives, and wait until it is done."""
    user = scene.town[order.role]
    await order.before(scene, user)
    await order.fill(scene, user)
    await user.press(order.yes)
    await user.wait_for(order.told)
    await scene.idle()


async def on_card(scene: Scene, user: SandboxUser, label: str) -> None:
    """Press a button of the hosting's card."""
    await press_on_card(user, label, scene.domain)


async def press(user: SandboxUser, question: str, *labels: str) -> None:
    """Answer a question that holds these words by pressing."""
    asked = await user.wait_for(question)
    for label in labels:
        await user.press(label, message=asked)


# Ganti kata sandi


async def _passwords(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Ganti kata sandi")
    await press(user, "Kata sandi mana", "Keduanya")
    await press(user, "Yang diganti", "Ganti kata sandi")


async def _is_in_step(scene: Scene) -> bool:
    row = await scene.row()
    return row.applied_revision == row.wanted_revision


PASSWORDS = Order(
    name="kata_sandi",
    role=HEAD,
    fill=_passwords,
    yes="Ya, ganti",
    told="sudah diganti",
    lines=("hosting.passwords", "hosting.applied"),
    holds=_is_in_step,
    reveals=True,
)

# Kunci SFTP, Tugas terjadwal: one more, one less


async def _add_key(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Kunci SFTP")
    await user.wait_for("kunci PUBLIK")
    await user.send_text(f"{KEY} laptop")
    await user.wait_for("Ringkasan")


async def _remove_key(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Kunci SFTP")
    await press(user, "ada di bawah", "Hapus laptop")
    await user.wait_for("Ringkasan")


async def _has_key(scene: Scene, *, there: bool) -> bool:
    kept = scene.run(f"cat /etc/layanan/keys/h_{scene.slug} 2>/dev/null || true")
    return (KEY.split()[1] in kept) is there and len((await scene.spec()).ssh_keys) == int(there)


async def _one_key(scene: Scene, _user: SandboxUser, *, there: bool) -> None:
    if bool((await scene.spec()).ssh_keys) is not there:
        await give(scene, ADD_KEY if there else REMOVE_KEY)


ADD_KEY = Order(
    name="kunci_tambah",
    role=HEAD,
    before=partial(_one_key, there=False),
    fill=_add_key,
    yes="Simpan",
    told="sudah ditambahkan",
    lines=("hosting.ssh_keys", "hosting.applied"),
    holds=partial(_has_key, there=True),
)
REMOVE_KEY = dataclasses.replace(
    ADD_KEY,
    name="kunci_hapus",
    before=partial(_one_key, there=True),
    fill=_remove_key,
    told="tidak lagi membuka",
    holds=partial(_has_key, there=False),
)


async def _add_script(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Tugas terjadwal")
    await user.wait_for("Skrip PHP mana")
    await user.send_text(SCRIPT)
    await press(user, "Seberapa sering", "Tiap 60 menit")
    await user.wait_for("Ringkasan")


async def _remove_script(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Tugas terjadwal")
    await press(user, "ada di bawah", "Hapus nomor 1")
    await user.wait_for("Ringkasan")


async def _runs_script(scene: Scene, *, there: bool) -> bool:
    timers = scene.run(f"ls /etc/systemd/system | grep -c 'layanan-cron-{scene.slug}[.].*timer' || true")
    return int(timers) == int(there)


async def _one_script(scene: Scene, _user: SandboxUser, *, there: bool) -> None:
    if bool((await scene.spec()).cron) is not there:
        await give(scene, ADD_SCRIPT if there else REMOVE_SCRIPT)


ADD_SCRIPT = Order(
    name="tugas_tambah",
    role=HEAD,
    before=partial(_one_script, there=False),
    fill=_add_script,
    yes="Simpan",
    told="ditambahkan",
    lines=("hosting.cron", "hosting.applied"),
    holds=partial(_runs_script, there=True),
)
REMOVE_SCRIPT = dataclasses.replace(
    ADD_SCRIPT,
    name="tugas_hapus",
    before=partial(_one_script, there=True),
    fill=_remove_script,
    told="dihapus",
    holds=partial(_runs_script, there=False),
)

# Versi PHP, Folder situs


async def _php(scene: Scene, user: SandboxUser) -> None:
    other = 30 if (await scene.spec()).php.seconds == 60 else 60
    await on_card(scene, user, "Versi PHP")
    await press(user, "Ringkasan", "Ubah")
    await press(user, "Jawaban mana", "Waktu skrip")
    await press(user, "Berapa lama", f"{other} detik")
    await user.wait_for("Ringkasan")


async def _runs_so_long(scene: Scene) -> bool:
    seconds = (await scene.spec()).php.seconds
    return bool(scene.run(f"grep 'max_execution_time. = {seconds}$' /etc/layanan/php/{scene.slug}.conf || true"))


PHP = Order(
    name="php",
    role=HEAD,
    fill=_php,
    yes="Terapkan",
    told="sudah diatur",
    lines=("hosting.php", "hosting.applied"),
    holds=_runs_so_long,
)


async def _folder(scene: Scene, user: SandboxUser) -> None:
    other = "public/versi1" if (await scene.spec()).document_root == "public/versi2" else "public/versi2"
    await on_card(scene, user, "Folder situs")
    await user.wait_for("Folder mana")
    await user.send_text(other)
    await user.wait_for("Ringkasan")


async def _shows_folder(scene: Scene) -> bool:
    folder = (await scene.spec()).document_root
    return bool(scene.run(f"test -d {folder} && grep {folder} /etc/apache2/layanan-sites/{scene.slug}.conf || true"))


FOLDER = Order(
    name="folder",
    role=HEAD,
    fill=_folder,
    yes="Terapkan",
    told="sekarang melihat isi folder",
    lines=("hosting.document_root", "hosting.applied"),
    holds=_shows_folder,
)

# Impor basis data, Salin basis data


async def _to_load(scene: Scene, _user: SandboxUser) -> None:
    scene.put("private/muatan.sql", LOAD)
    scene.sql("DROP TABLE IF EXISTS muatan")


async def _load(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Impor basis data")
    await user.wait_for("Unggah dahulu")
    await user.send_text("muatan.sql")
    await press(user, "Ringkasan", "Impor")


async def _is_loaded_once(scene: Scene) -> bool:
    return scene.sql("SELECT x FROM muatan ORDER BY x") == ["1", "2"]


IMPORT = Order(
    name="impor",
    role=HEAD,
    before=_to_load,
    fill=_load,
    yes="Ya, impor",
    told="sudah diimpor",
    lines=("hosting.load", "backup.snapshot", "hosting.applied"),
    holds=_is_loaded_once,
)


async def _empty_private(scene: Scene, _user: SandboxUser) -> None:
    scene.run("rm -f private/basisdata-*")


async def _dump(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Salin basis data")
    await user.press("Folder private saja")
    await user.wait_for("Ringkasan")


async def _is_dumped_once(scene: Scene) -> bool:
    return len(scene.run("ls private | grep basisdata- || true").split()) == 1


DUMP = Order(
    name="salin",
    role=HEAD,
    before=_empty_private,
    fill=_dump,
    yes="Salin",
    told="sudah disalin",
    lines=("hosting.dump", "hosting.applied"),
    holds=_is_dumped_once,
)

# Tangguhkan, Aktifkan kembali, Karantina


async def _suspend(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Tangguhkan")
    await user.wait_for("Apa alasannya")
    await user.send_text(REASON)
    await press(user, "ditinjau lagi?", "Lewati")
    await press(user, "Ringkasan", "Tangguhkan")


async def _resume(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Aktifkan kembali")


async def _is_closed(scene: Scene, *, closed: bool) -> bool:
    query = f"SELECT JSON_VALUE(Priv, '$.account_locked') FROM mysql.global_priv WHERE User='h_{scene.slug}'"
    locked = scene.run("mariadb -N", given=query) in {"1", "true"}
    return locked is closed and ((await scene.spec()).state is State.SUSPENDED) is closed


async def open_or_closed(scene: Scene, _user: SandboxUser, *, closed: bool) -> None:
    """Let the hosting be suspended, or not, as it was not; what the Kabid closed nobody else opens."""
    if ((await scene.spec()).state is State.SUSPENDED) is not closed:
        await give(scene, SUSPEND if closed else dataclasses.replace(RESUME, role=KABID))


SUSPEND = Order(
    name="tangguhkan",
    role=ENGINEER,
    before=partial(open_or_closed, closed=False),
    fill=_suspend,
    yes="Ya, tangguhkan",
    told="sudah ditangguhkan",
    lines=("hosting.suspend", "hosting.applied"),
    holds=partial(_is_closed, closed=True),
)
RESUME = Order(
    name="aktifkan",
    role=ENGINEER,
    before=partial(open_or_closed, closed=True),
    fill=_resume,
    yes="Ya, aktifkan",
    told="sudah aktif kembali",
    lines=("hosting.resume", "hosting.applied"),
    holds=partial(_is_closed, closed=False),
)


async def _suspected(scene: Scene, user: SandboxUser) -> None:
    """Let a file be suspected that was not before, alone, and wait until the Kabid reads so."""
    await open_or_closed(scene, user, closed=False)
    ((known,),) = scene.town.rows("SELECT count(*) FROM suspect_findings")
    scene.town.write("UPDATE suspect_findings SET state = 'gone' WHERE state = 'open'")
    async with scene.town.database.write() as work:
        hosting = await hostings.by_slug(work, scene.slug)
        assert hosting is not None
        facts = {"sha256": f"{known:064x}", "size": 30, "changed": work.now.isoformat()}
        one = Suspected(kind=FILE, subject=f"public/pintu{known}.php", traits=(), facts=facts)
        await findings.keep_findings(work, hosting, [one])
    await user.wait_for(lambda message: f"pintu{known}.php" in message.text, timeout_s=60)


QUARANTINE = Order(
    name="karantina",
    role=KABID,
    before=_suspected,
    fill=_nothing,
    yes="Karantina",
    told="sudah ditangguhkan",
    lines=("hosting.suspend", "hosting.applied"),
    holds=partial(_is_closed, closed=True),
)

# Cadangkan, Pulihkan


async def _well(scene: Scene, user: SandboxUser) -> None:
    """Let the site be well, and today's three snapshots that people may ask for be none yet."""
    await open_or_closed(scene, user, closed=False)
    scene.put("public/isi.txt", "baik")
    scene.sql("CREATE TABLE IF NOT EXISTS isi (x TEXT); DELETE FROM isi; INSERT INTO isi VALUES ('baik')")
    scene.town.write("UPDATE backups SET reason = 'nightly' WHERE reason = 'asked' AND state = 'done'")


async def _backup(scene: Scene, user: SandboxUser) -> None:
    await card_saying(user, "Cadangkan", scene.domain)


async def _is_kept_once(scene: Scene) -> bool:
    query = "SELECT request_id FROM backups WHERE deed = 'snapshot' AND state = 'done' ORDER BY id DESC LIMIT 1"
    ((order,),) = scene.town.rows(query)
    restic = "RESTIC_PASSWORD_FILE=/etc/layanan/backup/password restic --quiet -r /var/backups/layanan"
    return scene.run(f"{restic} snapshots --json --tag order:{order}").count('"short_id"') == 1


BACKUP = Order(
    name="cadangkan",
    role=HEAD,
    before=_well,
    fill=_backup,
    yes="Cadangkan",
    told="sudah dibuat",
    lines=("backup.asked", "backup.snapshot"),
    holds=_is_kept_once,
)


async def _spoilt(scene: Scene, _user: SandboxUser) -> None:
    await give(scene, BACKUP)
    scene.put("public/isi.txt", "rusak")
    scene.sql("UPDATE isi SET x = 'rusak'")


async def _restore(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Pulihkan")
    asked = await user.wait_for(re.compile("bulan apa|cadangan yang mana"))
    if "bulan apa" in asked.text:  # there are many
        await user.press(asked.buttons[0].text, message=asked)
        asked = await user.wait_for("cadangan yang mana")
    await user.press(asked.buttons[0].text, message=asked)
    await press(user, "Apa yang dipulihkan", "Semua berkas dan basis data")
    await press(user, "Ke mana hasil pemulihan", "Ganti isi sekarang")
    await press(user, "Ringkasan", "Pulihkan")


async def _is_well(scene: Scene) -> bool:
    return scene.run("cat public/isi.txt") == "baik" and scene.sql("SELECT x FROM isi") == ["baik"]


RESTORE = Order(
    name="pulihkan",
    role=HEAD,
    before=_spoilt,
    fill=_restore,
    yes="Ya, pulihkan",
    told="sudah dipulihkan",
    lines=("backup.restore_asked", "backup.restore"),
    holds=_is_well,
)

# Hapus


async def _archived(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Arsipkan")
    await user.wait_for("Apa alasannya")
    await user.send_text(REASON)
    await press(user, "Ringkasan", "Arsipkan")
    await user.press("Ya, arsipkan")
    await user.wait_for("sudah diarsipkan")
    await scene.idle()
    scene.town.write("UPDATE endings SET remove_on = '2026-01-01'")


async def _remove(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Hapus")
    await press(user, "menunggu sampai cadangan itu ada", "Saya memahami")
    await press(user, "Ringkasan", "Hapus")


async def _is_gone(scene: Scene) -> bool:
    traces = f"ls -d /srv/hosting/{scene.slug} 2>/dev/null; getent passwd h_{scene.slug}; mariadb -Ne 'SHOW DATABASES'"
    restic = "RESTIC_PASSWORD_FILE=/etc/layanan/backup/password restic --quiet -r /var/backups/layanan"
    last = scene.server.run(f"{restic} snapshots --json --tag hosting:{scene.slug},reason:last").stdout
    return scene.slug not in scene.server.run(traces, check=False).stdout and last.count('"short_id"') == 1


REMOVAL = Order(
    name="hapus",
    role=KABID,
    before=_archived,
    fill=_remove,
    yes="Ya, hapus",
    told="sudah dihapus dari server",
    lines=("hosting.remove", "backup.snapshot", "hosting.applied"),
    holds=_is_gone,
    ends_it=True,
)

ORDERS = (
    PASSWORDS, IMPORT, RESTORE, BACKUP, ADD_KEY, REMOVE_KEY, ADD_SCRIPT, REMOVE_SCRIPT, PHP, FOLDER, DUMP,
    SUSPEND, RESUME, QUARANTINE, REMOVAL,
)  # fmt: skip
"""The first ones are those whose repetition would hurt most."""
