"""How a post's text changed, as a person reads it: what was taken away, what was put in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Comparing takes quadratic time at worst: so many words of changed lines are compared word by word.
MAX_WORDS = 2_000
MAX_LINES = 5_000

type Op = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """A piece of both texts (``same``), of the one before (``removed``), or of the one after (``added``)."""

    op: Op
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces that make ``before`` without what is added, and ``after`` without what is removed: by lines,
    and within lines that changed by words."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) + len(new) > MAX_LINES:
        return _joined([Piece("removed", before), Piece("added", after)])
    return _joined(_by_lines(old, new))


def as_html(pieces: Sequence[Piece]) -> str:
    """The same as HTML: ``<del>`` and ``<ins>`` in escaped Markdown, line breaks as they are."""
    tags = {"removed": "del", "added": "ins"}
    return "".join(
        html.escape(text) if op == "same" else f"<{tags[op]}>{html.escape(text)}</{tags[op]}>"
        for op, text in pieces
    )


def _by_lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    for op, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield from _by_words(_words(old[a:b]), _words(new[c:d]))


def _by_words(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MAX_WORDS:
        yield Piece("removed", "".join(old))
        yield Piece("added", "".join(new))
        return
    for op, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        yield Piece("removed", "".join(old[a:b]))
        yield Piece("added", "".join(new[c:d]))


def _words(lines: Sequence[str]) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", "".join(lines))


def _joined(pieces: Sequence[Piece] | Iterator[Piece]) -> list[Piece]:
    """Without empty ones, neighbours of one kind together."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].op == piece.op:
            joined[-1] = Piece(piece.op, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
