"""What a file is suspected by. Pure: a name and its content in, the traits that hold and their sum out.

The traits and what they weigh are data: `templates/server/scan.toml`. Patterns see the content in lower case, and PHP a
second time with its masks taken off: comments, strings joined of pieces, escaped letters.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RULES = Path(__file__).parents[2] / "templates" / "server" / "scan.toml"
EXCERPT = 120  # bytes around what was found
PHP_NAMES = re.compile(rb"\.(?:php\d?|phtml|phar|pht|inc|module)$")
PHP_OPENS = re.compile(rb"<\?php[\s/]|<\?=")
IMAGES = (b".jpg", b".jpeg", b".png", b".gif", b".webp", b".ico", b".bmp")
IMAGE_BEGINS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF")
PAGES = (b".html", b".htm", b".tpl", b".twig", b".xhtml")
SCRIPTS = (b".js", b".mjs")
CONFIGS = (b".htaccess", b".user.ini", b"php.ini")

COMMENT = re.compile(rb"/\*[^*]{0,2000}\*/")
JOINED = re.compile(rb"""(["'])\s{0,10}\.\s{0,10}\1""")
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})|\\([0-7]{2,3})")
CHARACTER = re.compile(rb"chr\s{0,3}\(\s{0,3}(\d{1,3})\s{0,3}\)")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Trait:
    """One trait; it holds where all that it names does."""

    id: str
    weight: int
    on: frozenset[str]
    path: re.Pattern[bytes] | None
    size_max: int | None
    needs: tuple[bytes, ...]
    patterns: tuple[re.Pattern[bytes], ...]
    least: int
    masked: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rules:
    """The traits, and the sums from which a file is reported, and an alarm is raised."""

    report: int
    alarm: int
    traits: tuple[Trait, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """A trait that holds, with the line and what stands there; 0 and "" for one of the whole file."""

    trait: str
    weight: int
    line: int
    excerpt: str


@dataclasses.dataclass(frozen=True)
class Suspicion:
    """All traits of a file that hold, the heaviest first."""

    found: tuple[Found, ...]

    @property
    def score(self) -> int:
        """The sum of what they weigh."""
        return sum(one.weight for one in self.found)


@functools.lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules, read once."""
    data = tomllib.loads(RULES.read_text(encoding="utf-8"))
    traits = tuple(_trait(one, data["words"]) for one in data["traits"])
    return Rules(report=data["report"], alarm=data["alarm"], traits=traits)


def judge(path: str, content: bytes, size: int) -> Suspicion:
    """Return what speaks against a file. `path` is relative; of a long file `content` may be its beginning and end."""
    lower, name = content.lower(), path.lower().encode(errors="surrogateescape")
    kinds = frozenset(_kinds(name, lower))
    if not kinds:
        return Suspicion(())
    bare = _unmasked(lower) if "php" in kinds else lower
    held = (_held(trait, name, size, (content, lower, bare)) for trait in rules().traits if trait.on & kinds)
    return Suspicion(tuple(sorted((one for one in held if one is not None), key=lambda one: -one.weight)))


def _trait(data: Mapping[str, Any], words: Mapping[str, str]) -> Trait:
    path = data.get("path")
    return Trait(
        id=data["id"],
        weight=data["weight"],
        on=frozenset(data["on"]),
        path=re.compile(path.encode()) if path else None,
        size_max=data.get("size_max"),
        needs=tuple(text.encode() for text in data.get("needs", ())),
        patterns=tuple(_pattern(one, words) for one in data.get("patterns", ())),
        least=data.get("least", 1),
        masked=data.get("masked", False),
    )


def _pattern(text: str, words: Mapping[str, str]) -> re.Pattern[bytes]:
    for name, meant in words.items():
        text = text.replace(f"%{name}%", f"(?:{meant})")
    return re.compile(text.encode(), re.DOTALL)


def _kinds(name: bytes, lower: bytes) -> Iterator[str]:
    """Yield what a file is: by its name, and by what is in it, for a name proves nothing."""
    image = name.endswith(IMAGES) or lower.startswith(tuple(one.lower() for one in IMAGE_BEGINS))
    if image:
        yield "image"
    if PHP_NAMES.search(name) or (b"<?php" in lower if image else PHP_OPENS.search(lower)):
        yield "php"
    if name.endswith(PAGES):
        yield "page"
    if name.endswith(SCRIPTS):
        yield "script"
    if name.endswith(CONFIGS):
        yield "config"


def _held(trait: Trait, name: bytes, size: int, views: tuple[bytes, bytes, bytes]) -> Found | None:
    raw, lower, bare = views
    if trait.path is not None and not trait.path.search(name):
        return None
    if trait.size_max is not None and size > trait.size_max:
        return None
    if not trait.patterns:
        return Found(trait=trait.id, weight=trait.weight, line=0, excerpt="")
    plain = _matches(trait, lower)
    if trait.masked:
        plain = None if plain else _matches(trait, bare)
        return None if plain is None else _found(trait, bare, bare, plain)
    if plain is not None:
        return _found(trait, raw, lower, plain)
    unmasked = _matches(trait, bare) if bare is not lower else None
    return None if unmasked is None else _found(trait, bare, bare, unmasked)


def _matches(trait: Trait, text: bytes) -> re.Match[bytes] | None:
    """Return where the first pattern is found, if all are, and the first often enough."""
    if trait.needs and not any(need in text for need in trait.needs):
        return None
    first = trait.patterns[0].search(text)
    if first is None or not all(pattern.search(text) for pattern in trait.patterns[1:]):
        return None
    if trait.least > 1 and _different(trait.patterns[0], text, trait.least) < trait.least:
        return None
    return first


def _different(pattern: re.Pattern[bytes], text: bytes, enough: int) -> int:
    seen: set[bytes] = set()
    for match in pattern.finditer(text):
        seen.add(match.group())
        if len(seen) >= enough:
            break
    return len(seen)


def _found(trait: Trait, shown: bytes, text: bytes, match: re.Match[bytes]) -> Found:
    begin = max(match.start() - EXCERPT // 4, 0)
    return Found(
        trait=trait.id,
        weight=trait.weight,
        line=text.count(b"\n", 0, match.start()) + 1,
        excerpt=_readable(shown[begin : begin + EXCERPT]),
    )


def _readable(raw: bytes) -> str:
    """Return a piece of a file as one bounded line of printable text."""
    text = raw.decode("utf-8", errors="replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _unmasked(lower: bytes) -> bytes:
    """Return PHP without comments, with strings joined and escaped letters written out; the same where it has none."""
    if not any(mask in lower for mask in (b"/*", b"\\", b"chr", b"'.", b'".', b"' ", b'" ')):
        return lower
    text = COMMENT.sub(b"", lower)
    text = ESCAPED.sub(_letter, text)
    text = CHARACTER.sub(_quoted, text)
    text = JOINED.sub(b"", text)
    return lower if text == lower else text.lower()


def _letter(match: re.Match[bytes]) -> bytes:
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2), 8)
    return bytes([code]) if 32 <= code < 127 else b" "


def _quoted(match: re.Match[bytes]) -> bytes:
    code = int(match.group(1))
    return b'"' + (bytes([code]) if 32 <= code < 127 else b" ") + b'"'
