"""What people are shown, as plain data: read from the store, without words for it (those are templates)."""
