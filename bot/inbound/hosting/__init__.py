"""Presses on the card of a hosting."""
