"""Accounts: people, system accounts, personal tokens."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes accounts; e-mail addresses are kept in lower case, so that no two differ in case alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person's account. Without a password nobody can sign in with one."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A member of the secretariat with every model permission, for ``manage.py createsuperuser``."""
        fields = {"status": User.Status.ACTIVE, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in by e-mail, in any case."""
        return self.get(email=(username or "").lower())

    def system(self, name: str) -> User:
        """The named system account that works without a person (it cannot sign in)."""
        user, _ = self.get_or_create(
            email=f"{name}@system.invalid",
            defaults={"name": name, "is_system": True, "status": User.Status.ACTIVE, "password": "!"},
        )
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person or a system account. ``is_staff`` makes the secretariat."""

    class Status(models.TextChoices):
        UNCLAIMED = "unclaimed", "entered by the secretariat, never signed in"
        ACTIVE = "active", "active"
        SUSPENDED = "suspended", "suspended"
        LEAVING = "leaving", "asked to be erased, may still come back"
        ERASED = "erased", "erased"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True, help_text="In lower case")
    name = models.CharField(max_length=200, help_text="As others see it beside what this person writes.")
    status = models.CharField(max_length=10, choices=Status, default=Status.UNCLAIMED)
    is_staff = models.BooleanField(default=False, help_text="Belongs to the secretariat.")
    is_system = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    external_id = models.CharField(
        max_length=100,
        null=True,  # not empty, so that the column can be unique
        blank=True,
        unique=True,
        help_text="The person's key in the secretariat's own files; only the secretariat knows of it.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    session_version = models.PositiveIntegerField(
        default=0, help_text="Grows to end all sessions; those that were begun under another are void."
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case")
        ]
        # For names that are suggested while somebody types (`forums.actions.writing.people_like`).
        indexes = [GinIndex(OpClass(Lower("name"), "gin_trgm_ops"), name="user_name_trigrams")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's flag, derived from the status
        """Whether this account may sign in."""
        return self.status == self.Status.ACTIVE

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session carries and must still be true: the password, and the version of sessions."""
        value = f"{self.password}:{self.session_version}"
        return salted_hmac("experts.models.User.session", value, secret, algorithm="sha256").hexdigest()


class PersonalToken(models.Model):
    """A personal access token. Only its SHA-256 is kept: it is 256 random bits, so no slow hash is needed."""

    class Scope(models.TextChoices):
        READ = "read", "read whatever I may read"
        WRITE = "write", "write as me"
        MODERATE = "moderate", "moderate and manage as me"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=12, help_text="How the token begins, to recognise it by.")
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hint}… {self.name}"

    @staticmethod
    def new_secret() -> str:
        """A fresh secret, shown to its owner once."""
        return settings.PERSONAL_TOKEN_PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> bytes:
        """What is stored and looked up for a secret."""
        return hashlib.sha256(secret.encode()).digest()
