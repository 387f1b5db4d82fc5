"""The judged queries of ``search_judgments.json``, and what generated documents count for in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experts.data.generate import load

type Record = dict[str, Any]

GENERATED_GRADE = 1
EXPERT_GRADE = 2  # of a generated person who is a specialist or trainer


@dataclass(frozen=True, slots=True)
class Judgment:
    """One query as ``viewer`` asks it; grades 1 (related) to 3 (what was looked for), by document key."""

    id: str
    split: str
    language: str
    cohort: str
    query: str
    viewer: str
    people: dict[str, int]
    discussions: dict[str, int]
    posts: dict[str, int]
    topics: tuple[str, ...]

    def of_people(self, generated: Iterable[Record]) -> dict[str, int]:
        """Grades of people: the judged ones, and generated published profiles that hold one of ``topics``."""
        wanted = _below(self.topics)
        grades = {}
        for person in generated:
            levels = {entry["level"] for entry in person["topics"] if entry["topic"] in wanted}
            if not levels or person["profile_status"] != "published":
                continue
            if not self._allows({entry["language"] for entry in person["languages"]}, "language"):
                continue
            if not self._allows({person["nationality"], person["duty_country"]}, "country"):
                continue
            grades[person["key"]] = EXPERT_GRADE if levels & {"specialist", "trainer"} else GENERATED_GRADE
        return grades | self.people

    def of_posts(self, composed: Iterable[Record]) -> dict[str, int]:
        """Grades of posts: the judged ones, and those of composed discussions on one of ``topics``."""
        wanted = _below(self.topics)
        grades = {
            post["key"]: GENERATED_GRADE
            for discussion in composed
            if wanted & set(discussion["topics"]) and not re.search(r"\b(country|space|kind|is):", self.query)
            for post in discussion["posts"]
            if self._allows({post["language"]}, "language")
        }
        return grades | self.posts

    def of_discussions(self, composed: Iterable[Record]) -> dict[str, int]:
        """Grades of discussions: the judged ones, and composed ones of which a post counts."""
        posts = [key for key in self.of_posts(composed) if key not in self.posts]
        return {key.rsplit("/", 1)[0]: GENERATED_GRADE for key in posts} | self.discussions

    def _allows(self, values: set[str], word: str) -> bool:
        """Whether a filter such as ``language:ru`` in the query, if there is one, meets ``values``."""
        asked = set(re.findall(rf"\b{word}:(\w+)", self.query))
        return not asked or bool(asked & values)


@cache
def judgments() -> tuple[Judgment, ...]:
    """All judged queries, in the order of the file."""
    text = (Path(__file__).parent / "search_judgments.json").read_text(encoding="utf-8")
    return tuple(
        Judgment(
            **{key: value for key, value in query.items() if key not in {"topics", "why"}},
            topics=tuple(query["topics"]),
        )
        for query in json.loads(text)["queries"]
    )


def _below(topics: Iterable[str]) -> set[str]:
    """The topics and all below them."""
    found = set(topics)
    for topic in load("topics")["topics"]:
        if topic["parent"] in found:
            found.add(topic["slug"])
    return found
