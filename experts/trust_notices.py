"""What people are told of the trust in their profile: verified, endorsed, gone stale."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from experts import confirm_links, labels, notices
from experts.models import Endorsement, Profile, Section
from experts.words import say
from search.viewer import Viewer, self_token

STALE = "profile.stale"
HIDDEN = "profile.hidden_as_stale"
VERIFIED = "profile.verified"
UNVERIFIED = "profile.unverified"
ENDORSED = "profile.endorsed"


def register() -> None:
    """Make the composers known; called once from ExpertsConfig.ready()."""
    notices.register(STALE, _stale)
    notices.register(HIDDEN, _hidden)
    notices.register(VERIFIED, lambda viewer, pk, data: _of_sections(VERIFIED, viewer, pk, data))
    notices.register(UNVERIFIED, lambda viewer, pk, data: _of_sections(UNVERIFIED, viewer, pk, data))
    notices.register(ENDORSED, _endorsed)


def _stale(viewer: Viewer, profile_id: UUID, data: notices.Data) -> notices.Message | None:
    """Nothing, where it was confirmed meanwhile."""
    profile = Profile.objects.filter(pk=profile_id, reminders_sent__gt=0).first()
    if profile is None:
        return None
    left = say(viewer.language, f"{STALE}.left.{data['left']}")
    return _to_confirm(viewer, profile, STALE, say(viewer.language, f"{STALE}.text"), left)


def _hidden(viewer: Viewer, profile_id: UUID, _data: notices.Data) -> notices.Message | None:
    """Nothing, where it was shown again meanwhile."""
    stale = Profile.objects.filter(hidden_because=Profile.HiddenBecause.STALE)
    profile = stale.filter(pk=profile_id).first()
    if profile is None:
        return None
    return _to_confirm(viewer, profile, HIDDEN, say(viewer.language, f"{HIDDEN}.text"))


def _to_confirm(viewer: Viewer, profile: Profile, reason: str, *lines: str) -> notices.Message | None:
    message = _own(viewer, profile.pk, reason, *lines)
    if message is None:
        return None
    asked = say(viewer.language, "profile.confirm.link")
    return replace(message, mail_only=f"{asked}\n{confirm_links.address(profile)}")


def _of_sections(reason: str, viewer: Viewer, profile_id: UUID, data: notices.Data) -> notices.Message | None:
    language = viewer.language
    sections = [say(language, f"section.{Section(name)}") for name in str(data["sections"]).split()]
    lines = [say(language, f"{reason}.text", sections=", ".join(sections))]
    if data.get("why"):
        lines.append(say(language, "reason", reason=data["why"]))
    return _own(viewer, profile_id, reason, *lines)


def _own(viewer: Viewer, profile_id: UUID, reason: str, *lines: str) -> notices.Message | None:
    if viewer.user_id != profile_id:
        return None
    path = f"/api/v1/experts/{profile_id}"
    return notices.Message(say(viewer.language, f"{reason}.subject"), "\n".join(lines), path)


def _endorsed(viewer: Viewer, endorsement_id: UUID, _data: notices.Data) -> notices.Message | None:
    """Nothing, where it was withdrawn meanwhile."""
    endorsements = Endorsement.objects.visible(viewer).select_related("topic", "endorser")
    endorsement = endorsements.filter(pk=endorsement_id).first()
    if endorsement is None or self_token(endorsement.profile_id) not in viewer.tokens:
        return None
    language, person = viewer.language, endorsement.endorser.name
    topic = labels.pick(endorsement.topic.labels, language)
    return notices.Message(
        say(language, f"{ENDORSED}.subject", person=person),
        say(language, f"{ENDORSED}.text", person=person, topic=topic),
        f"/api/v1/experts/{endorsement.profile_id}/endorsements",
    )
