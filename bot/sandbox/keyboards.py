"""Checks `reply_markup` as Telegram does and returns it in one normal form, so that edits can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request

CALLBACK_DATA_MAX = 64  # bytes (Bot API, InlineKeyboardButton.callback_data)
COPY_TEXT_MAX = 256  # characters (Bot API, CopyTextButton.text)
BUTTONS_MAX = 100  # of one keyboard; Telegram refuses longer markup
STYLES = frozenset({"danger", "success", "primary"})
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_SUPPORTED_ACTIONS = frozenset({"url", "callback_data", "web_app", "copy_text"})
_URL_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})

Markup = dict[str, Any]


def parse_markup(raw: str | None) -> Markup | None:
    """Return the checked markup of a call, or None. Raises `ApiError` 400 in Telegram's words."""
    if not raw:
        return None
    try:
        value = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if _rows(value, "keyboard", 'Field "keyboard" must be an Array of Arrays'):
        return _reply_keyboard(value)
    if _rows(
        value, "inline_keyboard", 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    ):
        return _inline_keyboard(value)
    if value.get("remove_keyboard"):
        return {"remove_keyboard": True}
    return {"force_reply": True} if value.get("force_reply") else None


def require_inline(markup: Markup | None) -> Markup | None:
    """Edited messages may only carry inline keyboards."""
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(value: Mapping[str, Any], field: str, message: str) -> list[list[Any]]:
    rows = value.get(field)
    if rows is None:
        return []
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request(message)
    if sum(len(row) for row in rows) > BUTTONS_MAX:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline_keyboard(value: Mapping[str, Any]) -> Markup | None:
    rows = [[_inline_button(button) for button in row] for row in value["inline_keyboard"] if row]
    return {"inline_keyboard": rows} if rows else None


def _inline_button(button: Any) -> Markup:
    where = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{where}InlineKeyboardButton must be an Object")
    checked: Markup = {"text": _text(button, where, "Inline keyboard button text must be non-empty")}
    _copy_style(button, checked, where)
    given = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    if not given:
        raise bad_request(f"{where}Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:  # documented as "exactly one"; Telegram silently keeps the first, which hides a mistake
        raise bad_request(f"{where}exactly one of the optional fields must be used, found {', '.join(given)}")
    if given[0] not in _SUPPORTED_ACTIONS:
        raise bad_request(f"{where}{given[0]} buttons are not offered by this server")
    checked[given[0]] = _ACTION_CHECKS[given[0]](button[given[0]])
    return checked


def _text(button: Mapping[str, Any], where: str, empty: str) -> str:
    if "text" not in button:
        raise bad_request(f'{where}Can\'t find field "text"')
    text = str(button["text"]).strip()
    if not text:
        raise bad_request(empty)
    return text


def _copy_style(button: Mapping[str, Any], checked: Markup, where: str) -> None:
    style = str(button.get("style") or "").lower()
    if style and style != "default":
        if style not in STYLES:
            raise bad_request(f"{where}invalid button style specified")
        checked["style"] = style
    if button.get("icon_custom_emoji_id"):
        checked["icon_custom_emoji_id"] = str(button["icon_custom_emoji_id"])


def _callback_data(value: Any) -> str:
    if not isinstance(value, str) or len(value.encode()) > CALLBACK_DATA_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    return value


def _url(value: Any) -> str:
    url = str(value).strip()
    candidate = url if "://" in url or url.lower().startswith("tg:") else f"http://{url}"
    parts = urlsplit(candidate)
    if parts.scheme.lower() not in _URL_SCHEMES:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme.lower() in {"http", "https"} and "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return candidate


def _web_app(value: Any) -> Markup:
    url = value.get("url", "") if isinstance(value, dict) else ""
    if urlsplit(url).scheme != "https":
        raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    return {"url": url}


def _copy_text(value: Any) -> Markup:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= COPY_TEXT_MAX:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


_ACTION_CHECKS = {"callback_data": _callback_data, "url": _url, "web_app": _web_app, "copy_text": _copy_text}


def _reply_keyboard(value: Mapping[str, Any]) -> Markup:
    rows = [[_reply_button(button) for button in row] for row in value["keyboard"] if row]
    checked: Markup = {"keyboard": rows}
    for name in ("resize_keyboard", "one_time_keyboard", "is_persistent"):
        if value.get(name):
            checked[name] = True
    placeholder = value.get("input_field_placeholder")
    if placeholder:
        checked["input_field_placeholder"] = str(placeholder)[:64]
    return checked


def _reply_button(button: Any) -> Markup:
    where = "can't parse keyboard button: "
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(f"{where}KeyboardButton must be a String or an Object")
    checked: Markup = {"text": _text(button, where, "keyboard button text must be non-empty")}
    _copy_style(button, checked, where)
    for name in ("request_contact", "request_location"):
        if button.get(name):
            checked[name] = True
    return checked
