"""What comes with a text: files, quotes, people it names. Asked and kept the same way for a reply, an edit, a
new discussion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower

from config.errors import FieldError, Invalid
from experts.models import User
from forums import mentions, readers, text
from forums.models import Attachment, Post, PostAttachment, PostRevision, Space
from search.viewer import Viewer

MAX_ATTACHMENTS = 10
MAX_QUOTES = 10
QUOTE_LENGTH = 2_000
MAX_MENTIONS = 10
# Places in a text that look like a name: more than anybody's ten are looked up, but not any number.
MAX_CALLS = 100


class Quote(TypedDict):
    """A part of another post; all of it, where ``text`` is empty."""

    post: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text made ready: rendered, and with what goes with it."""

    body: str
    html: str
    quotes: list[dict[str, str]] = field(default_factory=list)
    mentioned: list[UUID] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All that was written, for `moderation_policies.screen`."""
        return "\n".join([self.body, *(f"{file.name}\n{file.alt}" for file in self.attachments)])


def write(
    viewer: Viewer,
    space_id: UUID,
    *,
    body: str,
    html: str,
    attachments: Sequence[UUID] = (),
    quotes: Sequence[Quote] = (),
    of: Post | None = None,
) -> Written:
    """A text (cleaned by `text.body`) for a space, with files and quotes. ``html`` is the text rendered with
    nobody named in it, which takes time and so is done before any row is locked. ``of`` is the post it
    rewrites, whose own files may stay. Pictures that the text shows go with it.

    Raises `Invalid` on ``/attachments`` and ``/quotes`` for what is not there for the person (or is somebody
    else's file), or is too many; on ``/body`` for naming too many people.
    """
    known = _people(space_id, body)
    if known.by_name or known.by_id:
        html = text.render(body, known)
    if len(known.named) > MAX_MENTIONS:
        raise Invalid.field("/body", f"At most {MAX_MENTIONS} people are named.", code="too_many_mentions")
    files = _files(viewer, attachments, text.own_images(html), of)
    return Written(body, html, _quotes(viewer, quotes), list(known.named), files)


def rewrite(
    viewer: Viewer,
    space_id: UUID,
    post: Post,
    *,
    body: str,
    html: str,
    attachments: Sequence[UUID] | None,
    quotes: Sequence[Quote] | None,
) -> Written | None:
    """The text that takes the place of a post's; None where nothing would change. What is None stays."""
    there = attachment_ids(post)
    if (
        body == post.body
        and (attachments is None or list(attachments) == there)
        and (quotes is None or _same(quotes, post.quotes))
    ):
        return None
    written = write(
        viewer,
        space_id,
        body=body,
        html=html,
        attachments=there if attachments is None else attachments,
        quotes=() if quotes is None else quotes,
        of=post,
    )
    return written if quotes is not None else replace(written, quotes=post.quotes)


def as_it_is(post: Post) -> Written:
    """What a post says now."""
    files = list(Attachment.objects.filter(places__post=post).order_by("places__place"))
    return Written(post.body, post.html, post.quotes, post.mentioned_ids, files)


def as_it_was(post: Post, revision: PostRevision) -> Written | None:
    """What a post said, rendered anew; None where a file of it is no longer kept."""
    kept = Attachment.objects.select_for_update(no_key=True).in_bulk(revision.attachment_ids)
    if len(kept) != len(revision.attachment_ids):
        return None
    known = _people(post.discussion.space_id, revision.body)
    html = text.render(revision.body, known)
    files = [kept[file_id] for file_id in revision.attachment_ids]
    return Written(revision.body, html, revision.quotes, list(known.named), files)


def columns(written: Written) -> dict[str, Any]:
    """The columns of a post that a text fills."""
    return {
        "body": written.body,
        "html": written.html,
        "quotes": written.quotes,
        "mentioned_ids": written.mentioned,
        "attachment_count": len(written.attachments),
    }


def attachment_ids(post: Post) -> list[UUID]:
    """The files that go with a post, in their places."""
    if not post.attachment_count:
        return []
    places = PostAttachment.objects.filter(post=post).order_by("place")
    return list(places.values_list("attachment_id", flat=True))


def attach(post: Post, written: Written) -> None:
    """Let the text's files go with the (new) post."""
    if written.attachments:
        PostAttachment.objects.bulk_create(
            [
                PostAttachment(post=post, attachment=file, place=place)
                for place, file in enumerate(written.attachments)
            ]
        )


def _people(space_id: UUID, body: str) -> mentions.Known:
    """Those whom a text names, and who can read the space. Of several with one name nobody is meant."""
    called = text.called(body)
    if called.number > MAX_CALLS:
        raise Invalid.field("/body", f"At most {MAX_MENTIONS} people are named.", code="too_many_mentions")
    if not (called.names or called.ids):
        return mentions.Known()
    people = readers.of(Space.objects.get(pk=space_id)).annotate(folded=Lower("name"))
    by_name: dict[str, list[tuple[UUID, str]]] = {}
    for pk, name in people.filter(folded__in=called.names).values_list("pk", "name"):
        by_name.setdefault(mentions.fold(name), []).append((pk, name))
    by_id = {pk: (pk, name) for pk, name in people.filter(pk__in=called.ids).values_list("pk", "name")}
    alone = {name: people[0] for name, people in by_name.items() if len(people) == 1}
    return mentions.Known(alone, by_id)


def _files(
    viewer: Viewer, given: Sequence[UUID], shown: Sequence[UUID], post: Post | None
) -> list[Attachment]:
    """The files given, then those that the text shows; locked against being cleaned away."""
    if len(set(given)) > MAX_ATTACHMENTS:
        raise _too_many()
    staying = (
        set(PostAttachment.objects.filter(post=post).values_list("attachment_id", flat=True))
        if post
        else set()
    )
    wanted = list(dict.fromkeys([*given, *shown]))
    if not wanted:
        return []
    rows = Attachment.objects.visible(viewer).filter(pk__in=wanted).order_by("pk")
    usable = {
        row.pk: row
        for row in rows.select_for_update(of=("self",), no_key=True)
        if row.owner_id == viewer.user_id or row.pk in staying
    }
    errors = [
        FieldError(f"/attachments/{number}", "unknown_attachment", "There is no such file of yours.")
        for number, file_id in enumerate(given)
        if file_id not in usable
    ]
    if errors:
        raise Invalid(errors=errors)
    files = [usable[file_id] for file_id in wanted if file_id in usable]
    if len(files) > MAX_ATTACHMENTS:
        raise _too_many()
    return files


def _same(quotes: Sequence[Quote], kept: Sequence[dict[str, str]]) -> bool:
    return [{"post": str(quote["post"]), "text": quoted(quote["text"])} for quote in quotes] == list(kept)


def _too_many() -> Invalid:
    return Invalid.field("/attachments", f"At most {MAX_ATTACHMENTS} files.", code="too_many")


def _quotes(viewer: Viewer, quotes: Sequence[Quote]) -> list[dict[str, str]]:
    """Quotes as they are kept: of published posts that the person reads, and what those say now."""
    if not quotes:
        return []
    if len(quotes) > MAX_QUOTES:
        raise Invalid.field("/quotes", f"At most {MAX_QUOTES} quotes.", code="too_many")
    ids = [quote["post"] for quote in quotes]
    readable = Post.objects.visible(viewer).filter(state=Post.State.PUBLISHED, pk__in=ids)
    says = {pk: text.plain(html) for pk, html in readable.values_list("pk", "html")}
    kept, errors = [], []
    for number, quote in enumerate(quotes):
        part = quoted(quote["text"])
        if quote["post"] not in says:
            errors.append(FieldError(f"/quotes/{number}/post", "unknown_post", "There is no such post."))
        elif len(part) > QUOTE_LENGTH:
            detail = f"At most {QUOTE_LENGTH} characters are quoted."
            errors.append(FieldError(f"/quotes/{number}/text", "max_length", detail))
        elif part not in says[quote["post"]]:
            errors.append(FieldError(f"/quotes/{number}/text", "not_said", "The post does not say this."))
        kept.append({"post": str(quote["post"]), "text": part})
    if errors:
        raise Invalid(errors=errors)
    return kept


def quoted(part: str) -> str:
    """A part of a post in the form in which it is compared with the post's plain words."""
    return re.sub(r"\s+", " ", part).strip()


def people_like(space: Space, typed: str, *, limit: int) -> list[User]:
    """People who can read a space and have a name, or a part of one, that begins so."""
    beginning = mentions.fold(typed)
    if not beginning:
        return []
    people = readers.of(space).annotate(folded=Lower("name"))
    found = people.filter(Q(folded__startswith=beginning) | Q(folded__contains=f" {beginning}"))
    return list(found.order_by("folded", "pk")[:limit])
