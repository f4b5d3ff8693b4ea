"""A BSrE client service of the tests' own: it refuses what that service refuses, and signs by a certificate of ours."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from aiohttp import BodyPartReader, encode_basic_auth, web

from tests.unit.signing.authority import PASSPHRASE, Authority
from workflows.signing.pkcs12 import open_pkcs12

USER, PASSWORD = "layanan-hosting", "sandi-layanan-bsre"
NIK, SECRET = "6473010101800001", "Kata.Sandi#Penandatangan"
FIELDS = {"file", "nik", "passphrase", "tampilan"}


class BsreStandIn:
    """One signer is registered. `down` answers nothing; `signed` counts what it signed; `odd` comes back as it is."""

    def __init__(self, folder: Path) -> None:
        self._signer = open_pkcs12(Authority().pkcs12(folder / "bsre.p12"), PASSPHRASE, None)
        self.down = False
        self.signed = 0
        self.odd = b""
        self.app = web.Application(middlewares=[self._guarded])
        self.app.router.add_get("/api/user/status/{nik}", self._status)
        self.app.router.add_post("/api/sign/pdf", self._sign)

    @web.middleware
    async def _guarded(self, request: web.Request, handler: object) -> web.StreamResponse:
        if self.down:
            return web.Response(status=503, text="<html>Service Unavailable</html>", content_type="text/html")
        if request.headers.get("Authorization") != encode_basic_auth(USER, PASSWORD):
            return web.Response(status=401)
        assert callable(handler)
        answer = await handler(request)
        assert isinstance(answer, web.StreamResponse)
        return answer

    async def _status(self, request: web.Request) -> web.Response:
        if request.match_info["nik"] != NIK:
            told = {"status_code": 1110, "status": "NOT_REGISTERED", "message": "User tidak terdaftar"}
            return web.json_response(told)
        return web.json_response({"status_code": 1111, "status": "ISSUE", "message": "User memiliki sertifikat"})

    async def _sign(self, request: web.Request) -> web.Response:
        if request.content_type != "multipart/form-data":
            return _error(2000, "Permintaan bukan multipart")
        found: dict[str, bytes] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name or part.name in found:
                return _error(2000, "Bagian permintaan tidak dikenal")
            if part.name == "file" and part.headers.get("Content-Type") != "application/pdf":
                return _error(2001, "File bukan PDF")
            found[part.name] = bytes(await part.read())
        fault = _fault(found)
        if fault is not None:
            return fault
        if found["file"] == self.odd:
            return web.Response(body=self.odd, content_type="application/pdf")
        self.signed += 1
        pdf = await self._signer.sign(found["file"], reason="BSrE", at=dt.datetime.now(dt.UTC))
        return web.Response(body=pdf, content_type="application/pdf", headers={"id_dokumen": f"uji-{self.signed}"})


def _fault(found: dict[str, bytes]) -> web.Response | None:
    wrong = (
        (2000, "Parameter tidak lengkap", found.keys() != FIELDS),
        (2000, "Tampilan tidak dikenal", found.get("tampilan") not in (b"visible", b"invisible")),
        (2001, "File bukan PDF", not found.get("file", b"").startswith(b"%PDF-")),
        (2011, "User tidak terdaftar", found.get("nik") != NIK.encode()),
        (2031, "Passphrase anda salah", found.get("passphrase") != SECRET.encode()),
    )
    return next((_error(code, said) for code, said, holds in wrong if holds), None)


def _error(code: int, said: str) -> web.Response:
    return web.json_response({"error": said, "status_code": code}, status=400)
