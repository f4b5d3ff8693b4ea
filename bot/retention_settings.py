"""How long each kind of data is kept, as the environment says it."""

from __future__ import annotations

import dataclasses

from pydantic import Field
from pydantic_settings import BaseSettings

from workflows.retention.schedule import Periods

DAYS = "give a number of days; docs/record-and-backup.md says what each period is for"


class RetentionSettings(BaseSettings):
    """A period of days for each field of `workflows.retention.schedule.Periods`."""

    retention_updates_days: int = Field(7, ge=2, le=3650, description=DAYS)
    retention_messages_days: int = Field(90, ge=30, le=3650, description=DAYS)
    retention_searches_days: int = Field(30, ge=1, le=3650, description=DAYS)
    retention_drafts_days: int = Field(180, ge=14, le=3650, description=DAYS)
    retention_readings_days: int = Field(365, ge=30, le=3650, description=DAYS)
    retention_own_files_days: int = Field(7, ge=1, le=30, description=DAYS)
    retention_uploads_days: int = Field(365, ge=30, le=3650, description=DAYS)
    retention_leavers_days: int = Field(730, ge=30, le=3650, description=DAYS)
    retention_usage_days: int = Field(730, ge=62, le=3650, description=DAYS)
    retention_outages_days: int = Field(730, ge=62, le=3650, description=DAYS)
    retention_findings_days: int = Field(730, ge=62, le=3650, description=DAYS)
    retention_evidence_days: int = Field(180, ge=30, le=3650, description=DAYS)

    def retention(self) -> Periods:
        """Return how long each kind of data is kept."""
        kinds = [field.name for field in dataclasses.fields(Periods)]
        return Periods(**{kind: getattr(self, f"retention_{kind}_days") for kind in kinds})
