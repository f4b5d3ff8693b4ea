"""The server and what is wanted on it, from the file that the variable `ORDER` names."""

import json
import os
from pathlib import Path

_order = json.loads(Path(os.environ["ORDER"]).read_text(encoding="utf-8"))
servers = [
    (
        _order["address"],
        {
            "ssh_user": "root",
            "ssh_key": _order["ssh_key"],
            "ssh_known_hosts_file": _order["ssh_known_hosts"],
            "ssh_strict_host_key_checking": "yes",
            "order": _order,
        },
    )
]
