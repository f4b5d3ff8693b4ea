"""How much of what is hidden on taken-over sites is found, and how often an innocent site is suspected."""
