"""The agenda books, registers and reports."""
