"""Whatever people write, what is shown runs nothing, loads nothing and breaks out of nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from config.errors import Invalid
from forums import text
from tests.security.hostile import hostile_texts

COUNT = 10_000
TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "a", "img"),
    *("em", "strong", "s", "del", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
EMPTY = frozenset({"br", "hr", "img"})
ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"style"},
    "th": {"style"},
}
ATTACHMENT = re.compile(r"/api/v1/attachments/[0-9a-f-]{36}(/content)?")


class Judge(HTMLParser):
    """Reads HTML as a browser does, and notes everything that should not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"a declaration: {decl[:40]}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction: {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"CDATA: {data[:40]}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES.get(tag, ()):
            self.faults.append(f"{name} of <{tag}>")
        if name == "href" and not _is_harmless(value):
            self.faults.append(f"a link to {value[:80]!r}")
        if name == "src" and not ATTACHMENT.fullmatch(value):
            self.faults.append(f"an image from {value[:80]!r}")
        if name == "style" and not re.fullmatch(r"text-align:\s*(left|right|center);?", value):
            self.faults.append(f"the style {value[:80]!r}")
        if name == "rel" and value != "nofollow ugc noopener":
            self.faults.append(f"rel={value!r}")


def _is_harmless(address: str) -> bool:
    """As browsers read an address: without control characters and spaces around it."""
    address = re.sub(r"[\x00-\x20\u200b\ufeff]", "", address)
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        scheme = address.partition(":")[0].lower()
    return scheme in {"", "http", "https", "mailto"}


def faults(html: str) -> list[str]:
    """What is wrong with rendered HTML."""
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.faults + [f"<{tag}> is not closed" for tag in judge.open]


def test_the_judge_sees_what_is_wrong() -> None:
    for html, fault in (
        ("<script>1</script>", "<script>"),
        ('<a href="java\tscript:1">x</a>', "a link to"),
        ('<img src="https://evil.example/x">', "an image from"),
        ('<p onclick="1">x</p>', "onclick of <p>"),
        ("<p><em>x</p></em>", "closes something else"),
        ("<p>x", "is not closed"),
        ("<!-- x -->", "a comment"),
    ):
        assert any(fault in found for found in faults(html)), html
    assert faults('<p>a <a href="https://example.org" rel="nofollow ugc noopener">b</a></p>') == []


def test_hostile_markdown_renders_without_script_handler_remote_load_or_broken_nesting() -> None:
    found = []
    for source in hostile_texts(COUNT):
        html = text.render(source)
        if wrong := faults(html):
            found.append((source, html, wrong))
        if text.sanitise(html) != html:
            found.append((source, html, [f"cleaning it again changes it: {text.sanitise(html)!r}"]))
    assert not found, f"{len(found)} of {COUNT}, such as\n" + "\n".join(map(str, found[:3]))


def test_hostile_text_is_stored_as_it_is_shown() -> None:
    """What `body` lets through renders alike when cleaned and rendered once more (an edit, an import)."""
    for source in hostile_texts(1500, seed=2):
        try:
            once = text.body(source)
        except Invalid:
            continue
        assert text.body(once, blank=True) == once
        assert text.render(text.body(once, blank=True)) == text.render(once)


@pytest.mark.parametrize(
    "source",
    [
        "[" * 20_000,
        "*" * 50_000,
        "`" * 49_999 + "x",
        "> " * 20_000,
        "- " * 20_000,
        "![" * 20_000,
        "a://" * 12_000,
        "<" * 50_000,
        "&" * 50_000,
        "|" * 20_000 + "\n" + "|-" * 10_000,
        "[a](" * 12_000,
        "\n" * 49_000 + "x",
        "x\n===\n" * 8_000,
        "1. " * 16_000,
    ],
    ids=lambda source: repr(source[:6]),
)
@pytest.mark.timeout(10)
def test_the_longest_text_renders_in_seconds(source: str) -> None:
    html = text.render(source)
    assert faults(html) == []
