"""Experts: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from rest_framework import serializers

from api import tables
from api.serializers import Input, Output, Query
from experts import audiences, completeness, disclosure, policies
from experts.cleaning import MAX_BIOGRAPHY, MAX_DESCRIPTION, MAX_ITEMS, MAX_LANGUAGES, MAX_TOPICS
from experts.models import (
    AgencyKind,
    NetworkMembership,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
    SectionVerification,
)
from forums.text import render
from search.viewer import Viewer

LANGUAGES = settings.LANGUAGES
VERIFIABLE = [(section.value, section.value) for section in SectionVerification.SECTIONS]
REACHES = [(reach.value, reach.value) for reach in audiences.Reach]


# What is answered -----------------------------------------------------------------------------


class Identity(Output):
    honorific = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    original_name = serializers.CharField(help_text="The full name in its own script.")


class Photo(Output):
    url = serializers.CharField(help_text="A JPEG; the address changes with the photo.")


class Text(Output):
    language = serializers.CharField()
    text = serializers.CharField(help_text="Markdown, as it was written.")
    html = serializers.CharField(help_text="Safe to show.")


class Place(Output):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField(help_text="In the asker's language.")


class ExpertTopic(Output):
    topic = serializers.CharField(help_text="Slug.")
    label = serializers.CharField(help_text="In the asker's language.")  # type: ignore[assignment]
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices)
    years = serializers.IntegerField()
    endorsements = serializers.IntegerField(help_text="By how many peers.")


class ExpertLanguage(Output):
    language = serializers.CharField(help_text="ISO 639.")
    name = serializers.CharField(help_text="In the asker's language.")
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices, help_text="CEFR, or native.")


class ExpertNetwork(Output):
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=NetworkMembership.Role.choices)


class ItemOrganisation(Output):
    slug = serializers.CharField(allow_null=True, help_text="Null for one that is not in /organisations.")
    name = serializers.CharField()


class ItemFile(Output):
    name = serializers.CharField()
    type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    url = serializers.CharField()


class Item(Output):
    """An affiliation, mission, training, publication, document or link; what does not apply is empty."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=ProfileItem.Kind.choices, allow_blank=True, help_text="Of a training."
    )
    organisation = ItemOrganisation()
    country = Place(allow_null=True)
    place = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    url = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    language = serializers.CharField(help_text="Of the texts; empty if unknown.")
    file = ItemFile(allow_null=True, help_text="Of a document.")


class Contact(Output):
    email = serializers.CharField()
    phone = serializers.CharField(help_text="E.164.")
    address = serializers.CharField()


class Links(Output):
    orcid = serializers.CharField()
    items = Item(many=True)


class Availability(Output):
    available_from = serializers.DateField(allow_null=True)
    available_to = serializers.DateField(allow_null=True)
    share = serializers.IntegerField(allow_null=True, help_text="Percent of full time.")
    notice_days = serializers.IntegerField(allow_null=True)
    regions = serializers.ListField(child=serializers.CharField())


class Verified(Output):
    section = serializers.ChoiceField(choices=VERIFIABLE)
    since = serializers.DateTimeField()


class ExpertCard(Output):
    """A row of the directory. A section that you may not read looks as if it were empty."""

    id = serializers.UUIDField(help_text="The person's: the same as an author's id.")
    name = serializers.CharField()
    identity = Identity()
    photo = Photo(allow_null=True)
    headline = serializers.CharField()
    nationality = Place(allow_null=True)
    duty_country = Place(allow_null=True)
    agency = serializers.ChoiceField(choices=AgencyKind.choices, allow_blank=True)
    topics = ExpertTopic(many=True)
    languages = ExpertLanguage(many=True)
    networks = ExpertNetwork(many=True)
    verified = Verified(many=True, help_text="Of these sections, those that the secretariat has verified.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


class Choice(Output):
    reach = serializers.ChoiceField(choices=REACHES)
    networks = serializers.ListField(child=serializers.UUIDField())


class Completeness(Output):
    percent = serializers.IntegerField()
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Sections that are empty, the most useful first."
    )


class Expert(Output):
    """A profile. A section that you may not read looks as if it were empty."""

    id = serializers.UUIDField(help_text="The person's: the same as an author's id.")
    name = serializers.CharField()
    identity = Identity()
    photo = Photo(allow_null=True)
    gender = serializers.ChoiceField(choices=Profile.Gender.choices, allow_blank=True)
    headline = serializers.CharField()
    biography = Text(many=True)
    nationality = Place(allow_null=True)
    duty_country = Place(allow_null=True)
    agency = serializers.ChoiceField(choices=AgencyKind.choices, allow_blank=True)
    affiliations = Item(many=True)
    networks = ExpertNetwork(many=True)
    topics = ExpertTopic(many=True)
    languages = ExpertLanguage(many=True)
    missions = Item(many=True)
    trainings = Item(many=True)
    publications = Item(many=True)
    documents = Item(many=True)
    contact = Contact()
    links = Links()
    availability = Availability()
    verified = Verified(many=True, help_text="The sections that the secretariat has verified as they are.")
    status = serializers.ChoiceField(choices=Profile.Status.choices)
    created = serializers.DateTimeField()
    completeness = Completeness(allow_null=True, help_text="For the expert and delegates; else null.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


class Visibility(Output):
    """Who may read each section."""

    vars().update({section.value: Choice() for section in Section})


class Preview(Output):
    seen_as = serializers.CharField(help_text="The audience, as it was asked for.")
    is_visible = serializers.BooleanField(help_text="Whether they know of the profile at all.")
    expert = Expert()


class Author(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Change(Output):
    field = serializers.CharField(help_text="A section, or a section's field: `contact.phone`.")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class HistoryEntry(Output):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    author = Author()
    what = serializers.CharField(help_text="What was done, e.g. `profile.edited`.")
    reason = serializers.CharField()
    changes = Change(many=True)


class Delegate(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField()


def cards(profiles: Sequence[Profile], viewer: Viewer) -> list[dict[str, Any]]:
    """`ExpertCard` of each; loaded by ``with_content(language, disclosure.CARD)``."""
    return [card(profile, viewer) for profile in profiles]


def card(profile: Profile, viewer: Viewer) -> dict[str, Any]:
    """`ExpertCard` of a profile."""
    content = disclosure.disclose(profile, viewer, sections=disclosure.CARD)
    content["photo"] = _photo(profile, content["photo"])
    return {
        "id": profile.pk,
        "name": disclosure.display_name(content["identity"]),
        **content,
        "allowed_actions": policies.allowed_actions(policies.PROFILE, viewer, profile),
    }


def expert(profile: Profile, viewer: Viewer) -> dict[str, Any]:
    """`Expert` of a profile loaded by ``with_content(language, disclosure.ALL)``."""
    content = disclosure.disclose(profile, viewer)
    content["photo"] = _photo(profile, content["photo"])
    for text in content["biography"]:
        text["html"] = render(text["text"])
    for document in content["documents"]:
        _address_file(profile, document)
    return {
        "id": profile.pk,
        "name": disclosure.display_name(content["identity"]),
        **content,
        "status": profile.status,
        "created": profile.created_at,
        "completeness": _completeness(profile, viewer),
        "allowed_actions": policies.allowed_actions(policies.PROFILE, viewer, profile),
    }


def _completeness(profile: Profile, viewer: Viewer) -> dict[str, Any] | None:
    if policies.keep_profile(viewer, profile):
        return None
    found = completeness.of(profile)
    return {"percent": found.percent, "missing": found.missing}


def items(profile: Profile, section: Section, viewer: Viewer) -> list[dict[str, Any]]:
    """`Item` of each item of a section; none where the viewer may not read it."""
    content = disclosure.disclose(profile, viewer, sections=[section])[section.value]
    found: list[dict[str, Any]] = content["items"] if section == Section.LINKS else content
    for item in found:
        _address_file(profile, item)
    return found


def _address_file(profile: Profile, item: dict[str, Any]) -> None:
    if item["file"]:
        item["file"]["url"] = f"/api/v1/experts/{profile.pk}/documents/{item['id']}/file"


def _photo(profile: Profile, content: dict[str, str] | None) -> dict[str, str] | None:
    return {"url": f"/api/v1/experts/{profile.pk}/photo?v={content['version']}"} if content else None


def visibility(profile: Profile) -> dict[str, Any]:
    """`Visibility` of a profile."""
    chosen = {section: audiences.choice(profile.audiences[section]) for section in Section}
    return {
        section.value: {"reach": choice.reach, "networks": list(choice.networks)}
        for section, choice in chosen.items()
    }


# What is sent ---------------------------------------------------------------------------------


def _optional(limit: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=limit, required=False, allow_blank=True, **kwargs)


def _list_of(child: Input, length: int) -> serializers.ListSerializer[Any]:
    return serializers.ListSerializer(child=child, required=False, max_length=length)


def _several(length: int, number: int, help_text: str) -> serializers.ListField:
    child = serializers.CharField(max_length=length)
    return serializers.ListField(child=child, required=False, max_length=number, help_text=help_text)


def _country() -> serializers.CharField:
    return serializers.CharField(
        max_length=2, min_length=2, required=False, allow_null=True, help_text="A State's code."
    )


class IdentityInput(Input):
    honorific = _optional(40)
    given_name = serializers.CharField(max_length=100, required=False)
    family_name = serializers.CharField(max_length=100, required=False)
    original_name = _optional(200)


class NewIdentity(IdentityInput):
    given_name = serializers.CharField(max_length=100)
    family_name = serializers.CharField(max_length=100)


class NewExpert(Input):
    identity = NewIdentity()


class TextInput(Input):
    language = serializers.ChoiceField(choices=LANGUAGES)
    text = serializers.CharField(max_length=MAX_BIOGRAPHY, help_text="Markdown.")


class TopicInput(Input):
    topic = serializers.CharField(max_length=80, help_text="A topic's slug, present or former.")
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices)
    years = serializers.IntegerField(min_value=0, max_value=70, required=False)


class LanguageInput(Input):
    language = serializers.CharField(max_length=3, min_length=2, help_text="ISO 639.")
    level = serializers.ChoiceField(choices=ProfileLanguage.Level.choices, help_text="CEFR, or native.")


class LinkInput(Input):
    id = serializers.UUIDField(required=False, help_text="In a whole section: an item that stays.")
    title = serializers.CharField(max_length=300, required=False)
    url = _optional(500)
    description = _optional(MAX_DESCRIPTION, help_text="Markdown.")


class ItemInput(LinkInput):
    organisation = serializers.CharField(
        max_length=120, required=False, allow_null=True, help_text="An organisation's slug."
    )
    organisation_name = _optional(200, help_text="Of one that is not in /organisations.")
    country = _country()
    place = _optional(200)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    kind = serializers.ChoiceField(
        choices=ProfileItem.Kind.choices, required=False, help_text="Of trainings only."
    )
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, allow_blank=True)


class ContactInput(Input):
    email = _optional(254)
    phone = _optional(40, help_text="With its country code.")
    address = _optional(1000)


class LinksInput(Input):
    orcid = _optional(60)
    items = _list_of(LinkInput(), MAX_ITEMS)


class AvailabilityInput(Input):
    available_from = serializers.DateField(required=False, allow_null=True)
    available_to = serializers.DateField(required=False, allow_null=True)
    share = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    notice_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True)
    regions = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=20)


class ExpertInput(Input):
    """Sections to change. Lists replace the list; objects change the fields that are named."""

    identity = IdentityInput(required=False)
    gender = serializers.ChoiceField(choices=Profile.Gender.choices, required=False, allow_blank=True)
    headline = _optional(200)
    biography = _list_of(TextInput(), 6)
    nationality = _country()
    duty_country = _country()
    agency = serializers.ChoiceField(choices=AgencyKind.choices, required=False, allow_blank=True)
    affiliations = _list_of(ItemInput(), MAX_ITEMS)
    topics = _list_of(TopicInput(), MAX_TOPICS)
    languages = _list_of(LanguageInput(), MAX_LANGUAGES)
    missions = _list_of(ItemInput(), MAX_ITEMS)
    trainings = _list_of(ItemInput(), MAX_ITEMS)
    publications = _list_of(ItemInput(), MAX_ITEMS)
    documents = _list_of(ItemInput(), MAX_ITEMS)
    contact = ContactInput(required=False)
    links = LinksInput(required=False)
    availability = AvailabilityInput(required=False)


class ChoiceInput(Input):
    reach = serializers.ChoiceField(choices=REACHES)
    networks = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)


class VisibilityInput(Input):
    """The sections to change; the others stay."""

    vars().update({section.value: ChoiceInput(required=False) for section in Section})


class Order(Input):
    items = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MAX_ITEMS,
        help_text="Each item of the section, in the new order.",
    )


class Reason(Input):
    reason = serializers.CharField(
        max_length=2000, help_text="Kept in the audit log and shown to the expert."
    )


class Directory(Query):
    """What is looked for. Values of one field are alternatives; each topic and each language must be
    there."""

    topic = _several(80, 5, "Topic slugs; sub-topics are included.")
    level = serializers.ListField(
        child=serializers.ChoiceField(choices=ProfileTopic.Level.choices),
        required=False,
        max_length=4,
        help_text="Levels in the topics (in any topic, without one).",
    )
    country = _several(2, 70, "Duty country or nationality.")
    nationality = _several(2, 70, "Codes of States.")
    duty_country = _several(2, 70, "Codes of States.")
    language = serializers.ListField(
        child=serializers.RegexField(r"^[a-z]{2,3}(:(A1|A2|B1|B2|C1|C2|native))?$"),
        required=False,
        max_length=5,
        help_text="ISO 639, with the least level after a colon: `ru:B2`.",
    )
    agency = serializers.ListField(
        child=serializers.ChoiceField(choices=AgencyKind.choices), required=False, max_length=11
    )
    network = _several(80, 20, "Network slugs.")
    region = _several(40, 20, "Of the duty country.")
    available = serializers.DateField(
        required=False, help_text="A day on which they can start, if asked today."
    )
    verified = serializers.ListField(
        child=serializers.ChoiceField(choices=VERIFIABLE),
        required=False,
        max_length=len(VERIFIABLE),
        help_text="Sections, each of which the secretariat has verified.",
    )
    sort = serializers.ChoiceField(
        choices=[("name", "name"), ("newest", "newest")], default="name", required=False
    )


class DirectoryList(Directory):
    format = tables.form()


class DirectoryExport(Directory):
    format = serializers.ChoiceField(choices=["csv", "xlsx"], default="csv", required=False)


class UploadInput(Input):
    file = serializers.FileField(max_length=200, allow_empty_file=True)


class DelegateInput(Input):
    delegate = serializers.UUIDField(help_text="A member, as found in the directory.")


class Audience(Query):
    """``as`` is a word of Python's, hence not written as an attribute."""

    vars()["as"] = serializers.RegexField(
        r"^(everyone|members|secretariat|self|network:[a-z0-9-]{1,80})$",
        help_text="`everyone`, `members`, `secretariat`, `self` or `network:<slug>`.",
        error_messages={"invalid": "everyone, members, secretariat, self, or network: and a network's slug."},
    )
