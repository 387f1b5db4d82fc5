"""Spaces, who belongs to them, and the object permissions that roles grant."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from uuid_utils.compat import uuid7

from experts.models import Network, Topic
from forums.querysets import SanctionQuerySet, SpaceQuerySet


class Visibility(models.TextChoices):
    """From the most open to the most closed; a sub-space is never more open than its parent."""

    OPEN = "open", "anyone reads, members take part"
    MEMBERS_ONLY = "members_only", "members of the site read, members of the space take part"
    PRIVATE = "private", "its card is listed, only its members read"
    SECRET = "secret", "only its members know of it"

    @property
    def closedness(self) -> int:
        """0 for open to 3 for secret."""
        return list(Visibility).index(self)

    @property
    def joinings(self) -> tuple[Joining, ...]:
        """The ways of joining that fit; the first is the usual one."""
        match self:
            case Visibility.OPEN | Visibility.MEMBERS_ONLY:
                return (Joining.FREE, Joining.ASK, Joining.INVITATION)
            case Visibility.PRIVATE:
                return (Joining.ASK, Joining.INVITATION)
            case Visibility.SECRET:
                return (Joining.INVITATION,)


class Joining(models.TextChoices):
    """How one becomes a member without being added by a moderator."""

    FREE = "free", "whoever may read it joins"
    ASK = "ask", "whoever is shown its card asks, moderators decide"
    INVITATION = "invitation", "by invitation only"


class Role(models.TextChoices):
    """What a member of a space is; each role has every permission of those before it (see
    `forums.grants`).
    """

    OBSERVER = "observer", "observer"
    MEMBER = "member", "member"
    MODERATOR = "moderator", "moderator"
    OWNER = "owner", "owner"


def picture_path(space: Space, _name: str) -> str:
    """Where a picture is kept: a fresh name each time, so that an address is never stale."""
    return f"spaces/{space.pk}/{uuid4()}.jpg"


class Space(models.Model):
    """A community space.

    ``ancestor_ids`` holds the parents from the root down (without itself), so that "may read this one and all
    above it" needs no recursion. Counters are of published content only and are proven by
    ``verify_counters``.
    """

    MAX_DEPTH = 5

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    rules = models.TextField(blank=True, help_text="Markdown")
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.MEMBERS_ONLY)
    joining = models.CharField(max_length=10, choices=Joining, default=Joining.FREE)
    join_questions = ArrayField(
        models.CharField(max_length=300), default=list, blank=True, help_text="Put to who asks to join"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    ancestor_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    featured_topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    picture = models.FileField(upload_to=picture_path, max_length=120, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    external_id = models.CharField(max_length=200, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    question_count = models.PositiveIntegerField(default=0)
    discussion_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    contributor_count = models.PositiveIntegerField(default=0)
    member_count = models.PositiveIntegerField(default=0)

    # Annotated by `SpaceQuerySet.with_activity`.
    last_activity: datetime | None

    objects = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        # Names of questions that policies ask, granted per space to users and groups through guardian.
        permissions = [
            ("read_space", "Read what is in the space"),
            ("take_part_in_space", "Start discussions, reply, like"),
            ("moderate_space", "Moderate content and people"),
            ("manage_space", "Change settings and roles"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="space_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(visibility="private", joining="free")
                & (~Q(visibility="secret") | Q(joining="invitation")),
                name="space_joining_fits_visibility",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SpaceUserObjectPermission(UserObjectPermissionBase):
    """A permission on one space given to one person."""

    content_object = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="user_permissions")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [
            models.Index(fields=["user", "content_object", "permission"], name="space_user_permission")
        ]


class SpaceGroupObjectPermission(GroupObjectPermissionBase):
    """A permission on one space given to a group, that is, to a network."""

    content_object = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="group_permissions")

    class Meta(GroupObjectPermissionBase.Meta):
        indexes = [
            models.Index(fields=["group", "content_object", "permission"], name="space_group_permission")
        ]


class Membership(models.Model):
    """A person's role in a space. Written together with its grants by `forums.grants`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_memberships"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="membership_unique")]
        indexes = [models.Index(fields=["user", "space"], name="membership_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.space_id}"


class NetworkGrant(models.Model):
    """A whole network has a role in a space."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="network_grants")
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="space_grants")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "network"], name="network_grant_unique")]

    def __str__(self) -> str:
        return f"{self.network_id} is {self.role} of {self.space_id}"


class Sanction(models.Model):
    """A silence (reads, does not write), a ban (has nothing of a space that a visitor has not), or a warning,
    which takes nothing away.

    ``space`` None is site-wide. It holds until ``ends_at`` (None: until lifted).
    """

    class Kind(models.TextChoices):
        WARNING = "warning", "warned"
        SILENCE = "silence", "silenced"
        BAN = "ban", "banned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.CASCADE, related_name="sanctions"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.TextField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["user", "space"], condition=Q(lifted_at__isnull=True), name="sanction_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
