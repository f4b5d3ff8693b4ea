"""Presses about servers and what stands on them: looking, repairing, maintenance, suspected sites."""
