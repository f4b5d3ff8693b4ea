"""The Telegram edge: the only package that knows Telegram."""

import os

# PTB reads this when it makes a `RetryAfter`; without it each one warns that integers will go.
os.environ.setdefault("PTB_TIMEDELTA", "true")
