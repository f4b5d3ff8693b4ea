"""What a typed or picked answer means: `parse` gives the value to keep or raises `FieldError`.

Values are fit for JSON: text, bool, int, list, dict; dates as "2026-11-24", phones as "+62…".
"""

from workflows.engine.fields.faults import Fault, FieldError
from workflows.engine.fields.identity import parse_nip, parse_phone
from workflows.engine.fields.parse import missing_fields, parse, relevant_answers

__all__ = ["Fault", "FieldError", "missing_fields", "parse", "parse_nip", "parse_phone", "relevant_answers"]
