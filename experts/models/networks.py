"""Networks of people, and whom States designate in them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from experts.dates import Days
from experts.models.places import Country
from experts.network_querysets import DesignationQuerySet, NetworkMembershipQuerySet, NetworkQuerySet


class Network(models.Model):
    """A network. Its people are the members of its group, so that grants to the group are its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    names = models.JSONField(help_text='In the working languages: {"en": "…", …}')
    purpose = models.JSONField(default=dict, blank=True, help_text='In the working languages: {"en": "…", …}')
    is_designated = models.BooleanField(
        default=False, help_text="Its focal points are designated by States (else people are simply added)."
    )
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="network")
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.names.get("en", self.slug))


class NetworkMembership(models.Model):
    """A person in a network, for good (``is_standing``) or as long as a designation of theirs is in force.

    Only `experts.actions.networks` and `experts.actions.designations` write it, together with the network's
    group. Who is in a network today is `NetworkMembershipQuerySet.current`; rows of people whose designations
    are over may still wait for the daily job.
    """

    class Role(models.TextChoices):
        MEMBER = "member", "member"
        AUTHORITY = "authority", "national authority"
        COORDINATOR = "coordinator", "co-ordinator"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_memberships"
    )
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, help_text="The State an authority acts for."
    )
    is_standing = models.BooleanField(
        default=True, help_text="Was added by name, so that it does not end with a designation."
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = NetworkMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "user"], name="network_membership_unique"),
            models.CheckConstraint(
                condition=~Q(role="authority") | Q(country__isnull=False),
                name="network_authority_has_country",
            ),
            models.CheckConstraint(
                condition=Q(role="member") | Q(is_standing=True), name="network_role_is_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.network_id}"


def letter_path(designation: Designation, _name: str) -> str:
    """Where a letter is kept: a fresh name each time, so that an address tells nothing."""
    return f"letters/{designation.pk}/{uuid4()}.pdf"


class Designation(models.Model):
    """A State's official designation of a person in a network.

    proposed → confirmed → expired | withdrawn | succeeded. It holds while it is confirmed and today (UTC) is
    within ``valid_from`` … ``valid_to``, both included; nothing that reads it waits for the job that later
    writes "expired".
    """

    class Kind(models.TextChoices):
        PRIMARY = "primary", "primary focal point"
        ALTERNATE = "alternate", "alternate focal point"
        CONTACT = "point_of_contact", "point of contact"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        CONFIRMED = "confirmed", "confirmed"
        EXPIRED = "expired", "expired"
        WITHDRAWN = "withdrawn", "withdrawn"
        SUCCEEDED = "succeeded", "succeeded by another"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="designations")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="designations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="designations")
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    valid_from = models.DateField()
    valid_to = models.DateField(help_text="The last day on which it holds.")
    succeeds = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="successors",
        help_text="The designation that this one takes over from when it is confirmed.",
    )
    letter = models.FileField(upload_to=letter_path, max_length=120, blank=True, help_text="A PDF")
    letter_size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was withdrawn, succeeded or marked expired."
    )
    end_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DesignationQuerySet.as_manager()

    has_successor: bool  # only on designations loaded by DesignationQuerySet.with_successor

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="designation_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(succeeds=F("id")), name="designation_not_its_own_successor"),
            ExclusionConstraint(
                name="designation_one_primary_per_state",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    (Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status="confirmed", kind="primary"),
            ),
            ExclusionConstraint(
                name="designation_one_per_person_and_state",
                expressions=[
                    ("network", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["proposed", "confirmed"]),
            ),
        ]
        indexes = [
            models.Index(fields=["network", "country", "status"], name="designation_coverage"),
            models.Index(fields=["valid_to"], condition=Q(status="confirmed"), name="designation_lapsing"),
            models.Index(
                fields=["user", "network"], condition=Q(status="confirmed"), name="designation_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.kind} {self.valid_from} to {self.valid_to}"


class DesignationReminder(models.Model):
    """That a designation's end was told this many days before; once each, and anew after a renewal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    designation = models.ForeignKey(Designation, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()
    valid_to = models.DateField(help_text="The end that was told of.")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["designation", "valid_to", "days_before"], name="designation_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.designation_id} {self.days_before} days"
