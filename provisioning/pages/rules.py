"""What a page is suspected by. Pure: what each kind of visitor got goes in, the traits that hold come out.

The words and what each trait weighs are data: `templates/watch/halaman.toml`.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from provisioning.pages.markup import Markup, parse
from provisioning.scan_report import Trait

RULES = Path(__file__).parents[2] / "templates" / "watch" / "halaman.toml"
EXCERPT = 160
FOREIGN_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u0400-\u04ff]")
OFFICIAL = (".go.id", ".ac.id", ".sch.id", ".mil.id", ".desa.id")  # registered to whom a ministry has checked


WORDY = frozenset({"judul_judi", "kata_judi", "banyak_kata_judi", "tautan_judi", "alamat_judi"})
"""Traits that who writes about gambling may have too; nothing speaks for a page that hides or tells two tales."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class PageResponse:
    """An answer as one kind of visitor got it. `location` is where it sends on, "" where it does not."""

    status: int
    body: str = ""
    location: str = ""

    @functools.cached_property
    def markup(self) -> Markup:
        """The page taken apart."""
        return parse(self.body)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PageViews:
    """One address as three kinds of visitors got it; None where it was not asked for so."""

    url: str
    visitor: PageResponse
    engine: PageResponse | None = None  # a search engine's crawler
    searcher: PageResponse | None = None  # somebody who comes from a search

    @property
    def most(self) -> PageResponse:
        """The answer that gives away most: the crawler's, where one was asked for."""
        return self.engine or self.visitor


@dataclasses.dataclass(frozen=True, kw_only=True)
class PageRules:
    """The words, the weights and the counts of `halaman.toml`."""

    alarm: int
    words: Mapping[str, re.Pattern[str]]
    weights: Mapping[str, int]
    enough: Mapping[str, int]


@functools.lru_cache(maxsize=1)
def rules() -> PageRules:
    """Return the rules, read once."""
    data = tomllib.loads(RULES.read_text(encoding="utf-8"))
    words = {
        name: re.compile(rf"(?<![a-z0-9])(?:{text})" if name != "masked" else text)
        for name, text in data["words"].items()
    }
    words["address"] = re.compile(data["words"]["address"])
    return PageRules(alarm=data["alarm"], words=words, weights=data["weights"], enough=data["enough"])


def judge(views: PageViews) -> tuple[Trait, ...]:
    """Return the traits of an address that hold, the heaviest first."""
    found = [trait for find in (_words, _hidden, _cloaked, _links, _taken_over, _programs) for trait in find(views)]
    if found and {trait.id for trait in found} <= WORDY and (calm := _fights_it(views)) is not None:
        found.append(calm)
    return tuple(sorted(found, key=lambda trait: -trait.weight))


def score(traits: tuple[Trait, ...]) -> int:
    """Return the sum of what traits weigh."""
    return sum(trait.weight for trait in traits)


def is_suspect_address(url: str) -> bool:
    """Whether an address sounds of the trade: such are looked at first."""
    return bool(rules().words["address"].search(urlsplit(url).path.lower()))


def _trait(name: str, excerpt: str) -> Trait:
    return Trait(id=name, weight=rules().weights[name], excerpt=" ".join(excerpt.split())[:EXCERPT])


def _different(name: str, text: str) -> list[str]:
    """Return the different words of a kind that a text says, in the order in which it says them."""
    return list(dict.fromkeys(match.group() for match in rules().words[name].finditer(text.lower())))


def _words(views: PageViews) -> Iterator[Trait]:
    markup, enough = views.most.markup, rules().enough
    for head in markup.heads:
        if _different("promotion", head) and len(_different("against", head)) == 0:
            yield _trait("judul_judi", head)
            break
    said = _different("promotion", " ".join((*markup.heads, markup.text)))
    if len(said) >= enough["promotion"]:
        yield _trait("kata_judi", ", ".join(said))
    if len(said) >= enough["promotion_many"]:
        yield _trait("banyak_kata_judi", ", ".join(said))


def _fights_it(views: PageViews) -> Trait | None:
    said = _different("against", views.most.markup.shown)
    return _trait("melawan_judi", ", ".join(said)) if len(said) >= rules().enough["against"] else None


def _hidden(views: PageViews) -> Iterator[Trait]:
    markup = views.most.markup
    said, fights = _different("promotion", markup.hidden), len(_different("against", markup.hidden))
    if (said and fights < 2) or (not fights and len(_different("subject", markup.hidden)) > 1):
        yield _trait("judi_tersembunyi", ", ".join(said) or _near("subject", markup.hidden))
    foreign = [link.href for link in markup.links if link.hidden and _host_abroad(views.url, link.href)]
    if len(foreign) >= rules().enough["links_hidden"]:
        yield _trait("tautan_tersembunyi", ", ".join(foreign))


def _cloaked(views: PageViews) -> Iterator[Trait]:
    plain = _strength(views.visitor)
    for name, other in (("beda_untuk_mesin_pencari", views.engine), ("beda_dari_hasil_pencarian", views.searcher)):
        if other is None:
            continue
        if _strength(other) >= max(2, 3 * plain) and not _fights(other):
            yield _trait(name, ", ".join(_different("promotion", _all_words(other))) or other.markup.title)
        if (host := _host_abroad(views.url, other.location)) and other.location != views.visitor.location:
            yield _trait("dialihkan_dari_pencarian", host)
    title = views.engine.markup.title if views.engine is not None else ""
    if len(FOREIGN_SIGNS.findall(title)) >= rules().enough["foreign"] and title != views.visitor.markup.title:
        yield _trait("aksara_asing", title)


def _strength(seen: PageResponse) -> int:
    """Return how many different words of the trade an answer says."""
    return len(_different("promotion", _all_words(seen)))


def _fights(seen: PageResponse) -> bool:
    return len(_different("against", seen.markup.shown)) >= rules().enough["against"]


def _all_words(seen: PageResponse) -> str:
    return " ".join((*seen.markup.heads, seen.markup.text))


def _links(views: PageViews) -> Iterator[Trait]:
    markup, enough = views.most.markup, rules().enough
    named = rules().words["address"]
    hosts = {link.href: _host_abroad(views.url, link.href) for link in markup.links}
    gambling = list(dict.fromkeys(host for host in hosts.values() if host and named.search(host)))
    gambling += [host for host in _advertised_officials(views.url, markup) if host not in gambling]
    if gambling:
        yield _trait("tautan_judi", ", ".join(gambling))
    if len(gambling) >= enough["links_many"]:
        yield _trait("banyak_tautan_judi", ", ".join(gambling))
    own = dict.fromkeys(urlsplit(href).path for href in hosts if _host_of(views.url, href) == _host_of(views.url, ""))
    advertised = [path for path in own if _advertises(path)]
    if len(advertised) >= enough["addresses"]:
        yield _trait("alamat_judi", ", ".join(advertised))


def _advertised_officials(url: str, markup: Markup) -> list[str]:
    """Return other official sites that are linked to by addresses of the trade: taken over, they link to each other."""
    found = dict.fromkeys(
        host
        for link in markup.links
        if (host := _host_of(url, link.href)).endswith(OFFICIAL)
        and host != _host_of(url, "")
        and _advertises(urlsplit(link.href).path)
    )
    return list(found)


def _advertises(path: str) -> bool:
    """Whether an address sounds of the trade, and not of those who fight it."""
    return is_suspect_address(path) and not rules().words["against"].search(re.sub(r"[-_/+.]", " ", path.lower()))


def _taken_over(views: PageViews) -> Iterator[Trait]:
    for seen in (views.visitor, views.engine):
        if seen is None:
            continue
        markup, said = seen.markup, rules().words["defaced"]
        loud = next((head for head in markup.heads if said.search(head.lower())), "")
        is_short = len(markup.text) < rules().enough["short_page"]
        if is_short and (loud or said.search(markup.text.lower())):
            yield _trait("diubah_wajah", loud or _near("defaced", markup.text))
            return


def _programs(views: PageViews) -> Iterator[Trait]:
    markup = views.most.markup
    if rules().words["masked"].search(markup.scripts.lower()):
        yield _trait("skrip_tersamar", _near("masked", markup.scripts))
    for source, unseen in markup.frames:
        if unseen and (host := _host_abroad(views.url, source)) and not _is_usual(host):
            yield _trait("bingkai_tersembunyi", host)
            break
    if host := _host_abroad(views.url, markup.refresh):
        yield _trait("dialihkan", host)


def _near(name: str, text: str) -> str:
    match = rules().words[name].search(text.lower())
    begin = max(match.start() - 40, 0) if match else 0
    return text[begin : begin + EXCERPT]


def _host_abroad(url: str, href: str) -> str:
    """Return the host that a link leads to, where that is neither this site's, nor its city's, nor an official one."""
    host, own = _host_of(url, href) if href else "", _host_of(url, "")
    zone = own.partition(".")[2]
    is_near = host == own or (zone.count(".") >= 1 and host.endswith(f".{zone}"))
    return "" if not host or is_near or host.endswith(OFFICIAL) else host


def _host_of(url: str, href: str) -> str:
    """Return the host that a link on a page leads to, "" where there is none."""
    try:
        return (urlsplit(urljoin(url, href)).hostname or "").lower()
    except ValueError:
        return ""


USUAL = ("googletagmanager.com", "google.com", "youtube.com", "youtube-nocookie.com", "facebook.com", "doubleclick.net")


def _is_usual(host: str) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in USUAL)
