"""Naming people in a text: ``@Sofia Lindgren``, or ``@**Sofia Lindgren|id**`` where there are several.

A Markdown rule, so that what stands in code or in a link's address names nobody. It finds what may be a name
(`names`); who is meant, and may read the place, is decided elsewhere (`forums.actions.writing`), and shown as
a link to the person (`render` of `forums.text`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

WORDS = 4
_KEY = "people"
_MARKED = re.compile(r"@\*\*([^*|\n]{1,200})(?:\|([0-9a-fA-F-]{36}))?\*\*")
_PLAIN = re.compile(r"@([^\W_][\w'’.-]{0,60}(?: [^\W_][\w'’.-]{0,60}){0,3})")


@dataclass(slots=True)
class Called:
    """What a text calls people by: names in the form of `fold`, ids, and how often it does."""

    names: set[str] = field(default_factory=set)
    ids: set[UUID] = field(default_factory=set)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """Who is meant: by a name in the form of `fold`, or by id. To both belong the person's id and name.

    ``named`` are those whom the text that was rendered does name.
    """

    by_name: Mapping[str, tuple[UUID, str]] = field(default_factory=dict)
    by_id: Mapping[UUID, tuple[UUID, str]] = field(default_factory=dict)
    named: dict[UUID, None] = field(default_factory=dict)


def fold(name: str) -> str:
    """A name as it is compared."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def readdressed(source: str, ids: Mapping[str, UUID]) -> str:
    """A text from elsewhere, where people have the ids that lead to theirs here."""

    def here(marked: re.Match[str]) -> str:
        person_id = ids.get((marked[2] or "").lower())
        return marked[0] if person_id is None else f"@**{marked[1]}|{person_id}**"

    return _MARKED.sub(here, source)


def install(markdown: MarkdownIt) -> None:
    """Teach a Markdown parser the rule. Its ``env`` has a `Called` to fill or a `Known` to go by."""
    markdown.inline.ruler.before("emphasis", "mention", _rule)


def env(what: Called | Known) -> dict[str, Called | Known]:
    """The ``env`` of a parse."""
    return {_KEY: what}


def _rule(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "@" or state.linkLevel > 0:
        return False
    if state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] in "_@."):
        return False  # of an e-mail address
    what = state.env.get(_KEY)
    if isinstance(what, Called):
        _collect(state.src, state.pos, what)
        return False
    if not isinstance(what, Known):
        return False
    found = _found(state.src, state.pos, what)
    if found is None:
        return False
    length, (person_id, name) = found
    if not silent:
        what.named[person_id] = None
        _link(state, f"/api/v1/experts/{person_id}", f"@{name}")
    state.pos += length
    return True


def _collect(source: str, at: int, called: Called) -> None:
    if marked := _MARKED.match(source, at):
        called.number += 1
        if marked[2] is None:
            called.names.add(fold(marked[1]))
        elif (person_id := _uuid(marked[2])) is not None:
            called.ids.add(person_id)
        return
    candidates = [fold(name) for name in _candidates(source, at)]
    called.number += bool(candidates)
    called.names.update(candidates)


def _found(source: str, at: int, known: Known) -> tuple[int, tuple[UUID, str]] | None:
    """How much of the text is a name, and whose."""
    if marked := _MARKED.match(source, at):
        person_id = _uuid(marked[2]) if marked[2] else None
        person = known.by_name.get(fold(marked[1])) if person_id is None else known.by_id.get(person_id)
        return None if person is None else (len(marked[0]), person)
    for name in _candidates(source, at):
        if person := known.by_name.get(fold(name)):
            return 1 + len(name), person
    return None


def _candidates(source: str, at: int) -> Iterable[str]:
    """What may be the name, the longest first; a full stop at the end is the sentence's, or an initial's."""
    match = _PLAIN.match(source, at)
    if match is None:
        return
    words = match[1].split(" ")
    for number in range(len(words), 0, -1):
        name = " ".join(words[:number])
        yield name
        if (bare := name.rstrip(".'’-")) != name:
            yield bare
        if bare.endswith(("'s", "’s")):
            yield bare[:-2]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _link(state: StateInline, address: str, label: str) -> None:
    opened = state.push("link_open", "a", 1)
    opened.attrs = {"href": html.escape(address)}
    state.push("text", "", 0).content = label
    state.push("link_close", "a", -1)
