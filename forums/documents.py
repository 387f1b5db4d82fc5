"""Spaces, discussions and posts as search keeps them.

Only what every reader of a space may read is indexed, each in its space as container; so the facts need no
audience of their own, and a space that closes or opens needs no re-indexing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models

from experts.models import Topic
from forums import access, text
from forums.models import Discussion, Post, Space
from search import registry
from search.documents import Document, Fact, Weight, key
from search.viewer import PUBLIC, Viewer

EVERY_READER = (PUBLIC,)
MAX_INDEXED = 50_000


def register() -> None:
    """Make spaces, discussions and posts searchable; called once, when the app is ready."""
    registry.register(_source("discussion", Discussion, Discussion.objects.counted, _discussions))
    registry.register(_source("post", Post, _indexed_posts, _posts))
    registry.register(_source("space", Space, Space.objects.all, _spaces))
    registry.register_field(registry.FilterField("space", _space_ids, _space_titles))


def _indexed_posts() -> models.QuerySet[Post]:
    counted = Discussion.objects.counted()
    return Post.objects.filter(state=Post.State.PUBLISHED, discussion__in=counted)


def _discussions(ids: Sequence[UUID]) -> list[Document]:
    rows = Discussion.objects.counted().filter(pk__in=ids).prefetch_related("topics")
    opening = Post.objects.filter(discussion_id__in=ids, position=1, state=Post.State.PUBLISHED)
    openings = {post.discussion_id: post for post in opening}
    lines = _Lines()
    return [
        Document(
            kind="discussion",
            id=discussion.pk,
            title=discussion.title,
            audience=EVERY_READER,
            facts=(
                Fact("title", EVERY_READER, discussion.title, discussion.language, Weight.NAME),
                Fact("body", EVERY_READER, _indexed(openings.get(discussion.pk)), discussion.language),
                *_tags(discussion),
                _about(
                    kind=(discussion.kind,),
                    status=(discussion.status,),
                    topic=lines.of(discussion.topics.all()),
                    language=(discussion.language,),
                    **{"is": ("pinned",) if discussion.is_pinned else ()},
                    has=_has(openings.get(discussion.pk)),
                ),
            ),
            keys=(
                key("discussion", discussion.pk),
                key("space", discussion.space_id),
                key("person", discussion.author_id),
            ),
            created_at=discussion.created_at,
            container=discussion.space_id,
            group=discussion.pk,
            author=discussion.author_id,
            likes=discussion.like_count,
            accepted=discussion.accepted_post_id is not None,
        )
        for discussion in rows
    ]


def _posts(ids: Sequence[UUID]) -> list[Document]:
    rows = (
        _indexed_posts()
        .filter(pk__in=ids)
        .select_related("discussion")
        .prefetch_related("discussion__topics", "attached__attachment")
    )
    lines = _Lines()
    return [
        Document(
            kind="post",
            id=post.pk,
            title=post.discussion.title,
            audience=EVERY_READER,
            facts=(
                Fact("title", EVERY_READER, post.discussion.title, post.discussion.language, Weight.ASIDE),
                Fact("body", EVERY_READER, _indexed(post), post.language),
                *_attachments(post),
                _about(
                    kind=(post.discussion.kind,),
                    topic=lines.of(post.discussion.topics.all()),
                    language=(post.language,),
                    has=_has(post),
                    **{"is": ("accepted",) if post.discussion.accepted_post_id == post.pk else ()},
                ),
            ),
            keys=(
                key("post", post.pk),
                key("discussion", post.discussion_id),
                key("space", post.discussion.space_id),
                key("person", post.author_id),
            ),
            created_at=post.created_at,
            container=post.discussion.space_id,
            group=post.discussion_id,
            author=post.author_id,
            likes=post.like_count,
            accepted=post.discussion.accepted_post_id == post.pk,
        )
        for post in rows
    ]


def _spaces(ids: Sequence[UUID]) -> list[Document]:
    rows = Space.objects.filter(pk__in=ids).prefetch_related("topics")
    lines = _Lines()
    return [
        Document(
            kind="space",
            id=space.pk,
            title=space.title,
            audience=EVERY_READER,
            facts=(
                Fact("title", EVERY_READER, space.title, weight=Weight.NAME),
                Fact("purpose", EVERY_READER, space.purpose, weight=Weight.HEADLINE),
                Fact("rules", EVERY_READER, space.rules, weight=Weight.ASIDE),
                _about(
                    topic=lines.of(space.topics.all()),
                    language=tuple(space.languages),
                    status=("archived" if space.archived_at else "open",),
                ),
            ),
            keys=(key("space", space.pk),),
            created_at=space.created_at,
            container=space.pk,
        )
        for space in rows
    ]


def _about(**terms: tuple[str, ...]) -> Fact:
    """The filter and facet values of a thing, without the empty ones."""
    given = {name: tuple(filter(None, values)) for name, values in terms.items()}
    return Fact("about", EVERY_READER, terms={name: values for name, values in given.items() if values})


def _indexed(post: Post | None) -> str:
    return text.plain(post.html)[:MAX_INDEXED] if post else ""


def _has(post: Post | None) -> tuple[str, ...]:
    return ("attachment",) if post and post.attachment_count else ()


def _tags(discussion: Discussion) -> list[Fact]:
    """Tags are words of the space's own, to be found like others."""
    words = " ".join(tag.replace("-", " ") for tag in discussion.tags)
    return [Fact("tags", EVERY_READER, words, weight=Weight.HEADLINE)] if words else []


def _attachments(post: Post) -> list[Fact]:
    """What files are called, and what is seen in them."""
    words = "\n".join(f"{place.attachment.name} {place.attachment.alt}" for place in post.attached.all())
    return [Fact("attachments", EVERY_READER, words, post.language, Weight.ASIDE)] if words else []


class _Lines:
    """Topics with all their ancestors, from one reading of the tree."""

    def __init__(self) -> None:
        self._slugs: dict[str, str] = dict(Topic.objects.values_list("path", "slug"))

    def of(self, topics: models.QuerySet[Topic]) -> tuple[str, ...]:
        step = Topic.steplen
        slugs = {
            self._slugs[topic.path[:end]]
            for topic in topics
            for end in range(step, len(topic.path) + 1, step)
        }
        return tuple(sorted(slugs))


def _source(
    kind: str,
    model: type[Discussion | Post | Space],
    indexed: Callable[[], models.QuerySet[Any]],
    load: Callable[[Sequence[UUID]], list[Document]],
) -> registry.Source:
    def visible_ids(viewer: Viewer, ids: Sequence[UUID]) -> set[UUID]:
        return set(model.objects.visible(viewer).filter(pk__in=ids).values_list("pk", flat=True))

    def all_ids(after: UUID | None) -> Iterator[UUID]:
        rows = indexed() if after is None else indexed().filter(pk__gt=after)
        return rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5_000)

    return registry.Source(kind=kind, load=load, visible_ids=visible_ids, all_ids=all_ids, has_narrow=False)


def _space_ids(viewer: Viewer, typed: str) -> Collection[str]:
    """The space of this slug (or title), with all below it: what a reader of a space calls "in this
    space".
    """
    known = access.spaces(viewer)
    wanted = typed.casefold()
    meant = [pk for pk, here in known.items() if wanted in {here.slug, here.title.casefold(), str(pk)}]
    return [str(pk) for pk, here in known.items() if pk in meant or not here.ancestor_ids.isdisjoint(meant)]


def _space_titles(viewer: Viewer, values: Collection[str]) -> Mapping[str, str]:
    return {str(pk): here.title for pk, here in access.spaces(viewer).items() if str(pk) in values}
