"""A strict local Bot API server with a web chat; the bot cannot tell it from Telegram but by its address.

Start it with `python -m bot.sandbox` or `runner.running_sandbox()`, play people with `client.Sandbox`, or open its
address in a browser. State lives in memory and ends with the process.

Facts follow the Bot API's documentation and the public sources of Telegram's own server (tdlib). Stricter than
Telegram: a button with two actions is refused (Telegram keeps one), and of the parse modes only HTML is offered.
Bad days can be ordered (`faults`): floods, errors, cut connections, repeated updates, a revoked token.
Supergroups are here as far as a bot that tells things there meets them: who adds, promotes and removes it, topics that
it opens, and that others delete, close or switch off; the web chat shows none of it.
Not here: basic groups and channels, inline mode, payments, stickers, polls.
"""
