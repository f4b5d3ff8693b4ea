"""Servers and what stands on them, as engineers and those who decide see them."""
