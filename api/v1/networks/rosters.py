"""Rosters, places on them, and days on which one cannot go: endpoints."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api import tables
from api.operations import operation
from api.requests import ApiRequest
from api.v1.networks import examples, roster_serializers
from api.v1.networks.serializers import Why
from api.viewsets import ResourceViewSet, get
from experts.actions import roster_keeping, rosters
from experts.models import Blackout, Roster, RosterMember


class RosterViewSet(ResourceViewSet[Roster]):
    """Rosters of experts who stand ready."""

    tag = "Rosters"
    model = Roster

    @operation(
        "Rosters",
        sign_in=True,
        response=roster_serializers.RosterCard,
        paginated=True,
        example=examples.ROSTER,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """All of them: members of the site may apply."""
        return self.page(
            self.visible().prefetch_related("topics"),
            order=["slug"],
            represent=lambda page: roster_serializers.rosters(page, request.viewer),
        )

    @operation("A roster", response=roster_serializers.RosterCard, example=examples.ROSTER)
    def retrieve(self, request: ApiRequest, slug: str) -> HttpResponse:
        """What it is for, and what it wants of who applies."""
        return self.roster(slug)

    @operation(
        "Make a roster",
        status=201,
        scope="moderate",
        body=roster_serializers.NewRoster,
        response=roster_serializers.RosterCard,
        example=examples.ROSTER,
        body_example={
            "slug": "stand-by-team",
            "names": {"en": "Stand-by Team"},
            "topics": ["risk-analysis"],
            "level": "specialist",
            "languages": [{"language": "en", "level": "B2"}],
        },
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat's. The slug is for good."""
        roster = roster_keeping.create(acting_user=request.person, **_values(request.input))
        return self.roster(roster.slug, status=201)

    @operation(
        "Change a roster",
        scope="moderate",
        body=roster_serializers.RosterInput,
        response=roster_serializers.RosterCard,
        example=examples.ROSTER,
        body_example={"notice_days": 7},
    )
    def partial_update(self, request: ApiRequest, slug: str) -> HttpResponse:
        """The secretariat's. Those on the roster stay on it, whatever it wants from now on."""
        roster_keeping.edit(
            self.find(slug=slug).pk,
            acting_user=request.person,
            changes=_values(request.input),
            expected_version=request.expected_version,
        )
        return self.roster(slug)

    def roster(self, slug: str, *, status: int = 200) -> HttpResponse:
        """`RosterCard`, with the version in the ETag for who may edit it."""
        row = self.find(self.visible().prefetch_related("topics"), slug=slug)
        [body] = roster_serializers.rosters([row], self.request.viewer)
        version = row.version if "edit" in body["allowed_actions"] else None
        if status == 201:
            return self.created(body, location=f"/api/v1/rosters/{slug}", version=version)
        return self.answer(body, version=version)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, under the names of `roster_keeping.edit`."""
    return {{"purposes": "purpose"}.get(name, name): value for name, value in given.items()}


class RosterMemberViewSet(ResourceViewSet[RosterMember]):
    """Places on rosters."""

    tag = "Rosters"
    model = RosterMember

    def roster(self, slug: str) -> Roster:
        """The roster of the address, or 404."""
        found: Roster = get(Roster.objects.visible(self.request.viewer), slug=slug)
        return found

    def member_id(self, slug: str, person: UUID) -> UUID:
        """The person's place, among those the asker may see, or 404."""
        found: UUID = get(self.visible(), roster=self.roster(slug), user_id=person).pk
        return found

    def member(self, row: RosterMember, *, location: str = "") -> HttpResponse:
        """`RosterPlace`."""
        [body] = roster_serializers.roster_members([row], self.request.viewer)
        return self.created(body, location=location) if location else self.answer(body)

    @operation(
        "Places on a roster",
        sign_in=True,
        query=roster_serializers.RosterMemberFilters,
        response=roster_serializers.RosterPlace,
        paginated=True,
        example=examples.ROSTER_MEMBER,
        also=tables.ALSO,
    )
    def list(self, request: ApiRequest, slug: str) -> HttpResponse:
        """To the secretariat all; to others their own."""
        rows = self.visible().filter(roster=self.roster(slug)).select_related("user")
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        if (form := tables.asked(request)) != "json":
            found = tables.few(rows.order_by("-applied_at", "-id"))
            table = roster_serializers.places_table(found)
            return tables.answer(f"{slug}-members", form, roster_serializers.PLACES_HEADINGS, table)
        return self.page(
            rows,
            order=["-applied_at", "-id"],
            represent=lambda page: roster_serializers.roster_members(page, request.viewer),
        )

    @operation(
        "Apply for a roster",
        status=201,
        body=roster_serializers.RosterApplication,
        response=roster_serializers.RosterPlace,
        example=examples.ROSTER_MEMBER,
        body_example={"motivation": "Fifteen years at land borders."},
    )
    def create(self, request: ApiRequest, slug: str) -> HttpResponse:
        """With a published profile. The secretariat names a `person` to admit without an application."""
        roster = self.roster(slug)
        if (person := request.input.get("person")) is None:
            row = rosters.apply(roster.pk, acting_user=request.person, motivation=request.input["motivation"])
        else:
            row = rosters.add(roster.pk, acting_user=request.person, person=person)
        return self.member(row, location=f"/api/v1/rosters/{slug}/members")

    @operation("Admit to a roster", response=roster_serializers.RosterPlace, example=examples.ROSTER_MEMBER)
    def admit(self, request: ApiRequest, slug: str, person: UUID) -> HttpResponse:
        """The secretariat accepts an application."""
        return self.member(rosters.admit(self.member_id(slug, person), acting_user=request.person))

    @operation(
        "Decline an application",
        body=Why,
        response=roster_serializers.RosterPlace,
        example=examples.ROSTER_MEMBER,
        body_example={"reason": "We look for trainers now."},
    )
    def decline(self, request: ApiRequest, slug: str, person: UUID) -> HttpResponse:
        """The secretariat turns an application down; the person is told the reason."""
        member_id = self.member_id(slug, person)
        return self.member(rosters.decline(member_id, acting_user=request.person, **request.input))

    @operation(
        "Retire from a roster",
        body=Why,
        response=roster_serializers.RosterPlace,
        example=examples.ROSTER_MEMBER,
        body_example={"reason": "Another post."},
    )
    def retire(self, request: ApiRequest, slug: str, person: UUID) -> HttpResponse:
        """By the person or the secretariat."""
        member_id = self.member_id(slug, person)
        return self.member(rosters.retire(member_id, acting_user=request.person, **request.input))


class BlackoutViewSet(ResourceViewSet[Blackout]):
    """Days on which I cannot be called out."""

    tag = "Rosters"
    model = Blackout

    @operation(
        "Days I cannot go",
        sign_in=True,
        response=roster_serializers.BlackoutOut,
        paginated=True,
        example=examples.BLACKOUT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """One's own. Who may read the availability on your profile learns that you are not free."""
        return self.page(self.visible(), order=["starts_on", "id"], represent=roster_serializers.blackouts)

    @operation(
        "Say when I cannot go",
        status=201,
        body=roster_serializers.NewBlackout,
        response=roster_serializers.BlackoutOut,
        example=examples.BLACKOUT,
        body_example={"starts_on": "2027-07-01", "ends_on": "2027-07-31", "note": "Leave"},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """At most 100 that are not over."""
        row = rosters.add_blackout(acting_user=request.person, **request.input)
        [body] = roster_serializers.blackouts([row])
        return self.created(body, location="/api/v1/me/blackouts")

    @operation("Be free again")
    def destroy(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Removes the days."""
        rosters.remove_blackout(id, acting_user=request.person)
        return self.nothing()
