"""Jobs that make a server what is wanted: taken, scheduled, carried out; what their ends mean to orders and cases."""
