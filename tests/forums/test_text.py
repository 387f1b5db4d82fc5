"""Markdown becomes HTML that is safe to show, and titles that say what they show."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.errors import Invalid
from forums import text

ATTACHMENT = "/api/v1/attachments/019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071"
SAFE_TAG = re.compile(
    r"</?(h[1-6]|p|br|hr|blockquote|pre|code|em|strong|s|del|ol|ul|li|table|thead|tbody|tr)>"
    r"|<ol start=\"\d+\">"
    r"|</?t[hd]( style=\"text-align:(left|right|center)\")?>"
    r"|<a href=\"(https?://|mailto:|/|#|[^:\"]*\")[^>]*>|</a>"
    r"|<a rel=\"nofollow ugc noopener\">"  # of an address that no browser could follow
    r"|<img src=\"/api/v1/attachments/[0-9a-f-]{36}(/content)?\"[^>]*>"
)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**Bold** and *not*", "<p><strong>Bold</strong> and <em>not</em></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html;base64,PHN2Zz4=)", "<p>[x](data:text/html;base64,PHN2Zz4=)</p>"),
        (
            "https://osce.org",
            '<p><a href="https://osce.org" rel="nofollow ugc noopener">https://osce.org</a></p>',
        ),
        (
            "![map](https://tracker.example/map.png)",
            '<p><a href="https://tracker.example/map.png" rel="nofollow ugc noopener">map</a></p>',
        ),
        (f"![map]({ATTACHMENT})", f'<p><img src="{ATTACHMENT}/content" alt="map"></p>'),
        (f"![map]({ATTACHMENT}/content)", f'<p><img src="{ATTACHMENT}/content" alt="map"></p>'),
    ],
)
def test_markdown_becomes_safe_html(markdown: str, expected: str) -> None:
    assert text.render(markdown) == expected


@given(st.text(st.characters(codec="utf-8"), max_size=300))
@example('[a](<x"onmouseover=alert(1) y>)')
@example('![a"><script>](//e.com/x.png)')
@example("<a href='x' onclick=alert(1)>[b](http://c 'd\"e')")
def test_nothing_but_safe_tags_comes_out_and_cleaning_again_changes_nothing(markdown: str) -> None:
    rendered = text.render(markdown)
    for tag in re.findall(r"<[^>]*>", rendered):
        assert SAFE_TAG.fullmatch(tag), tag
    assert text.sanitise(rendered) == rendered


@pytest.mark.parametrize(
    "piece", ["a://", "[", "![](", "> ", "*a **", "`", "a@b.c ", "[a](", "|a", "- ", "&", "<a"]
)
def test_hostile_text_is_rendered_in_time(piece: str) -> None:
    hostile = (piece * text.BODY_LENGTH)[: text.BODY_LENGTH]
    started = time.process_time()
    text.render(hostile)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  Two\n words ", "Two words"),
        ("pay\u202egnp.exe", "paygnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("Re\u0301sume\u0301", "Résumé"),
        ("z" + "\u0335" * 40, "z" + "\u0335" * 4),
        ("Женщины в пограничной службе", "Женщины в пограничной службе"),
    ],
)
def test_titles_are_normalised(raw: str, title: str) -> None:
    assert text.title(raw) == title
    assert text.title(title) == title


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "blank"),
        (" \u200b\n", "blank"),
        ("a" * 201, "max_length"),
        ("a\x00b", "null_characters_not_allowed"),
    ],
)
def test_impossible_titles_are_refused(raw: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        text.title(raw)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/topic", code)]


@pytest.mark.parametrize("raw", ["a" * 50_001, "a" * 5_000_000])
def test_over_long_body_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refused:
        text.body(raw)
    assert refused.value.errors[0].code == "max_length"


def test_body_keeps_lines_and_loses_overrides() -> None:
    assert text.body("one\r\ntwo\u202e\rthree") == "one\ntwo\nthree"


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_plain_text_has_no_markup_and_excerpts_fit(markdown: str) -> None:
    rendered = text.render(markdown)
    words = text.plain(rendered)
    assert "\n" not in words
    short = text.excerpt(rendered, 20)
    assert len(short) <= 20
    assert short == words or short.endswith("…")


def test_plain_text_is_what_was_written() -> None:
    assert text.plain(text.render("1 < 2 & **3**\n\n- a\n- b")) == html.unescape("1 &lt; 2 &amp; 3 a b")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://оsce.org", "https://xn--sce-red.org"),  # its first letter is Cyrillic
        ("https://оѕсе.org/a", "https://xn--e1arj3f.org/a"),  # all of them are
        ("https://müller.de", "https://müller.de"),
        ("https://президент.рф", "https://президент.рф"),
    ],
)
def test_an_address_that_could_be_taken_for_another_is_shown_as_it_is_sent(written: str, shown: str) -> None:
    assert f">{shown}</a>" in text.render(written)
