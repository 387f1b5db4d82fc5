"""Lists of one's own account."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from tests.contracts.client import token_for
from tests.contracts.lists.base import List


def tokens(count: int, asker: User) -> Mapping[str, object]:
    for _ in range(count - 1):  # the one of the request counts too
        token_for(asker)
    return {}


LISTS = [List("GET /me/tokens", tokens, budget=2)]
