"""The office's working calendar: hours, holidays, and what the administrator changed of them."""
