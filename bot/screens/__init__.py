"""What people see: read from the store, put into text and keyboards; a screen changes nothing."""
