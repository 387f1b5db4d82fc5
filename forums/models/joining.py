"""How people come into a space: requests and invitations."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from experts.models import Network
from forums.joining_querysets import SpaceInvitationQuerySet
from forums.models.spaces import Role, Space


class JoinRequest(models.Model):
    """A person asks to become a member. ``answers`` is ``[{"question": "…", "answer": "…"}]``, as asked
    then.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting for a moderator"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    message = models.TextField(blank=True)
    answers = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, help_text="What the moderator tells the person")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(status="waiting"), name="join_request_one_waiting"
            )
        ]
        indexes = [models.Index(fields=["space", "status", "-id"], name="join_request_of_space")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.space_id}"


class Invitation(models.Model):
    """An invitation into a space: to one person, to whoever holds its link (sent by e-mail or passed on), or
    to all people of a network. Of a link only the SHA-256 is kept.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "to one person"
        NETWORK = "network", "to all people of a network"
        EMAIL = "email", "a link, sent by e-mail"
        LINK = "link", "a link to pass on"

    class Status(models.TextChoices):
        HOLDS = "holds", "can be accepted"
        USED = "used", "accepted as often as it may be"
        DECLINED = "declined", "declined"
        REVOKED = "revoked", "taken back"
        EXPIRED = "expired", "its time is over"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="space_invitations"
    )
    network = models.ForeignKey(
        Network, null=True, on_delete=models.CASCADE, related_name="space_invitations"
    )
    email = models.EmailField(max_length=254, blank=True, help_text="Where the link was sent, in lower case")
    token_digest = models.BinaryField(max_length=32, null=True, unique=True)
    message = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(null=True, help_text="None: no limit but the expiry")
    use_count = models.PositiveIntegerField(default=0)
    declined_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SpaceInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, network__isnull=True, token_digest__isnull=True)
                | Q(user__isnull=True, network__isnull=False, token_digest__isnull=True)
                | Q(user__isnull=True, network__isnull=True, token_digest__isnull=False),
                name="invitation_to_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(use_count__lte=F("max_uses")),
                name="invitation_use_limit",
            ),
            models.CheckConstraint(condition=~Q(role="owner"), name="invitation_not_as_owner"),
        ]
        indexes = [
            models.Index(fields=["space", "-id"], name="invitation_of_space"),
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="invitation_of_user"),
        ]

    def __str__(self) -> str:
        return f"Invitation to {self.space_id}"

    @property
    def kind(self) -> Kind:
        """Whom it is to."""
        if self.user_id is not None:
            return self.Kind.PERSON
        if self.network_id is not None:
            return self.Kind.NETWORK
        return self.Kind.EMAIL if self.email else self.Kind.LINK

    def status(self, now: dt.datetime) -> Status:
        """What has become of it: the twin of `SpaceInvitationQuerySet.holding`."""
        if self.revoked_at is not None:
            return self.Status.REVOKED
        if self.declined_at is not None:
            return self.Status.DECLINED
        if self.max_uses is not None and self.use_count >= self.max_uses:
            return self.Status.USED
        return self.Status.HOLDS if self.expires_at > now else self.Status.EXPIRED
