"""Lists of endorsements and consents."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from experts.models import Consent, ConsentText, Endorsement, User
from tests.contracts.lists.base import List
from tests.factories import experts as make


def endorsements(count: int, asker: User) -> Mapping[str, object]:
    profile = make.profile(asker)
    for _ in range(count):
        topic = make.topic()
        make.knows(profile, topic)
        Endorsement.objects.create(profile=profile, topic=topic, endorser=make.user())
    return {"id": profile.pk}


def endorsements_given(count: int, asker: User) -> Mapping[str, object]:
    for _ in range(count):
        profile, topic = make.profile(), make.topic()
        make.knows(profile, topic)
        Endorsement.objects.create(profile=profile, topic=topic, endorser=asker)
    return {}


def consents(count: int, asker: User) -> Mapping[str, object]:
    for version in range(1, count + 1):
        text = ConsentText.objects.create(
            purpose="directory", version=version, texts={"en": f"Text {version}"}
        )
        Consent.objects.create(user=asker, text=text, withdrawn_at=timezone.now())
        Consent.objects.create(user=asker, text=text)
    return {}


LISTS = [
    List("GET /experts/{id}/endorsements", endorsements, budget=5),
    List("GET /me/endorsements", endorsements_given, budget=4),
    List("GET /me/consents/history", consents, budget=4),
    List("GET /consent-texts", consents, budget=5),
]
