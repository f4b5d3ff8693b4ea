"""Why an upload is not taken. Each code has its sentence in templates/messages/unggahan.toml."""

from __future__ import annotations

import enum


class Refusal(enum.StrEnum):
    """The reason; the names in brackets are the parameters of its sentence."""

    TOO_LARGE = "terlalu_besar"  # size, limit
    EMPTY = "kosong"
    PROGRAM = "program"
    OFFICE_DOCUMENT = "dokumen_kantor"
    APPLE_PHOTO = "foto_heic"
    UNKNOWN_KIND = "jenis_lain"
    ENCRYPTED = "terkunci"
    BROKEN_PDF = "pdf_rusak"
    NO_PAGES = "tanpa_halaman"
    TOO_MANY_PAGES = "halaman_terlalu_banyak"  # pages, limit
    ACTIVE_CONTENT = "isi_aktif"
    TOO_COMPLEX = "terlalu_rumit"
    SEVERAL_PDFS = "beberapa_pdf"
    MIXED = "campuran"
    TOO_MANY_PHOTOS = "foto_terlalu_banyak"  # photos, limit
    TOO_MANY_PIXELS = "foto_terlalu_lebar"  # photo, width, height
    BROKEN_PHOTO = "foto_rusak"


class UploadRefused(Exception):  # noqa: N818  (said to a person as an answer, not an error of ours)
    """An upload is not taken; `params` are words ready for the sentence of `code`."""

    def __init__(self, code: Refusal, **params: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.params = params
