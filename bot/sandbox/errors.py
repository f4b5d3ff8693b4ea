"""Refusals in Telegram's own words: a status code, a description and, for floods, how long to wait."""

from __future__ import annotations


class ApiError(Exception):
    """A call the Bot API refuses; `payload` is the JSON body Telegram would answer with."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    @property
    def payload(self) -> dict[str, object]:
        """The body of the answer, as documented under "Making requests" of the Bot API."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(reason: str) -> ApiError:
    """400; Telegram writes the reason with a small first letter, except for codes such as `BUTTON_DATA_INVALID`."""
    return ApiError(400, f"Bad Request: {_small(reason)}")


def forbidden(reason: str) -> ApiError:
    """403: the person blocked the bot, or never spoke to it."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409: two pollers at once, or polling beside a webhook."""
    return ApiError(409, f"Conflict: {reason}")


def unauthorized() -> ApiError:
    """401: the token is none, or none any more."""
    return ApiError(401, "Unauthorized")


def too_many_requests(seconds: int) -> ApiError:
    """429 with the whole seconds after which the same call may be tried again."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _small(reason: str) -> str:
    second_is_capital = len(reason) > 1 and (reason[1] == "_" or "A" <= reason[1] <= "Z")
    return reason if second_is_capital else reason[:1].lower() + reason[1:]
