"""Jobs that make a server what is wanted: taken, scheduled, carried out, and what becomes of them."""
