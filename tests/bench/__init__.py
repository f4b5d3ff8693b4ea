"""Measurements (`make bench`): each of ours beside a named rival, alternating, in one run. Not collected by pytest."""
