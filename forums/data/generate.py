"""The demo's discussions: those written by hand (``discussions.json``) and others composed from phrases.

The same seed always gives the same discussions, keys included. Every record has the shape of
``discussions.json``; who writes and who likes may take part in the space, as ``spaces.json`` and
``people.json`` say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from experts.data.generate import load as load_people_data

type Record = dict[str, Any]

FOLDER = Path(__file__).parent
COMPOSED = 20
# Not in private and secret spaces: those hold only what was written for them.
SPACES = (
    "border-security-and-management",
    "counter-terrorism-and-verlt",
    "travel-document-security",
    "organized-crime-and-trafficking",
    "gender-equality-platform",
    "risk-analysis-exchange",
    "cultural-property",
)
BEGINS, ENDS = datetime(2017, 1, 9, 7, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@cache
def load(name: str) -> Record:
    """A data file of this folder, parsed: ``load("spaces")``."""
    parsed: Record = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return parsed


def discussions(*, composed: int = COMPOSED, seed: int = 2026) -> Iterator[Record]:
    """All demo discussions: by hand first, then ``composed`` ones, each the same in any number."""
    yield from load("discussions")["discussions"]
    for number in range(composed):
        yield _compose(number, seed=seed)


def participants(space: str) -> list[str]:
    """Keys of the people of ``people.json`` who may take part in a space: its members and those of networks
    given more than observing, without the sanctioned."""
    record = _space(space)
    given = {grant["network"] for grant in record["networks"] if grant["role"] != "observer"}
    members = {member["person"] for member in record["members"] if member["role"] != "observer"}
    members |= {
        person["key"]
        for person in load_people_data("people")["people"]
        if given & {membership["network"] for membership in person["networks"]}
    }
    return sorted(members - {sanction["person"] for sanction in record["sanctions"]})


def _compose(number: int, *, seed: int) -> Record:
    random = Random(f"{seed}:discussion:{number}")  # noqa: S311 - demo data, not secrets
    space = SPACES[number % len(SPACES)]
    topic = random.choice(_space(space)["topics"])
    thread = _Thread(random, key=f"composed-{number:03d}", space=space, topic=topic)
    thread.open()
    for _ in range(random.randint(6, 11)):
        thread.reply()
    kind = random.choices(["discussion", "question"], [3, 1])[0]
    opening = thread.posts[0]
    titles = load_people_data("phrases")["posts"][opening["language"]]["titles"]
    composed: Record = {
        "key": thread.key,
        "space": space,
        "kind": kind,
        "status": "open",
        "title": random.choice(titles).format(label=_topic(topic)["labels"][opening["language"]]),
        "language": opening["language"],
        "author": opening["author"],
        "topics": [topic],
        "created_at": opening["created_at"],
        "views": random.randint(40, 600),
        "posts": thread.posts,
    }
    if kind == "question" and random.random() < 0.6:
        best = max(thread.posts[1:], key=lambda post: len(post["likes"]))
        composed |= {"status": "answered", "accepted": best["key"]}
    return composed


class _Thread:
    """A discussion being composed; nothing is said twice in it."""

    def __init__(self, random: Random, *, key: str, space: str, topic: str) -> None:
        self.random = random
        self.key = key
        self.space = space
        # What is talked about when there is nothing left to say on the subject itself.
        self.topics = [topic, *(other for other in _space(space)["topics"] if other != topic)]
        self.people = participants(space)
        begins = max(BEGINS, datetime.fromisoformat(_space(space)["created_at"]))
        minutes = int((ENDS - begins).total_seconds() // 60)
        self.moment = begins + timedelta(minutes=random.randrange(1, minutes))
        self.said: set[str] = set()
        self.posts: list[Record] = []

    def open(self) -> None:
        author = self.random.choice(self.people)
        phrases = load_people_data("phrases")["posts"][_language(author, self.space)]
        self._write(
            author,
            [
                self._unsaid(phrases["openings"]),
                self._view(author),
                self._view(author),
                self._unsaid(phrases["questions"]),
            ],
        )

    def reply(self) -> None:
        """To the opening post or to a later one, which it sometimes quotes."""
        self.moment += timedelta(minutes=self.random.randint(20, 3000))
        answered = self.posts[0] if self.random.random() < 0.5 else self.random.choice(self.posts)
        last = {answered["author"], self.posts[-1]["author"]}
        author = self.random.choice([person for person in self.people if person not in last])
        phrases = load_people_data("phrases")["posts"][_language(author, self.space)]
        sentences = [
            self._unsaid(phrases["replies"]) or self.random.choice(phrases["replies"]),
            self._view(author),
            self._experience(phrases["experience"]),
            self._unsaid(phrases["closings"]) if self.random.random() < 0.4 else "",
        ]
        post = self._write(author, sentences)
        if answered is self.posts[0]:
            return
        post["parent"] = answered["key"]
        if self.random.random() < 0.3:
            quoted = answered["body"].rsplit("\n", maxsplit=1)[-1]
            post["body"] = f"> {quoted}\n\n{post['body']}"

    def _write(self, author: str, sentences: Sequence[str]) -> Record:
        others = [person for person in self.people if person != author]
        likes = self.random.choices([0, 1, 2, 3, 5], [30, 30, 20, 15, 5])[0]
        post: Record = {
            "key": f"{self.key}/{len(self.posts) + 1}",
            "author": author,
            "language": _language(author, self.space),
            "created_at": self.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "likes": sorted(self.random.sample(others, min(len(others), likes))),
            "body": " ".join(sentence for sentence in sentences if sentence),
        }
        self.posts.append(post)
        return post

    def _view(self, author: str) -> str:
        """Something not yet said, on the subject as long as there is, then on its neighbours."""
        language = _language(author, self.space)
        for topic in self.topics:
            view = self._unsaid(load_people_data("phrases")["topics"][topic][language].get("view", ()))
            if view:
                return view
        return ""

    def _experience(self, templates: Sequence[str]) -> str:
        random = self.random
        template = self._unsaid(templates)
        return template.format(
            n=random.randint(3, 28), months=random.randint(3, 18), percent=random.randint(11, 74)
        )

    def _unsaid(self, sentences: Sequence[str]) -> str:
        """One of the sentences that was not said, ``""`` when all were."""
        left = [sentence for sentence in sentences if sentence not in self.said]
        if not left:
            return ""
        chosen = self.random.choice(left)
        self.said.add(chosen)
        return chosen


def _language(person: str, space: str) -> str:
    """A person's own language where the space speaks it, else its first."""
    own: str = next(p["language"] for p in load_people_data("people")["people"] if p["key"] == person)
    spoken: list[str] = _space(space)["languages"]
    return own if own in spoken else spoken[0]


@cache
def _space(slug: str) -> Record:
    return next(space for space in load("spaces")["spaces"] if space["slug"] == slug)


@cache
def _topic(slug: str) -> Record:
    return next(topic for topic in load_people_data("topics")["topics"] if topic["slug"] == slug)
