"""Facts put into words: dates, times, durations, sizes, numbers, the way an office writes them (WITA).

Letters, registers and reports are Indonesian, so everything is written in it unless a `locale` says otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit

from workflows.engine.description import WORKING_DAY

WITA = ZoneInfo("Asia/Makassar")
LOCALE = "id_ID"
HOURS = {"id_ID": "%H.%M", "en_GB": "%H:%M"}
AT = {"id_ID": " pukul ", "en_GB": ", "}
UNDER_A_MINUTE = {"id_ID": "kurang dari 1 menit", "en_GB": "less than 1 minute"}
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SPELLED = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
SIZE_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte")
NIP = re.compile(r"[0-9]{18}")
INDONESIA = 62  # country code of telephone numbers


def date(day: dt.date, *, locale: str = LOCALE) -> str:
    """Write `24 November 2026`; a datetime is first moved to WITA, and must carry a zone."""
    return format_date(_local_day(day), "d MMMM y", locale=locale)


def weekday_date(day: dt.date, *, locale: str = LOCALE) -> str:
    """Write `Selasa, 24 November 2026`; a datetime as `date` does."""
    return format_date(_local_day(day), "EEEE, d MMMM y", locale=locale)


def acting_office(acting: str, title: str) -> str:
    """Write an office with what stands before it where it is held for somebody absent: `Plt. Kepala OPD`."""
    return f"{acting.capitalize()}. {title}" if acting else title


def time(moment: dt.datetime, *, locale: str = LOCALE) -> str:
    """Write `14.05 WITA`. Raises `ValueError` for a moment without zone."""
    return f"{_local(moment):{HOURS[locale]}} WITA"


def date_time(moment: dt.datetime, *, locale: str = LOCALE) -> str:
    """Write `24 November 2026 pukul 14.05 WITA`. Raises `ValueError` for a moment without zone."""
    return f"{date(moment, locale=locale)}{AT[locale]}{time(moment, locale=locale)}"


def brief_time(moment: dt.datetime, *, locale: str = LOCALE) -> str:
    """Write `24 Nov 2026 14.05`, for a button. Raises `ValueError` for a moment without zone."""
    return f"{format_date(_local_day(moment), 'd MMM y', locale=locale)} {_local(moment):{HOURS[locale]}}"


def number(value: float, decimals: int = 0, *, locale: str = LOCALE) -> str:
    """Write `20.000` or `1,5`: Indonesian separators, at most `decimals` places, no idle zeros."""
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    return format_decimal(value, pattern, locale=locale)


def size(count: int, *, locale: str = LOCALE) -> str:
    """Write a number of bytes in the largest unit that fits (1 KB = 1024 bytes): `512 byte`, `1,5 GB`, `2 GB`."""
    amount, unit = float(count), 0
    while abs(amount) >= 1024 and unit < len(SIZE_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return format_unit(round(amount, 1), f"digital-{SIZE_UNITS[unit]}", length="short", format="#,##0.#", locale=locale)


def megabytes(count: int, *, locale: str = LOCALE) -> str:
    """Write a number of megabytes (1024 * 1024 bytes) as a size: `2 GB`."""
    return size(count * 1024 * 1024, locale=locale)


def bandwidth(kbit: int, *, locale: str = LOCALE) -> str:
    """Write kbit/s (1000 bits) as an office reads it: `20 Mbps`, `512 kbps`."""
    if kbit >= 1000:
        return f"{number(kbit / 1000, 1, locale=locale)} Mbps"
    return f"{number(kbit, locale=locale)} kbps"


def duration(span: dt.timedelta, *, locale: str = LOCALE) -> str:
    """Write at most two units, the largest first: `2 hari 3 jam`, `14 menit`, `30 detik`; negative counts as none."""
    left = max(0, round(span.total_seconds()))
    parts = []
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append((unit, format_unit(count, f"duration-{unit}", length="long", locale=locale)))
    kept = [words for unit, words in parts[:2] if not (unit == "second" and len(parts) > 1)]
    return " ".join(kept) if kept else format_unit(0, "duration-second", length="long", locale=locale)


def working_duration(span: dt.timedelta, *, locale: str = LOCALE) -> str:
    """Write working time, whose day has `WORKING_DAY` hours, as `duration` does: `1 hari 3 jam`; no seconds."""
    if span < dt.timedelta(minutes=1):
        return UNDER_A_MINUTE[locale]
    days, rest = divmod(max(span, dt.timedelta()), WORKING_DAY)
    return duration(dt.timedelta(days=days) + rest, locale=locale)


def month(number: int, *, locale: str = LOCALE) -> str:
    """Write the month of a year, 1 to 12: `November`."""
    return format_date(dt.date(2000, number, 1), "LLLL", locale=locale)


def roman_month(day: dt.date) -> str:
    """Write the month as letter numbers do: `XI`."""
    return ROMAN_MONTHS[_local_day(day).month - 1]


def initials(name: str) -> str:
    """Write the paraf of a name, titles left out: `AS` of "Drs. H. Ahmad Saputra, M.Si."."""
    plain = [part for part in name.partition(",")[0].split() if not part.endswith(".") and part[0].isalpha()]
    return "".join(part[0].upper() for part in plain) or name[:1].upper()


def on_paper(signer: str, scanner: str) -> str:
    """Name who decided on paper, and who entered it: `Andi Saputra (tanda tangan basah, dipindai oleh Rina Wati)`."""
    return f"{signer} (tanda tangan basah, dipindai oleh {scanner})"


def from_paper(enterer: str) -> str:
    """Name who entered what came on paper: `Rina Wati (dari kertas)`."""
    return f"{enterer} (dari kertas)"


def counted(count: int) -> str:
    """Write a small count as letters do, figure and word: `1 (satu)`; above eleven the figure alone."""
    return f"{count} ({SPELLED[count]})" if 0 <= count < len(SPELLED) else number(count)


def nip(digits: str) -> str:
    """Space an 18-digit NIP as officials write it: `19750516 199501 1 001`; anything else is left as it is."""
    compact = re.sub(r"\s", "", digits)
    if not NIP.fullmatch(compact):
        return digits
    return f"{compact[:8]} {compact[8:14]} {compact[14]} {compact[15:]}"


def phone(number: str) -> str:
    """Write a telephone number as people dial it: `0812 3456 7890`; any but an Indonesian one is left as it is."""
    try:
        known = phonenumbers.parse(number, "ID")
    except phonenumbers.NumberParseException:
        return number
    if known.country_code != INDONESIA or not phonenumbers.is_valid_number(known):
        return number
    return phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.NATIONAL).replace("-", " ")


def _local(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone cannot be written in WITA")
    return moment.astimezone(WITA)


def _local_day(day: dt.date) -> dt.date:
    return _local(day).date() if isinstance(day, dt.datetime) else day
