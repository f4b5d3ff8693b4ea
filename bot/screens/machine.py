"""What a server's machine said of itself last, as the words of several screens take it."""

from __future__ import annotations

from typing import Any

from provisioning.plan import ServerFacts


def machine_words(facts: ServerFacts) -> dict[str, Any]:
    """Return load, processors, disk and memory (MB) and PHP versions by the names that templates call them."""
    return {
        "load": facts.load,
        "cpus": facts.cpus,
        "disk_free": facts.disk_free_mb,
        "disk_total": facts.disk_total_mb,
        "memory_free": facts.memory_available_mb,
        "memory_total": facts.memory_total_mb,
        "php": ", ".join(facts.php_versions),
    }
