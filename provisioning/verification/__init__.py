"""Looking at a hosting as the world and its owner see it: the acceptance report that the OPD is handed."""
