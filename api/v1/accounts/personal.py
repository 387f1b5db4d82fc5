"""Everything about me: taking it along, and having it erased."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Output
from api.v1.accounts.life_serializers import Proof
from api.v1.experts.jobs import EXAMPLE, JobState, job_state
from api.viewsets import ApiViewSet
from experts.actions import erasure, personal_export

JOB = EXAMPLE | {
    "kind": personal_export.KIND,
    "status": "queued",
    "done": 0,
    "total": 38,
    "result": {},
    "file": None,
    "started": None,
    "ended": None,
    "allowed_actions": ["cancel"],
}


class ErasureInput(Proof):
    confirm = serializers.ChoiceField(
        choices=[("erase", "erase")], help_text="The word `erase`: nobody is erased by a slip."
    )


class ErasureState(Output):
    asked = serializers.DateTimeField()
    due = serializers.DateTimeField(help_text="Until then, signing in takes it back.")


class PersonalViewSet(ApiViewSet):
    """What is kept about the signed-in person."""

    tag = "Accounts"

    @operation("Export everything about me", status=202, response=JobState, example=JOB)
    def export(self, request: ApiRequest) -> HttpResponse:
        """A job that makes a zip: JSON for every table in which something is kept about you (account,
        profile, posts, likes, memberships, drafts, notices …) and your files. It is for you alone, for a
        day."""
        job = personal_export.ask(acting_user=request.person)
        return self.accepted(job_state(job), location=f"/api/v1/jobs/{job.pk}")

    @operation(
        "Erase me",
        body=ErasureInput,
        idempotent=False,
        throttle="password",
        response=ErasureState,
        example={"asked": "2026-11-24T09:00:00Z", "due": "2026-12-08T09:00:00Z"},
        body_example={"confirm": "erase", "password": "correct horse battery staple"},
    )
    def erase(self, request: ApiRequest) -> HttpResponse:
        """Your account is shut and hidden at once: no session or token works, your profile is gone from the
        directory and from search, and your posts are by "Former member". For two weeks you can come back by
        signing in, or by the link in the message that you get. Then everything personal is deleted for good;
        posts stay."""
        asked = erasure.ask(
            acting_user=request.person, password=request.input["password"], code=request.input["code"]
        )
        logout(request.django)
        return self.answer({"asked": asked.asked_at, "due": asked.due_at})
