"""What moderators work on: cases (flags, joined), appeals, where moved posts came from, settings."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from experts.models import AuditEntry
from forums.models.discussions import Discussion, Post
from forums.models.spaces import Space
from forums.moderation_querysets import AppealQuerySet, CaseQuerySet


class Case(models.Model):
    """Why one post is before the moderators: the flags on it, joined, or that it is held until approved.

    ``escalated_text`` is the post as it stood when a moderator handed the case to the secretariat: all that
    the secretariat gets of a space it may not read.
    """

    class Kind(models.TextChoices):
        FLAGGED = "flagged", "somebody flagged it"
        HELD = "held", "held until a moderator approves it"

    class Status(models.TextChoices):
        OPEN = "open", "open"
        UPHELD = "upheld", "the flags were right"
        DISMISSED = "dismissed", "there was nothing wrong"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FLAGGED)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="cases")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    is_about_moderator = models.BooleanField(
        default=False, help_text="The author moderated the space when the case was opened"
    )
    flag_count = models.PositiveIntegerField(default=0)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_text = models.TextField(blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(status="open"), name="case_one_open_per_post"
            ),
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | ~Q(status="open") & Q(decided_at__isnull=False),
                name="case_decided_with_time",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(status="open"), name="case_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.post_id}: {self.status}"


class Flag(models.Model):
    """A person says that a post is wrong. One per person and case, so one open flag per person and post."""

    class Reason(models.TextChoices):
        SPAM = "spam", "spam"
        OFF_TOPIC = "off_topic", "off topic"
        ABUSE = "abuse", "abuse"
        SENSITIVE_INFORMATION = "sensitive_information", "sensitive information"
        OTHER = "other", "something else"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="flags")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=25, choices=Reason)
    note = models.TextField(blank=True, help_text="Needed with the reason other")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="flag_one_per_person_and_case")]

    def __str__(self) -> str:
        return f"{self.reason} by {self.user_id}"


class Appeal(models.Model):
    """A person asks that somebody else looks again at an act that concerns them; once per act."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        GRANTED = "granted", "granted, the act was undone"
        REJECTED = "rejected", "rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="appeal")
    appellant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appeals")
    text = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    for_secretariat = models.BooleanField(
        default=False, help_text="The act was site-wide, or nobody else moderates the space"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "-id"], name="appeal_by_status")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.status}"


class PostMove(models.Model):
    """Where a post stood before it was split off or merged: old links lead to it, the act can be undone."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="post_moves")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="moves")
    from_discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="+")
    from_position = models.PositiveIntegerField()
    from_parent = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    from_path = ArrayField(models.PositiveIntegerField(), default=list)
    to_discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="+")
    to_position = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["from_discussion", "from_position", "-id"], name="post_move_from")]

    def __str__(self) -> str:
        return (
            f"{self.from_discussion_id} #{self.from_position} → {self.to_discussion_id} #{self.to_position}"
        )


class MovedDiscussion(models.Model):
    """A discussion that is no more, because its posts went into ``target``; its address leads there."""

    discussion = models.OneToOneField(
        Discussion, primary_key=True, on_delete=models.CASCADE, related_name="moved_to"
    )
    target = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(AuditEntry, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.discussion_id} → {self.target_id}"


class ModerationSettings(models.Model):
    """What is checked before a post appears, in one space, or (``space`` None) everywhere on the site.

    Holding first posts and slow mode are a space's own; banned words and the limit of links add up with the
    site's. Moderators are not held up by any of them.
    """

    space = models.OneToOneField(
        Space, null=True, on_delete=models.CASCADE, related_name="moderation_settings"
    )
    first_posts_held = models.PositiveSmallIntegerField(
        default=0, help_text="A person's first so many posts here wait for a moderator"
    )
    slow_mode_seconds = models.PositiveIntegerField(
        default=0, help_text="A person waits so long between two posts here"
    )
    banned_words = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    max_links = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Per post; None for no limit"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space"], name="moderation_settings_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(space__isnull=False) | Q(first_posts_held=0, slow_mode_seconds=0),
                name="moderation_settings_of_site",
            ),
        ]

    def __str__(self) -> str:
        return f"Moderation of {self.space_id or 'the site'}"
