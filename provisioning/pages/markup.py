"""What a page says, to whom it shows it, and where it leads. Pure: HTML in, plain data out.

Hidden is what its own or an outer element's style hides, or a rule of the page's own style sheet for its class or id.
Rules of other files are not read: what is hidden by them counts as shown.
"""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3}"
    r"|font-size\s*:\s*[01](?:px|pt|em|%)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0\d*)?\s*(?:;|!|$)"
    r"|(?:max-)?height\s*:\s*[01](?:px)?\s*(?:;|!|$)|clip\s*:\s*rect\(\s*[01](?:px)?[,\s]",
    re.IGNORECASE,
)
RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
SELECTOR = re.compile(r"[.#]([A-Za-z_][\w-]{0,80})\s*$")
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
SILENT = frozenset(("script", "style", "template", "svg"))
HEADS = frozenset(("title", "h1", "h2"))
DEPTH_MAX = 400  # elements within each other; what lies deeper belongs to the last one counted


@dataclasses.dataclass(frozen=True, kw_only=True)
class Link:
    """A link with the words it stands under."""

    href: str
    text: str
    hidden: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Markup:
    """A page taken apart. `heads` are its title, headings of the first two ranks and description."""

    title: str = ""
    heads: tuple[str, ...] = ()
    shown: str = ""
    hidden: str = ""
    links: tuple[Link, ...] = ()
    frames: tuple[tuple[str, bool], ...] = ()  # where each leads, and whether it cannot be seen
    scripts: str = ""
    refresh: str = ""  # where a `meta refresh` leads

    @property
    def text(self) -> str:
        """All words, shown or hidden."""
        return f"{self.shown} {self.hidden}"


def parse(html: str) -> Markup:
    """Take a page apart; whatever it is, something comes of it."""
    reader = _Reader(hiding_names(html))
    reader.feed(html)
    reader.close()
    return reader.markup()


def hiding_names(html: str) -> frozenset[str]:
    """Return the classes and ids that the page's own style sheets hide."""
    names = set()
    for sheet in re.findall(r"<style[^>]{0,200}>(.*?)</style", html, re.DOTALL | re.IGNORECASE):
        for selectors, body in RULE.findall(sheet):
            if HIDES.search(body):
                names |= {found.group(1) for one in selectors.split(",") if (found := SELECTOR.search(one))}
    return frozenset(names)


class _Reader(HTMLParser):
    """Reads a page once, from its beginning to its end."""

    def __init__(self, hiding: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._hiding = hiding
        self._open: list[tuple[str, bool]] = []  # elements, and whether they and all in them are hidden
        self._shown: list[str] = []
        self._hidden: list[str] = []
        self._heads: list[str] = []
        self._title = ""
        self._head: list[str] | None = None
        self._link: tuple[str, list[str], bool] | None = None
        self._links: list[Link] = []
        self._frames: list[tuple[str, bool]] = []
        self._scripts: list[str] = []
        self._refresh = ""

    def markup(self) -> Markup:
        """Return what was read."""
        self._end_link()
        return Markup(
            title=self._title,
            heads=tuple(self._heads),
            shown=_words(self._shown),
            hidden=_words(self._hidden),
            links=tuple(self._links),
            frames=tuple(self._frames),
            scripts="\n".join(self._scripts),
            refresh=self._refresh,
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        hidden = self._is_hidden or self._hides(given)
        if tag not in VOID and len(self._open) < DEPTH_MAX:
            self._open.append((tag, hidden))
        if tag == "a":
            self._end_link()
            self._link = (given.get("href", ""), [], hidden)
        elif tag in HEADS:
            self._head = []
        elif tag == "iframe":
            tiny = any(given.get(side, "").strip().removesuffix("px") in {"0", "1"} for side in ("width", "height"))
            self._frames.append((given.get("src", ""), hidden or tiny))
        elif tag == "meta":
            self._meta(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag in HEADS and self._head is not None:
            said = _words(self._head)
            self._heads.append(said)
            self._title = self._title or (said if tag == "title" else "")
            self._head = None
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside == "script":
            self._scripts.append(data)
        if inside in SILENT:
            return
        if self._head is not None:
            self._head.append(data)
        if self._link is not None:
            self._link[1].append(data)
        if inside != "title":
            (self._hidden if self._is_hidden else self._shown).append(data)

    @property
    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _hides(self, given: dict[str, str]) -> bool:
        named = {*given.get("class", "").split(), given.get("id", "")}
        return "hidden" in given or bool(HIDES.search(given.get("style", ""))) or bool(named & self._hiding)

    def _meta(self, given: dict[str, str]) -> None:
        if given.get("name", "").lower() in {"description", "keywords"}:
            self._heads.append(given.get("content", ""))
        if given.get("http-equiv", "").lower() == "refresh":
            self._refresh = given.get("content", "").partition("=")[2].strip(" '\"")

    def _end_link(self) -> None:
        if self._link is not None:
            href, words, hidden = self._link
            self._links.append(Link(href=href.strip(), text=_words(words), hidden=hidden))
            self._link = None


def _words(pieces: list[str]) -> str:
    return " ".join(" ".join(pieces).split())
