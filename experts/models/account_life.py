"""What an account lives by: sessions, second factor, a new address, and how it was asked for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.module_loading import import_string
from uuid_utils.compat import uuid7

from experts.account_querysets import RegistrationQuerySet, SecondFactorQuerySet, SessionManager


class Session(AbstractBaseSession):
    """A session of a browser. Its key is a secret; its owner knows it by ``number``."""

    number = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="To some minutes.")
    agent = models.CharField(max_length=200, blank=True, help_text="The User-Agent that signed in.")

    objects: ClassVar[SessionManager] = SessionManager()

    def __str__(self) -> str:
        return f"of {self.user_id} since {self.started_at}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """`experts.sessions.SessionStore`, which imports this module."""
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store


class SecondFactor(models.Model):
    """Somebody's one-time codes (TOTP, RFC 6238). In force once a code has been given (``confirmed_at``)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="second_factor"
    )
    sealed = models.BinaryField(max_length=300, help_text="The secret, encrypted (`experts.sealing`).")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0, help_text="A code of this time step or before was used.")

    objects = SecondFactorQuerySet.as_manager()

    def __str__(self) -> str:
        return f"of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once. Only its SHA-256 is kept: it is 120 random bits."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"of {self.user_id}"


class EmailChange(models.Model):
    """The address that somebody wants to have: theirs as soon as the link that was sent there is opened."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="email_change"
    )
    email = models.EmailField(max_length=254, help_text="In lower case")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.user_id}"


class Registration(models.Model):
    """A request for an account: kept whether or not there is one already, so that nothing tells."""

    class Status(models.TextChoices):
        NEW = "new", "not looked at by the worker yet"
        WAITING = "waiting", "waiting for the secretariat"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, help_text="In lower case")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    reason = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=2000, blank=True, help_text="What the person was told.")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="registrations"
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="registration_email_in_lower_case"
            ),
            models.UniqueConstraint(
                fields=["email"], condition=Q(status="waiting"), name="registration_waits_once"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="registration_status")]

    def __str__(self) -> str:
        return self.name
