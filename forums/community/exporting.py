"""Writing a community archive: everything of some spaces (with all below them), or of all."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Func, Q, QuerySet
from django.utils import timezone

from config.errors import NotFound
from experts.models import User
from forums.community import archive
from forums.models import Discussion, Membership, Post, PostAttachment, PostLike, PostRevision, Space

CHUNK = 2_000


def run(path: Path, *, source: str, slugs: Sequence[str] = ()) -> Counter[str]:
    """Write an archive; returns how many lines of each kind it has. `NotFound` for a slug that there is not.

    It is the state of one moment; what waits for a moderator is left out. ``source`` names this
    site; what came from that source has its id from there, so that an archive goes through unchanged. The
    file holds secret spaces and e-mail addresses: keep it accordingly.
    """
    is_outermost = not connection.in_atomic_block
    with path.open("wb") as file, transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        exporter = _Exporter(file, source, path.with_name(f"{path.stem}.files"))
        exporter.write(_spaces(slugs))
    return exporter.lines


def _spaces(slugs: Sequence[str]) -> QuerySet[Space]:
    """The spaces of these slugs and all below, parents first."""
    rows = Space.objects.order_by("ancestor_ids__len", "created_at", "pk").prefetch_related(
        "topics", "featured_topics"
    )
    if not slugs:
        return rows
    chosen = dict(Space.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    if missing := [slug for slug in slugs if slug not in chosen]:
        raise NotFound(f"There is no space {', '.join(missing)}.")
    below = Q()
    for space_id in chosen.values():
        below |= Q(pk=space_id) | Q(ancestor_ids__contains=[space_id])
    return rows.filter(below)


class _Exporter:
    """Writes lines, each thing after what it refers to."""

    def __init__(self, file: IO[bytes], source: str, folder: Path) -> None:
        self.file = file
        self.folder = folder
        self.source = source
        self.lines: Counter[str] = Counter()
        self.ids: dict[UUID, str] = {}

    def write(self, spaces: QuerySet[Space]) -> None:
        """All lines."""
        chosen = list(spaces)
        ids = [space.pk for space in chosen]
        discussions = Discussion.objects.filter(space__in=ids).published()
        posts = Post.objects.filter(discussion__in=discussions).exclude(state=Post.State.PENDING)
        likes = PostLike.objects.filter(post__in=posts)
        memberships = Membership.objects.filter(space__in=ids)
        revisions = PostRevision.objects.filter(post__in=posts)
        now = timezone.now().isoformat()
        archive.write(
            self.file,
            "archive",
            format=archive.FORMAT,
            version=archive.VERSION,
            source=self.source,
            exported_at=now,
        )
        people = (
            Q(discussions__in=discussions)
            | Q(posts__in=posts)
            | Q(post_likes__in=likes)
            | Q(space_memberships__in=memberships)
            | Q(pk__in=posts.annotate(named=Func("mentioned_ids", function="unnest")).values("named"))
            | Q(pk__in=revisions.values("replaced_by"))
        )
        for user in User.objects.filter(people).distinct().order_by("pk").iterator(chunk_size=CHUNK):
            self._user(user)
        for space in chosen:
            self._space(space, chosen)
        for membership in memberships.order_by("space_id", "pk").iterator(chunk_size=CHUNK):
            self._line(
                "membership",
                space=self.ids[membership.space_id],
                user=self.ids[membership.user_id],
                role=membership.role,
            )
        rows = (
            discussions.select_related("accepted_post")
            .prefetch_related("topics")
            .order_by("created_at", "pk")
        )
        for discussion in rows.iterator(chunk_size=CHUNK):
            self._discussion(discussion)
        ordered = posts.order_by("discussion__created_at", "discussion_id", "position")
        for post in ordered.iterator(chunk_size=CHUNK):
            self._post(post)
        self._quotes(posts)
        for revision in revisions.order_by("post_id", "version").iterator(chunk_size=CHUNK):
            self._revision(revision)
        self._attachments(posts)
        for like in likes.order_by("created_at", "pk").iterator(chunk_size=CHUNK):
            self._line(
                "like",
                post=self.ids[like.post_id],
                user=self.ids[like.user_id],
                created_at=like.created_at.isoformat(),
            )

    def _user(self, user: User) -> None:
        no_address = user.email.endswith(".invalid")
        self._line(
            "user",
            id=self._id(user.pk, None),
            name=user.name,
            email=None if no_address else user.email,
            language=user.language,
            time_zone=user.time_zone,
        )

    def _space(self, space: Space, chosen: Sequence[Space]) -> None:
        parent_here = any(space.parent_id == other.pk for other in chosen)
        self._line(
            "space",
            id=self._id(space.pk, space.external_id),
            title=space.title,
            slug=space.slug,
            purpose=space.purpose,
            rules=space.rules,
            visibility=space.visibility,
            joining=space.joining,
            parent=self.ids[space.parent_id] if space.parent_id and parent_here else None,
            languages=space.languages,
            topics=[topic.slug for topic in space.topics.all()],
            featured_topics=[topic.slug for topic in space.featured_topics.all()],
            join_questions=space.join_questions,
            archived=space.archived_at is not None,
            created_at=space.created_at.isoformat(),
        )

    def _discussion(self, row: Discussion) -> None:
        accepted = row.accepted_post
        self._line(
            "discussion",
            id=self._id(row.pk, row.external_id),
            space=self.ids[row.space_id],
            author=self.ids[row.author_id],
            topic=row.title,
            kind=row.kind,
            status=row.status,
            language=row.language,
            topics=[topic.slug for topic in row.topics.all()],
            tags=row.tags,
            created_at=row.created_at.isoformat(),
            pinned=row.is_pinned,
            pinned_until=row.pinned_until.isoformat() if row.pinned_until else None,
            hidden=row.hidden_at is not None,
            deleted=row.deleted_at is not None,
            accepted=self._id(accepted.pk, accepted.external_id) if accepted else None,
            views=row.view_count,
        )

    def _post(self, post: Post) -> None:
        self._line(
            "post",
            id=self._id(post.pk, post.external_id),
            discussion=self.ids[post.discussion_id],
            parent=self.ids[post.parent_id] if post.parent_id else None,
            author=self.ids[post.author_id],
            body=post.body,
            language=post.language,
            state=post.state,
            created_at=post.created_at.isoformat(),
            edited_at=post.edited_at.isoformat() if post.edited_at else None,
            version=post.version,
            mentions=[self.ids[person] for person in post.mentioned_ids if person in self.ids],
        )

    def _quotes(self, posts: QuerySet[Post]) -> None:
        """After all posts, since a post may quote one of a discussion that began later. What was quoted of
        elsewhere is left out."""
        quoting = posts.exclude(quotes=[]).order_by("pk")
        for post_id, quotes in quoting.values_list("pk", "quotes").iterator(chunk_size=CHUNK):
            for quote in quotes:
                if (quoted := self.ids.get(UUID(quote["post"]))) is not None:
                    self._line("quote", post=self.ids[post_id], quoted=quoted, text=quote["text"])

    def _revision(self, revision: PostRevision) -> None:
        self._line(
            "revision",
            post=self.ids[revision.post_id],
            version=revision.version,
            body=revision.body,
            language=revision.language,
            replaced_by=self.ids[revision.replaced_by_id],
            replaced_at=revision.replaced_at.isoformat(),
            reason=revision.reason,
        )

    def _attachments(self, posts: QuerySet[Post]) -> None:
        """The files are copied into a folder beside the archive."""
        places = PostAttachment.objects.filter(post__in=posts).select_related("attachment")
        for placed in places.order_by("post_id", "place").iterator(chunk_size=CHUNK):
            self.folder.mkdir(exist_ok=True)
            kept = placed.attachment
            copy = self.folder / f"{placed.pk}{PurePath(str(kept.file.name)).suffix}"
            with kept.file.open() as stored, copy.open("wb") as copied:
                shutil.copyfileobj(stored, copied)
            self._line(
                "attachment",
                id=str(placed.pk),
                post=self.ids[placed.post_id],
                path=f"{self.folder.name}/{copy.name}",
                name=kept.name,
                alt=kept.alt,
            )

    def _line(self, type_: str, /, **fields: Any) -> None:
        archive.write(self.file, type_, **fields)
        self.lines[type_] += 1

    def _id(self, pk: UUID, external_id: str | None) -> str:
        """The id in the archive: as it was at the source, else our own."""
        prefix = f"{self.source}:"
        known = (
            external_id.removeprefix(prefix) if external_id and external_id.startswith(prefix) else str(pk)
        )
        self.ids[pk] = known
        return known
