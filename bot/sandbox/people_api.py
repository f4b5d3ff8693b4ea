"""The people's side over HTTP and WebSocket, for the web page and for tests; bound to this machine only."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.sandbox import people
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.keys import CORE
from bot.sandbox.state import Message, Person, StoredFile
from bot.sandbox.views import screen_message

_FIRST_ID = 700_000_001
_SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})
_WAIT_MAX_S = 60.0

Act = Callable[[Core, Person, web.Request], Awaitable[Any]]


def add_routes(app: web.Application) -> None:
    """Register everything below /sandbox."""
    router = app.router
    router.add_get("/sandbox/bot", _bot)
    router.add_get("/sandbox/people", _people)
    router.add_post("/sandbox/people", _add_person)
    router.add_get("/sandbox/events", _events)
    router.add_get("/sandbox/live", _live)
    router.add_get("/sandbox/calls", _calls)
    router.add_get("/sandbox/queries", _queries)
    router.add_get("/sandbox/files/{unique_id}", _file)
    router.add_get("/sandbox/people/{id:-?\\d+}/messages", _messages)
    for name, act in _ACTS.items():
        router.add_post(f"/sandbox/people/{{id:-?\\d+}}/{name}", _acting(act))


def _acting(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        try:
            return web.json_response(await act(request.app[CORE], _person(request), request))
        except ApiError as error:
            return web.json_response(error.payload, status=error.code)

    return handler


def _person(request: web.Request) -> Person:
    person = request.app[CORE].world.people.get(int(request.match_info["id"]))
    if person is None:
        raise ApiError(404, "Not Found: no such person")
    return person


async def _bot(request: web.Request) -> web.Response:
    core = request.app[CORE]
    unread = len(core.world.updates)
    return web.json_response({**core.world.bot, "run": core.run, "sites": core.sites, "unread": unread})


async def _people(request: web.Request) -> web.Response:
    return web.json_response([dataclasses.asdict(person) for person in request.app[CORE].world.people.values()])


async def _add_person(request: web.Request) -> web.Response:
    core = request.app[CORE]
    body = await request.json()
    person_id = int(body.get("id") or max([*core.world.people, _FIRST_ID - 1]) + 1)
    person = Person(
        id=person_id,
        name=str(body["name"]),
        phone=str(body.get("phone", "")),
        username=str(body.get("username", "")),
        role=str(body.get("role", "")),
    )
    core.world.add_person(person)
    return web.json_response(dataclasses.asdict(core.world.people[person_id]))


def _followed(request: web.Request) -> tuple[int, int | None]:
    person = request.query.get("person")
    return int(request.query.get("after", 0)), int(person) if person else None


async def _events(request: web.Request) -> web.Response:
    after, person_id = _followed(request)
    timeout = min(float(request.query.get("timeout", 0)), _WAIT_MAX_S)
    feed = request.app[CORE].world.feed
    return web.json_response(await feed.wait(after, person_id, timeout))


async def _live(request: web.Request) -> web.WebSocketResponse:
    after, person_id = _followed(request)
    socket = web.WebSocketResponse(heartbeat=20)
    await socket.prepare(request)
    sender = asyncio.create_task(_push(request.app[CORE], socket, after, person_id))
    try:
        async for _ in socket:
            pass  # the page only listens; reading notices that it left
    finally:
        sender.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await sender
    return socket


async def _push(core: Core, socket: web.WebSocketResponse, after: int, person_id: int | None) -> None:
    while not socket.closed:
        events = await core.world.feed.wait(after, person_id, _WAIT_MAX_S)
        if events:
            after = events[-1]["seq"]
            await socket.send_json(events)


async def _calls(request: web.Request) -> web.Response:
    return web.json_response(request.app[CORE].calls_json())


async def _queries(request: web.Request) -> web.Response:
    return web.json_response([query.as_json() for query in request.app[CORE].world.queries.values()])


async def _file(request: web.Request) -> web.Response:
    """Serve a file as a person opens it; only what cannot carry script is shown in the browser."""
    for file in request.app[CORE].world.files.values():
        if file.unique_id == request.match_info["unique_id"]:
            return _file_response(file)
    raise web.HTTPNotFound


def _file_response(file: StoredFile) -> web.Response:
    inline = file.mime in _SHOWN_INLINE
    headers = {
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(
        body=file.data, content_type=file.mime if inline else "application/octet-stream", headers=headers
    )


async def _messages(request: web.Request) -> web.Response:
    try:
        person = _person(request)
    except ApiError as error:
        return web.json_response(error.payload, status=error.code)
    return web.json_response(
        [screen_message(message, whole=True) for message in request.app[CORE].world.history(person.id)]
    )


async def _text(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    return _ids(people.write(core, person, str(body["text"]), reply_to=body.get("reply_to")))


async def _start(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    return _ids(people.open_link(core, person, str(body.get("payload", ""))))


async def _press(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    return people.press(core, person, int(body["message_id"]), str(body["data"])).as_json()


async def _contact(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    shared = people.share_contact(
        core,
        person,
        phone=str(body.get("phone") or person.phone),
        name=str(body.get("name") or person.name),
        user_id=body.get("user_id", person.id),
    )
    return _ids([shared])


async def _block(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    core.world.set_blocked(person, blocked=bool(body["blocked"]))
    return dataclasses.asdict(person)


async def _edit(core: Core, person: Person, request: web.Request) -> Any:
    body = await request.json()
    return _ids([people.rewrite(core, person, int(body["message_id"]), str(body["text"]))])


async def _delete(core: Core, person: Person, request: web.Request) -> Any:
    people.take_away(core, person, int((await request.json())["message_id"]))
    return {}


async def _documents(core: Core, person: Person, request: web.Request) -> Any:
    return await _send_files(core, person, request, photos=False)


async def _photos(core: Core, person: Person, request: web.Request) -> Any:
    return await _send_files(core, person, request, photos=True)


async def _send_files(core: Core, person: Person, request: web.Request, *, photos: bool) -> Any:
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise bad_request("FILE_PARTS_INVALID") from None
    files = [
        core.world.store_file(value.file.read(), value.filename, is_photo=photos)
        for value in form.values()
        if isinstance(value, web.FileField)
    ]
    return _ids(people.send_files(core, person, files, str(form.get("caption", "")), photos=photos))


def _ids(messages: list[Message]) -> list[int]:
    return [message.id for message in messages]


_ACTS: dict[str, Act] = {
    "text": _text,
    "start": _start,
    "press": _press,
    "contact": _contact,
    "block": _block,
    "edit": _edit,
    "delete": _delete,
    "documents": _documents,
    "photos": _photos,
}
