"""Networks of people, and who designates whom in them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from experts.models.places import Country


class Network(models.Model):
    """A network; its people are the members of its group, so grants to the group are grants to the network."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    names = models.JSONField(help_text='{"en": "…", …}')
    purpose = models.TextField(blank=True)
    is_designated = models.BooleanField(
        default=False, help_text="Its focal points are designated by States (else people are simply added)."
    )
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="network")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(self.names.get("en", self.slug))


class NetworkMembership(models.Model):
    """A person in a network. The action that writes it also puts them in the network's group."""

    class Role(models.TextChoices):
        MEMBER = "member", "member"
        AUTHORITY = "authority", "national authority"
        COORDINATOR = "coordinator", "co-ordinator"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.MEMBER)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, help_text="The State an authority acts for."
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "user"], name="network_membership_unique"),
            models.CheckConstraint(
                condition=~Q(role="authority") | Q(country__isnull=False), name="network_authority_has_country"
            ),
        ]


class Designation(models.Model):
    """A State's official designation of a focal point in a network."""

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
    successor = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessor")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="designation_dates_in_order"),
            models.UniqueConstraint(
                fields=["network", "country"],
                condition=Q(status="confirmed", kind="primary"),
                name="designation_one_primary_per_state",
            ),
        ]
        indexes = [
            models.Index(fields=["network", "country", "status"], name="designation_coverage"),
            models.Index(fields=["valid_to"], condition=Q(status="confirmed"), name="designation_lapsing"),
        ]
