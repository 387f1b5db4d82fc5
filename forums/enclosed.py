"""What goes with posts, for a page of them at once: their files, and their quotes as far as a reader may read
what they quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from forums import text
from forums.models import Attachment, Post, PostAttachment
from search.viewer import Viewer

EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote: the post (with author), and what it says; None where it does not say so any more."""

    post: Post
    text: str | None


@dataclass(slots=True)
class Enclosed:
    """By post. A post without any is in neither."""

    attachments: Mapping[UUID, list[Attachment]] = field(default_factory=dict)
    quotes: Mapping[UUID, list[Quoted]] = field(default_factory=dict)


def of(posts: Sequence[Post], viewer: Viewer) -> Enclosed:
    """Of posts that the viewer reads. One query where there are files, one where there are quotes."""
    with_files = [post.pk for post in posts if post.attachment_count]
    with_quotes = [post for post in posts if post.quotes]
    return Enclosed(
        _attachments(with_files) if with_files else {}, _quotes(with_quotes, viewer) if with_quotes else {}
    )


def _attachments(post_ids: Sequence[UUID]) -> dict[UUID, list[Attachment]]:
    found: dict[UUID, list[Attachment]] = {}
    places = PostAttachment.objects.filter(post__in=post_ids).select_related("attachment")
    for place in places.order_by("place"):
        found.setdefault(place.post_id, []).append(place.attachment)
    return found


def _quotes(posts: Sequence[Post], viewer: Viewer) -> dict[UUID, list[Quoted]]:
    """Those of posts that the viewer reads; of others there is no trace."""
    wanted = {UUID(quote["post"]) for post in posts for quote in post.quotes}
    readable = Post.objects.visible(viewer).filter(state=Post.State.PUBLISHED)
    there = readable.select_related("author").in_bulk(wanted)
    says = {pk: text.plain(post.html) for pk, post in there.items()}
    return {
        post.pk: [
            Quoted(there[quoted_id], _part(quote["text"], says[quoted_id]))
            for quote in post.quotes
            if (quoted_id := UUID(quote["post"])) in there
        ]
        for post in posts
    }


def _part(part: str, says: str) -> str | None:
    if not part:
        return text.shortened(says, EXCERPT)
    return part if part in says else None
