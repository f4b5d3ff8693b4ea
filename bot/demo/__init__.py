"""The demo: a sandboxed Telegram, a throw-away server and the people of the SOP, all on this machine."""
