"""What the names of a description rest on: the questions ("form.field") and roles without which they cannot work.

So a description that lacks one is refused when it is read, not when somebody presses.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _asked(form: str, *fields: str) -> tuple[str, ...]:
    return tuple(f"{form}.{field}" for field in fields)


REQUEST = _asked("permohonan", "nomor_surat", "tanggal_surat", "perihal")  # the letter that is answered
_SITE = _asked("permohonan", "aplikasi", "subdomain", "jenis", "basis_data")
_SIZE = _asked("permohonan", "jenis", "basis_data", "paket")
_TEAM = _asked("permohonan", "tim_teknis")
_CHOSEN = _asked("server", "server", "paket")

_EFFECTS = {
    "write_request_letter": _asked("permohonan", "cara_surat"),
    "reserve_capacity": (*_SITE, *_CHOSEN),
    "want_hosting": (*_SITE, *_CHOSEN, "kepala_opd", "tim_teknis", "engineer"),
    "alert_engineers": ("engineer",),
    "change_hosting": _asked("perubahan", "jenis", "paket", "subdomain", "nama", "opd_baru", "alasan"),
    "invite_team": _TEAM,
}
_LETTERS = {
    "surat_permohonan": (*REQUEST, *_SITE, *_SIZE, *_TEAM, *_asked("permohonan", "tujuan"), "kepala_opd"),
    "lembar_disposisi": (
        *REQUEST,
        *_asked("agenda", "sifat", "klasifikasi", "tanggal_diterima"),
        *_asked("disposisi", "diteruskan_kepada", "instruksi"),
        "kepala_dkisp",
    ),
    "surat_balasan": (*REQUEST, *_SITE, *_CHOSEN, "kepala_dkisp"),
    "surat_balasan_tolak": (*REQUEST, *_asked("penolakan", "alasan"), "kepala_dkisp"),
    "surat_pemberitahuan": (*REQUEST, *_SITE, *_TEAM, *_CHOSEN, "kabid"),
    "laporan_hosting": (*REQUEST, *_SITE, *_TEAM, *_CHOSEN, "kabid"),
    "laporan_pelaksanaan": (*REQUEST, "kabid"),
}
_GUARDS = {"server_chosen": _CHOSEN, "named_in_case": (*_TEAM, "kepala_opd")}
_VIEWS = {"data_server": _SIZE, "lihat_rencana": _SIZE}

NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({**_EFFECTS, **_LETTERS, **_GUARDS, **_VIEWS})
