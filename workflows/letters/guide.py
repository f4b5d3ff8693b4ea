"""The guide for a role, printed out of its Markdown in `templates/guides/`, with what all guides share after it.

A guide is plain on purpose: headings, paragraphs, lists, pictures; bold words are labels of buttons, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from workflows import words
from workflows.letters.render import TEMPLATES, render_document

FOLDER = TEMPLATES.parent / "guides"
SHARED = "bersama"
STYLES = {"text": "", "strong": "label", "code_inline": "typed"}

Block = dict[str, Any]


class GuideError(ValueError):
    """A guide holds Markdown that would not be printed; the message names it."""


@functools.cache
def titles() -> Mapping[str, str]:
    """Return the title of each guide, by the id of the role that it is for."""
    return {path.stem: _title(path) for path in sorted(FOLDER.glob("*.md")) if path.stem != SHARED}


def render_guide(role: str, on: dt.date) -> bytes:
    """Return a role's guide as PDF/A-2a, dated `on`. Raises `KeyError` where the role has none, `GuideError`."""
    data = {
        "title": titles()[role],
        "date": words.date(on),
        "blocks": [*blocks(_text(role)), *blocks(_text(SHARED))],
    }
    return render_document(FOLDER / "panduan.typ", data, on)


def blocks(markdown: str) -> list[Block]:
    """Return a guide's blocks in their order, as plain JSON values. Raises `GuideError`."""
    return [_block(node) for node in SyntaxTreeNode(MarkdownIt().parse(markdown)).children]


def _text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            return {"kind": "heading", "level": int(node.tag.removeprefix("h")), "spans": _spans(node)}
        case "paragraph" if _inline(node)[0].type == "image":
            image = _inline(node)[0]
            return {"kind": "picture", "file": image.attrs["src"], "alt": image.content}
        case "paragraph":
            return {"kind": "paragraph", "spans": _spans(node)}
        case "ordered_list" | "bullet_list":
            items = [[_block(child) for child in item.children] for item in node.children]
            return {"kind": node.type, "items": items}
    raise GuideError(f"line {(node.map or (0,))[0] + 1}: {node.type} is not printed")


def _inline(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return node.children[0].children


def _spans(node: SyntaxTreeNode) -> list[Mapping[str, str]]:
    return [_span(child) for child in _inline(node)]


def _span(node: SyntaxTreeNode) -> Mapping[str, str]:
    if node.type == "softbreak":
        return {"style": "", "text": " "}
    if node.type not in STYLES:
        raise GuideError(f"{node.type} is not printed")
    text = "".join(child.content for child in node.children) if node.children else node.content
    return {"style": STYLES[node.type], "text": text}
