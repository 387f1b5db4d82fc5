"""Why one may trust a profile: what the secretariat verified, what peers endorse; what people consent to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from experts.models.profiles import Profile, Section
from experts.models.topics import Topic
from experts.trust_querysets import ConsentQuerySet, ConsentTextQuerySet, EndorsementQuerySet


class SectionVerification(models.Model):
    """The secretariat has checked a section as it is. Any change of the section ends it (the row goes).

    It is told to whoever may read the section, and to nobody else (`experts.disclosure.disclose`).
    """

    # People's places in networks are no statement of theirs that could be checked: they follow the networks.
    SECTIONS = tuple(section for section in Section if section != Section.NETWORKS)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="verifications")
    section = models.CharField(max_length=20, choices=[(s.value, s.label) for s in SECTIONS])
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "section"], name="section_verification_unique")
        ]
        indexes = [models.Index(fields=["section", "profile"], name="section_verification_who")]

    def __str__(self) -> str:
        return f"{self.section} of {self.profile_id}"


class Endorsement(models.Model):
    """Somebody who shares a network with an expert vouches for what the expert knows of a topic.

    Kept by topic and not by the profile's entry, so that it survives a new order of topics; shown to others
    only while the profile has the topic and the endorser's account is active.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="endorsements")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    endorser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="endorsements_given"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["endorser", "-id"], name="endorsement_given")]
        constraints = [
            models.UniqueConstraint(fields=["profile", "topic", "endorser"], name="endorsement_unique"),
            models.CheckConstraint(condition=~Q(profile=models.F("endorser")), name="endorsement_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.endorser_id} for {self.profile_id}: {self.topic_id}"


class Purpose(models.TextChoices):
    """What personal data are used for, each with its own consent. Nothing is used for it without."""

    DIRECTORY = "directory", "being shown in the directory"
    ROSTERS = "rosters", "being ranked and put forward for call-outs"


class ConsentText(models.Model):
    """What people are asked for a purpose. A text that was shown never changes: there is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField()
    texts = models.JSONField(help_text='In the working languages: {"en": "…", …}')
    published_at = models.DateTimeField(auto_now_add=True)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_unique")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Consent(models.Model):
    """A person's consent to one version of a text, until it is withdrawn. Only erasure deletes rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text"], condition=Q(withdrawn_at__isnull=True), name="consent_given_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.text_id}"
