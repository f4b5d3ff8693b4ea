"""The running process: its parts side by side, its clock, its log, its health, its line to Telegram."""
