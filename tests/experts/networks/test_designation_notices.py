"""What is told of designations reads in the language of who is told, and is for who may see them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail

from experts import designation_notices
from experts.models import Designation, User
from tests.factories import jobs
from tests.factories import networks as make

pytestmark = pytest.mark.django_db

SUBJECTS = {
    "en": "Focal Points: designation renewed",
    "fr": "Points focaux : désignation renouvelée",
    "de": "Focal Points: Benennung verlängert",
    "it": "Focal Points: designazione rinnovata",
    "ru": "Focal Points: назначение продлено",
    "es": "Focal Points: designación renovada",
}


@pytest.fixture
def designation(db: None) -> Designation:
    network = make.network()
    network.names = {"en": "Focal Points", "fr": "Points focaux"}
    network.save()
    state = make.country("AT", names={"en": "Austria", "fr": "Autriche"})
    made = make.designation(network, state, make.user(name="Ana Kovač"))
    Designation.objects.filter(pk=made.pk).update(valid_to=date(2099, 3, 5))
    return made


@pytest.mark.parametrize("language", SUBJECTS)
def test_each_is_told_in_their_language(
    designation: Designation, language: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    User.objects.filter(pk=designation.user_id).update(language=language)
    designation_notices.tell(designation_notices.RENEWED, designation)
    jobs.run("experts.deliver_notice")
    [letter] = mailoutbox
    assert letter.subject == SUBJECTS[language]
    assert "Ana Kovač" in letter.body


def test_labels_and_days_are_in_the_language_too(
    designation: Designation, mailoutbox: list[mail.EmailMessage]
) -> None:
    User.objects.filter(pk=designation.user_id).update(language="fr")
    designation_notices.tell(designation_notices.RENEWED, designation)
    jobs.run("experts.deliver_notice")
    assert mailoutbox[0].body.startswith(
        "Autriche a renouvelé la désignation de Ana Kovač comme point focal principal (Points focaux).\n"
        "Elle vaut désormais jusqu’au 5 mars 2099."
    )


@pytest.mark.parametrize(
    "reason",
    [
        designation_notices.CONFIRMED,
        designation_notices.RENEWED,
        designation_notices.WITHDRAWN,
        designation_notices.SUCCEEDED,
        designation_notices.EXPIRED,
    ],
)
def test_every_reason_has_its_words(
    designation: Designation, reason: str, mailoutbox: list[mail.EmailMessage]
) -> None:
    designation_notices.tell(reason, designation)
    jobs.run("experts.deliver_notice")
    assert "Ana Kovač" in mailoutbox[0].body
    assert "{" not in f"{mailoutbox[0].subject}{mailoutbox[0].body}"


def test_the_end_that_comes_is_told_with_the_days_left(
    designation: Designation, mailoutbox: list[mail.EmailMessage]
) -> None:
    designation_notices.tell(designation_notices.ENDING, designation, days=7)
    jobs.run("experts.deliver_notice")
    assert mailoutbox[0].subject == "Focal Points: designation ends in 7 days"
