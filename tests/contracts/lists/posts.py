"""What goes with posts: files, edits, quotes, tags."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import drafts, posts
from tests.contracts.lists.base import List
from tests.factories import files, forums


def attachments(count: int, asker: User) -> Mapping[str, object]:
    """Every other one with a post, each in another space."""
    for number in range(count):
        attachment = files.attachment(asker, b"%PDF-1.7")
        if number % 2 == 0:
            space = forums.space(owner=asker)
            forums.reply(forums.discussion(space), asker, attachments=[attachment.pk])
    return {}


def revisions(count: int, asker: User) -> Mapping[str, object]:
    """By the author and by moderators."""
    space = forums.space(owner=asker)
    post = forums.reply(forums.discussion(space), forums.join(space))
    for number in range(count):
        by = forums.join(space, "moderator")
        posts.edit(post.pk, acting_user=by, body=f"Edit {number}", reason="For the test.")
    return {"id": post.pk}


def enclosed(count: int, asker: User) -> Mapping[str, object]:
    """Each post with a file of its own, quoting another author's post in another space."""
    space = forums.space(owner=asker)
    opening = files.attachment(asker, b"%PDF-1.7")
    elsewhere = forums.space(owner=asker)
    said = forums.reply(forums.discussion(elsewhere), forums.join(elsewhere))
    discussion = forums.discussion(
        space, asker, attachments=[opening.pk], quotes=[{"post": said.pk, "text": ""}]
    )
    for _ in range(count - 1):
        elsewhere = forums.space(owner=asker)
        said = forums.reply(forums.discussion(elsewhere), forums.join(elsewhere))
        author = asker
        attachment = files.attachment(author, b"%PDF-1.7")
        forums.reply(discussion, author, attachments=[attachment.pk], quotes=[{"post": said.pk, "text": ""}])
    return {"id": discussion.pk}


def written(count: int, asker: User) -> Mapping[str, object]:
    """Every other one a reply, each to another discussion; each with a file of its own."""
    for number in range(count):
        space = forums.space(owner=asker)
        fields: drafts.DraftFields = {
            "body": "More.",
            "attachments": [files.attachment(asker, b"%PDF-1.7").pk],
        }
        if number % 2 == 0:
            drafts.create(fields, acting_user=asker, discussion_id=forums.discussion(space).pk)
        else:
            drafts.create({**fields, "space": space.pk}, acting_user=asker)
    return {}


def tags(count: int, asker: User) -> Mapping[str, object]:
    space = forums.space(owner=asker)
    for number in range(count):
        forums.discussion(space, tags=[f"tag {number}"])
    return {"slug": space.slug}


LISTS = [
    List("GET /attachments", attachments),
    List("GET /posts/{id}/revisions", revisions),
    List("GET /discussions/{id}/posts", enclosed, budget=8, query={"view": "flat"}),
    List("GET /me/drafts", written),
    List("GET /spaces/{slug}/tags", tags),
]
