"""The roles that the office's own duties name: who keeps the books, looks after servers, decides about a hosting.

An SOP names its roles itself; these duties belong to no SOP. The ids are those of `sops/parts/jabatan.toml`.
"""

from __future__ import annotations

KEPALA_OPD, TIM_TEKNIS = "kepala_opd", "tim_teknis"
BAGIAN_UMUM, KEPALA_DKISP, KABID = "bagian_umum", "kepala_dkisp", "kabid"
SUB_KOORDINATOR, ENGINEER = "sub_koordinator", "engineer"
ADMIN = "admin"

OF_AN_OPD = (KEPALA_OPD, TIM_TEKNIS)
"""A mandate for one of them counts for its own OPD only."""
SINGLE = (KEPALA_OPD, KEPALA_DKISP, KABID)
"""One person's offices: whoever yields to a Plh, or to the holder, does not act."""
CARETAKERS = (KABID, ENGINEER)
"""Who look after what stands on the servers."""
