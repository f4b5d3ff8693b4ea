"""Windows of maintenance: planned by engineers, told to the OPDs concerned, moved, done or cancelled."""
