"""Log situs: what those who look after a site may read of its logs, without SFTP."""

from __future__ import annotations

from provisioning.agent.protocol import Log

SITE_LOG = "site_log"
SITE_LOGS = (Log.ACCESS, Log.ERROR, Log.PHP, Log.CRON)
LINES = 50
