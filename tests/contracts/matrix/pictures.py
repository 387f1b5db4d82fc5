"""Pictures of spaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from forums.models import Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.contracts.matrix.experts import FORM, FORM_OF_PNG
from tests.factories import experts

INSIDE = ("observer", "space_member", "expert", "moderator", "space_owner")
READERS: dict[str, Any] = dict.fromkeys(INSIDE, 200)
ON_SECRET: dict[str, Any] = dict.fromkeys(INSIDE, 403) | {"visitor": 401, "others": 404}


def pictured(visibility: str) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        space = cast_space(cast, visibility)
        space.picture.save("picture.jpg", ContentFile(experts.PNG))
        return {"slug": space.slug}

    return thing


THINGS = {
    "a private space with a picture": pictured(Visibility.PRIVATE),
    "a secret space with a picture": pictured(Visibility.SECRET),
}
ROWS = [
    row("GET /spaces/{slug}/picture", "a private space with a picture", visitor=404, banned=404, others=200),
    row(
        "GET /spaces/{slug}/picture",
        "a secret space with a picture",
        **READERS,
        others=404,
    ),
    row(
        "PUT /spaces/{slug}/picture",
        "a secret space with a picture",
        body=FORM_OF_PNG,
        headers=FORM,
        **ON_SECRET | {"space_owner": 200},
    ),
    row("DELETE /spaces/{slug}/picture", "a secret space with a picture", **ON_SECRET | {"space_owner": 204}),
]
