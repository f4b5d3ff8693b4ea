"""What is ordered of a staging copy: made, put over its site, removed. As data, like `orders`."""

from __future__ import annotations

import dataclasses

from bot.sandbox.person import SandboxUser
from provisioning.spec import State
from tests.stories.kills.orders import HEAD, Order, give, on_card, open_or_closed, press
from tests.stories.kills.scene import Scene
from workflows.store import copies

OLD, NEW = "lama", "baru"


async def _copy(scene: Scene) -> Scene | None:
    """Return the site's copy as the hosting that it is on the server."""
    site = await scene.row()
    async with scene.town.database.read() as work:
        found = await copies.of_hosting(work, site.id)
    return None if found is None else dataclasses.replace(scene, slug=found.slug)


def _write(scene: Scene, text: str) -> None:
    scene.put("public/isi.txt", text)
    scene.sql(f"CREATE TABLE IF NOT EXISTS isi (x TEXT); DELETE FROM isi; INSERT INTO isi VALUES ('{text}')")


def _holds(scene: Scene, text: str) -> bool:
    return scene.run("cat public/isi.txt") == text and scene.sql("SELECT x FROM isi") == [text]


# Hapus salinan uji


async def _remove(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Salinan uji")
    await press(user, "Hanya dapat dibuka dengan kata sandi", "Hapus salinan uji")


async def _has_no_copy(scene: Scene) -> bool:
    return await _copy(scene) is None and "uji-" not in scene.run("ls -A /srv/hosting; ls /var/lib/layanan/sites")


async def _with_copy(scene: Scene, user: SandboxUser) -> None:
    await open_or_closed(scene, user, closed=False)
    if await _copy(scene) is None:
        await give(scene, MAKE_COPY)


REMOVE_COPY = Order(
    name="salinan_hapus",
    role=HEAD,
    before=_with_copy,
    fill=_remove,
    yes="Ya, hapus",
    told="sudah dihapus. Situs",
    lines=(),  # of the site; the copy's own are its own
    holds=_has_no_copy,
)

# Buat salinan uji


async def _without_copy(scene: Scene, user: SandboxUser) -> None:
    await open_or_closed(scene, user, closed=False)
    if await _copy(scene) is not None:
        await give(scene, REMOVE_COPY)
    _write(scene, OLD)


async def _make(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Buat salinan uji")
    await user.wait_for("terhapus sendiri setelah 30 hari")


async def _is_as_its_site(scene: Scene) -> bool:
    copy = await _copy(scene)
    return copy is not None and _holds(copy, OLD) and _holds(scene, OLD)


MAKE_COPY = Order(
    name="salinan_buat",
    role=HEAD,
    before=_without_copy,
    fill=_make,
    yes="Ya, buat",
    told="sudah jadi",
    lines=(),
    holds=_is_as_its_site,
)

# Terapkan ke situs


async def _tried(scene: Scene, user: SandboxUser) -> None:
    await _with_copy(scene, user)
    copy = await _copy(scene)
    assert copy is not None
    _write(scene, OLD)
    _write(copy, NEW)


async def _apply(scene: Scene, user: SandboxUser) -> None:
    await on_card(scene, user, "Salinan uji")
    await press(user, "Hanya dapat dibuka dengan kata sandi", "Terapkan ke situs")
    await press(user, "Apa yang diterapkan", "Berkas dan basis data")
    await press(user, "Periksa kembali isian", "Terapkan ke situs")
    await user.wait_for("Situs dicadangkan dahulu")


async def _is_applied(scene: Scene) -> bool:
    aside = scene.run("ls -A /srv/hosting | grep copying || true")
    return _holds(scene, NEW) and (await scene.spec()).state is State.ACTIVE and aside == ""


APPLY_COPY = Order(
    name="salinan_terapkan",
    role=HEAD,
    before=_tried,
    fill=_apply,
    yes="Ya, terapkan",
    told="sudah diterapkan",
    lines=(*["hosting.copy_apply"] * 3, "backup.snapshot", *["hosting.applied"] * 3),
    holds=_is_applied,
)

STAGING_ORDERS = (APPLY_COPY, MAKE_COPY, REMOVE_COPY)
