"""The office: cases, people, letters and wanted hostings; no Telegram, no SSH."""
