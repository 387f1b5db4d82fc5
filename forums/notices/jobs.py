"""Jobs that write notices (see `forums.tasks`)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forums.models import Follow, Notice, Post
from forums.notices import store

Level = Follow.Level


@app.task(
    name="forums.tell_followers", queue="notices", retry=RetryStrategy(max_attempts=5, exponential_wait=5)
)
def tell_followers(*, post_id: str) -> None:
    """Tell those who watch or follow of a post, if it is still published."""
    with transaction.atomic():
        post = (
            Post.objects.filter(pk=UUID(post_id), state=Post.State.PUBLISHED)
            .select_related("discussion")
            .first()
        )
        if post is None or not post.discussion.is_counted:
            return
        store.tell_followers(
            Notice.Reason.NEW_DISCUSSION if post.is_opening else Notice.Reason.WATCHING,
            [Level.WATCHING, Level.FOLLOWING] if post.is_opening else [Level.WATCHING],
            post_id=post.pk,
            author_id=post.author_id,
            discussion_id=post.discussion_id,
            space_id=post.discussion.space_id,
        )
