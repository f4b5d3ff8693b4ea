"""Telegram's HTML, accepted and refused as by Telegram."""

from __future__ import annotations

import contextlib
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.formatted import Formatted, utf16_length
from bot.sandbox.html import parse_html


def entities(source: str) -> list[tuple[str, int, int]]:
    return [(entity.type, entity.offset, entity.length) for entity in parse_html(source).entities]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", n, 1) for n in range(3)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ("<span class='tg-spoiler'>a</span>", "a", [("spoiler", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<code>a</code> <pre>b</pre>", "a b", [("code", 0, 1), ("pre", 2, 1)]),
        ("<b>😀<i>a</i></b>", "😀a", [("bold", 0, 3), ("italic", 2, 1)]),
        ("<tg-spoiler><code>a</code></tg-spoiler>", "a", [("code", 0, 1)]),
        (
            "<b>a<code>b</code>c<pre>d</pre></b>",
            "abcd",
            [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1), ("pre", 3, 1)],
        ),
        ("<blockquote>a<code>b</code></blockquote>", "ab", [("blockquote", 0, 2), ("code", 1, 1)]),
        ("<B >a</B\n>", "a", [("bold", 0, 1)]),
        ("<b>a</>", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("a &lt;&gt;&amp;&quot; &#65;&#x42; &nbsp; & b", 'a <>&" AB &nbsp; & b', []),
        ('<a href="https://tarakankota.go.id/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ("a > b", "a > b", []),
    ],
)
def test_accepted(source: str, text: str, found: list[tuple[str, int, int]]) -> None:
    assert parse_html(source).text == text
    assert entities(source) == found


def test_links_and_languages_keep_their_argument() -> None:
    link, code = parse_html(
        '<a href="https://a.id/?x=1&amp;y=2">t</a><pre><code class="language-sql">SELECT 1</code></pre>'
    ).entities
    assert link.extra == (("url", "https://a.id/?x=1&y=2"),)
    assert (code.type, code.extra) == ("pre", (("language", "sql"),))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<b>a</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("😀<div>a</div>", 'Unsupported start tag "div" at byte offset 4'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a <3> b", 'Unsupported start tag "3" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<b "x">a</b>', 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>a</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_refused(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text())
def test_escaped_text_comes_out_as_it_went_in(text: str) -> None:
    assert parse_html(html.escape(text, quote=False)).text == text


@given(st.text(alphabet="<>&/b= \"'a;#x1é😀", max_size=40))
def test_any_input_is_parsed_or_refused_with_entities_inside_the_text(source: str) -> None:
    with contextlib.suppress(ApiError):
        parsed = parse_html(source)
        assert all(entity.offset + entity.length <= utf16_length(parsed.text) for entity in parsed.entities)


def test_blanks_at_the_ends_go_and_entities_move_along() -> None:
    trimmed = parse_html("  \n<b>halo </b> ").trimmed()
    assert trimmed == Formatted("halo", trimmed.entities)
    assert [(entity.offset, entity.length) for entity in trimmed.entities] == [(0, 4)]
