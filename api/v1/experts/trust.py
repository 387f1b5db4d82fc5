"""Why one may trust a profile: verification, endorsements, confirmation; and what people consent to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.experts import examples, serializers
from api.v1.experts import trust_serializers as shapes
from api.v1.experts.views import ProfileViewSet
from api.viewsets import ResourceViewSet, get
from experts.actions import consents, profiles, trust
from experts.models import Consent, ConsentText, Endorsement, Purpose, Section

ENDORSEMENT = {
    "id": "019a1b2c-8888-7f60-8a1b-2c3d4e5f6071",
    "expert": examples.ID,
    "topic": {"topic": "forged-documents", "label": "Forged documents"},
    "endorser": {"id": "019a1b2c-9999-7f60-8a1b-2c3d4e5f6071", "name": "Jonas Weber"},
    "created": "2026-10-05T14:20:00Z",
    "allowed_actions": ["withdraw"],
}
TEXT: dict[str, Any] = {
    "id": "019a1b2c-aaaa-7f60-8a1b-2c3d4e5f6071",
    "purpose": "directory",
    "version": 2,
    "text": "I agree that my profile is shown in the directory.",
    "html": "<p>I agree that my profile is shown in the directory.</p>\n",
    "is_present": True,
    "published": "2026-09-01T09:00:00Z",
}
MY_CONSENT = {
    "purpose": "directory",
    "text": TEXT,
    "needed_for": "publish",
    "is_given": False,
    "given_version": 1,
    "given_at": "2026-03-02T08:15:00Z",
}
PAST = {
    "id": "019a1b2c-bbbb-7f60-8a1b-2c3d4e5f6071",
    "purpose": "directory",
    "version": 1,
    "given_at": "2026-03-02T08:15:00Z",
    "withdrawn_at": None,
}


type Rows = list[dict[str, Any]]


class TrustViewSet(ProfileViewSet):
    """What is said of a profile's truth."""

    @operation(
        "Confirm a profile",
        response=serializers.Expert,
        example=examples.EXPERT,
    )
    def confirm(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert and delegates: everything is still right. A year after the last edit or confirmation
        one is reminded, three times in all; then the profile is hidden. This brings it back, too."""
        return self.expert(profiles.confirm(id, acting_user=request.person), reload=True)

    @operation(
        "Verify sections",
        scope="moderate",
        body=shapes.Verification,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={"sections": ["identity", "affiliations"]},
    )
    def verify(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The secretariat has checked these sections as they are now. A verification is shown to who may read
        the section, and ends when the section is edited."""
        sections = [Section(name) for name in request.input["sections"]]
        profile = trust.verify(
            id,
            acting_user=request.person,
            sections=sections,
            expected_version=request.expected_version,
        )
        return self.expert(profile, reload=True)

    @operation(
        "Take verifications back",
        scope="moderate",
        body=shapes.VerificationEnd,
        response=serializers.Expert,
        example=examples.EXPERT,
        body_example={"sections": ["affiliations"], "reason": "The ministry does not know of it."},
    )
    def unverify(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By the secretariat; the expert is told the reason."""
        profile = trust.unverify(
            id,
            acting_user=request.person,
            sections=[Section(name) for name in request.input["sections"]],
            reason=request.input.get("reason", ""),
        )
        return self.expert(profile, reload=True)


class EndorsementViewSet(ResourceViewSet[Endorsement]):
    """What peers vouch for."""

    tag = "Experts"
    model = Endorsement

    @operation(
        "Endorsements of an expert",
        response=shapes.EndorsementShown,
        paginated=True,
        sign_in=True,
        example=ENDORSEMENT,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The latest first; none where you may not read the expert's topics, but for your own."""
        profile = get(ProfileViewSet.visible_to(request.viewer), pk=id)
        return self._page(request, profile=profile)

    @operation(
        "Endorse an expert",
        status=201,
        body=shapes.EndorsementInput,
        response=shapes.EndorsementShown,
        example=ENDORSEMENT,
        body_example={"topic": "forged-documents"},
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Vouches for what the expert knows of a topic; for people who share a network with the expert. The
        expert is told, and whoever may read the topics sees who endorses them."""
        made = trust.endorse(id, acting_user=request.person, **request.input)
        row = get(self.visible().select_related("topic", "endorser"), pk=made.pk)
        [body] = shapes.endorsements([row], request.viewer)
        return self.created(body, location=f"/api/v1/experts/{id}/endorsements/{row.pk}")

    @operation("An endorsement", response=shapes.EndorsementShown, sign_in=True, example=ENDORSEMENT)
    def endorsement(self, request: ApiRequest, id: UUID, endorsement_id: UUID) -> HttpResponse:
        """While you may read the topic on the profile; your own in any case."""
        rows = self.visible().select_related("topic", "endorser")
        [body] = shapes.endorsements([get(rows, pk=endorsement_id, profile=id)], request.viewer)
        return self.answer(body)

    @operation("Withdraw an endorsement")
    def destroy(self, request: ApiRequest, id: UUID, endorsement_id: UUID) -> HttpResponse:
        """By who gave it, at any time, and by the expert who does not want it."""
        trust.withdraw_endorsement(id, endorsement_id, acting_user=request.person)
        return self.nothing()

    @operation(
        "My endorsements of others",
        response=shapes.EndorsementShown,
        paginated=True,
        sign_in=True,
        example=ENDORSEMENT,
    )
    def mine(self, request: ApiRequest) -> HttpResponse:
        """The latest first, also of experts whose profile you may no longer read."""
        return self._page(request, endorser=request.person)

    def _page(self, request: ApiRequest, **about: Any) -> HttpResponse:
        return self.page(
            self.visible().filter(**about).select_related("topic", "endorser"),
            order=["-id"],
            represent=lambda rows: shapes.endorsements(rows, request.viewer),
        )


class ConsentTextViewSet(ResourceViewSet[ConsentText]):
    """What people are asked to consent to."""

    tag = "Consents"
    model = ConsentText

    @operation("Consent texts", response=shapes.ConsentTextShown, paginated=True, example=TEXT)
    def list(self, request: ApiRequest) -> HttpResponse:
        """Every version of every text, the latest first."""
        present = set(ConsentText.objects.present().values_list("pk", flat=True))
        return self.page(
            self.visible(),
            order=["-published_at", "-id"],
            represent=lambda rows: [
                shapes.consent_text(row, request.viewer, is_present=row.pk in present) for row in rows
            ],
        )

    @operation("A consent text", response=shapes.ConsentTextShown, example=TEXT)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """A text that was published never changes."""
        return self.answer(self._shown(request, self.find(id=id)))

    @operation(
        "Publish a consent text",
        status=201,
        scope="moderate",
        body=shapes.ConsentTextInput,
        response=shapes.ConsentTextShown,
        example=TEXT,
        body_example={"purpose": "directory", "texts": {"en": "I agree that …"}},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """A new version, by the secretariat. Who consented to a former one is asked again."""
        text = consents.publish_text(
            Purpose(request.input["purpose"]), texts=request.input["texts"], acting_user=request.person
        )
        return self.created(self._shown(request, text), location=f"/api/v1/consent-texts/{text.pk}")

    def _shown(self, request: ApiRequest, text: ConsentText) -> dict[str, Any]:
        is_present = ConsentText.objects.present().filter(pk=text.pk).exists()
        return shapes.consent_text(text, request.viewer, is_present=is_present)


class MyConsentViewSet(ResourceViewSet[Consent]):
    """What I have consented to."""

    tag = "Consents"
    model = Consent

    @operation("My consents", response=shapes.MyConsent, whole=True, sign_in=True, example=MY_CONSENT)
    def list(self, request: ApiRequest) -> HttpResponse:
        """Each purpose with the text that is asked now, what it is needed for, and where I stand."""
        return self.whole(self._standing(request))

    @operation(
        "Consent",
        status=201,
        body=shapes.ConsentInput,
        response=shapes.MyConsent,
        example=MY_CONSENT | {"is_given": True, "given_version": 2},
        body_example={"purpose": "directory", "version": 2},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """To the text that was shown, by its version: 409 (`outdated_text`) where there is a newer one. With
        a personal token this can be done by the person alone, as all else."""
        purpose = Purpose(request.input["purpose"])
        consents.give(purpose, version=request.input["version"], acting_user=request.person)
        [body] = [one for one in self._standing(request) if one["purpose"] == purpose]
        return self.created(body, location=f"/api/v1/me/consents/{purpose.value}")

    @operation("My consent for a purpose", response=shapes.MyConsent, sign_in=True, example=MY_CONSENT)
    def consent(self, request: ApiRequest, purpose: str) -> HttpResponse:
        """Where I stand with it."""
        get(ConsentText.objects.present(), purpose=purpose)
        [body] = [one for one in self._standing(request) if one["purpose"] == purpose]
        return self.answer(body)

    @operation("Withdraw a consent")
    def destroy(self, request: ApiRequest, purpose: str) -> HttpResponse:
        """At once: without the consent to `directory` the profile becomes a draft, without that to `rosters`
        places on rosters end."""
        get(ConsentText.objects.present(), purpose=purpose)
        consents.withdraw(Purpose(purpose), acting_user=request.person)
        return self.nothing()

    @operation(
        "History of my consents", response=shapes.ConsentPast, paginated=True, sign_in=True, example=PAST
    )
    def history(self, request: ApiRequest) -> HttpResponse:
        """What was given and withdrawn, and when; the latest first."""
        return self.page(
            self.visible().select_related("text"),
            order=["-given_at", "-id"],
            represent=shapes.consents,
        )

    def _standing(self, request: ApiRequest) -> Rows:
        texts = ConsentText.objects.present().order_by("purpose")
        given = Consent.objects.visible(request.viewer).standing().select_related("text")
        return shapes.my_consents(list(texts), list(given), request.viewer)
