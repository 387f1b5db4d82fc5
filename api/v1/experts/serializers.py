"""Experts: what is sent and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output
from experts import audiences, disclosure, policies
from experts.cleaning import MAX_BIOGRAPHY, MAX_DESCRIPTION, MAX_ITEMS, MAX_LANGUAGES, MAX_TOPICS
from experts.models import AgencyKind, NetworkMembership, Profile, ProfileItem, ProfileLanguage, ProfileTopic, Section
from search.viewer import Viewer

WORKING_LANGUAGE = serializers.ChoiceField(choices=[(code, code) for code in ("en", "fr", "de", "it", "ru", "es")])


# What is answered ---------------------------------------------------------------------------------------------


class Identity(Output):
    honorific = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    original_name = serializers.CharField(help_text="The full name in its own script.")


class Photo(Output):
    url = serializers.CharField(help_text="A JPEG; the address changes with the photo.")


class Text(Output):
    language = serializers.CharField()
    text = serializers.CharField(help_text="Markdown.")


class Place(Output):
    code = serializers.CharField(help_text="ISO 3166-1 alpha-2.")
    name = serializers.CharField(help_text="In the asker's language.")


class ExpertTopic(Output):
    topic = serializers.CharField(help_text="Slug.")
    label = serializers.CharField(help_text="In the asker's language.")
    level = serializers.ChoiceField(choices=ProfileTopic.Level.choices)
    years = serializers.IntegerField()


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


class Link(Output):
    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    url = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class Item(Link):
    organisation = ItemOrganisation()
    country = Place(allow_null=True)
    place = serializers.CharField()
    language = serializers.CharField(help_text="Of the texts; empty if unknown.")


class Training(Item):
    kind = serializers.ChoiceField(choices=ProfileItem.Kind.choices)


class DocumentFile(Output):
    name = serializers.CharField()
    type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    url = serializers.CharField()


class Document(Item):
    file = DocumentFile(allow_null=True)


class Contact(Output):
    email = serializers.CharField()
    phone = serializers.CharField(help_text="E.164.")
    address = serializers.CharField()


class Links(Output):
    orcid = serializers.CharField()
    items = Link(many=True)


class Availability(Output):
    available_from = serializers.DateField(allow_null=True)
    available_to = serializers.DateField(allow_null=True)
    share = serializers.IntegerField(allow_null=True, help_text="Percent of full time.")
    notice_days = serializers.IntegerField(allow_null=True)
    regions = serializers.ListField(child=serializers.CharField())


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
    allowed_actions = serializers.ListField(child=serializers.CharField())


class Choice(Output):
    reach = serializers.ChoiceField(choices=[(reach.value, reach.value) for reach in audiences.Reach])
    networks = serializers.ListField(child=serializers.UUIDField())


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
    trainings = Training(many=True)
    publications = Item(many=True)
    documents = Document(many=True)
    contact = Contact()
    links = Links()
    availability = Availability()
    status = serializers.ChoiceField(choices=Profile.Status.choices)
    created = serializers.DateTimeField()
    allowed_actions = serializers.ListField(child=serializers.CharField())


class Visibility(Output):
    """Who may read each section."""

    for _section in Section:
        locals()[_section.value] = Choice()
    del _section


class Preview(Output):
    seen_as = serializers.CharField(help_text="The audience, as it was asked for.")
    is_visible = serializers.BooleanField(help_text="Whether they know of the profile at all.")
    expert = Expert()


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
    for document in content["documents"]:
        if document["file"]:
            document["file"]["url"] = f"/api/v1/experts/{profile.pk}/documents/{document['id']}/file"
    return {
        "id": profile.pk,
        "name": disclosure.display_name(content["identity"]),
        **content,
        "status": profile.status,
        "created": profile.created_at,
        "allowed_actions": policies.allowed_actions(policies.PROFILE, viewer, profile),
    }


def _photo(profile: Profile, content: dict[str, str] | None) -> dict[str, str] | None:
    return {"url": f"/api/v1/experts/{profile.pk}/photo?v={content['version']}"} if content else None


def visibility(profile: Profile) -> dict[str, Any]:
    """`Visibility` of a profile."""
    chosen = {section: audiences.choice(profile.audiences[section]) for section in Section}
    return {
        section.value: {"reach": choice.reach, "networks": list(choice.networks)}
        for section, choice in chosen.items()
    }


# What is sent -------------------------------------------------------------------------------------------------


def _optional(limit: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=limit, required=False, allow_blank=True, **kwargs)


def _country() -> serializers.CharField:
    return serializers.CharField(max_length=2, min_length=2, required=False, allow_null=True, help_text="A State's code.")


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
    language = serializers.ChoiceField(choices=[(code, code) for code in ("en", "fr", "de", "it", "ru", "es")])
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
    kind = serializers.ChoiceField(choices=ProfileItem.Kind.choices, required=False, help_text="Of trainings only.")
    language = serializers.ChoiceField(
        choices=[(code, code) for code in ("en", "fr", "de", "it", "ru", "es")], required=False, allow_blank=True
    )


class ContactInput(Input):
    email = _optional(254)
    phone = _optional(40, help_text="With its country code.")
    address = _optional(1000)


class LinksInput(Input):
    orcid = _optional(60)
    items = LinkInput(many=True, required=False, max_length=MAX_ITEMS)


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
    biography = TextInput(many=True, required=False, max_length=6)
    nationality = _country()
    duty_country = _country()
    agency = serializers.ChoiceField(choices=AgencyKind.choices, required=False, allow_blank=True)
    affiliations = ItemInput(many=True, required=False, max_length=MAX_ITEMS)
    topics = TopicInput(many=True, required=False, max_length=MAX_TOPICS)
    languages = LanguageInput(many=True, required=False, max_length=MAX_LANGUAGES)
    missions = ItemInput(many=True, required=False, max_length=MAX_ITEMS)
    trainings = ItemInput(many=True, required=False, max_length=MAX_ITEMS)
    publications = ItemInput(many=True, required=False, max_length=MAX_ITEMS)
    documents = ItemInput(many=True, required=False, max_length=MAX_ITEMS)
    contact = ContactInput(required=False)
    links = LinksInput(required=False)
    availability = AvailabilityInput(required=False)


class ChoiceInput(Input):
    reach = serializers.ChoiceField(choices=[(reach.value, reach.value) for reach in audiences.Reach])
    networks = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)


class VisibilityInput(Input):
    """The sections to change; the others stay."""

    for _section in Section:
        locals()[_section.value] = ChoiceInput(required=False)
    del _section


class Order(Input):
    items = serializers.ListField(
        child=serializers.UUIDField(), max_length=MAX_ITEMS, help_text="Each item of the section, in the new order."
    )


class Reason(Input):
    reason = serializers.CharField(max_length=2000, help_text="Kept in the audit log and shown to the expert.")


class DelegateInput(Input):
    delegate = serializers.UUIDField(help_text="A member, as found in the directory.")
