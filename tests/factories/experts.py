"""People, profiles, topics, places and organisations for tests."""

from __future__ import annotations

from typing import Any

import factory
from factory.django import DjangoModelFactory

from experts import audiences
from experts.audiences import Choice, Reach
from experts.models import (
    Country,
    Delegation,
    Organisation,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
    Topic,
    User,
)


class UserFactory(DjangoModelFactory[User]):
    """An active member without a password; ``is_staff=True`` makes the secretariat."""

    class Meta:
        model = User

    email = factory.Sequence("person{}@example.org".format)
    name = factory.Sequence("Person {}".format)
    password = "!"
    status = User.Status.ACTIVE


class CountryFactory(DjangoModelFactory[Country]):
    """A State by its code."""

    class Meta:
        model = Country
        django_get_or_create = ("code",)

    code = "NO"
    status = Country.Standing.PARTICIPATING
    region = "northern_europe"
    names = factory.LazyAttribute(lambda country: {"en": f"State {country.code}", "fr": f"État {country.code}"})


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A service of a State."""

    class Meta:
        model = Organisation

    name = factory.Sequence("Service {}".format)
    names = factory.LazyAttribute(lambda organisation: {"en": organisation.name})
    slug = factory.Sequence("service-{}".format)
    kind = "border_police"


class TopicFactory(DjangoModelFactory[Topic]):
    """A topic; ``parent`` puts it below another."""

    class Meta:
        model = Topic

    slug = factory.Sequence("topic-{}".format)
    labels = factory.LazyAttribute(lambda topic: {"en": topic.slug.replace("-", " ").capitalize()})

    @classmethod
    def _create(cls, model_class: type[Topic], *args: Any, parent: Topic | None = None, **kwargs: Any) -> Topic:
        topic: Topic
        if parent is None:
            topic = model_class.objects.add_root(kwargs)
        else:
            topic = model_class.objects.add_child(Topic.objects.get(pk=parent.pk), kwargs)
        return topic


class ProfileFactory(DjangoModelFactory[Profile]):
    """A published profile with the default audiences.

    ``reach={"contact": "everyone"}`` gives sections another audience (a Reach, its name or a Choice); a
    section's rows are made by the factories below.
    """

    class Meta:
        model = Profile

    user = factory.SubFactory(UserFactory)
    given_name = "Ana"
    family_name = factory.Sequence("Expert{}".format)
    status = Profile.Status.PUBLISHED

    @classmethod
    def _create(
        cls, model_class: type[Profile], *args: Any, reach: dict[str, Any] | None = None, **kwargs: Any
    ) -> Profile:
        owner = kwargs["user"].pk
        chosen = audiences.defaults(owner)
        for section, choice in (reach or {}).items():
            choice = choice if isinstance(choice, Choice) else Choice(Reach(choice))
            chosen[Section(section).value] = audiences.tokens(choice, owner=owner)
        kwargs.setdefault("audiences", chosen)
        profile: Profile = super()._create(model_class, *args, **kwargs)
        return profile


class ProfileTopicFactory(DjangoModelFactory[ProfileTopic]):
    """Something a person knows about."""

    class Meta:
        model = ProfileTopic

    profile = factory.SubFactory(ProfileFactory)
    topic = factory.SubFactory(TopicFactory)
    level = ProfileTopic.Level.SPECIALIST


class ProfileLanguageFactory(DjangoModelFactory[ProfileLanguage]):
    """A language a person speaks."""

    class Meta:
        model = ProfileLanguage

    profile = factory.SubFactory(ProfileFactory)
    language = "ru"
    level = ProfileLanguage.Level.B2


class ProfileItemFactory(DjangoModelFactory[ProfileItem]):
    """An entry of a section that is a list."""

    class Meta:
        model = ProfileItem

    profile = factory.SubFactory(ProfileFactory)
    section = Section.AFFILIATIONS
    title = factory.Sequence("Role {}".format)


class DelegationFactory(DjangoModelFactory[Delegation]):
    """Somebody may edit a profile."""

    class Meta:
        model = Delegation

    profile = factory.SubFactory(ProfileFactory)
    delegate = factory.SubFactory(UserFactory)
