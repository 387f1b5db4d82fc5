"""What stands between a person's text and its readers, and who moderates what. (Form: `forums.policies`.)

`screen` is asked before a text is written; the policies below it are about cases, appeals and undoing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection
from django.db.models import Q, Subquery
from django.utils import timezone

from config.errors import Invalid, Refusal, TooMany
from experts.models import AuditEntry
from experts.policies import SIGN_IN, Policy
from forums import access, policies
from forums.access import MODERATE
from forums.models import (
    Appeal,
    Case,
    Discussion,
    ModerationSettings,
    Post,
    Sanction,
    SpaceContributor,
)
from forums.text import LOOK_ALIKES
from search.viewer import Viewer

# Banned words and texts are both put into this form.
_LOOK_ALIKES = str.maketrans(LOOK_ALIKES | dict(zip("013457", "oleast", strict=True)))
_EXTERNAL_LINK = re.compile(r'<a href="(?:https?:)?//', re.IGNORECASE)


# Before a text is written --------------------------------------------------------------------------------


def screen(viewer: Viewer, space_id: UUID, *, text: str, html: str, is_new: bool) -> Post.State:
    """Whether a text may appear here at once (``published``) or waits for a moderator (``pending``).

    ``text`` is all that is written, the title included; ``html`` the rendered body; ``is_new`` is False for
    an edit, which neither waits nor is slowed. Raises `Invalid` on ``/body`` for a banned word or too many
    links, `TooMany` (with ``retry_after`` in seconds) in slow mode. Moderators of the space pass. One query,
    three in slow mode.
    """
    if viewer.user_id is None or policies.moderates(viewer, space_id):
        return Post.State.PUBLISHED
    contributions = SpaceContributor.objects.filter(space_id=space_id, user_id=viewer.user_id)
    rules = list(
        ModerationSettings.objects.filter(Q(space_id=space_id) | Q(space__isnull=True)).annotate(
            posts=Subquery(contributions.values("post_count")[:1])
        )
    )
    if word := banned_word(text, (word for rule in rules for word in rule.banned_words)):
        raise Invalid.field("/body", f"The word “{word}” is not used here.", code="banned_word")
    limits = [rule.max_links for rule in rules if rule.max_links is not None]
    if limits and len(_EXTERNAL_LINK.findall(html)) > min(limits):
        raise Invalid.field("/body", f"At most {min(limits)} links in a post here.", code="too_many_links")
    if not is_new:
        return Post.State.PUBLISHED
    for rule in rules:
        if rule.slow_mode_seconds:
            _slow_down(viewer, space_id, rule.slow_mode_seconds)
        if (rule.posts or 0) < rule.first_posts_held:
            return Post.State.PENDING
    return Post.State.PUBLISHED


def banned_word(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that is in the text, whatever its case, accents, invisible characters or letters
    borrowed from another alphabet."""
    written = f" {plain_words(text)} "
    return next((word for word in words if f" {plain_words(word)} " in written), None)


def plain_words(text: str) -> str:
    """The words of a text in the form in which they are compared."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return " ".join(re.findall(r"\w+", kept.casefold().translate(_LOOK_ALIKES)))


def _slow_down(viewer: Viewer, space_id: UUID, seconds: int) -> None:
    """Raise `TooMany` if the person posted here less than so many seconds ago.

    The person's posts in the space are serialised, so that two at once are not both the first.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"slow:{space_id}:{viewer.user_id}"]
        )
    since = timezone.now() - dt.timedelta(seconds=seconds)
    latest = (
        Post.objects.filter(author_id=viewer.user_id, discussion__space_id=space_id, created_at__gt=since)
        .order_by("-created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    if latest is not None:
        wait = max(1, int((latest - since).total_seconds()))
        raise TooMany(
            f"Slow mode: one post every {seconds} seconds here.", code="slow_mode", retry_after=wait
        )


# Cases, appeals, undoing -----------------------------------------------------------------------------------


def flag(viewer: Viewer, post: Post) -> Refusal | None:
    """Whoever is signed in and reads a published post, but for its author and who is banned there."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if access.spaces(viewer)[post.discussion.space_id].banned:
        return policies.BANNED
    if post.author_id == viewer.user_id:
        return Refusal("own_post", "One does not flag one's own posts.")
    if post.state != Post.State.PUBLISHED:
        return Refusal("post_not_published", "This post is not published.")
    return None


def moderate_post(viewer: Viewer, post: Post) -> Refusal | None:
    """Moderators of the space, as long as the discussion is there."""
    return policies.moderate_discussion(viewer, post.discussion)


def approve_post(viewer: Viewer, post: Post) -> Refusal | None:
    """Moderators of the space; an opening post that waits, though its discussion is not out yet."""
    if post.discussion.status == Discussion.Status.PENDING:
        return policies.in_space(viewer, post.discussion.space_id, MODERATE)
    return moderate_post(viewer, post)


def decide_case(_: Viewer, case: Case) -> Refusal | None:
    """Whoever it is there for, until it is decided."""
    if case.status != Case.Status.OPEN:
        return Refusal("already_decided", "This case is decided.")
    return None


def escalate_case(viewer: Viewer, case: Case) -> Refusal | None:
    """The space's moderators, once."""
    if refusal := decide_case(viewer, case):
        return refusal
    if not policies.moderates(viewer, case.post.discussion.space_id):
        return policies.NOT_A_MODERATOR
    if case.escalated_at is not None:
        return Refusal("already_escalated", "The secretariat has this case already.")
    return None


def decide_appeal(viewer: Viewer, appeal: Appeal) -> Refusal | None:
    """Moderators of the space (or the secretariat, where the appeal is for it), but for who acted and who
    appeals."""
    if appeal.status != Appeal.Status.OPEN:
        return Refusal("already_decided", "This appeal is decided.")
    if appeal.appellant_id == viewer.user_id:
        return Refusal("own_appeal", "Somebody else decides your appeal.")
    if appeal.entry.actor_id == viewer.user_id:
        return Refusal("acted_yourself", "You did what is appealed: somebody else decides.")
    return None


def lift_sanction(viewer: Viewer, sanction: Sanction) -> Refusal | None:
    """Moderators of its space; the secretariat, for the whole site's."""
    if sanction.lifted_at is not None:
        return Refusal("already_lifted", "It does not hold any more.")
    if sanction.space_id is None:
        return policies.sanction_everywhere(viewer)
    if sanction.space_id not in access.spaces(viewer):
        return policies.NOT_A_MODERATOR
    return policies.in_space(viewer, sanction.space_id, MODERATE)


def undo(viewer: Viewer, entry: AuditEntry) -> Refusal | None:
    """Moderators of the space where it was done; the secretariat, what it did on the whole site."""
    if not viewer.is_signed_in:
        return SIGN_IN
    if entry.space_id is None:
        return policies.sanction_everywhere(viewer)
    here = access.spaces(viewer).get(entry.space_id)
    if here is None or not here.has(MODERATE):
        return policies.NOT_A_MODERATOR
    return policies.SILENCED if here.silenced else None


CASE: Mapping[str, Policy[Case]] = {"assign": decide_case, "escalate": escalate_case, "decide": decide_case}
SANCTION: Mapping[str, Policy[Sanction]] = {"lift": lift_sanction}
APPEAL: Mapping[str, Policy[Appeal]] = {"decide": decide_appeal}
