"""The register of IP addresses and subdomains."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.screens.keyboards import keyboard, to_menu
from bot.screens.lengths import fit
from bot.screens.screen import Screen
from bot.texts import html
from workflows.views.addresses import AddressLine


def addresses_screen(register: Sequence[AddressLine]) -> Screen:
    """Return the register, a block a server."""
    if not register:
        return Screen(text=html("alamat.kosong"), keyboard=keyboard([to_menu()]))
    lines = [html("alamat.judul")]
    for server, of_server in itertools.groupby(register, key=lambda line: line.server):
        lines += ["", html("alamat.server", name=server)]
        for line in of_server:
            word = "alamat.tersendiri" if line.dedicated else "alamat.bersama"
            lines.append(
                html(word, address=line.address, active=line.active, count=len(line.names) + len(line.reserved))
            )
            lines += [html("alamat.nama", name=name) for name in line.names]
            lines += [html("alamat.nama_dicadangkan", name=name) for name in line.reserved]
    return Screen(text=fit(lines), keyboard=keyboard([to_menu()]))
