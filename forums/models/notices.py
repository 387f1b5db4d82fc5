"""What people follow, what they are told, and how they want to be told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact
from uuid_utils.compat import uuid7

from experts.models import AuditEntry, Topic
from forums.models.discussions import Discussion
from forums.models.joining import Invitation
from forums.models.moderation import Case
from forums.models.saved_searches import Cadence, SavedSearch
from forums.models.spaces import Space
from forums.models.tags import Tag
from forums.notice_querysets import FollowQuerySet, NoticeQuerySet


class Follow(models.Model):
    """How much a person wants to hear of a space, a discussion, a topic, or a tag of a space.

    The nearest one counts: the discussion's, else that of its topics and tags (of several the loudest), else
    that of its space, else of the spaces above. Muted means no notice at all but for moderation.
    """

    class Level(models.TextChoices):
        WATCHING = "watching", "told of every post"
        FOLLOWING = "following", "told of new discussions"
        MUTED = "muted", "told of nothing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    level = models.CharField(max_length=10, choices=Level)
    space = models.ForeignKey(Space, null=True, on_delete=models.CASCADE, related_name="followers")
    discussion = models.ForeignKey(Discussion, null=True, on_delete=models.CASCADE, related_name="followers")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    Exact(
                        Func(
                            "space",
                            "discussion",
                            "topic",
                            "tag",
                            function="num_nonnulls",
                            output_field=models.IntegerField(),
                        ),
                        1,
                    )
                ),
                name="follow_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["discussion", "user"],
                condition=Q(discussion__isnull=False),
                name="follow_of_discussion",
            ),
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(space__isnull=False), name="follow_of_space"
            ),
            models.UniqueConstraint(
                fields=["topic", "user"], condition=Q(topic__isnull=False), name="follow_of_topic"
            ),
            models.UniqueConstraint(
                fields=["tag", "user"], condition=Q(tag__isnull=False), name="follow_of_tag"
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="follow_of_user")]

    def __str__(self) -> str:
        thing = self.space_id or self.discussion_id or self.topic_id or self.tag_id
        return f"{self.user_id} {self.level} {thing}"


class Notice(models.Model):
    """Something a person is told; while it is unread, what follows of the same kind is counted in.

    ``about`` is what it is collapsed by: the discussion for posts, the case, the invitation, the audit entry,
    the space that is asked to be joined, the draft. ``post_ids`` and ``actor_ids`` are the latest of them,
    newest first, at most `KEPT`. Whether the person may still read them is asked whenever it is shown or sent
    (`NoticeQuerySet.visible`).
    """

    class Reason(models.TextChoices):
        MENTION = "mention", "named in a post"
        REPLY = "reply", "a reply to one's post or discussion"
        WATCHING = "watching", "a post in what one watches"
        NEW_DISCUSSION = "new_discussion", "a new discussion in what one follows"
        ACCEPTED = "accepted", "one's answer was accepted"
        LIKE = "like", "one's post is liked"
        INVITATION = "invitation", "an invitation into a space"
        MODERATION = "moderation", "a moderator's act that concerns one"
        FLAG = "flag", "something for a moderator to look at"
        APPEAL = "appeal", "an appeal to decide, or one's own decided"
        JOIN_REQUEST = "join_request", "somebody asks to join a space one moderates"
        SAVED_SEARCH = "saved_search", "something new in a search one keeps"
        UNPUBLISHED = "unpublished", "what one had scheduled could not be published"

    KEPT = 20
    OF_POSTS = (
        Reason.MENTION,
        Reason.REPLY,
        Reason.WATCHING,
        Reason.NEW_DISCUSSION,
        Reason.ACCEPTED,
        Reason.LIKE,
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    reason = models.CharField(max_length=15, choices=Reason)
    about = models.UUIDField()
    post_ids = ArrayField(models.UUIDField(), default=list)
    actor_ids = ArrayField(models.UUIDField(), default=list)
    count = models.PositiveIntegerField(default=1)
    entry = models.ForeignKey(AuditEntry, null=True, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.CASCADE, related_name="+")
    saved_search = models.ForeignKey(SavedSearch, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When it is to be mailed by itself")
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "reason", "about"], condition=Q(read_at__isnull=True), name="notice_collapsed"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-updated_at", "-id"], name="notice_of_user"),
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False, mailed_at__isnull=True),
                name="notice_due",
            ),
            models.Index(
                fields=["user"],
                condition=Q(read_at__isnull=True, mailed_at__isnull=True),
                name="notice_to_digest",
            ),
            models.Index(fields=["read_at"], condition=Q(read_at__isnull=False), name="notice_to_prune"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} for {self.user_id}"


class NoticePreferences(models.Model):
    """How a person wants to be mailed: ``{"reply": "at_once", …}``; what is not in it is as in `DEFAULTS`.
    Each saved search has a cadence of its own."""

    DEFAULTS: dict[str, str] = {
        Notice.Reason.MENTION: Cadence.AT_ONCE,
        Notice.Reason.REPLY: Cadence.AT_ONCE,
        Notice.Reason.WATCHING: Cadence.DAILY,
        Notice.Reason.NEW_DISCUSSION: Cadence.DAILY,
        Notice.Reason.ACCEPTED: Cadence.DAILY,
        Notice.Reason.LIKE: Cadence.WEEKLY,
        Notice.Reason.INVITATION: Cadence.AT_ONCE,
        Notice.Reason.MODERATION: Cadence.AT_ONCE,
        Notice.Reason.FLAG: Cadence.AT_ONCE,
        Notice.Reason.APPEAL: Cadence.AT_ONCE,
        Notice.Reason.JOIN_REQUEST: Cadence.AT_ONCE,
        Notice.Reason.UNPUBLISHED: Cadence.AT_ONCE,
    }

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="notice_preferences",
    )
    cadences = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"Preferences of {self.user_id}"


class DigestRun(models.Model):
    """A person's digest of one local day or week was made; the row is what keeps it from being made twice."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cadence = models.CharField(max_length=8, choices=Cadence)
    day = models.DateField(help_text="The local day it was due on")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "cadence", "day"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.cadence} of {self.user_id} for {self.day}"
