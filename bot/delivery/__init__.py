"""One outbox row's way to Telegram: the call, what its answer means, and what is noted of it."""
