"""What the names of a description rest on: the questions ("form.field") and roles without which they cannot work.

So a description that lacks one is refused when it is read, not when somebody presses.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.roles import ENGINEER, KABID, KEPALA_DKISP, KEPALA_OPD, TIM_TEKNIS


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
    "want_hosting": (*_SITE, *_CHOSEN, KEPALA_OPD, TIM_TEKNIS, ENGINEER),
    "alert_engineers": (ENGINEER,),
    "change_hosting": _asked("perubahan", "jenis", "paket", "subdomain", "nama", "opd_baru", "alasan"),
    "ask_receiving_opd": (*_asked("perubahan", "opd_baru"), KEPALA_OPD),
    "invite_team": _TEAM,
}
_LETTERS = {
    "surat_permohonan": (*REQUEST, *_SITE, *_SIZE, *_TEAM, *_asked("permohonan", "tujuan"), KEPALA_OPD),
    "lembar_disposisi": (
        *REQUEST,
        *_asked("agenda", "sifat", "klasifikasi", "tanggal_diterima"),
        *_asked("disposisi", "diteruskan_kepada", "instruksi"),
        KEPALA_DKISP,
    ),
    "surat_balasan": (*REQUEST, *_SITE, *_CHOSEN, KEPALA_DKISP),
    "surat_balasan_tolak": (*REQUEST, *_asked("penolakan", "alasan"), KEPALA_DKISP),
    "surat_pemberitahuan": (*REQUEST, *_SITE, *_TEAM, *_CHOSEN, KABID),
    "laporan_hosting": (*REQUEST, *_SITE, *_TEAM, *_CHOSEN, KABID),
    "laporan_pelaksanaan": (*REQUEST, KABID),
}
_GUARDS = {"server_chosen": _CHOSEN, "named_in_case": (*_TEAM, KEPALA_OPD)}
_VIEWS = {"data_server": _SIZE, "lihat_rencana": _SIZE}

NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({**_EFFECTS, **_LETTERS, **_GUARDS, **_VIEWS})
