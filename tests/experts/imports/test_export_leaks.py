"""Random profiles, audiences and askers: a table of the directory equals what the reference model allows."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given

from experts import directory, exporting, tables, viewers
from experts.directory import Filters
from experts.models import Profile, Section, User
from tests.contracts.client import ApiClient
from tests.experts.test_nothing_leaks import Asker, World, plans, relaxed, word, world

pytestmark = pytest.mark.django_db


def expected_row(there: World, asker: Asker, number: int) -> dict[str, str]:
    """What stands in a profile's row, cell by cell; what the asker may not read is as if it were empty."""
    nationality, duty = there.countries[number]
    networks = sorted(there.networks[n].slug for n in there.plans[number]["networks"])
    cells: dict[str, tuple[Section, str]] = {
        "given_name": (Section.IDENTITY, word(Section.IDENTITY, number)),
        "gender": (Section.GENDER, "female"),
        "headline": (Section.HEADLINE, word(Section.HEADLINE, number)),
        "nationality": (Section.NATIONALITY, nationality.code),
        "duty_country": (Section.DUTY_COUNTRY, duty.code),
        "agency": (Section.AGENCY, "customs"),
        "position": (Section.AFFILIATIONS, word(Section.AFFILIATIONS, number)),
        "topics": (Section.TOPICS, f"{there.topics[number].slug}: trainer: 5"),
        "languages": (Section.LANGUAGES, f"{['ka', 'hy', 'mt'][number]}: B2"),
        "networks": (Section.NETWORKS, "; ".join(networks)),
        "contact_email": (Section.CONTACT, f"{word(Section.CONTACT, number)}@example.org"),
        "orcid": (Section.LINKS, "0000-0001-5109-3700"),
        "available_from": (Section.AVAILABILITY, "2020-01-01"),
    }
    return {
        name: value if there.reads(asker, number, section) else "" for name, (section, value) in cells.items()
    }


def check(there: World, asker: Asker, rows: list[dict[str, str]]) -> None:
    found = {row["id"]: row for row in rows}
    seen = {str(profile.pk): n for n, profile in enumerate(there.profiles) if there.sees(asker, n)}
    assert found.keys() == seen.keys(), asker.name
    for pk, number in seen.items():
        expected = expected_row(there, asker, number)
        assert {name: found[pk][name] for name in expected} == expected, (asker.name, number)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@given(plans)
@relaxed
def test_a_table_of_the_directory_holds_what_its_asker_may_read(plan: list[dict[str, Any]]) -> None:
    """At once over HTTP, and as a job's rows for who may have a job: signed-in people."""
    with world(plan) as there:
        for asker in there.askers:
            check(there, asker, read(ApiClient(asker.user).get("/experts", format="csv").content))
            if isinstance(asker.user, User):
                check(there, asker, read(_as_job(asker.user)))


def _as_job(user: User) -> bytes:
    viewer = viewers.resolve(user)
    found = directory.find(viewer, Filters()).with_content("en", exporting.SECTIONS)
    profiles: list[Profile] = list(found.order_by("sort_name", "pk"))
    data = io.BytesIO()
    tables.write_csv(data, exporting.HEADINGS, exporting.rows(profiles, viewer))
    return data.getvalue()
