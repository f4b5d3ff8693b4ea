"""Files from the bot and to the bot: uploads, identifiers, getFile and its download."""

from __future__ import annotations

from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.state import StoredFile
from bot.sandbox.views import file_json

MEGABYTE = 1024 * 1024
UPLOAD_MAX = 50 * MEGABYTE  # Bot API, "Sending files"
PHOTO_MAX = 10 * MEGABYTE
DOWNLOAD_MAX = 20 * MEGABYTE  # Bot API, getFile


def take_file(core: Core, call: Call, kind: str, reference: str) -> StoredFile:
    """Return the file a call sends, new or by `file_id`. Raises `ApiError` 400, or 413 above the limit."""
    upload = call.attached(reference) or (call.uploads.get(kind) if not reference else None)
    if upload is None:
        return _known(core, kind, reference)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > UPLOAD_MAX:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.data) > PHOTO_MAX:
        raise bad_request("too big file for a photo")
    return core.world.store_file(upload.data, upload.name, is_photo=kind == "photo", mime=upload.mime)


def _known(core: Core, kind: str, reference: str) -> StoredFile:
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = core.world.files.get(reference)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if (file.width > 0) != (kind == "photo"):
        raise bad_request(f"can't use file of type {'Photo' if file.width else 'Document'} as {kind.title()}")
    return file


async def get_file(core: Core, call: Call) -> dict[str, Any]:
    """GetFile, up to 20 MB."""
    file = core.world.files.get(call.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > DOWNLOAD_MAX:
        raise bad_request("file is too big")
    return {**file_json(file), "file_path": file.path}


METHODS = {"getfile": get_file}
