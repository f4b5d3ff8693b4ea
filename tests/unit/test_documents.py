"""What a document points to is there: pages, headings, pictures, and the files of the code that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "templates" / "guides").glob("*.md")])
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(
    r"(?:`|participant \w+ as )((?:bot|workflows|provisioning|templates|tests|docs)/[\w./-]*)(?:`|$)", re.MULTILINE
)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OUTSIDE = ("https://", "http://", "mailto:", "tg:")


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def links() -> Iterator[tuple[Path, str]]:
    """Return each link to something of ours, with its page."""
    for page in PAGES:
        yield from ((page, link) for link in LINK.findall(prose(page)) if not link.startswith(OUTSIDE))


def anchors(page: Path) -> set[str]:
    """Return what the page's headings may be linked by, as GitHub writes it."""
    plain = (re.sub(r"[^\w\s-]", "", heading.casefold()) for heading in HEADING.findall(prose(page)))
    return {re.sub(r"\s", "-", heading.strip()) for heading in plain}


def test_there_are_documents_that_point_to_each_other() -> None:
    assert len(PAGES) > 30
    assert len(list(links())) > 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_of_a_page_is_dead(page: Path) -> None:
    for _, link in (found for found in links() if found[0] == page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_that_a_page_names_is_there(page: Path) -> None:
    for path in PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path


def test_every_page_is_in_the_index() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for page, link in links() if page == INDEX}
    ours = {*DOCS.glob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"}
    assert ours - {INDEX} <= listed


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(page.parent / link).resolve() for page, link in links() if link.endswith((".png", ".svg"))}
    folders = (DOCS / "pictures", ROOT / "templates" / "guides" / "pictures")
    assert {file for folder in folders for file in folder.iterdir()} <= shown


def test_the_readme_says_of_every_package_what_it_is() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## The code\n")[2].partition("\n## ")[0]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {part.removesuffix("/") for cell in first for part in paths_in(cell)}
    packages = {
        path.parent for room in ("bot", "workflows", "provisioning") for path in (ROOT / room).glob("*/__init__.py")
    }
    assert {str(package.relative_to(ROOT)) for package in packages} - named == set()


def paths_in(cell: str) -> Iterator[str]:
    """Return the paths of a cell such as "`bot/inbound/`, `forms/`", which names the room once."""
    room = ""
    for path in re.findall(r"`([\w/]+)`", cell):
        room = path.partition("/")[0] if path.count("/") > 1 else room
        yield path if path.count("/") > 1 else f"{room}/{path}"
