"""``python -m tests.quality.asking FILE``: load and index the demo, ask every judged query, write answers.

By the environment of its process (see `tests.quality.__main__`): the engine that is set is the one asked.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need the settings

from experts import demo as people  # noqa: E402
from experts import viewers  # noqa: E402
from experts.data import generate as generated_people  # noqa: E402
from experts.disclosure import audience  # noqa: E402
from experts.models import Profile, Section, User  # noqa: E402
from forums import demo as community  # noqa: E402
from forums.data import generate as generated_discussions  # noqa: E402
from forums.models import Discussion, Post  # noqa: E402
from search import outbox, rebuild, results  # noqa: E402
from search.results import Options  # noqa: E402
from search.selection import engine_status  # noqa: E402
from search.viewer import Viewer  # noqa: E402
from tests.data.judgments import Judgment, judgments  # noqa: E402
from tests.quality.figures import DEPTH, Asked  # noqa: E402

TODAY = date(2026, 11, 1)  # by which the demo's designations are placed


def main(file: Path) -> None:
    """Load and index what is missing, ask, write."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_demo", output=os.devnull)
    for name in outbox.engines():
        rebuild.rebuild(name, report=lambda _: None, restart=True)
    asked = [asdict(one) for judgment in judgments() for one in ask(judgment)]
    file.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")


def ask(judgment: Judgment) -> Iterator[Asked]:
    """The answers for people, discussions and posts; a type that nothing is judged in is not asked for,
    unless nothing should be found at all."""
    viewer = viewers.resolve(User.objects.get(pk=people.person_id(judgment.viewer)))
    for kind, grades in _grades(judgment, viewer).items():
        if grades or judgment.cohort == "no-answer":
            yield Asked(
                query=judgment.id,
                text=judgment.query,
                split=judgment.split,
                language=judgment.language,
                cohort=judgment.cohort,
                kind=kind,
                grades=grades,
                found=_found(judgment, kind, viewer),
            )


def _found(judgment: Judgment, kind: str, viewer: Viewer) -> list[str]:
    options = Options(narrowed=[results.terms("type", [kind])], limit=DEPTH, facets=())
    answer = results.find(judgment.query, viewer, results.visible(viewer), options)
    assert not answer.degraded, engine_status()
    return [str(one.id) for one in answer.found]


def _grades(judgment: Judgment, viewer: Viewer) -> Mapping[str, dict[str, int]]:
    """By document id; of what is generated only what the viewer may read as being about the topic."""
    profiles = judgment.of_people(_people())
    known = set(
        Profile.objects.visible(viewer)
        .filter(pk__in=[people.person_id(key) for key in profiles])
        .values_list("pk", flat=True)
    )
    rows = Profile.objects.filter(pk__in=known)
    told = {row.pk for row in rows if viewer.is_in(audience(row, Section.TOPICS))}
    expert = {
        str(person): grade
        for key, grade in profiles.items()
        if (person := people.person_id(key)) in told or (key in judgment.people and person in known)
    }
    composed = _composed()
    return {
        "expert": expert,
        "discussion": _readable(Discussion, judgment.of_discussions(composed), viewer),
        "post": _readable(Post, judgment.of_posts(composed), viewer),
    }


def _readable(model: type[Discussion | Post], grades: Mapping[str, int], viewer: Viewer) -> dict[str, int]:
    by_id: dict[UUID, int] = {community.demo_id(key): grade for key, grade in grades.items()}
    there = model.objects.visible(viewer).filter(pk__in=list(by_id)).values_list("pk", flat=True)
    return {str(one): by_id[one] for one in there}


@cache
def _people() -> Sequence[people.Record]:
    return [
        *(one["profile"] for one in generated_people.designations(TODAY)),
        *generated_people.counter_terrorism_members(),
        *generated_people.profiles(people.OTHERS),
    ]


@cache
def _composed() -> Sequence[community.Record]:
    by_hand = {one["key"] for one in generated_discussions.load("discussions")["discussions"]}
    return [one for one in generated_discussions.discussions() if one["key"] not in by_hand]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
