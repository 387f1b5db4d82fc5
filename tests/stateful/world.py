"""A real community beside its model: the database, the API's clients, and who is who in both."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from experts import search_filters
from experts.audiences import Choice, Reach
from experts.models import Network, Section, Topic, User
from forums.actions import attachments
from forums.models import Space as SpaceRow
from forums.notices.jobs import tell_followers
from search import indexer, outbox, taxonomy
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import forums, networks
from tests.stateful.model import Discussion, File, Model, Post, Space, Viewer
from tests.stateful.model import Profile as ProfileModel
from tests.stateful.plans import EVERYBODY, NETWORKS, SECRETARIAT, SECTIONS, Plan, ProfilePlan

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response  # with .json()

EMPTY: dict[str, Any] = {
    "identity": {"honorific": "", "given_name": "", "family_name": "", "original_name": ""},
    "photo": None,
    "gender": "",
    "headline": "",
    "biography": [],
    "nationality": None,
    "duty_country": None,
    "agency": "",
    "affiliations": [],
    "networks": [],
    "topics": [],
    "languages": [],
    "missions": [],
    "trainings": [],
    "publications": [],
    "documents": [],
    "contact": {"email": "", "phone": "", "address": ""},
    "links": {"orcid": "", "items": []},
    "availability": {
        "available_from": None,
        "available_to": None,
        "share": None,
        "notice_days": None,
        "regions": [],
    },
}
ITEM_SECTIONS = ("affiliations", "missions", "trainings", "publications", "documents", "links")
A_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|space-\d+|alpha|beta")
A_WORD = re.compile(r"(?:[bdfgkmpz][aou]){6}k")  # as `World.word` makes them
FOUND_BY_WORD = ("identity", "headline", "biography", "contact", *ITEM_SECTIONS)


@dataclass
class Base:
    """What every world has, made once: people with tokens, networks, countries, topics."""

    users: dict[str, User]
    networks: dict[str, Network]
    clients: dict[Viewer, ApiClient]
    countries: tuple[str, ...] = ("NO", "KG")
    topics: tuple[str, ...] = ("knots", "bowlines", "sails")


def base() -> Base:
    """Must run in a transaction that is undone."""
    for name in EVERYBODY:
        default_storage.save(_photo(name), ContentFile(b"a picture"))
    users = {name: make.user(name=name.capitalize(), is_staff=name == SECRETARIAT) for name in EVERYBODY}
    networks = {
        name: Network.objects.create(
            slug=name,
            names={"en": f"Network {name}"},
            group=Group.objects.create(name=f"network:{name}"),
        )
        for name in NETWORKS
    }
    for code in Base.countries:
        make.country(code)
    knots = make.topic("knots")
    make.topic("bowlines", parent=knots)
    make.topic("sails")
    for kept in (search_filters.countries, search_filters.networks):
        kept.forget()
    taxonomy.forget()
    clients: dict[Viewer, ApiClient] = {name: ApiClient(user) for name, user in users.items()}
    clients[None] = ApiClient()
    return Base(users, networks, clients)


class World:
    """A community and its model, changed together."""

    def __init__(self, base: Base, plan: Plan, engines: tuple[str, ...] = ("postgres",)) -> None:
        self.base = base
        self.engines = engines
        self.names = {str(user.pk): name for name, user in base.users.items()}
        self.model = Model(
            people=EVERYBODY,
            secretariat={SECRETARIAT},
            networks={name: set(people) for name, people in plan.networks.items()},
        )
        self.space_ids: dict[str, str] = {}
        self.requests = 0
        self.answers: Counter[str] = Counter()  # of what was tried, by status
        self.learnt: dict[str, set[str]] = {}  # ids by the list that told them
        self._turn = 0
        self._numbers = count(1)
        for name, people in plan.networks.items():
            for person in sorted(people):
                networks.member(base.networks[name], base.users[person])
        for number, (person, profile) in enumerate(plan.profiles.items()):
            self._profile(person, number, profile)
        for space in plan.spaces:
            self._space(space)
        for discussion in plan.discussions:
            self._discussion(discussion)

    # Asking -------------------------------------------------------------------------------------------------

    def get(self, who: Viewer, path: str, **query: Any) -> Response:
        """GET as somebody; the contract is checked on the way."""
        self.requests += 1
        headers = query.pop("headers", None)
        response = self.base.clients[who].get(path, headers=headers, **query)
        self._no_word_too_many(who, response, f"{path} {query}")
        return response

    def send(self, who: Viewer, method: str, path: str, body: Any = None, **query: Any) -> Response:
        """Any other method."""
        self.requests += 1
        headers = {"If-Match": "*"} if method in {"PATCH", "PUT"} else {}
        response = self.base.clients[who].send(method, path, body, query=query, headers=headers)
        self.answers[f"{method} {A_NAME.sub('…', path)} {response.status_code}"] += 1
        return response

    def page(self, who: Viewer, path: str, **query: Any) -> list[dict[str, Any]]:
        """All results of a list, page by page; ``limit=None`` for one that is given whole."""
        query = {name: value for name, value in ({"limit": 100} | query).items() if value is not None}
        response = self.get(who, path, **query)
        assert response.status_code == 200, f"GET {path} as {who}: {response.content!r}"
        body = response.json()
        found: list[dict[str, Any]] = body["results"]
        while body["next"]:
            response = self.get(who, body["next"])
            assert response.status_code == 200, response.content
            body = response.json()
            found += body["results"]
        return found

    def _no_word_too_many(self, who: Viewer, response: Response, asked: str) -> None:
        """What is answered holds no word of a text that the asker may not read, but for what they typed."""
        if response.streaming:
            return
        if met := set(A_WORD.findall(response.content.decode(errors="replace").casefold())):
            known = list(self.model.words())
            readable = {word for word, may_read in known if word in met and may_read(who)}
            leaked = {word for word, _ in known if word in met} - readable - set(A_WORD.findall(asked))
            assert not leaked, f"GET {asked} shows {who} the words {leaked}: {response.content[:3000]!r}"

    def some[T](self, things: Iterable[T], most: int = 4) -> list[T]:
        """At most so many of these; in the course of a run all have their turn."""
        found = list(things)
        start = self._turn % len(found) if len(found) > most else 0
        self._turn += most
        return (found + found)[start : start + min(most, len(found))]

    def id_of(self, person: str) -> str:
        """The id of a person."""
        return str(self.base.users[person].pk)

    def word(self) -> str:
        """A word that nothing else has, nor anything like it."""
        letters = random.Random(next(self._numbers))  # the same in every run
        return "".join(letters.choice("bdfgkmpz") + letters.choice("aou") for _ in range(6)) + "k"

    def index(self) -> None:
        """Let the indexer catch up."""
        indexer.drain()

    @contextmanager
    def asking(self, engine: str) -> Iterator[None]:
        """Searches are answered by this engine inside the block."""
        kept = settings.SEARCH
        if engine == "postgres":
            settings.SEARCH = kept | {"ELASTICSEARCH_URL": ""}
        try:
            yield
        finally:
            settings.SEARCH = kept

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside is undone."""
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    @contextmanager
    def kept_if_well(self) -> Iterator[None]:
        """What happens inside is undone if it raises."""
        with transaction.atomic():
            yield

    # Growing ------------------------------------------------------------------------------------------------

    def add_discussion(self, body: Mapping[str, Any], space: Space, author: str, word: str) -> Discussion:
        """Note in the model what the API answered to who started one."""
        tags = tuple(body["tags"])
        discussion = Discussion(body["id"], space, author, body["kind"], word, body["status"], tags=tags)
        self.model.discussions.append(discussion)
        opening = body["opening_post"]
        post = Post(opening["id"], discussion, author, 1, word, state=opening["state"])
        self.model.posts.append(post)
        self.model.read[author, discussion] = 1
        if post.state == "published":
            self.publish(post)
        return discussion

    def add_post(
        self, body: Mapping[str, Any], discussion: Discussion, author: str, word: str, parent: Post | None
    ) -> Post:
        """Note in the model what the API answered to who replied."""
        post = Post(
            body["id"], discussion, author, body["position"], word, parent=parent, state=body["state"]
        )
        self.model.posts.append(post)
        discussion.last_position = post.position
        if post.state == "published":
            self.publish(post)
            key = (author, discussion)
            self.model.read[key] = max(self.model.read.get(key, 0), post.position)
        return post

    def publish(self, post: Post) -> None:
        """A post is there for readers; the job that tells those who follow runs."""
        self.model.publish(post)
        tell_followers(post_id=post.id)

    # The beginning ------------------------------------------------------------------------------------------

    def _profile(self, person: str, number: int, plan: ProfilePlan) -> None:
        reach = {section: plan.readers(section) for section in SECTIONS}
        words = {section: self.word() for section in FOUND_BY_WORD}
        profile = make.profile(
            self.base.users[person],
            status=plan.status,
            hidden_because="secretariat" if plan.status == "hidden" else "",
            given_name=person.capitalize(),
            family_name=words["identity"].capitalize(),
            gender="female",
            headline=words["headline"],
            biography={"en": words["biography"]},
            nationality=make.country("NO"),
            duty_country=make.country("KG" if number % 2 else "NO"),
            agency_kind="customs",
            contact_email=f"{person}@mail.example.org",
            contact_address=words["contact"],
            orcid="0000-0002-1825-0097",
            available_from=timezone.now().date(),
            photo=_photo(person),
            reach={
                section: Choice(Reach(circle), tuple(sorted(self.base.networks[n].pk for n in networks)))
                for section, (circle, networks) in reach.items()
            },
        )
        make.knows(profile, self.topic("bowlines" if number else "sails"))
        make.speaks(profile, "ru")
        for section in ITEM_SECTIONS:
            kind = {"kind": "given"} if section == "trainings" else {}
            make.item(profile, Section(section), title=words[section], language="en", **kind)
        self.enqueue("expert", profile.pk)
        own = self.get(person, f"/experts/{profile.pk}").json()
        self.model.profiles[person] = ProfileModel(
            reach=reach,
            content={section: own[section] for section in SECTIONS},
            words=words,
            status=plan.status,
            hidden_because=profile.hidden_because,
        )

    def _space(self, plan: Any) -> None:
        spaces = list(self.model.spaces.values())
        parent = spaces[plan.parent] if plan.parent is not None else None
        word = self.word()
        owner = next((name for name, role in plan.roles.items() if role == "owner"), SECRETARIAT)
        made = forums.space(
            plan.visibility,
            owner=self.base.users[owner],
            parent=_row(parent) if parent else None,
            slug=f"space-{len(spaces)}",
            title=word.capitalize(),
        )
        space = Space(made.slug, plan.visibility, word, parent, roles={owner: "owner"})
        for name, role in plan.roles.items():
            forums.join(made, role, self.base.users[name])
            space.roles[name] = role
        for name, role in plan.networks.items():
            forums.grant(made, self.base.networks[name], role)
            space.network_roles[name] = role
        self.model.spaces[space.slug] = space
        self.space_ids[space.slug] = str(made.pk)
        self.enqueue("space", made.pk)

    def _discussion(self, plan: Any) -> None:
        space = list(self.model.spaces.values())[plan.space]
        writers = [name for name in EVERYBODY if self.model.may_act(name, space, 2)]
        if not writers:
            return
        author = plan.author if plan.author in writers else writers[0]
        word = self.word()
        response = self.send(
            author,
            "POST",
            f"/spaces/{space.slug}/discussions",
            {"topic": word.capitalize(), "kind": plan.kind, "body": f"About {word}.", "language": "en"},
        )
        assert response.status_code == 201, response.content
        discussion = self.add_discussion(response.json(), space, author, word)
        for name, parent_number in plan.replies:
            thread = [post for post in self.model.posts if post.discussion is discussion]
            parent = thread[parent_number % len(thread)]
            self.reply(name if name in writers else writers[-1], discussion, parent)

    def reply(self, who: str, discussion: Discussion, parent: Post, quoted: Post | None = None) -> Response:
        """Somebody replies to a post, and may quote one; the model follows if the API lets them."""
        word = self.word()
        body = {"body": f"I say {word}.", "parent": parent.id, "language": "en"}
        quotes = [{"post": quoted.id}] if quoted else []
        response = self.send(who, "POST", f"/discussions/{discussion.id}/posts", body | {"quotes": quotes})
        if response.status_code == 201:
            above = None if parent.position == 1 else parent
            post = self.add_post(response.json(), discussion, who, word, above)
            post.quotes = [quoted] if quoted else []
        return response

    def file(self, who: str) -> File:
        """Somebody brings a file."""
        word = self.word()
        upload = SimpleUploadedFile(f"{word}.txt", b"Plain words.")
        made = attachments.upload(acting_user=self.base.users[who], upload=upload, name=f"{word}.txt")
        file = File(str(made.pk), who, word)
        self.model.files.append(file)
        return file

    @staticmethod
    def topic(slug: str) -> Topic:
        """A topic of the base."""
        found: Topic = Topic.objects.get(slug=slug)
        return found

    @staticmethod
    def enqueue(kind: str, object_id: UUID) -> None:
        """Have what a factory made indexed, as an action would."""
        outbox.enqueue(kind, [object_id])


def _photo(person: str) -> str:
    return f"photos/{person}.jpg"


def _row(space: Space) -> Any:
    return SpaceRow.objects.get(slug=space.slug)


def same(found: Any, expected: Any, what: str) -> None:
    """Fail, saying what of whom differs."""
    if found != expected:
        shown = [
            orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()
            if not isinstance(value, set)
            else str(sorted(map(str, value)))
            for value in (found, expected)
        ]
        raise AssertionError(f"{what}\n  shown:    {shown[0]}\n  expected: {shown[1]}")
