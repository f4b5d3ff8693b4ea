"""One file for each part of a hosting; none imports another.

Each has `NAME`, `observe(site)` (reads the server), `plan(spec, found)` (pure) and `apply(site, changes, batch)`.
"""
