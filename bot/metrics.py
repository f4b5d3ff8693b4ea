"""What is counted for Prometheus while the process lives. What the tables know is read from them when asked."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

UPDATE_SECONDS = Histogram(
    "layanan_update_seconds",
    "Seconds from taking up an update of Telegram to its commit",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
    registry=REGISTRY,
)
UPDATES_GIVEN_UP = Counter("layanan_updates_given_up", "Updates that were apologised for", registry=REGISTRY)
DELIVERIES = Counter(
    "layanan_deliveries",
    "Attempts to show a message, by outcome: sent, again, wait, dropped (or held), moved",
    ["outcome"],
    registry=REGISTRY,
)
TICK_FAILURES = Counter(
    "layanan_tick_failures", "Times that what is done by the clock failed, by its name", ["tick"], registry=REGISTRY
)
WAITING = Gauge("layanan_waiting", "What waits: updates, messages, held messages", ["what"], registry=REGISTRY)
OLDEST_SECONDS = Gauge(
    "layanan_oldest_waiting_seconds", "Since when the oldest waits that is due", ["what"], registry=REGISTRY
)
JOBS = Gauge("layanan_jobs", "Jobs that are not over, by state", ["state"], registry=REGISTRY)
TELEGRAM_SILENT_SECONDS = Gauge(
    "layanan_telegram_silent_seconds", "Since when no poll was answered well; 0 where the last was", registry=REGISTRY
)
SERVER_ANSWERED = Gauge(
    "layanan_server_answered_timestamp_seconds", "When a server's agent last answered", ["server"], registry=REGISTRY
)
DISK_FREE = Gauge("layanan_disk_free_bytes", "Room under the data folder", registry=REGISTRY)
