"""The registers of the SOP ("Pencatatan dan Pendataan"): configuration, addresses, use, maintenance."""
