"""Deputies, who read what, and coming in."""
