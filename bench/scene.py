"""What a case finds to ask about: the database, the API, and people signed in."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID, uuid4

from bench.api import Api
from bench.client import Call, Client
from bench.database import Database

_SIGN_IN = """
INSERT INTO experts_personaltoken
    (id, user_id, name, digest, hint, scopes, created_at, last_used_at, expires_at)
VALUES (%(id)s, %(user)s, 'bench', %(digest)s, 'bench', '{read,write,moderate}', now(), now(), %(until)s)
"""


@dataclass(frozen=True)
class Scene:
    """A set's database and the API on it."""

    database: Database
    api: Api
    _tokens: dict[UUID, dict[str, str]] = field(default_factory=dict, repr=False)

    @cached_property
    def client(self) -> Client:
        """A connection for finding things out beforehand."""
        return Client(self.api.port)

    def as_person(self, person: UUID) -> dict[str, str]:
        """The headers of requests that this person makes, with a personal token."""
        if person not in self._tokens:
            secret = f"xf_{uuid4().hex}"
            self.database.connection.execute(
                _SIGN_IN,
                {
                    "id": uuid4(),
                    "user": person,
                    "digest": hashlib.sha256(secret.encode()).digest(),
                    "until": dt.datetime.now(dt.UTC) + dt.timedelta(days=1),
                },
            )
            self._tokens[person] = {"Authorization": f"Bearer {secret}"}
        return self._tokens[person]

    def member_of(self, slug: str, *, role: str = "member", number: int = 0) -> UUID:
        """The person who is the n-th with that role in a space."""
        found: UUID = self.database.value(
            """
            SELECT user_id FROM forums_membership AS membership
            JOIN forums_space AS space ON space.id = membership.space_id
            WHERE space.slug = %(slug)s AND role = %(role)s ORDER BY user_id LIMIT 1 OFFSET %(number)s
            """,
            {"slug": slug, "role": role, "number": number},
        )
        return found

    def by_email(self, email: str) -> UUID:
        """A person by e-mail address."""
        found: UUID = self.database.value(
            "SELECT id FROM experts_user WHERE email = %(email)s", {"email": email}
        )
        return found

    def page(self, call: Call, number: int) -> Call:
        """The page of a list with ``limit=20`` that a client reaches by following ``next`` from its first."""
        to_skip = (number - 1) * 20
        while to_skip:
            step = min(200, to_skip)
            answer = self.client.json(call._replace(path=_walking(call.path, step)))
            if answer["next"] is None:
                raise LookupError(f"{call.path} has no page {number}")
            call = call._replace(path=answer["next"].partition("localhost")[2])
            to_skip -= step
        return call._replace(path=_limited(call.path, 20))

    def last_page(self, call: Call) -> Call:
        """The last 20 rows of a list, where a client that follows ``next`` arrives."""
        before = call._replace(path=_walking(call.path, 200))
        while (following := self.client.json(before)["next"]) is not None:
            before = before._replace(path=following.partition("localhost")[2])
        rows = len(self.client.json(before)["results"])
        number = max(1, -(-rows // 20))
        return self.page(before, number)


def _walking(path: str, limit: int) -> str:
    """A page on the way: the addresses that lead on from it, and little else."""
    return f"{_limited(path, limit)}&fields=id"


def _limited(path: str, limit: int) -> str:
    base, _, query = path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("limit=", "fields="))]
    return f"{base}?{'&'.join([*kept, f'limit={limit}'])}"
