"""Presses on the cards of cases."""
