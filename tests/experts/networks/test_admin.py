"""The secretariat's admin does what the actions do, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from experts.models import Designation, RosterMember, User
from tests.factories import networks as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make.user(is_staff=True, is_superuser=True), backend="experts.backends.PeopleBackend")
    return client


def act(admin: Client, model: str, action: str, *ids: object) -> str:
    data = {"action": action, "_selected_action": [str(one) for one in ids]}
    response = admin.post(f"/admin/experts/{model}/", data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_chosen_proposals_are_confirmed_and_what_is_refused_is_told(admin: Client) -> None:
    network, state = make.network(), make.country()
    first, second = (make.designation(network, state, status="proposed") for _ in range(2))
    page = act(admin, "designation", "confirm", first.pk, second.pk)
    assert Designation.objects.filter(status="confirmed").count() == 1
    assert "has a primary focal point for some of these days" in page
    assert User.objects.filter(groups=network.group).count() == 1


def test_applicants_are_admitted(admin: Client) -> None:
    place = RosterMember.objects.create(roster=make.roster(), user=make.expert())
    act(admin, "rostermember", "admit", place.pk)
    place.refresh_from_db()
    assert place.status == "admitted"


@pytest.mark.parametrize("model", ["designation", "rostermember"])
def test_nothing_is_typed_in_or_deleted(admin: Client, model: str) -> None:
    assert admin.get(f"/admin/experts/{model}/").status_code == 200
    assert admin.get(f"/admin/experts/{model}/add/").status_code == 403
    held = make.designation(make.network(), make.country())
    place = RosterMember.objects.create(roster=make.roster(), user=make.expert())
    row = held if model == "designation" else place
    assert admin.post(f"/admin/experts/{model}/{row.pk}/delete/").status_code == 403
    assert admin.get(f"/admin/experts/{model}/{row.pk}/change/").status_code == 200
    assert admin.post(f"/admin/experts/{model}/{row.pk}/change/", {"status": "expired"}).status_code == 403
