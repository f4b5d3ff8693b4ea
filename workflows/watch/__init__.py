"""Watching hostings that stand, from outside: whether they are there, and whether they are still what they were."""
