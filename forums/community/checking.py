"""Reading an archive from end to end before anything is imported: what a line refers to, and how often."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from config.errors import Invalid
from experts.references import topics_by_slug
from forums import tags, text
from forums.actions.writing import MAX_ATTACHMENTS, MAX_QUOTES
from forums.community import archive, attachments
from forums.community.archive import ArchiveError, Line
from forums.models import Joining, Post, Space, Visibility

MAX_VERSION = 100_000
# Fields that name another line, and the type of what they name.
REFERENCES = {
    "space": {"parent": "space"},
    "membership": {"space": "space", "user": "user"},
    "discussion": {"space": "space", "author": "user"},
    "post": {"discussion": "discussion", "author": "user"},
    "quote": {"post": "post", "quoted": "post"},
    "revision": {"post": "post", "replaced_by": "user"},
    "attachment": {"post": "post"},
    "like": {"post": "post", "user": "user"},
}


class _Room(NamedTuple):
    visibility: Visibility
    level: int


class _Place(NamedTuple):
    discussion: str
    depth: int  # 0 for an opening post
    version: int


def check(path: Path) -> Counter[str]:
    """Read an archive; returns how many lines of each type it has. Raises `ArchiveError` for the first line
    that could not be imported: one that is malformed, is there twice, or refers to what stands nowhere before
    it. (A text of which nothing is left when it is cleaned is met when it is imported.)
    """
    checker, lines = _Checker(path.parent), archive.read(path)
    next(lines)
    for line in lines:
        checker.take(line)
    return checker.lines


class _Checker:
    """What the lines before told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.attached: Counter[str] = Counter()
        self.quoting: Counter[str] = Counter()
        self.tags: dict[str, set[str]] = {}
        self.lines: Counter[str] = Counter()
        self.ids: dict[str, set[str]] = {name: set() for name in archive.FIELDS}
        self.spaces: dict[str, _Room] = {}
        self.topics: dict[str, bool] = {}
        self.posts: dict[str, _Place] = {}
        self.begun: set[str] = set()

    def take(self, line: Line) -> None:
        """Check one line."""
        self.lines[line.type] += 1
        given = line.fields
        self._references(line)
        if "topics" in given:
            self._topics(line)
        if (check := getattr(self, f"_{line.type}", None)) is not None:
            check(line)
        if "id" in given:
            if given["id"] in self.ids[line.type]:
                raise ArchiveError(line.number, f"the {line.type} {given['id']!r} is there twice.")
            self.ids[line.type].add(given["id"])

    def _references(self, line: Line) -> None:
        for field, type_ in REFERENCES.get(line.type, {}).items():
            name = line.fields[field]
            if name is not None and name not in self.ids[type_]:
                raise ArchiveError(line.number, f"there is no {field} {name!r} before this line.")

    def _user(self, line: Line) -> None:
        cleaned(line, "name")

    def _space(self, line: Line) -> None:
        given = line.fields
        cleaned(line, "title")
        visibility = Visibility(given["visibility"])
        parent, level = self.spaces.get(given["parent"]), 1
        if parent is not None:
            level = parent.level + 1
            if visibility.closedness < parent.visibility.closedness:
                raise ArchiveError(line.number, "a sub-space is never more open than its parent.")
            if level > Space.MAX_DEPTH:
                raise ArchiveError(line.number, f"spaces are nested at most {Space.MAX_DEPTH} deep.")
        if given["joining"] is not None and Joining(given["joining"]) not in visibility.joinings:
            raise ArchiveError(line.number, f"joining {given['joining']} does not fit the visibility.")
        for question in given["join_questions"]:
            _title(line, "join_questions", question)
        self.spaces[given["id"]] = _Room(visibility, level)

    def _post(self, line: Line) -> None:
        given = line.fields
        self._text(line)
        depth = 0
        if given["discussion"] in self.begun:
            depth = 1
        elif given["parent"] is not None:
            raise ArchiveError(line.number, "the first post of a discussion replies to nothing.")
        elif given["state"] != Post.State.PUBLISHED:
            raise ArchiveError(line.number, "the first post is hidden or deleted with its discussion.")
        self.begun.add(given["discussion"])
        if given["parent"] is not None:
            parent = self.posts.get(given["parent"])
            if parent is None or parent.discussion != given["discussion"]:
                raise ArchiveError(
                    line.number, "there is no such parent before this line, in this discussion."
                )
            depth = parent.depth + 1
        if depth > Post.MAX_DEPTH:
            raise ArchiveError(line.number, f"the thread is more than {Post.MAX_DEPTH} deep.")
        self.posts[given["id"]] = _Place(given["discussion"], depth, given["version"])

    def _text(self, line: Line) -> None:
        given = line.fields
        if not given["body"].strip():
            raise ArchiveError(line.number, "body: This may not be blank.")
        if len(given["body"]) > text.BODY_LENGTH * 2:
            raise ArchiveError(line.number, f"body: At most {text.BODY_LENGTH} characters.")
        if not 1 <= given["version"] <= MAX_VERSION:
            raise ArchiveError(line.number, f"version is from 1 to {MAX_VERSION:,}.")
        if unknown := [name for name in given["mentions"] if name not in self.ids["user"]]:
            raise ArchiveError(line.number, f"there is no user {unknown[0]!r} before this line.")

    def _discussion(self, line: Line) -> None:
        cleaned(line, "topic")
        try:
            names = tags.names(line.fields["tags"])
        except Invalid as refused:
            raise ArchiveError(line.number, f"tags: {refused.errors[0].detail}") from None
        of_space = self.tags.setdefault(line.fields["space"], set())
        of_space.update(names)
        if len(of_space) > tags.MAX_PER_SPACE:
            raise ArchiveError(line.number, f"a space has at most {tags.MAX_PER_SPACE} tags.")

    def _quote(self, line: Line) -> None:
        self.quoting[line.fields["post"]] += 1
        if self.quoting[line.fields["post"]] > MAX_QUOTES:
            raise ArchiveError(line.number, f"at most {MAX_QUOTES} quotes go with a post.")

    def _revision(self, line: Line) -> None:
        known = self.posts[line.fields["post"]].version
        if not 1 <= line.fields["version"] < known:
            raise ArchiveError(line.number, f"the post has only {known - 1} earlier versions.")

    def _attachment(self, line: Line) -> None:
        attachments.located(line, self.folder)
        self.attached[line.fields["post"]] += 1
        if self.attached[line.fields["post"]] > MAX_ATTACHMENTS:
            raise ArchiveError(line.number, f"at most {MAX_ATTACHMENTS} files go with a post.")

    def _topics(self, line: Line) -> None:
        slugs = {*line.fields["topics"], *line.fields.get("featured_topics", [])}
        if new := slugs - self.topics.keys():
            known = topics_by_slug(sorted(new))
            self.topics |= {slug: slug in known for slug in new}
        if unknown := sorted(slug for slug in slugs if not self.topics[slug]):
            raise ArchiveError(line.number, f"there is no topic {', '.join(unknown)} here.")


def cleaned(line: Line, field: str) -> str:
    """A title or a name as it is kept here, cut at 200 characters."""
    return _title(line, field, line.fields[field][: text.TITLE_LENGTH])


def _title(line: Line, field: str, raw: str) -> str:
    try:
        return text.title(raw)
    except Invalid as refused:
        raise ArchiveError(line.number, f"{field}: {refused.errors[0].detail}") from None
