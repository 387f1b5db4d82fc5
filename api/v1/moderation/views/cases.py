"""Flags and queues."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.forums.serializers.common import ReasonInput
from api.v1.forums.views import lookup
from api.v1.moderation.serializers import cases as shapes
from api.v1.moderation.views import examples
from api.viewsets import ApiViewSet, ResourceViewSet
from config.errors import Invalid
from experts.policies import require
from forums import policies
from forums.actions import flags as actions
from forums.actions import moderation
from forums.models import Case, Space
from forums.moderation_querysets import for_secretariat


class FlagViewSet(ApiViewSet):
    """Saying that a post is wrong."""

    tag = "Moderation"

    @operation(
        "Flag a post",
        body=shapes.FlagInput,
        response=shapes.FlagOutput,
        status=201,
        example=examples.FLAG,
        body_example={"reason": "sensitive_information", "note": "It names an officer on duty."},
    )
    def of_post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Whoever reads it, but for its author; once while the case is open. The space's moderators see who
        flagged it, nobody else does."""
        flag = actions.flag(id, acting_user=request.person, **request.input)
        return self.created(shapes.flag(flag), location=f"/api/v1/posts/{id}")

    @operation(
        "Flag a discussion",
        body=shapes.FlagInput,
        response=shapes.FlagOutput,
        status=201,
        example=examples.FLAG,
        body_example={"reason": "off_topic"},
    )
    def of_discussion(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """That is, its opening post."""
        post_id = actions.opening_post_id(request.viewer, id)
        flag = actions.flag(post_id, acting_user=request.person, **request.input)
        return self.created(shapes.flag(flag), location=f"/api/v1/posts/{post_id}")


class CaseViewSet(ResourceViewSet[Case]):
    """Cases: what is before the moderators."""

    tag = "Moderation"
    model = Case

    @operation(
        "The queue of a space",
        response=shapes.CaseOutput,
        query=shapes.QueueQuery,
        paginated=True,
        sign_in=True,
        scope="moderate",
        example=examples.CASE,
    )
    def queue(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The space's moderators, without what is about themselves; the latest first."""
        space = Space.objects.get(pk=lookup.readable_space_id(request.viewer, slug))
        require(policies.see_moderation, request.viewer, space)
        return self._page(self._asked_for().filter(post__discussion__space=space))

    @operation(
        "The secretariat's queue",
        response=shapes.CaseOutput,
        query=shapes.QueueQuery,
        paginated=True,
        sign_in=True,
        scope="moderate",
        example=examples.CASE,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """What moderators handed over, and what is about moderators themselves in spaces that the secretariat
        reads."""
        require(policies.sanction_everywhere, request.viewer, None)
        return self._page(self._asked_for().filter(for_secretariat(request.viewer)))

    @operation(
        "A case", response=shapes.CaseDetail, sign_in=True, scope="moderate", example=examples.CASE_DETAIL
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """With its flags, and what was done about it."""
        return self._answer(id)

    @operation(
        "Assign a case",
        body=shapes.AssignInput,
        response=shapes.CaseDetail,
        scope="moderate",
        example=examples.CASE_DETAIL,
        body_example={"user": examples.ELIF["id"]},
    )
    def assign(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """To somebody for whom it is there, or to nobody."""
        actions.assign(id, request.input["user"], acting_user=request.person)
        return self._answer(id)

    @operation(
        "Hand a case to the secretariat",
        body=ReasonInput,
        response=shapes.CaseDetail,
        scope="moderate",
        example=examples.CASE_DETAIL,
        body_example={"reason": "A threat; the police may have to know."},
    )
    def escalate(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The space's moderators. It discloses what the post says, its author and the flags to the
        secretariat; of a space that the secretariat does not read, nothing else."""
        actions.escalate(id, acting_user=request.person, **request.input)
        return self._answer(id)

    @operation(
        "Decide a case",
        body=shapes.DecisionInput,
        response=shapes.CaseDetail,
        scope="moderate",
        example=examples.CASE_DETAIL,
        body_example={"decision": "hide", "reason": "It names an officer on duty."},
    )
    def decide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Dismiss the flags, uphold them, or hide or delete the post with it."""
        moderation.decide(id, acting_user=request.person, **request.input)
        return self._answer(id)

    def _asked_for(self) -> QuerySet[Case]:
        query = self.request.query
        rows = self.visible()
        is_open = query["status"] == Case.Status.OPEN
        rows = rows.filter(status=Case.Status.OPEN) if is_open else rows.exclude(status=Case.Status.OPEN)
        if kind := query.get("kind"):
            rows = rows.filter(kind=kind)
        match query.get("assigned"):
            case None:
                return rows
            case "me":
                return rows.filter(assigned_to=self.request.person)
            case "nobody":
                return rows.filter(assigned_to=None)
            case person:
                return rows.filter(assigned_to=_uuid(person))

    def _page(self, rows: QuerySet[Case]) -> HttpResponse:
        return self.page(
            _loaded(rows), order=["-id"], represent=lambda page: shapes.cases(page, self.request.viewer)
        )

    def _answer(self, id: UUID) -> HttpResponse:
        return self.answer(shapes.case(self.find(_loaded(self.visible()), id=id), self.request.viewer))


def _loaded(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("post__author", "post__discussion", "assigned_to", "decided_by")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid.field("/assigned", "me, nobody or a person's id.", code="invalid") from None
