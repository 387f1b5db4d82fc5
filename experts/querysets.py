"""Which people are there for whom: one ``visible(viewer)`` per model. What it leaves out is a 404."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject

from search.viewer import Viewer

if TYPE_CHECKING:
    from experts.models import Profile


class ProfileQuerySet(models.QuerySet["Profile"]):
    """Profiles."""

    def visible(self, viewer: Viewer) -> Self:
        """Published profiles whose identity the viewer may know, and those the viewer may edit.

        The secretariat also meets hidden ones, and drafts that it entered for people who never signed in; but
        only where the person lets it know of them.
        """
        there = Q(status="published")
        if viewer.is_secretariat:
            there |= Q(status="hidden") | Q(status="draft", user__status="unclaimed")
        there &= self.readable_section(viewer, "identity")
        if own := editable_ids(viewer):
            there |= Q(pk__in=own)
        return self.filter(there)

    @staticmethod
    def readable_section(viewer: Viewer, section: str, prefix: str = "") -> Q:
        """The condition that a section of a profile is readable; every filter and sort on it needs this.

        ``prefix`` is the path to the profile (``profile__``) when asked from another model.
        """
        return Q(**{f"{prefix}audiences__{section}__has_any_keys": sorted(viewer.tokens)})

    def with_content(self, language: str, sections: Collection[str]) -> Self:
        """Load, in this one query, what `experts.disclosure` needs to show these sections in a language.

        Rows of other tables come as lists of dicts (``topic_rows``, ``language_rows``, ``item_rows``,
        ``network_rows``), in the order their owner gave them.
        """
        rows: dict[str, Any] = {"account_status": F("user__status")}
        for section in ("nationality", "duty_country"):
            if section in sections:
                rows[f"{section}_name"] = label(f"{section}__names", language)
        if "topics" in sections:
            rows["topic_rows"] = _rows(
                "ProfileTopic",
                id="id",
                topic="topic__slug",
                label=label("topic__labels", language),
                level="level",
                years="years",
            )
        if "languages" in sections:
            rows["language_rows"] = _rows("ProfileLanguage", language="language", level="level")
        if "networks" in sections:
            rows["network_rows"] = ArraySubquery(
                _model("NetworkMembership")
                .objects.current()
                .filter(user=OuterRef("pk"))
                .order_by("network__slug")
                .values(
                    row=JSONObject(
                        id="network_id",
                        slug="network__slug",
                        name=label("network__names", language),
                        role="role",
                        country="country_id",
                    )
                )
            )
        if _ITEM_SECTIONS.intersection(sections):
            rows["item_rows"] = _rows(
                "ProfileItem",
                id="id",
                section="section",
                title="title",
                kind="kind",
                organisation=Coalesce(
                    KeyTextTransform(language, "organisation__names"),
                    "organisation__name",
                    "organisation_name",
                    output_field=models.TextField(),
                ),
                organisation_slug="organisation__slug",
                country="country_id",
                country_name=label("country__names", language),
                place="place",
                starts_on="starts_on",
                ends_on="ends_on",
                url="url",
                description="description",
                language="language",
                file="file",
                file_name="file_name",
                file_type="file_type",
                file_size="file_size",
            )
        return self.annotate(**rows)


_ITEM_SECTIONS = frozenset({"affiliations", "missions", "trainings", "publications", "documents", "links"})


def editable_ids(viewer: Viewer) -> list[UUID]:
    """The people whose ``self`` audience the viewer is in: themselves and those they edit for."""
    return [UUID(token.removeprefix("self:")) for token in viewer.tokens if token.startswith("self:")]


def label(labels: str, language: str) -> Coalesce:
    """A label in a language, in English where it has none; ``labels`` is the path to the JSON field."""
    return Coalesce(
        KeyTextTransform(language, labels), KeyTextTransform("en", labels), output_field=models.TextField()
    )


def _rows(model: str, **values: Any) -> ArraySubquery:
    queryset = _model(model).objects.filter(profile=OuterRef("pk"))
    return ArraySubquery(queryset.values(row=JSONObject(**values)))


def _model(name: str) -> Any:
    """A model of this app by name; models import this module, so that it cannot import them."""
    return apps.get_model("experts", name)
