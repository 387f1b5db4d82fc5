"""The audit log and undoing, appeals, sanctions, settings."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers.common import ReasonInput, ReasonQuery
from api.v1.forums.views import lookup
from api.v1.moderation.serializers import log as shapes
from api.v1.moderation.views import examples
from api.viewsets import ApiViewSet, ResourceViewSet, get
from experts.models import AuditEntry
from forums.actions import appeals, moderation_settings, sanctions, undoing
from forums.models import Appeal, Sanction, Space
from forums.moderation_querysets import entries
from search.viewer import Viewer


class AuditViewSet(ApiViewSet):
    """The audit log."""

    tag = "Moderation"

    @operation(
        "The audit log",
        response=shapes.EntryOutput,
        query=shapes.LogQuery,
        paginated=True,
        sign_in=True,
        scope="moderate",
        example=examples.ENTRY,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Moderators read what happened in their spaces, the secretariat all that did not happen in a secret
        one. What an act changed is told to the moderators of its space only. The latest first."""
        query, rows = request.query, _entries(request.viewer)
        if slug := query.get("space"):
            rows = rows.filter(space_id=lookup.related_space_id(request.viewer, slug, pointer="/space"))
        for name, column in (("actor", "actor_id"), ("concerns", "concerns"), ("object", "object_id")):
            if value := query.get(name):
                rows = rows.filter(**{column: value})
        if verb := query.get("verb"):
            rows = rows.filter(verb__startswith=verb)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.entries(page, request.viewer))

    @operation(
        "An entry of the audit log",
        response=shapes.EntryOutput,
        sign_in=True,
        scope="moderate",
        example=examples.ENTRY,
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """One act."""
        return self.answer(self._entry(id))

    @operation(
        "Undo an act",
        body=ReasonInput,
        response=shapes.EntryOutput,
        status=201,
        scope="moderate",
        example=examples.ENTRY,
        body_example={"reason": "It was a quotation."},
    )
    def undo(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Moderators of the space where it was done; the secretariat, for the whole site. Answers the entry
        of the undoing. 409 where it is undone already, or what it changed has changed since."""
        entry = undoing.undo(id, acting_user=request.person, **request.input)
        return self.created(self._entry(entry.pk), location=f"/api/v1/moderation/audit/{entry.pk}")

    def _entry(self, id: UUID) -> dict[str, object]:
        viewer = self.request.viewer
        [body] = shapes.entries([get(_entries(viewer), pk=id)], viewer)
        return body


class AppealViewSet(ResourceViewSet[Appeal]):
    """Appeals."""

    tag = "Moderation"
    model = Appeal

    @operation(
        "Appeals",
        response=shapes.AppealOutput,
        query=shapes.AppealsQuery,
        paginated=True,
        sign_in=True,
        example=examples.APPEAL,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Your own, and those against acts in spaces that you moderate; to the secretariat those that nobody
        in the space can decide."""
        rows = _loaded(self.visible())
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        if (mine := request.query.get("mine")) is not None:
            own = Q(appellant=request.person)
            rows = rows.filter(own if mine else ~own)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.appeals(page, request.viewer))

    @operation("An appeal", response=shapes.AppealOutput, sign_in=True, example=examples.APPEAL)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """What it says, and what became of it."""
        return self.answer(self._appeal(id))

    @operation(
        "Appeal an act",
        body=shapes.AppealInput,
        response=shapes.AppealOutput,
        status=201,
        example=examples.APPEAL,
        body_example={"entry": examples.ENTRY["id"], "text": "I quoted the decree, word by word."},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The person whom it concerns, once. Somebody else than who acted decides; where nobody else
        moderates the space, the secretariat, which learns what you write, and nothing else of the space."""
        given = request.input
        made = appeals.appeal(given["entry"], acting_user=request.person, words=given["text"])
        return self.created(self._appeal(made.pk), location=f"/api/v1/moderation/appeals/{made.pk}")

    @operation(
        "Decide an appeal",
        body=shapes.AppealDecision,
        response=shapes.AppealOutput,
        scope="moderate",
        example=examples.APPEAL,
        body_example={"grant": True, "reason": "It is indeed a quotation."},
    )
    def decide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Not who acted. Granting it undoes the act."""
        appeals.decide(id, acting_user=request.person, **request.input)
        return self.answer(self._appeal(id))

    def _appeal(self, id: UUID) -> dict[str, object]:
        [body] = shapes.appeals([self.find(_loaded(self.visible()), id=id)], self.request.viewer)
        return body


class SanctionViewSet(ResourceViewSet[Sanction]):
    """Warnings, silences and bans."""

    tag = "Moderation"
    model = Sanction

    @operation(
        "Sanctions",
        response=shapes.SanctionOutput,
        query=shapes.SanctionsQuery,
        paginated=True,
        sign_in=True,
        example=examples.SANCTION,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those of spaces that you moderate, and your own; to the secretariat those of the whole site."""
        query, rows = request.query, self._rows()
        if kind := query.get("kind"):
            rows = rows.filter(kind=kind)
        if user := query.get("user"):
            rows = rows.filter(user_id=user)
        if slug := query.get("space"):
            rows = rows.filter(space_id=lookup.related_space_id(request.viewer, slug, pointer="/space"))
        if (active := query.get("active")) is not None:
            held = Q(lifted_at__isnull=True) & (Q(ends_at__isnull=True) | Q(ends_at__gt=Now()))
            rows = rows.filter(held if active else ~held)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.sanctions(page, request.viewer))

    @operation("A sanction", response=shapes.SanctionOutput, sign_in=True, example=examples.SANCTION)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Its reason, and until when it holds."""
        return self.answer(self._sanction(id))

    @operation(
        "Warn, silence or ban somebody",
        body=shapes.SanctionInput,
        response=shapes.SanctionOutput,
        status=201,
        scope="moderate",
        example=examples.SANCTION,
        body_example={
            "user": examples.SOFIA["id"],
            "kind": "silence",
            "space": "gender-equality-platform",
            "ends_at": "2026-12-01T00:00:00Z",
            "reason": "Third warning.",
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """Moderators, in their space and all below it; the secretariat, on the whole site. Nobody an owner of
        the space, and only owners its moderators."""
        given = dict(request.input)
        slug = given.pop("space", None)
        space_id = lookup.related_space_id(request.viewer, slug, pointer="/space") if slug else None
        made = sanctions.impose(
            given.pop("user"), given.pop("kind"), acting_user=request.person, space_id=space_id, **given
        )
        return self.created(self._sanction(made.pk), location=f"/api/v1/moderation/sanctions/{made.pk}")

    @operation("Lift a sanction", query=ReasonQuery, scope="moderate")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Before its time. Moderators of its space; the secretariat, for the whole site's."""
        sanctions.lift(id, acting_user=request.person, **request.query)
        return self.nothing()

    def _rows(self) -> QuerySet[Sanction]:
        return self.visible().select_related("user", "created_by")

    def _sanction(self, id: UUID) -> dict[str, object]:
        [body] = shapes.sanctions([self.find(self._rows(), id=id)], self.request.viewer)
        return body


class SettingsViewSet(ApiViewSet):
    """What is checked before posts appear."""

    tag = "Moderation"

    @operation(
        "A space's moderation settings",
        response=shapes.SettingsOutput,
        sign_in=True,
        scope="moderate",
        example=examples.SETTINGS,
    )
    def of_space(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Its moderators."""
        row = moderation_settings.of_space(request.viewer, self._space(slug))
        return self.answer(shapes.settings(row), version=row.version)

    @operation(
        "Change a space's moderation settings",
        body=shapes.SettingsChanges,
        response=shapes.SettingsOutput,
        scope="moderate",
        example=examples.SETTINGS,
        body_example={"first_posts_held": 1, "banned_words": ["casino"]},
    )
    def edit_of_space(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Its moderators."""
        return self._edit(self._space(slug).pk)

    @operation(
        "The site's moderation settings",
        response=shapes.SettingsOutput,
        sign_in=True,
        scope="moderate",
        example=examples.SETTINGS,
    )
    def of_site(self, request: ApiRequest) -> HttpResponse:
        """The secretariat. Banned words and the limit of links hold in every space."""
        row = moderation_settings.of_site(request.viewer)
        return self.answer(shapes.settings(row), version=row.version)

    @operation(
        "Change the site's moderation settings",
        body=shapes.SettingsChanges,
        response=shapes.SettingsOutput,
        scope="moderate",
        example=examples.SETTINGS,
        body_example={"max_links": 5},
    )
    def edit_of_site(self, request: ApiRequest) -> HttpResponse:
        """The secretariat. Holding first posts and slow mode are set for each space."""
        return self._edit(None)

    def _space(self, slug: str) -> Space:
        return Space.objects.get(pk=lookup.readable_space_id(self.request.viewer, slug))

    def _edit(self, space_id: UUID | None) -> HttpResponse:
        row = moderation_settings.edit(
            self.request.input,  # type: ignore[arg-type]  # validated to be `SettingsChanges`
            acting_user=self.request.person,
            space_id=space_id,
            expected_version=self.request.expected_version,
        )
        return self.answer(shapes.settings(row), version=row.version)


def _entries(viewer: Viewer) -> QuerySet[AuditEntry]:
    return entries(viewer).select_related("actor", "appeal")


def _loaded(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return rows.select_related("entry", "appellant", "decided_by")
