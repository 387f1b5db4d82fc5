"""States, topics, networks, rosters, consent texts and organisations from the data files: what every
installation starts with.

``load`` adds what is missing and leaves alone what is there, so that what the secretariat changed stays.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from experts.data import generate
from experts.models import ConsentText, Country, Network, Organisation, Roster, Topic


def load() -> None:
    """Countries, topics, networks, rosters and the first consent texts."""
    with transaction.atomic():
        _countries()
        _topics()
        _networks()
        _rosters()
        _consent_texts()


def load_fictitious_organisations() -> None:
    """The invented organisations that the demo's people work for."""
    Organisation.objects.bulk_create(
        (
            Organisation(
                slug=record["slug"],
                name=record["names"]["en"],
                names=record["names"],
                kind=record["kind"],
                country_id=record["country"],
            )
            for record in generate.load("organisations")["organisations"]
        ),
        ignore_conflicts=True,
    )


def _countries() -> None:
    Country.objects.bulk_create(
        (
            Country(**{name: record[name] for name in ("code", "status", "region", "names")})
            for record in generate.load("countries")["countries"]
        ),
        ignore_conflicts=True,
    )


def _topics() -> None:
    present = {topic.slug: topic for topic in Topic.objects.all()}
    for record in generate.load("topics")["topics"]:
        if record["slug"] in present:
            continue
        fields = {name: record[name] for name in ("slug", "labels", "synonyms")}
        if record["parent"] is None:
            topic = Topic.objects.add_root(fields)
        else:
            parent = Topic.objects.get(pk=present[record["parent"]].pk)  # its path may have moved meanwhile
            topic = Topic.objects.add_child(parent, fields)
        present[topic.slug] = topic


def _networks() -> None:
    present = set(Network.objects.values_list("slug", flat=True))
    for record in _missing("networks", present):
        Network.objects.create(
            slug=record["slug"],
            names=record["names"],
            purpose=record["purpose"],
            is_designated=record["kind"] == "designated",
            group=Group.objects.create(name=f"network:{record['slug']}"),
        )


def _rosters() -> None:
    present = set(Roster.objects.values_list("slug", flat=True))
    for record in _missing("rosters", present):
        roster = Roster.objects.create(
            slug=record["slug"],
            names=record["names"],
            purpose=record["purpose"],
            notice_days=record["notice_days"],
        )
        roster.topics.set(Topic.objects.filter(slug__in=record["topics"]))


def _consent_texts() -> None:
    present = set(ConsentText.objects.values_list("purpose", flat=True))
    for record in generate.load("consents")["consents"]:
        if record["purpose"] not in present:
            ConsentText.objects.create(purpose=record["purpose"], version=1, texts=record["texts"])


def _missing(what: str, present: set[str]) -> list[dict[str, Any]]:
    return [record for record in generate.load("networks")[what] if record["slug"] not in present]
