"""Rosters of experts who stand ready, and the call-outs that send them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from experts.dates import Days
from experts.models.places import Country
from experts.models.profiles import ProfileItem, ProfileLanguage, ProfileTopic
from experts.models.topics import Topic
from experts.roster_querysets import (
    BlackoutQuerySet,
    CallOutQuerySet,
    DeploymentQuerySet,
    InvitationQuerySet,
    RosterMemberQuerySet,
    RosterQuerySet,
)


class Roster(models.Model):
    """A list of experts who stand ready for call-outs, such as the stand-by team.

    ``level`` and ``languages`` are wanted of who applies (see `experts.admission`): the level in one of the
    topics or below it, and every language as "ISO 639 code:CEFR level".
    """

    class Admission(models.TextChoices):
        APPLICATION = "application", "people apply, the secretariat decides"
        NOMINATION = "nomination", "the secretariat names people"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    names = models.JSONField(help_text='In the working languages: {"en": "…", …}')
    purpose = models.JSONField(default=dict, blank=True, help_text='In the working languages: {"en": "…", …}')
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    notice_days = models.PositiveSmallIntegerField(
        default=14, help_text="Within how many days its members can leave."
    )
    admission = models.CharField(max_length=12, choices=Admission, default=Admission.APPLICATION)
    level = models.CharField(max_length=12, choices=ProfileTopic.Level, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.names.get("en", self.slug))


class RosterMember(models.Model):
    """A person's place on a roster: applied → admitted | declined; admitted → retired."""

    class Status(models.TextChoices):
        APPLIED = "applied", "applied"
        ADMITTED = "admitted", "admitted"
        DECLINED = "declined", "not admitted"
        RETIRED = "retired", "retired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roster_memberships"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.APPLIED)
    motivation = models.TextField(blank=True, help_text="What the person wrote when applying.")
    reason = models.TextField(blank=True, help_text="Why it was declined or ended.")
    applied_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RosterMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "user"], name="roster_member_unique")]
        indexes = [models.Index(fields=["roster", "status", "user"], name="roster_member_ready")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.status} {self.roster_id}"


class Blackout(models.Model):
    """Days on which a person cannot be called out; read by whoever may read the profile's availability."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blackouts")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last of the days.")
    note = models.CharField(max_length=200, blank=True, help_text="For the person alone.")

    objects = BlackoutQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="blackout_dates_in_order")
        ]
        indexes = [models.Index(fields=["user", "starts_on"], name="blackout_of_person")]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"


class CallOut(models.Model):
    """A call for people of a roster: what they must know, where, when, how many.

    What restricts it stands in it openly: ``nationalities`` (only these; empty is any),
    ``excluded_nationalities``, and how many women and men it needs at least.
    """

    class Status(models.TextChoices):
        OPEN = "open", "open"
        CLOSED = "closed", "closed"
        CANCELLED = "cancelled", "cancelled"

    MAX_NUMBER = 100

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="call_outs")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    role = models.CharField(max_length=200, help_text="What those selected are, as their profile will say.")
    place = models.CharField(max_length=200)
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    number = models.PositiveSmallIntegerField(help_text="How many people it takes.")
    nationalities = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    excluded_nationalities = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    women_at_least = models.PositiveSmallIntegerField(default=0)
    men_at_least = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CallOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="call_out_dates_in_order"),
            models.CheckConstraint(condition=Q(number__range=(1, 100)), name="call_out_number_in_range"),
            models.CheckConstraint(
                condition=Q(number__gte=F("women_at_least") + F("men_at_least")),
                name="call_out_balance_fits_number",
            ),
        ]
        indexes = [models.Index(fields=["roster", "-starts_on", "-id"], name="call_out_of_roster")]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """A topic or a language that a call-out asks for, at this level or above.

    Who lacks an ``essential`` one is no candidate; the others only raise the rank.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call_out = models.ForeignKey(CallOut, on_delete=models.CASCADE, related_name="requirements")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=3, blank=True, help_text="ISO 639 code")
    level = models.CharField(max_length=12, help_text="Of a topic, or CEFR")
    essential = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call_out", "topic", "language"],
                name="requirement_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=False, language="", level__in=ProfileTopic.Level.values)
                | (Q(topic__isnull=True, level__in=ProfileLanguage.Level.values) & ~Q(language="")),
                name="requirement_topic_or_language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id or self.language} {self.level}"


class Invitation(models.Model):
    """A person is asked whether they would go. It is answered until ``respond_by``, by that person."""

    class Status(models.TextChoices):
        PENDING = "pending", "not yet answered"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call_out = models.ForeignKey(CallOut, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    respond_by = models.DateTimeField()
    message = models.TextField(blank=True)
    answer = models.TextField(blank=True, help_text="What the invited person wrote.")
    answered_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call_out", "user"], name="invitation_unique")]
        indexes = [models.Index(fields=["user", "status"], name="invitation_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.status} {self.call_out_id}"


class Deployment(models.Model):
    """A person was selected for a call-out and is booked for its days; nobody is booked twice for a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call_out = models.ForeignKey(CallOut, on_delete=models.PROTECT, related_name="deployments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deployments")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    item = models.ForeignKey(
        ProfileItem,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The mission on the profile; it is the person's, who may remove it.",
    )
    selected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="deployment_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["call_out", "user"],
                condition=Q(cancelled_at__isnull=True),
                name="deployment_once_per_call_out",
            ),
            ExclusionConstraint(
                name="deployment_one_per_person_and_day",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_on} to {self.ends_on}"
