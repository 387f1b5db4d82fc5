"""Importing a community archive, in batches: what was interrupted is taken up again where it stopped.

The archive is checked from end to end before anything is written (`forums.community.checking`).
Everything imported carries ``<source>:<id>`` as its ``external_id``; what is there already is passed over. A
discussion is kept out of sight until all of the archive is in. Nobody is told of what is imported.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify
from uuid_utils.compat import uuid7

from config.errors import Conflict
from experts import audit
from experts.models import Topic, User
from experts.references import topics_by_slug
from forums import grants, proof, tags, text
from forums.community import archive, attachments, beside, checking
from forums.community.archive import ArchiveError, Line
from forums.community.beside import Place
from forums.community.copying import copy
from forums.community.rendering import Renderer, renderer
from forums.models import Discussion, Membership, Post, Space, ViewTally, Visibility
from search import outbox

BATCH = 5_000
BATCHES = {"attachment": 50}  # pictures are made anew, which takes time
ACCOUNT = "community-import"
# Deleted at the beginning of time: imported, and not shown before all of it is there.
NOT_YET = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LOCK = 4_711_000_001

type Told = Callable[[str], None]


def run(path: Path, *, tell: Told = lambda _: None, processes: int | None = None) -> Counter[str]:
    """Import an archive; returns how many of each kind are new here.

    Raises `ArchiveError` for a line that makes no sense, in all but rare cases before anything is written;
    batches that are in already stay, and are passed over the next time. Only one import runs at a time
    (`ArchiveError` otherwise).
    """
    with _alone(), renderer(processes) as render:
        tell(f"Checked: {sum(checking.check(path).values()):,} lines.")
        lines = archive.read(path)
        header = next(lines)
        importer = _Importer(header.fields["source"], path.parent, render)
        for kind, batch in _batches(lines):
            importer.take(kind, batch)
            tell(f"{batch[-1].number:,} lines: {', '.join(f'{n:,} {k}s' for k, n in importer.new.items())}")
        tell("Figures and search …")
        importer.settle()
    return importer.new


def _batches(lines: Iterator[Line]) -> Iterator[tuple[str, list[Line]]]:
    for kind, group in groupby(lines, key=lambda line: line.type):
        batch: list[Line] = []
        for line in group:
            batch.append(line)
            if len(batch) == BATCHES.get(kind, BATCH):
                yield kind, batch
                batch = []
        if batch:
            yield kind, batch


class _Importer:
    """What is known of the archive's things while it is read."""

    def __init__(self, source: str, folder: Path, render: Renderer) -> None:
        self.source = source
        self.folder = folder
        self.render = render
        self.account = User.objects.system(ACCOUNT)
        self.new: Counter[str] = Counter()
        self.users: dict[str, UUID] = {}
        self.names: dict[UUID, str] = {}
        self.spaces: dict[str, UUID] = {}
        self.discussions: dict[str, UUID] = {}
        self.positions: dict[str, int] = {}
        self.posts: dict[str, Place] = {}
        self.shown: dict[str, bool] = {}
        self.accepted: dict[str, str] = {}

    def take(self, kind: str, batch: list[Line]) -> None:
        """Import lines of one kind, in one transaction."""
        with transaction.atomic():
            getattr(self, f"_{kind}s")(batch)

    # One method per kind of line -------------------------------------------------------------------------

    def _users(self, batch: list[Line]) -> None:
        addresses = {line.fields["id"]: self._address(line) for line in batch}
        known = {}
        rows = User.objects.filter(email__in=addresses.values()).values_list("email", "pk", "name")
        for email, pk, name in rows:
            known[email], self.names[pk] = pk, name
        made = []
        for line in batch:
            email = addresses[line.fields["id"]]
            if email not in known:
                name = checking.cleaned(line, "name")
                values = {"language": line.fields["language"] or "en", "time_zone": line.fields["time_zone"]}
                user = User(email=email, name=name, status=User.Status.UNCLAIMED, **values)
                user.set_unusable_password()
                known[email], self.names[user.pk] = user.pk, name
                made.append(user)
            self.users[line.fields["id"]] = known[email]
        User.objects.bulk_create(made)
        self.new["user"] += len(made)

    def _spaces(self, batch: list[Line]) -> None:
        for line in batch:
            given, external_id = line.fields, self._external(line.fields["id"])
            space = Space.objects.filter(external_id=external_id).first()
            if space is None:
                space = self._new_space(line, external_id)
                self.new["space"] += 1
            self.spaces[given["id"]] = space.pk

    def _new_space(self, line: Line, external_id: str) -> Space:
        given = line.fields
        parent = None
        if given["parent"] is not None:
            parent = Space.objects.get(pk=self.spaces[given["parent"]])
        visibility = Visibility(given["visibility"])
        if parent is not None:  # which may have been closed here since
            visibility = max(visibility, Visibility(parent.visibility), key=lambda choice: choice.closedness)
        joining = given["joining"] if given["joining"] in visibility.joinings else visibility.joinings[0]
        space = Space.objects.create(
            external_id=external_id,
            slug=_free_slug(given["slug"] or given["title"]),
            title=checking.cleaned(line, "title"),
            purpose=text.body(given["purpose"], blank=True),
            rules=text.body(given["rules"], blank=True),
            join_questions=[text.title(question) for question in given["join_questions"]],
            visibility=visibility,
            joining=joining,
            parent=parent,
            ancestor_ids=[*parent.ancestor_ids, parent.pk] if parent else [],
            languages=[language for language in given["languages"] if language],
            archived_at=timezone.now() if given["archived"] else None,
        )
        Space.objects.filter(pk=space.pk).update(created_at=given["created_at"])
        space.topics.set(self._topics(given["topics"]))
        space.featured_topics.set(self._topics(given["featured_topics"]))
        audit.record("space.imported", space, actor=self.account, space_id=space.pk)
        return space

    def _memberships(self, batch: list[Line]) -> None:
        roles: dict[UUID, dict[UUID, str]] = {}
        for line in batch:
            space_id = self.spaces[line.fields["space"]]
            roles.setdefault(space_id, {})[self.users[line.fields["user"]]] = line.fields["role"]
        for space_id, wanted in sorted(roles.items()):
            Space.objects.select_for_update(no_key=True).get(pk=space_id)
            here = set(Membership.objects.filter(space=space_id).values_list("user_id", flat=True))
            joining = {user_id: role for user_id, role in wanted.items() if user_id not in here}
            if joining:  # whoever belongs to the space already keeps the role they have
                self.new["membership"] += grants.give(space_id, joining)

    def _discussions(self, batch: list[Line]) -> None:
        ids = [self._external(line.fields["id"]) for line in batch]
        known = dict(Discussion.objects.filter(external_id__in=ids).values_list("external_id", "pk"))
        made, tallies, topics, tagged = [], [], [], defaultdict(set)
        through = Discussion.topics.through
        for line in batch:
            given, external_id = line.fields, self._external(line.fields["id"])
            if external_id not in known:
                discussion = self._new_discussion(line, external_id)
                known[external_id] = discussion.pk
                made.append(discussion)
                tagged[discussion.space_id].update(discussion.tags)
                topics += [
                    through(discussion_id=discussion.pk, topic_id=topic.pk)
                    for topic in self._topics(given["topics"])
                ]
                if given["views"]:
                    day = given["created_at"].astimezone(dt.UTC).date()
                    tallies.append(ViewTally(discussion=discussion, day=day, count=given["views"]))
            self.discussions[given["id"]] = known[external_id]
            self.shown[given["id"]] = not given["deleted"]
            if given["accepted"] is not None and given["kind"] == Discussion.Kind.QUESTION:
                self.accepted[given["id"]] = given["accepted"]
        for space_id, names in tagged.items():
            try:
                tags.ensure(space_id, sorted(names))
            except Conflict as refused:
                raise ArchiveError(batch[0].number, refused.detail) from None
        Discussion.objects.bulk_create(made)
        through.objects.bulk_create(topics)
        ViewTally.objects.bulk_create(tallies)
        self.new["discussion"] += len(made)

    def _new_discussion(self, line: Line, external_id: str) -> Discussion:
        given = line.fields
        author = self.users[line.fields["author"]]
        return Discussion(
            id=_id_of(given["created_at"]),
            external_id=external_id,
            space_id=self.spaces[line.fields["space"]],
            kind=given["kind"],
            status=given["status"],
            title=checking.cleaned(line, "topic"),
            language=given["language"],
            tags=tags.names(given["tags"]),
            author_id=author,
            is_pinned=given["pinned"],
            pinned_until=given["pinned_until"] if given["pinned"] else None,
            hidden_at=timezone.now() if given["hidden"] else None,
            deleted_at=NOT_YET,
            created_at=given["created_at"],
            view_count=given["views"],
            last_post_at=given["created_at"],
            last_post_by_id=author,
        )

    def _posts(self, batch: list[Line]) -> None:
        ids = [self._external(line.fields["id"]) for line in batch]
        known = {
            row[0]: row[1:]
            for row in Post.objects.filter(external_id__in=ids).values_list(
                "external_id", "pk", "path", "position"
            )
        }
        new = []
        for line, external_id in zip(batch, ids, strict=True):
            if external_id in known:
                pk, path, position = known[external_id]
                self.posts[line.fields["id"]] = Place(
                    pk, line.fields["discussion"], tuple(path), position == 1, line.fields["version"]
                )
            else:
                new.append(line)
        rendered = self.render([(line.fields["body"], self._named(line)) for line in new])
        self._take_up_positions({line.fields["discussion"] for line in new})
        rows = []
        for line, result in zip(new, rendered, strict=True):
            if isinstance(result, str):
                raise ArchiveError(line.number, f"body: {result}")
            rows.append(self._post_row(line, *result))
        # Columns that an archive says nothing of have their defaults.
        more = [field for field in Post._meta.concrete_fields if field.attname not in _POST]  # noqa: SLF001
        defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in more)
        columns = (*_POST, *(field.attname for field in more))
        copy("forums_post", columns, [row + defaults for row in rows])
        self._keep_positions({line.fields["discussion"] for line in new})
        self.new["post"] += len(new)

    def _named(self, line: Line) -> list[tuple[str, UUID, str]]:
        people = [(name, self.users[name]) for name in line.fields["mentions"]]
        return [(name.lower(), user_id, self.names[user_id]) for name, user_id in people]

    def _post_row(self, line: Line, body: str, html: str, named: list[UUID]) -> tuple[object, ...]:
        given = line.fields
        position = self.positions[given["discussion"]] + 1
        parent = self._parent(line)
        path = (*(parent.path if parent else ()), position) if position > 1 else ()
        place = Place(_id_of(given["created_at"]), given["discussion"], path, position == 1, given["version"])
        self.posts[given["id"]], self.positions[given["discussion"]] = place, position
        return (
            place.id,
            self.discussions[given["discussion"]],
            position,
            parent.id if parent else None,
            list(path),
            self.users[given["author"]],
            given["state"],
            body,
            html,
            given["language"],
            given["version"],
            self._external(given["id"]),
            given["created_at"],
            given["edited_at"],
            0,
            0,
            named,
        )

    def _parent(self, line: Line) -> Place | None:
        """The post replied to; None for the opening post, and for what replies to that."""
        name = line.fields["parent"]
        return None if name is None or self.posts[name].is_opening else self.posts[name]

    def _quotes(self, batch: list[Line]) -> None:
        self.new["quote"] += beside.quotes(batch, self._there(batch, "post", "quoted"))

    def _revisions(self, batch: list[Line]) -> None:
        self.new["revision"] += beside.revisions(batch, self._there(batch, "post"), self.users)

    def _there(self, batch: list[Line], *fields: str) -> dict[str, Place]:
        return {line.fields[field]: self.posts[line.fields[field]] for line in batch for field in fields}

    def _attachments(self, batch: list[Line]) -> None:
        posts = {name: self.posts[name].id for name in {line.fields["post"] for line in batch}}
        self.new["attachment"] += attachments.bring(batch, self.folder, self.source, posts)

    def _likes(self, batch: list[Line]) -> None:
        rows = []
        for line in batch:
            post = self.posts[line.fields["post"]]
            user_id = self.users[line.fields["user"]]
            rows.append((uuid7(), post.id, user_id, line.fields["created_at"]))
        self.new["like"] += copy("forums_postlike", _LIKE, rows, unique=("post_id", "user_id"))

    # What they have in common ----------------------------------------------------------------------------

    def _external(self, archive_id: str) -> str:
        return f"{self.source}:{archive_id}"

    def _address(self, line: Line) -> str:
        """The address a person is known by; who has none gets one that no mail is ever sent to."""
        if line.fields["email"]:
            return str(line.fields["email"]).lower()
        digest = hashlib.sha256(self._external(line.fields["id"]).encode()).hexdigest()[:32]
        return f"{digest}@imported.invalid"

    def _topics(self, slugs: Sequence[str]) -> list[Topic]:
        known = topics_by_slug(slugs)
        return list({topic.pk: topic for topic in known.values()}.values())

    def _take_up_positions(self, names: set[str]) -> None:
        """Where the next posts go: behind those that people wrote here since, who wait meanwhile."""
        ids = {self.discussions[name]: name for name in names}
        locked = Discussion.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
        for pk, position in locked.values_list("pk", "last_position"):
            self.positions[ids[pk]] = position

    def _keep_positions(self, changed: set[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE forums_discussion AS discussion SET last_position = held.position"
                " FROM unnest(%s::uuid[], %s::integer[]) AS held(id, position) WHERE discussion.id = held.id",
                [
                    [self.discussions[name] for name in changed],
                    [self.positions[name] for name in changed],
                ],
            )

    @transaction.atomic
    def settle(self) -> None:
        """Show what was imported, and put figures and search right. Nobody else writes meanwhile, so that no
        figure is computed from what changes: a matter of seconds."""
        with connection.cursor() as cursor:
            cursor.execute(_QUIET)
            waiting = Discussion.objects.filter(pk__in=self.discussions.values(), deleted_at=NOT_YET)
            ids = set(waiting.values_list("pk", flat=True))
            for name, post in self.accepted.items():
                place = self.posts.get(post)
                if place is not None and self.discussions[name] in ids and place.discussion == name:
                    Discussion.objects.filter(pk=self.discussions[name]).update(accepted_post_id=place.id)
            shown = [self.discussions[name] for name, is_shown in self.shown.items() if is_shown]
            Discussion.objects.filter(deleted_at=NOT_YET, pk__in=shown).update(deleted_at=None)
            waiting.update(deleted_at=timezone.now())
        proof.fix()
        outbox.enqueue("space", self.spaces.values())
        outbox.enqueue("discussion", self.discussions.values())
        ids_of_posts = [place.id for place in self.posts.values()]
        for start in range(0, len(ids_of_posts), BATCH):
            outbox.enqueue("post", ids_of_posts[start : start + BATCH])


_POST = (
    "id", "discussion_id", "position", "parent_id", "path", "author_id", "state", "body", "html", "language",
    "version", "external_id", "created_at", "edited_at", "like_count", "descendant_count", "mentioned_ids",
)  # fmt: skip
_LIKE = ("id", "post_id", "user_id", "created_at")
_QUIET = """
LOCK TABLE forums_discussion, forums_post, forums_postlike, forums_spacecontributor, forums_membership,
    forums_space IN SHARE ROW EXCLUSIVE MODE
"""


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ArchiveError(0, "another import is running.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _id_of(moment: dt.datetime) -> UUID:
    """A new id that sorts as if it had been given at that moment."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    random = uuid7().int & ((1 << 80) - 1)
    return UUID(int=(milliseconds << 80) | random)


def _free_slug(wish: str) -> str:
    base = slugify(wish)[:70].strip("-") or "space"
    taken = set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
