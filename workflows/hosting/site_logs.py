"""Log situs: what those who look after a site may read of its logs, without SFTP."""

from __future__ import annotations

from provisioning.agent.protocol import Log
from workflows.hosting.action import Action
from workflows.hosting.rights import BOTH, OF_ITS_OPD_OR_ENGINEER, OPEN_OR_SUSPENDED, Right

SITE_LOG = Action(name="site_log", right=Right(roles=OF_ITS_OPD_OR_ENGINEER, states=OPEN_OR_SUSPENDED, of=BOTH))
SITE_LOGS = (Log.ACCESS, Log.ERROR, Log.PHP, Log.CRON)
LINES = 50
