"""How long data is kept, and what goes when its time is over (UU 27/2022)."""
