"""Naming a person by id in a network, a designation or a roster: whom the namer may know of."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from config.errors import Invalid
from experts.models import NetworkMembership, Profile, User
from search.viewer import Viewer

# Accounts that can stand in a network or on a roster; the secretariat also enters people who never signed in.
PRESENT = (User.Status.ACTIVE, User.Status.UNCLAIMED)


def named(user_id: UUID, viewer: Viewer, *, pointer: str) -> User:
    """The person with this id, among those the viewer may know of: in the directory, in the networks they may
    look into, themselves; everyone for the secretariat. Raises `Invalid` (``unknown_person``) at ``pointer``.
    """
    people = User.objects.filter(status__in=PRESENT, is_system=False)
    if not viewer.is_secretariat:
        people = people.filter(
            Q(pk=viewer.user_id)
            | Q(pk__in=Profile.objects.visible(viewer).values("pk"))
            | Q(pk__in=NetworkMembership.objects.visible(viewer).values("user_id"))
        )
    person: User | None = people.filter(pk=user_id).first()
    if person is None:
        raise Invalid.field(pointer, "There is no such person.", code="unknown_person")
    return person
