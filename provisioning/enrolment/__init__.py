"""Taking a new server in, once, with an engineer's own root access, and changing what was set then."""
