"""What a request to install WordPress says, as it travels and as it is checked."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from provisioning.errors import ErrorCode, ServerError
from provisioning.spec import CONTROLS, Secret

TEXT_MAX = 100
USER = re.compile(r"[a-z][a-z0-9._-]{2,39}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
PASSWORD = re.compile(r"[A-Za-z0-9]{12,64}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Installation:
    """A site's title and its first administrator, whose password is made on our side."""

    title: str
    user: str
    email: str
    password: Secret

    def to_data(self) -> dict[str, str]:
        """Return plain data; it holds the password, so it is for standard input only."""
        return {"title": self.title, "user": self.user, "email": self.email, "password": self.password.reveal()}


def installation_data(order: Installation | None) -> dict[str, Any]:
    """Return what a request says of an installation, nothing where it is about none."""
    return {} if order is None else {"installation": order.to_data()}


def installation_in(data: object, *, wanted: bool) -> Installation | None:
    """Read what a request says of one. Raises `ServerError` (`BAD_REQUEST`) and repeats no value in it."""
    if (data is not None) is not wanted:
        raise _bad("for the verb that installs, and only for it")
    if not wanted:
        return None
    if not isinstance(data, dict) or not all(isinstance(one, str) for one in data.values()):
        raise _bad("it is no object of texts")
    if set(data) != {field.name for field in dataclasses.fields(Installation)}:
        raise _bad("it has other fields")
    if not 0 < len(data["title"].strip()) <= TEXT_MAX or CONTROLS.search(data["title"]):
        raise _bad("title")
    for name, pattern in (("user", USER), ("email", EMAIL), ("password", PASSWORD)):
        if not pattern.fullmatch(data[name]) or len(data[name]) > TEXT_MAX:
            raise _bad(name)
    return Installation(title=data["title"], user=data["user"], email=data["email"], password=Secret(data["password"]))


def _bad(what: str) -> ServerError:
    return ServerError(ErrorCode.BAD_REQUEST, f"field installation: {what}", step="request")
