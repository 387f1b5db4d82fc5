"""What the values of search's filters on people, places and networks are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Concat

from experts.labels import pick
from experts.models import Country, Network, Profile, User
from search.analysis import fold
from search.kept import Kept
from search.registry import FilterField, register_field
from search.viewer import Viewer

MOST_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class _Names:
    """Values by what people call them, and their names by language."""

    values: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]

    def resolve(self, _viewer: Viewer, typed: str) -> Collection[str]:
        value = self.values.get(fold(typed))
        return [value] if value else []

    def named(self, viewer: Viewer, values: Collection[str]) -> Mapping[str, str]:
        return {value: pick(self.labels[value], viewer.language) for value in values if value in self.labels}


def _names(labels: Mapping[str, Mapping[str, str]]) -> _Names:
    called = {fold(name): value for value, names in labels.items() for name in names.values()}
    return _Names(called | {fold(value): value for value in labels}, labels)


countries = Kept(lambda: _names(dict(Country.objects.values_list("code", "names"))))
# That a network exists, and its name, is public; who is in it is a matter of each profile's section.
networks = Kept(lambda: _names(dict(Network.objects.values_list("slug", "names"))))


def _authors(viewer: Viewer, typed: str) -> Collection[str]:
    """The people of this id or name. Names are looked up among the profiles the viewer may know of: a filter
    must not tell who has an account."""
    try:
        return [str(UUID(typed))]
    except ValueError:
        pass
    if fold(typed) == "me":
        return [str(viewer.user_id)] if viewer.user_id else []
    names = Profile.objects.visible(viewer).annotate(name=Concat("given_name", Value(" "), "family_name"))
    called = names.filter(Q(name__iexact=typed) | Q(original_name__iexact=typed))
    return [str(found) for found in called.values_list("pk", flat=True)[:MOST_NAMESAKES]]


def _author_names(_viewer: Viewer, values: Collection[str]) -> Mapping[str, str]:
    """The names that stand beside what these people wrote where the viewer reads it."""
    named = User.objects.filter(pk__in=values).values_list("pk", "name")
    return {str(user_id): name for user_id, name in named}


def register() -> None:
    """Tell search; called once, when the app is ready."""
    for name in ("country", "nationality", "duty_country"):
        register_field(_field(name, countries))
    register_field(_field("network", networks))
    register_field(FilterField("author", _authors, _author_names))


def _field(name: str, kept: Kept[_Names]) -> FilterField:
    return FilterField(
        name,
        lambda viewer, typed: kept().resolve(viewer, typed),
        lambda viewer, values: kept().named(viewer, values),
    )
