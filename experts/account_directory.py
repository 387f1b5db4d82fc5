"""Which accounts are there for whom, as accounts: with address and state."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from experts.models import SecondFactor, User
from search.viewer import Viewer


def visible(viewer: Viewer) -> QuerySet[Any]:
    """Those of people, to the secretariat, each with ``has_second_factor``; to anybody else none. Who was
    erased is not there any more."""
    if not viewer.is_secretariat:
        return User.objects.none()
    confirmed = SecondFactor.objects.in_force().filter(user=OuterRef("pk"))
    people = User.objects.filter(is_system=False).exclude(status=User.Status.ERASED)
    return people.annotate(has_second_factor=Exists(confirmed))
