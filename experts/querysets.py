"""Which people are there for whom: one ``visible(viewer)`` per model. What it leaves out is a 404."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject

from experts import prepared
from experts.dates import today
from search.viewer import Viewer

if TYPE_CHECKING:
    from experts.models import Profile


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Profiles."""

    def visible(self, viewer: Viewer) -> Self:
        """Published profiles whose identity the viewer may know, and those the viewer may edit.

        The secretariat also meets hidden ones, and drafts that it entered for people who never signed in; but
        only where the person lets it know of them. Who asked to be erased is there for nobody.
        """
        there = Q(status="published")
        if viewer.is_secretariat:
            there |= Q(status="hidden") | Q(status="draft", user__status="unclaimed")
        there &= self.readable_section(viewer, "identity")
        if viewer.is_signed_in:
            there |= Q(pk__any=viewer.ids("editable profiles", editable_ids))
        return self.filter(there & ~Q(hidden_because="erasure"))

    @staticmethod
    def readable_section(viewer: Viewer, section: str, prefix: str = "") -> Q:
        """The condition that a section of a profile is readable; every filter and sort on it needs this.

        ``prefix`` is the path to the profile (``profile__``) when asked from another model.
        """
        return Q(**{f"{prefix}audiences__{section}__has_any_keys": sorted(viewer.tokens)})

    def with_content(self, language: str, sections: Collection[str]) -> Self:
        """Load, in this one query, what `experts.disclosure` needs to show these sections in a language.

        Rows of other tables come as lists of dicts (``topic_rows``, ``language_rows``, ``item_rows``,
        ``network_rows``), in the order their owner gave them; ``verification_rows`` tell of all sections.
        """
        wanted = {part for part, shown_in in _PARTS.items() if not shown_in.isdisjoint(sections)}
        if sections:
            wanted.add("verification_rows")
        day = today()
        unread = [name for section, names in _COLUMNS.items() if section not in sections for name in names]
        return self.defer(*unread).annotate(
            account_status=prepared.expression(self.model, _account_status, output=models.TextField()),
            **{
                part: prepared.expression(self.model, _part, part, language, day, output=_OUTPUTS.get(part))
                for part in wanted
            },
        )


def editable_ids(viewer: Viewer) -> list[UUID]:
    """The people whose ``self`` audience the viewer is in: themselves and those they edit for."""
    return [UUID(token.removeprefix("self:")) for token in viewer.tokens if token.startswith("self:")]


def edits_for(viewer: Viewer, person: UUID) -> bool:
    """Whether the viewer is that person, or edits for them."""
    return person in viewer.ids("editable profiles", editable_ids)


def label(labels: str, language: str) -> Coalesce:
    """A label in a language, in English where it has none; ``labels`` is the path to the JSON field."""
    return Coalesce(
        KeyTextTransform(language, labels), KeyTextTransform("en", labels), output_field=models.TextField()
    )


# Columns that only these sections need.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "biography": ("biography",),
    "contact": ("contact_email", "contact_phone", "contact_address"),
    "links": ("orcid",),
    "availability": (
        "available_from",
        "available_to",
        "availability_share",
        "availability_regions",
        "notice_days",
    ),
}
# The annotations of `ProfileQuerySet.with_content`, and the sections that need them.
_PARTS: Mapping[str, frozenset[str]] = {
    "nationality_name": frozenset({"nationality"}),
    "duty_country_name": frozenset({"duty_country"}),
    "topic_rows": frozenset({"topics"}),
    "language_rows": frozenset({"languages"}),
    "network_rows": frozenset({"networks"}),
    "item_rows": frozenset({"affiliations", "missions", "trainings", "publications", "documents", "links"}),
}
_OUTPUTS = {"nationality_name": models.TextField(), "duty_country_name": models.TextField()}


class _Rows(ArraySubquery):
    """The rows of a subquery as one JSON array; the empty one where there are none."""

    template = "to_jsonb(ARRAY(%(subquery)s))"

    @property
    def output_field(self) -> Any:
        """Parsed as one value."""
        return models.JSONField()


class _Count(ArraySubquery):
    """How many rows a subquery has."""

    template = "cardinality(ARRAY(%(subquery)s))"

    @property
    def output_field(self) -> Any:
        """A number, no longer an array."""
        return models.IntegerField()


def _account_status() -> Subquery[Any]:
    users = _model("User").objects.filter(pk=OuterRef("pk"))
    return Subquery(users.values("status"))


def _part(part: str, language: str, _day: date) -> Subquery[Any]:
    """One of the annotations. Who is in a network depends on the day, hence the last argument."""
    if part in _OUTPUTS:
        countries = _model("Country").objects.filter(pk=OuterRef(f"{part.removesuffix('_name')}_id"))
        return Subquery(countries.order_by().annotate(label=label("names", language)).values("label"))
    if part == "network_rows":
        places = _model("NetworkMembership").objects.current().filter(user=OuterRef("pk"))
        values = {
            "id": "network_id",
            "slug": "network__slug",
            "name": label("network__names", language),
            "role": "role",
            "country": "country_id",
        }
        return _Rows(places.order_by("network__slug").values(row=JSONObject(**values)))
    model, values = _CONTENTS[part](language)
    return _Rows(_model(model).objects.filter(profile=OuterRef("pk")).values(row=JSONObject(**values)))


def _topic_values(language: str) -> tuple[str, dict[str, Any]]:
    endorsements = _model("Endorsement").objects.counted()
    endorsements = endorsements.filter(profile=OuterRef("profile"), topic=OuterRef("topic"))
    values = {
        "id": "id",
        "topic": "topic__slug",
        "endorsements": _Count(endorsements.values("pk")),
        "label": label("topic__labels", language),
        "level": "level",
        "years": "years",
    }
    return "ProfileTopic", values


def _language_values(_language: str) -> tuple[str, dict[str, Any]]:
    return "ProfileLanguage", {"language": "language", "level": "level"}


def _verification_values(_language: str) -> tuple[str, dict[str, Any]]:
    return "SectionVerification", {"section": "section", "verified_at": "verified_at"}


def _item_values(language: str) -> tuple[str, dict[str, Any]]:
    own = (
        "id",
        "section",
        "title",
        "kind",
        "place",
        "starts_on",
        "ends_on",
        "url",
        "description",
        "language",
    )
    file = ("file", "file_name", "file_type", "file_size")
    organisation = Coalesce(
        KeyTextTransform(language, "organisation__names"),
        "organisation__name",
        "organisation_name",
        output_field=models.TextField(),
    )
    values = {
        **{name: name for name in (*own, *file)},
        "organisation": organisation,
        "organisation_slug": "organisation__slug",
        "country": "country_id",
        "country_name": label("country__names", language),
    }
    return "ProfileItem", values


_CONTENTS: Mapping[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "topic_rows": _topic_values,
    "language_rows": _language_values,
    "verification_rows": _verification_values,
    "item_rows": _item_values,
}


def _model(name: str) -> Any:
    """A model of this app by name; models import this module, so that it cannot import them."""
    return apps.get_model("experts", name)
