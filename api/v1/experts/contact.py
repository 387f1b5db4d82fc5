"""Writing to experts without seeing their address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from api.operations import operation
from api.requests import ApiRequest
from api.v1.experts import contact_serializers as shapes
from api.v1.experts import examples
from api.v1.experts.views import ProfileViewSet
from api.viewsets import ResourceViewSet, get
from experts import policies
from experts.actions import contact, contact_reports
from experts.audiences import Choice, Reach
from experts.models import ContactBlock, ContactMessage, ContactReport, Conversation

OTHER = {"id": examples.ID, "name": "Ingrid Solheim"}
CONVERSATION: dict[str, Any] = {
    "id": "019a1b2c-cccc-7f60-8a1b-2c3d4e5f6071",
    "subject": "Training in Osh in May",
    "other": OTHER,
    "is_started_by_me": True,
    "created": "2026-10-05T14:20:00Z",
    "last_message_at": "2026-10-06T07:10:00Z",
    "allowed_actions": ["reply"],
}
MESSAGE: dict[str, Any] = {
    "id": "019a1b2c-dddd-7f60-8a1b-2c3d4e5f6071",
    "author": OTHER,
    "is_mine": False,
    "text": "Gladly. Which days are you thinking of?",
    "sent": "2026-10-06T07:10:00Z",
    "allowed_actions": ["report"],
}
SETTINGS = {"reach": "members", "networks": []}
BLOCK = {"person": OTHER, "created": "2026-10-06T07:10:00Z"}
REPORT: dict[str, Any] = {
    "id": "019a1b2c-eeee-7f60-8a1b-2c3d4e5f6071",
    "status": "open",
    "author": {"id": "019a1b2c-9999-7f60-8a1b-2c3d4e5f6071", "name": "Jonas Weber"},
    "reporter": OTHER,
    "subject": "An offer",
    "text": "Buy now!",
    "reason": "This is advertising.",
    "created": "2026-10-06T07:10:00Z",
    "decided": None,
    "note": "",
    "allowed_actions": ["decide"],
}


class ContactViewSet(ProfileViewSet):
    """Writing to an expert."""

    tag = "Contact"

    @operation(
        "Write to an expert",
        status=201,
        throttle="contact",
        body=shapes.ContactLetter,
        response=shapes.ConversationShown,
        example=CONVERSATION,
        body_example={"subject": "Training in Osh in May", "text": "Would you be free?"},
    )
    def write(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """The message is relayed by mail under a masked address: neither sees the other's, and replies come
        back the same way, or through the conversation that this begins. The expert is told your name. 403
        (`contact_refused`) where the expert takes no messages from you."""
        made = contact.write(id, acting_user=request.person, **request.input)
        rows = Conversation.objects.visible(request.viewer).select_related("starter", "expert")
        [body] = shapes.conversations([get(rows, pk=made.pk)], request.viewer)
        return self.created(body, location=f"/api/v1/me/conversations/{made.pk}")

    @operation("Who may write to an expert", response=shapes.ContactSettings, sign_in=True, example=SETTINGS)
    def contact_settings(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the expert alone."""
        profile = self.loaded(request, id, [])
        policies.require(policies.own_profile, request.viewer, profile)
        return self.answer(shapes.settings_of(profile), version=profile.version)

    @operation(
        "Choose who may write",
        body=shapes.ContactSettingsInput,
        response=shapes.ContactSettings,
        example=SETTINGS,
        body_example={"reach": "networks", "networks": ["019a1b2c-ffff-7f60-8a1b-2c3d4e5f6071"]},
    )
    def set_contact(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Members, people of named networks, the secretariat, or nobody (`self`); by the person alone. It
        also ends conversations that others began and may no longer: you can still answer in them."""
        choice = Choice(Reach(request.input["reach"]), tuple(request.input.get("networks", ())))
        profile = contact.set_contact(
            id,
            acting_user=request.person,
            choice=choice,
            expected_version=request.expected_version,
        )
        return self.answer(shapes.settings_of(profile), version=profile.version)


class ConversationViewSet(ResourceViewSet[Conversation]):
    """One's own conversations."""

    tag = "Contact"
    model = Conversation

    @operation(
        "My conversations",
        response=shapes.ConversationShown,
        paginated=True,
        sign_in=True,
        example=CONVERSATION,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """Those with the latest message first. They are deleted a year after it."""
        return self.page(
            self.visible().select_related("starter", "expert"),
            order=["-last_message_at", "-id"],
            represent=lambda rows: shapes.conversations(rows, request.viewer),
        )

    @operation("A conversation", response=shapes.ConversationShown, sign_in=True, example=CONVERSATION)
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """One's own; nobody else reads it, nor does the secretariat."""
        row = self.find(self.visible().select_related("starter", "expert"), id=id)
        [body] = shapes.conversations([row], request.viewer)
        return self.answer(body)


class MessageViewSet(ResourceViewSet[ContactMessage]):
    """Messages of one's own conversations."""

    tag = "Contact"
    model = ContactMessage

    @operation(
        "Messages of a conversation",
        response=shapes.MessageShown,
        paginated=True,
        sign_in=True,
        example=MESSAGE,
    )
    def list(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """In the order in which they were written, by mail or on the site."""
        conversation = get(Conversation.objects.visible(request.viewer), pk=id)
        return self.page(
            self.visible().filter(conversation=conversation).select_related("sender"),
            order=["id"],
            represent=lambda rows: shapes.messages(rows, request.viewer),
        )

    @operation(
        "Answer in a conversation",
        status=201,
        throttle="contact",
        body=shapes.ContactAnswer,
        response=shapes.MessageShown,
        example=MESSAGE | {"is_mine": True, "allowed_actions": []},
        body_example={"text": "Gladly. Which days are you thinking of?"},
    )
    def create(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """Relayed by mail, as the first. 403 (`contact_refused`) where the other no longer takes messages
        from you."""
        made = contact.reply(id, acting_user=request.person, **request.input)
        row = get(self.visible().select_related("sender"), pk=made.pk)
        [body] = shapes.messages([row], request.viewer)
        return self.created(body, location=f"/api/v1/me/conversations/{id}/messages/{made.pk}")

    @operation("A message", response=shapes.MessageShown, sign_in=True, example=MESSAGE)
    def message(self, request: ApiRequest, id: UUID, message_id: UUID) -> HttpResponse:
        """Of one's own conversation."""
        row = get(self.visible().select_related("sender"), pk=message_id, conversation=id)
        [body] = shapes.messages([row], request.viewer)
        return self.answer(body)

    @operation(
        "Report a message",
        body=shapes.ContactReportInput,
        body_example={"reason": "This is advertising."},
        throttle="contact",
    )
    def report(self, request: ApiRequest, id: UUID, message_id: UUID) -> HttpResponse:
        """To the secretariat, which reads this message and no other of the conversation; you are told the
        outcome."""
        get(self.visible(), pk=message_id, conversation=id)
        contact_reports.report(message_id, acting_user=request.person, **request.input)
        return self.nothing()


class BlockViewSet(ResourceViewSet[ContactBlock]):
    """Whose messages one refuses."""

    tag = "Contact"
    model = ContactBlock

    @operation(
        "People whose messages I refuse",
        response=shapes.ContactBlockShown,
        paginated=True,
        sign_in=True,
        example=BLOCK,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """The latest first. They are not told; who writes is refused in the words of `contact_refused`."""
        return self.page(
            self._own(request),
            order=["-id"],
            represent=shapes.blocks,
        )

    @operation(
        "Refuse a person's messages",
        status=201,
        body=shapes.ContactBlockInput,
        response=shapes.ContactBlockShown,
        example=BLOCK,
        body_example={"person": examples.ID},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """Somebody you may know of, or have a conversation with. You no longer write to them either."""
        made = contact.block(acting_user=request.person, person=request.input["person"])
        [body] = shapes.blocks([get(self._own(request), pk=made.pk)])
        return self.created(body, location=f"/api/v1/me/contact-blocks/{made.blocked_id}")

    @operation(
        "A person whose messages I refuse", response=shapes.ContactBlockShown, sign_in=True, example=BLOCK
    )
    def block(self, request: ApiRequest, person: UUID) -> HttpResponse:
        """Since when."""
        [body] = shapes.blocks([get(self._own(request), blocked=person)])
        return self.answer(body)

    @operation("Take a person's messages again")
    def destroy(self, request: ApiRequest, person: UUID) -> HttpResponse:
        """From the next one on."""
        contact.unblock(person, acting_user=request.person)
        return self.nothing()

    def _own(self, request: ApiRequest) -> Any:
        return self.visible().filter(blocker=request.person).select_related("blocked")


class ReportViewSet(ResourceViewSet[ContactReport]):
    """The secretariat's queue of reported messages."""

    tag = "Contact"
    model = ContactReport

    @operation(
        "Reported messages",
        scope="moderate",
        sign_in=True,
        response=shapes.ContactReportShown,
        query=shapes.ContactReportFilters,
        paginated=True,
        example=REPORT,
    )
    def list(self, request: ApiRequest) -> HttpResponse:
        """For the secretariat, the latest first."""
        policies.require(policies.secretariat, request.viewer, None)
        rows = self._loaded()
        if status := request.query.get("status"):
            rows = rows.filter(status=status)
        return self.page(rows, order=["-id"], represent=lambda page: shapes.reports(page, request.viewer))

    @operation(
        "A reported message",
        scope="moderate",
        sign_in=True,
        response=shapes.ContactReportShown,
        example=REPORT,
    )
    def retrieve(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """For the secretariat."""
        return self._answer(request, id)

    @operation(
        "Decide on a report",
        scope="moderate",
        body=shapes.ReportDecision,
        response=shapes.ContactReportShown,
        example=REPORT | {"status": "upheld", "allowed_actions": []},
        body_example={"outcome": "upheld", "note": "Third time.", "bar_sender": True},
    )
    def decide(self, request: ApiRequest, id: UUID) -> HttpResponse:
        """By somebody of the secretariat whom it does not concern. Who reported is told the outcome, not the
        note."""
        contact_reports.decide(
            id,
            acting_user=request.person,
            uphold=request.input["outcome"] == ContactReport.Status.UPHELD,
            note=request.input.get("note", ""),
            bar_sender=request.input.get("bar_sender", False),
        )
        return self._answer(request, id)

    @operation("Let a person write again", scope="moderate")
    def lift_bar(self, request: ApiRequest, person: UUID) -> HttpResponse:
        """Takes back what the secretariat did with `bar_sender`."""
        contact_reports.lift_bar(person, acting_user=request.person)
        return self.nothing()

    def _loaded(self) -> Any:
        return self.visible().select_related("reporter", "message__sender", "message__conversation")

    def _answer(self, request: ApiRequest, id: UUID) -> HttpResponse:
        [body] = shapes.reports([get(self._loaded(), pk=id)], request.viewer)
        return self.answer(body)
