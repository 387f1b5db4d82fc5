"""Events, and the States that discussions are about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from forums.actions import events
from forums.models import Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.factories import experts, forums

TOMORROW = timezone.now() + timedelta(days=1)
WHEN = {
    "starts": TOMORROW.isoformat(),
    "ends": (TOMORROW + timedelta(hours=2)).isoformat(),
    "time_zone": "Europe/Vienna",
    "country": "AT",
    "place": "Vienna",
}


def an_event(visibility: str) -> Callable[[Cast], dict[str, object]]:
    """Announced by the expert, in a space of the cast."""

    def thing(cast: Cast) -> dict[str, object]:
        experts.country("AT")
        discussion = forums.discussion(cast_space(cast, visibility), cast.expert)
        events.set_event(
            discussion.pk,
            acting_user=cast.expert,
            starts_at=TOMORROW,
            ends_at=TOMORROW,
            country="AT",
            place="Vienna",
        )
        events.set_countries(discussion.pk, ["AT"], acting_user=cast.expert)
        return {"id": discussion.pk, "code": "AT"}

    return thing


THINGS = {
    "an open event": an_event(Visibility.OPEN),
    "a secret event": an_event(Visibility.SECRET),
}
INSIDE = ("expert", "observer", "space_member", "moderator", "space_owner")


def inside(status: int, others: int = 404) -> dict[str, Any]:
    """Who is in the space, but for the banned."""
    return dict.fromkeys(INSIDE, status) | {"others": others}


def editors(status: int, *, outside: int) -> dict[str, Any]:
    """Who wrote the discussion, and who moderates its space."""
    within = {"observer": 403, "space_member": 403}
    can = dict.fromkeys(("expert", "moderator", "space_owner"), status)
    return {"visitor": 401, **within, **can, "others": outside}


ROWS = [
    row("GET /events", "an open event", others=200),
    row("GET /events/{id}", "an open event", others=200),
    row("GET /events/{id}", "a secret event", **inside(200)),
    row("PUT /discussions/{id}/event", "an open event", body=WHEN, **editors(200, outside=403)),
    row("PUT /discussions/{id}/event", "a secret event", body=WHEN, **editors(200, outside=404)),
    row("DELETE /discussions/{id}/event", "an open event", **editors(204, outside=403)),
    row("GET /discussions/{id}/countries", "an open event", others=200),
    row("GET /discussions/{id}/countries", "a secret event", **inside(200)),
    row(
        "PUT /discussions/{id}/countries",
        "an open event",
        body={"countries": ["AT"]},
        **editors(200, outside=403),
    ),
    row("GET /countries/{code}/discussions", "a secret event", others=200),
]
