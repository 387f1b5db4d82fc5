"""Jobs that write notices (see `forums.tasks`)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from experts import viewers
from experts.models import User
from forums.models import Follow, Invitation, Notice, Post
from forums.notices import invitation_letter, mail, store
from forums.notices.shown import show

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


@app.task(name="forums.send_letter", queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def send_letter(*, user_id: str, ids: list[str], cadence: str) -> None:
    """Send one letter about these notices: those that the person may read now, and has not read on the site
    meanwhile. Nothing is sent where there are none."""
    user = User.objects.filter(pk=UUID(user_id), status=User.Status.ACTIVE, is_system=False).first()
    if user is None:
        return
    viewer = viewers.resolve(user, language=user.language)
    rows = (
        Notice.objects.visible(viewer)
        .filter(pk__in=ids, read_at__isnull=True)
        .select_related("entry", "invitation__space", "saved_search")
        .order_by("-updated_at", "-id")
    )
    if notices := show(list(rows), viewer):
        mail.letter(user, notices, cadence).send()


@app.task(
    name="forums.send_invitation", queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=4)
)
def send_invitation(*, invitation_id: str) -> None:
    """Send the link of an invitation to the address it is for, if it still holds."""
    held = Invitation.objects.holding().exclude(email="").select_related("space", "created_by")
    if (invitation := held.filter(pk=UUID(invitation_id)).first()) is not None:
        invitation_letter.letter(invitation).send()
