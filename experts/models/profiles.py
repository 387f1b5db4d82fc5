"""Profiles: what experts say of themselves, section by section, each section under its own audience."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from experts.fields import ParsedJSON
from experts.models.places import Country, Organisation
from experts.models.topics import Topic
from experts.querysets import ProfileQuerySet
from search.viewer import Viewer


class Section(models.TextChoices):
    """The parts of a profile that have their own audience. ``IDENTITY`` decides who knows of the profile."""

    IDENTITY = "identity", "names and honorific"
    PHOTO = "photo", "photo"
    GENDER = "gender", "gender"
    HEADLINE = "headline", "headline"
    BIOGRAPHY = "biography", "biography"
    NATIONALITY = "nationality", "nationality"
    DUTY_COUNTRY = "duty_country", "duty country"
    AGENCY = "agency", "kind of agency"
    AFFILIATIONS = "affiliations", "affiliations"
    NETWORKS = "networks", "networks"
    TOPICS = "topics", "topics"
    LANGUAGES = "languages", "languages"
    MISSIONS = "missions", "deployments and missions"
    TRAININGS = "trainings", "trainings"
    PUBLICATIONS = "publications", "publications"
    DOCUMENTS = "documents", "documents"
    CONTACT = "contact", "contact data"
    LINKS = "links", "ORCID iD and links"
    AVAILABILITY = "availability", "availability"


class AgencyKind(models.TextChoices):
    BORDER_POLICE = "border_police", "border police"
    BORDER_GUARD = "border_guard", "border guard"
    CUSTOMS = "customs", "customs"
    POLICE = "police", "police"
    COAST_GUARD = "coast_guard", "coast guard"
    MINISTRY = "ministry", "ministry"
    PROSECUTION = "prosecution", "prosecution"
    ACADEMIA = "academia", "academia"
    INTERNATIONAL_ORGANISATION = "international_organisation", "international organisation"
    NGO = "ngo", "non-governmental organisation"
    OTHER = "other", "other"


class SortKey(models.Func):
    """A name as it is sorted: family name first, lower case, without accents ("dordevic ana").

    Every part is immutable in PostgreSQL, so that a generated column may hold it.
    """

    template = (
        "translate(regexp_replace(normalize(lower(%(expressions)s), NFKD), '[\\u0300-\\u036f]', '', 'g'),"
        " 'łøđßæœ', 'lodsao')"
    )
    arg_joiner = " || ' ' || "


def photo_path(profile: Profile, _name: str) -> str:
    """Where a photo is kept: a fresh name each time, so that an address tells nothing and is never stale."""
    return f"photos/{profile.pk}/{uuid4()}.jpg"


def document_path(item: ProfileItem, _name: str) -> str:
    """Where a document is kept; the name its owner gave it stays in the database."""
    return f"documents/{item.profile_id}/{uuid4()}"


class Profile(models.Model):
    """A person's profile; its key is the person's.

    ``audiences`` maps every section to the audience tokens that may read it (see `experts.audiences`); it is
    written whole when the profile is made, so that a later change of the defaults never opens or closes what
    a person already has. No section may be missing in it: a constraint says so.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "not published"
        PUBLISHED = "published", "published"
        HIDDEN = "hidden", "hidden for being stale or by the secretariat"

    class HiddenBecause(models.TextChoices):
        STALE = "stale", "nobody confirmed it for too long"
        SECRETARIAT = "secretariat", "hidden by the secretariat"
        ERASURE = "erasure", "the person asked to be erased"

    class MessagesFrom(models.TextChoices):
        """A reach (see `experts.audiences`); to write one must be signed in, so that it is never everyone."""

        MEMBERS = "members", "members"
        NETWORKS = "networks", "people of named networks"
        SECRETARIAT = "secretariat", "the secretariat"
        SELF = "self", "nobody"

    class Gender(models.TextChoices):
        FEMALE = "female", "female"
        MALE = "male", "male"
        OTHER = "other", "other"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="profile"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    audiences = ParsedJSON(help_text="By section; see experts.audiences.defaults")
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with every change; ETags are made of it."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    confirmed_at = models.DateTimeField(
        default=timezone.now, help_text="When somebody last edited or confirmed it"
    )
    reminders_sent = models.PositiveSmallIntegerField(default=0, help_text="Since it was last confirmed")
    reminded_at = models.DateTimeField(null=True, blank=True)
    hidden_because = models.CharField(max_length=12, choices=HiddenBecause, blank=True)
    messages_from = models.CharField(
        max_length=11, choices=MessagesFrom, default=MessagesFrom.MEMBERS, help_text="Who may write to them"
    )
    messages_networks = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="Whose people may, where it is 'networks'"
    )

    honorific = models.CharField(max_length=40, blank=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    original_name = models.CharField(max_length=200, blank=True, help_text="The full name in its own script.")
    sort_name = models.GeneratedField(
        expression=SortKey("family_name", "given_name"),
        output_field=models.CharField(max_length=250),
        db_persist=True,
    )
    photo = models.FileField(upload_to=photo_path, max_length=120, blank=True)
    gender = models.CharField(max_length=8, choices=Gender, blank=True)
    headline = models.CharField(max_length=200, blank=True)
    biography = models.JSONField(default=dict, help_text='Markdown by language: {"en": "…", "ru": "…"}')
    nationality = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    duty_country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agency_kind = models.CharField(max_length=30, choices=AgencyKind, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    contact_address = models.TextField(blank=True)
    orcid = models.CharField(max_length=19, blank=True)
    available_from = models.DateField(null=True, blank=True)
    available_to = models.DateField(null=True, blank=True)
    availability_share = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Percent of full time"
    )
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    availability_regions = ArrayField(models.SlugField(max_length=40), default=list, blank=True)

    objects = ProfileQuerySet.as_manager()

    # Only on profiles loaded by ProfileQuerySet.with_content
    account_status: str
    nationality_name: str | None
    duty_country_name: str | None
    topic_rows: list[dict[str, Any]]
    language_rows: list[dict[str, Any]]
    network_rows: list[dict[str, Any]]
    item_rows: list[dict[str, Any]]
    verification_rows: list[dict[str, Any]]

    class Meta:
        indexes = [
            models.Index(fields=["sort_name", "user"], name="profile_by_name"),
            models.Index(fields=["-created_at", "-user"], name="profile_by_age"),
            models.Index(fields=["duty_country", "user"], name="profile_by_duty_country"),
            models.Index(fields=["nationality", "user"], name="profile_by_nationality"),
            models.Index(fields=["agency_kind", "user"], name="profile_by_agency"),
            GinIndex(fields=["audiences"], name="profile_audiences"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(available_to__isnull=True)
                | Q(available_from__isnull=True)
                | Q(available_to__gte=F("available_from")),
                name="profile_availability_in_order",
            ),
            models.CheckConstraint(
                condition=Q(availability_share__isnull=True) | Q(availability_share__range=(1, 100)),
                name="profile_share_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(audiences__has_keys=[section.value for section in Section]),
                name="profile_audience_for_every_section",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def shows(self, section: Section, viewer: Viewer) -> bool:
        """Whether the viewer may read a section of this profile: the twin of ``readable_section``."""
        return viewer.is_in(self.audiences[section])


class ProfileTopic(models.Model):
    """Something a person knows about."""

    class Level(models.TextChoices):
        AWARENESS = "awareness", "awareness"
        PRACTITIONER = "practitioner", "practitioner"
        SPECIALIST = "specialist", "specialist"
        TRAINER = "trainer", "trainer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=12, choices=Level)
    years = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "topic"], name="profile_topic_unique"),
            models.CheckConstraint(condition=Q(years__lte=70), name="profile_topic_years"),
        ]
        indexes = [models.Index(fields=["topic", "profile"], name="profile_topic_who")]

    def __str__(self) -> str:
        return f"{self.topic}: {self.level}"


class ProfileLanguage(models.Model):
    """A language a person speaks, with its CEFR level."""

    class Level(models.TextChoices):
        A1 = "A1"
        A2 = "A2"
        B1 = "B1"
        B2 = "B2"
        C1 = "C1"
        C2 = "C2"
        NATIVE = "native", "first language"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(max_length=3, help_text="ISO 639 code")
    level = models.CharField(max_length=6, choices=Level)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "language"], name="profile_language_unique")
        ]
        indexes = [models.Index(fields=["language", "profile"], name="profile_language_who")]

    def __str__(self) -> str:
        return f"{self.language}: {self.level}"


class ProfileItem(models.Model):
    """An entry of a section that is a list: affiliation, mission, training, publication, document or link.

    One table for all, because all are read together with the profile and none is asked for alone.
    """

    class Kind(models.TextChoices):
        GIVEN = "given", "training given"
        TAKEN = "taken", "training taken"

    SECTIONS = (
        Section.AFFILIATIONS,
        Section.MISSIONS,
        Section.TRAININGS,
        Section.PUBLICATIONS,
        Section.DOCUMENTS,
        Section.LINKS,
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(max_length=20, choices=[(s.value, s.label) for s in SECTIONS])
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300, help_text="Role, course, publication, document or link")
    kind = models.CharField(max_length=10, choices=Kind, blank=True, help_text="For trainings")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation_name = models.CharField(max_length=200, blank=True, help_text="Where it is not in the list")
    country = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=document_path, max_length=120, blank=True, help_text="For documents")
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=80, blank=True)
    file_size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes")
    description = models.TextField(blank=True)
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["section", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="profile_item_dates_in_order",
            )
        ]
        indexes = [models.Index(fields=["profile", "section", "position"], name="profile_item_section")]

    def __str__(self) -> str:
        return self.title


class Delegation(models.Model):
    """An expert lets a member edit the profile (never the account)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "delegate"], name="delegation_unique")]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.profile}"
