"""Throw-away Debian servers on this machine, for tests and the demo.

>>> with Lab() as lab:  # doctest: +SKIP
...     server = lab.start("web-1")
...     server.run("systemctl is-active apache2").stdout
'active'
"""

from provisioning.lab.errors import LabError
from provisioning.lab.facts import City, TsigKey
from provisioning.lab.laboratory import Lab
from provisioning.lab.server import LabServer

__all__ = ["City", "Lab", "LabError", "LabServer", "TsigKey"]
