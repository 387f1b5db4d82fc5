"""The directory of experts and their profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse

from api import tables
from api.operations import operation
from api.requests import ApiRequest
from api.v1.experts import examples, other_forms, serializers
from api.v1.experts.jobs import EXAMPLE as JOB
from api.v1.experts.jobs import JobState, job_state
from api.viewsets import ResourceViewSet, get
from config.errors import NotFound
from experts import directory, disclosure, exporting, policies
from experts.actions import delegates, exports, profiles
from experts.audiences import Choice, Reach
from experts.directory import Filters
from experts.models import Delegation, Network, Profile, Section
from search.viewer import MEMBERS, PUBLIC, SECRETARIAT, Viewer, network_token, self_token

ORDERS = {"name": ["sort_name", "pk"], "newest": ["-created_at", "-pk"]}


class ProfileViewSet(ResourceViewSet[Profile]):
    """What is common to the endpoints on one profile."""

    tag = "Experts"
    model = Profile

    def loaded(
        self,
        request: ApiRequest,
        id: UUID,
        sections: Sequence[Section] = disclosure.ALL,
    ) -> Profile:
        """The profile with what its sections show, or 404."""
        rows = Profile.objects.visible(request.viewer).with_content(request.language, sections)
        return self.find(rows, id=id)

    def expert(self, profile: Profile, *, reload: bool = False, status: int = 200) -> HttpResponse:
        """`Expert`, with the profile's version in the ETag for who may edit it."""
        if reload:
            profile = self.loaded(self.request, profile.pk)
        body = serializers.expert(profile, self.request.viewer)
        version = profile.version if "edit" in body["allowed_actions"] else None
        if status == 201:
            return self.created(body, location=f"/api/v1/experts/{profile.pk}", version=version)
        return self.answer(body, version=version)


class ExpertViewSet(ProfileViewSet):
    """Finding experts, reading and changing profiles."""

    @operation(
        "Find experts",
        response=serializers.ExpertCard,
        query=serializers.DirectoryList,
        paginated=True,
        example=examples.CARD,
        also=tables.ALSO,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Everybody you may know of, by family name unless told otherwise. A filter on what an expert keeps
        from you does not match: a hidden field behaves as if it were empty. 404 for a topic, country,
        network or region that does not exist. As a CSV or XLSX by Accept or `format=`: up to 1,000 experts
        with what you may read of them, under headings that an import understands."""
        if (form := tables.asked(request)) != "json":
            found = directory.find(request.viewer, _filters(request.query))
            profiles = found.with_content(request.language, exporting.SECTIONS)
            profiles = profiles.order_by(*ORDERS[request.query["sort"]])
            table = exporting.rows(tables.few(profiles), request.viewer)
            return tables.answer("experts", form, exporting.HEADINGS, table)
        return self.page(
            directory.cards(request.viewer, _filters(request.query), disclosure.CARD),
            order=ORDERS[request.query["sort"]],
            represent=lambda page: serializers.cards(page, request.viewer),
        )

    @operation(
        "Have the directory made as a file",
        status=202,
        throttle="export",
        query=serializers.DirectoryExport,
        response=JobState,
        example=JOB,
    )
    def export(self, request: ApiRequest) -> HttpResponse:
        """For lists of any length: the filters are those of the list. The job makes a file of what you may
        read when it runs; it is there for an hour, for you alone."""
        job = exports.experts(
            acting_user=request.person,
            filters=_filters(request.query),
            form=request.query["format"],
            language=request.language,
        )
        return self.accepted(job_state(job), location=f"/api/v1/jobs/{job.pk}")

    @operation(
        "An expert", response=serializers.Expert, example=examples.EXPERT, also=other_forms.DESCRIPTIONS
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The sections that you may read; the others look as if they were empty. Also as a vCard, as JSON-LD
        and as a page to print, by Accept."""
        profile = self.loaded(request, id)
        media_type = request.accepted_renderer.media_type
        if media_type in other_forms.DESCRIPTIONS:
            return other_forms.answer(profile, request, media_type)
        return self.expert(profile)

    @operation(
        "Make my profile",
        status=201,
        body=serializers.NewExpert,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={"identity": {"given_name": "Ana", "family_name": "Kovač"}},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """A draft under your own id, with the default audiences. Each person has one profile: 409 for a
        second."""
        profile = profiles.create(request.person.pk, acting_user=request.person, **request.input)
        return self.expert(profile, reload=True, status=201)

    @operation(
        "Change a profile",
        body=serializers.ExpertInput,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={
            "headline": "Document examiner",
            "topics": [{"topic": "risk-analysis", "level": "trainer"}],
        },
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The expert, delegates, the State's authority for its nationals in its network, and the secretariat
        for people who never signed in. Lists replace the list (an item given with its `id` stays); objects
        change the fields that are named."""
        profile = profiles.edit(
            id, acting_user=request.person, changes=request.input, expected_version=request.expected_version
        )
        return self.expert(profile, reload=True)

    @operation("Publish a profile", response=serializers.Expert, example=examples.EXPERT)
    def publish(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Shows a draft in the directory, or again what was hidden because nobody confirmed it for long."""
        return self.expert(profiles.publish(id, acting_user=request.person), reload=True)

    @operation("Take a profile back", response=serializers.Expert, example=examples.EXPERT)
    def unpublish(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Makes it a draft again, which nobody else finds."""
        return self.expert(profiles.unpublish(id, acting_user=request.person), reload=True)

    @operation(
        "Hide a profile",
        scope="moderate",
        body=serializers.Reason,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={"reason": "The employer asked us to."},
    )
    def hide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat alone. Nothing is deleted."""
        return self.expert(profiles.hide(id, acting_user=request.person, **request.input), reload=True)

    @operation(
        "Show a hidden profile", scope="moderate", response=serializers.Expert, example=examples.EXPERT
    )
    def unhide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat takes its hiding back."""
        return self.expert(profiles.unhide(id, acting_user=request.person), reload=True)

    @operation(
        "See a profile as others do",
        response=serializers.Preview,
        query=serializers.Audience,
        sign_in=True,
        example=examples.PREVIEW,
    )
    def preview(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert and delegates: what an audience is shown."""
        profile = self.loaded(request, id)
        policies.require(policies.keep_profile, request.viewer, profile)
        audience = _as(request.query["as"], request.viewer, profile)
        is_there = profile.status == Profile.Status.PUBLISHED or request.query["as"] == Reach.SELF
        is_visible = is_there and profile.shows(Section.IDENTITY, audience)
        return self.answer(
            {
                "seen_as": request.query["as"],
                "is_visible": is_visible,
                "expert": serializers.expert(profile, audience),
            }
        )


class VisibilityViewSet(ProfileViewSet):
    """Who may read a profile's sections."""

    @operation(
        "Who may read what", response=serializers.Visibility, sign_in=True, example=examples.VISIBILITY
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert and delegates."""
        profile = self.loaded(request, id, [])
        policies.require(policies.keep_profile, request.viewer, profile)
        return self.answer(serializers.visibility(profile), version=profile.version)

    @operation(
        "Choose who may read what",
        body=serializers.VisibilityInput,
        response=serializers.Visibility,
        example=examples.VISIBILITY,
        body_example={"biography": {"reach": "everyone"}, "contact": {"reach": "members"}},
    )
    def partial_update(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """`networks` go with the reach `networks`, any set of them. Contact data, gender, documents and
        availability never go to everyone. Takes effect at once, in search too."""
        choices = {Section(name): _choice(chosen) for name, chosen in request.input.items()}
        profile = profiles.set_visibility(
            id, acting_user=request.person, choices=choices, expected_version=request.expected_version
        )
        return self.answer(serializers.visibility(profile), version=profile.version)


class ItemViewSet(ProfileViewSet):
    """The items of a section: affiliations, missions, trainings, publications, documents, links."""

    @operation("Items of a section", response=serializers.Item, whole=True, example=examples.ITEM)
    def items(self, request: ApiRequest, id: UUID, section: str) -> HttpResponse:
        """In the expert's own order; none where you may not read the section."""
        name = Section(section)
        return self.whole(serializers.items(self.loaded(request, id, [name]), name, request.viewer))

    @operation("An item", response=serializers.Item, example=examples.ITEM)
    def item(self, request: ApiRequest, id: UUID, section: str, item_id: UUID) -> HttpResponse:
        """Its ETag carries the profile's version, for who may edit it."""
        return self._item(self.loaded(request, id), Section(section), item_id)

    @operation(
        "Add an item",
        status=201,
        body=serializers.ItemInput,
        response=serializers.Item,
        example=examples.ITEM,
        body_example={"title": "Head of the forensic laboratory", "organisation": "no-border-guard"},
    )
    def add_item(self, request: ApiRequest, id: UUID, section: str) -> HttpResponse:
        """At the end of the section."""
        name = Section(section)
        profile, item_id = profiles.add_item(id, name, acting_user=request.person, values=request.input)
        return self._item(self.loaded(request, profile.pk), name, item_id, status=201)

    @operation(
        "Change an item",
        body=serializers.ItemInput,
        response=serializers.Item,
        example=examples.ITEM,
        body_example={"ends_on": "2026-06-30"},
    )
    def edit_item(self, request: ApiRequest, id: UUID, section: str, item_id: UUID) -> HttpResponse:
        """The fields that are named."""
        name = Section(section)
        profile = profiles.edit_item(
            id,
            name,
            item_id,
            acting_user=request.person,
            values=request.input,
            expected_version=request.expected_version,
        )
        return self._item(self.loaded(request, profile.pk), name, item_id)

    @operation("Remove an item")
    def remove_item(self, request: ApiRequest, id: UUID, section: str, item_id: UUID) -> HttpResponse:
        """Its file goes too."""
        profiles.remove_item(
            id,
            Section(section),
            item_id,
            acting_user=request.person,
            expected_version=request.expected_version,
        )
        return self.nothing()

    @operation(
        "Reorder a section",
        body=serializers.Order,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={"items": [examples.ITEM["id"]]},
    )
    def reorder(self, request: ApiRequest, id: UUID, section: str) -> HttpResponse:
        """Names every item of the section once, in the new order."""
        profile = profiles.reorder(
            id,
            Section(section),
            acting_user=request.person,
            item_ids=request.input["items"],
            expected_version=request.expected_version,
        )
        return self.expert(profile, reload=True)

    def _item(self, profile: Profile, section: Section, item_id: UUID, status: int = 200) -> HttpResponse:
        viewer = self.request.viewer
        for found in serializers.items(profile, section, viewer):
            if found["id"] == str(item_id):
                editable = policies.edit_profile(viewer, profile) is None
                version = profile.version if editable else None
                if status == 201:
                    path = f"/api/v1/experts/{profile.pk}/{section.value}/{item_id}"
                    return self.created(found, location=path, version=version)
                return self.answer(found, version=version)
        raise NotFound


class DelegateViewSet(ProfileViewSet):
    """Who may edit a profile for its expert."""

    @operation(
        "Delegates", response=serializers.Delegate, whole=True, sign_in=True, example=examples.DELEGATE
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert alone; at most ten."""
        profile = self.loaded(request, id, [])
        policies.require(policies.own_profile, request.viewer, profile)
        return self.whole([_delegate(delegation) for delegation in _delegations(profile)])

    @operation(
        "Add a delegate",
        status=201,
        body=serializers.DelegateInput,
        response=serializers.Delegate,
        example=examples.DELEGATE,
        body_example={"delegate": examples.DELEGATE["id"]},
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Lets a member edit the profile, its audiences and whether it is published; never the account."""
        added = delegates.add(id, acting_user=request.person, delegate_id=request.input["delegate"])
        delegation = get(Delegation.objects.select_related("delegate"), pk=added.pk)
        path = f"/api/v1/experts/{id}/delegates/{delegation.delegate_id}"
        return self.created(_delegate(delegation), location=path)

    @operation("Remove a delegate")
    def destroy(self, request: ApiRequest, id: UUID, delegate_id: UUID) -> HttpResponse:
        """They may edit no more, from the next request on."""
        delegates.remove(id, acting_user=request.person, delegate_id=delegate_id)
        return self.nothing()


def _delegations(profile: Profile) -> QuerySet[Delegation]:
    return profile.delegations.select_related("delegate").order_by("created_at")


def _delegate(delegation: Delegation) -> dict[str, Any]:
    return {
        "id": delegation.delegate_id,
        "name": delegation.delegate.name,
        "since": delegation.created_at,
    }


def _filters(query: dict[str, Any]) -> Filters:
    return Filters(
        topics=query.get("topic", ()),
        levels=query.get("level", ()),
        countries=[code.upper() for code in query.get("country", ())],
        nationalities=[code.upper() for code in query.get("nationality", ())],
        duty_countries=[code.upper() for code in query.get("duty_country", ())],
        languages=[_language(asked) for asked in query.get("language", ())],
        agencies=query.get("agency", ()),
        networks=query.get("network", ()),
        regions=query.get("region", ()),
        available=query.get("available"),
        verified=[Section(name) for name in query.get("verified", ())],
    )


def _choice(chosen: dict[str, Any]) -> Choice:
    return Choice(Reach(chosen["reach"]), tuple(chosen.get("networks", ())))


def _language(asked: str) -> tuple[str, str]:
    code, _, least = asked.partition(":")
    return code, least


def _as(audience: str, viewer: Viewer, profile: Profile) -> Viewer:
    """A viewer who is in one audience (and what that includes) and nobody in particular."""
    tokens = {PUBLIC}
    if audience != Reach.EVERYONE:
        tokens.add(MEMBERS)
    if audience == SECRETARIAT:
        tokens.add(SECRETARIAT)
    if audience == Reach.SELF:
        tokens.add(self_token(profile.pk))
    kind, _, slug = audience.partition(":")
    if kind == "network":
        tokens.add(network_token(get(Network.objects.visible(viewer), slug=slug).pk))
    return Viewer(user_id=None, tokens=frozenset(tokens), language=viewer.language)
