"""What the experts' room keeps about people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone

from experts import audiences, disclosure, personal
from experts.dates import today
from experts.models import (
    AuditEntry,
    Blackout,
    Consent,
    ContactBlock,
    ContactMessage,
    ContactReport,
    Conversation,
    Delegation,
    Deployment,
    Designation,
    EmailChange,
    Endorsement,
    Erasure,
    ImportRow,
    Invitation,
    Job,
    NetworkMembership,
    PersonalToken,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    RecentSearch,
    RecoveryCode,
    Registration,
    RosterMember,
    SearchPreferences,
    SecondFactor,
    SectionVerification,
    Session,
    User,
)
from experts.personal import Held, Rows, delete, keep


def register() -> None:
    """Declare every table; called from ExpertsConfig.ready()."""
    personal.hold(
        Held(name="account", model=User, person="pk", erase=keep, fields=_ACCOUNT),
        Held(name="erasure", model=Erasure, person="user", erase=keep),
        Held(name="audit", model=AuditEntry, person="actor", erase=keep, collect=_audit),
        Held(name="tokens", model=PersonalToken, person="user", erase=delete, fields=_TOKEN),
        Held(name="sessions", model=Session, person="user", erase=delete, fields=_SESSION),
        Held(
            name="second_factor",
            model=SecondFactor,
            person="user",
            erase=delete,
            fields=("created_at", "confirmed_at"),
        ),
        Held(name="recovery_codes", model=RecoveryCode, person="user", erase=delete, fields=("used_at",)),
        Held(
            name="email_change", model=EmailChange, person="user", erase=delete, fields=("email", "asked_at")
        ),
        Held(name="registrations", model=Registration, person="user", erase=delete, fields=_REGISTRATION),
        Held(name="registrations_by_address", model=Registration, person="email", by="email", erase=delete),
        Held(name="jobs", model=Job, person="owner", erase=delete, fields=_JOB, files={"file": "file_name"}),
        Held(name="profile", model=Profile, person="pk", erase=delete, collect=_profile, files={"photo": ""}),
        Held(name="topics", model=ProfileTopic, person="profile", erase=delete),
        Held(name="languages", model=ProfileLanguage, person="profile", erase=delete),
        Held(
            name="documents",
            model=ProfileItem,
            person="profile",
            erase=delete,
            files={"file": "file_name"},
        ),
        Held(name="delegates", model=Delegation, person="profile", erase=delete, fields=_DELEGATE),
        Held(
            name="delegations",
            model=Delegation,
            person="delegate",
            erase=delete,
            fields=("profile_id", "created_at"),
        ),
        Held(
            name="verifications", model=SectionVerification, person="profile", erase=delete, fields=_VERIFIED
        ),
        Held(name="endorsements", model=Endorsement, person="profile", erase=delete, fields=_ENDORSEMENT),
        Held(
            name="endorsements_given",
            model=Endorsement,
            person="endorser",
            erase=delete,
            fields=("profile_id", "topic__slug", "created_at"),
        ),
        Held(
            name="conversations", model=Conversation, person="starter", erase=delete, collect=_conversations
        ),
        Held(name="conversations_received", model=Conversation, person="expert", erase=delete),
        Held(name="messages", model=ContactMessage, person="sender", erase=delete),
        Held(
            name="reports",
            model=ContactReport,
            person="reporter",
            erase=delete,
            fields=("message_id", "reason", "status", "created_at"),
        ),
        Held(
            name="blocks",
            model=ContactBlock,
            person="blocker",
            erase=delete,
            fields=("blocked_id", "created_at"),
        ),
        Held(name="blocked", model=ContactBlock, person="blocked", erase=delete),
        Held(name="consents", model=Consent, person="user", erase=delete, fields=_CONSENT),
        Held(name="networks", model=NetworkMembership, person="user", erase=delete, fields=_PLACE),
        Held(
            name="designations",
            model=Designation,
            person="user",
            erase=_end_designations,
            fields=_DESIGNATION,
            files={"letter": ""},
        ),
        Held(name="rosters", model=RosterMember, person="user", erase=delete, fields=_ROSTER),
        Held(name="blackouts", model=Blackout, person="user", erase=delete, fields=_BLACKOUT),
        Held(name="call_outs", model=Invitation, person="user", erase=delete, fields=_INVITATION),
        Held(name="deployments", model=Deployment, person="user", erase=_release, fields=_DEPLOYMENT),
        Held(name="recent_searches", model=RecentSearch, person="user", erase=delete, fields=_RECENT),
        Held(name="search_choices", model=SearchPreferences, person="user", erase=delete, fields=_CHOICES),
        Held(name="imported", model=ImportRow, person="person", erase=_forget_cells, fields=("cells",)),
        Held(name="imported_address", model=ImportRow, person="email", by="email", erase=_forget_cells),
    )


_ACCOUNT = (
    *("id", "email", "name", "status", "is_staff", "language", "time_zone", "external_id", "created_at"),
    "last_login",
)
_TOKEN = ("id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
_SESSION = ("number", "started_at", "seen_at", "agent")
_REGISTRATION = ("email", "name", "language", "reason", "status", "asked_at", "decided_at", "note")
_JOB = ("id", "kind", "status", "parameters", "result", "created_at", "ended_at")
_DELEGATE = ("delegate_id", "delegate__name", "created_at")
_VERIFIED = ("section", "verified_at")
_ENDORSEMENT = ("topic__slug", "endorser_id", "endorser__name", "created_at")
_CONSENT = ("text__purpose", "text__version", "given_at", "withdrawn_at")
_PLACE = ("network__slug", "role", "country", "is_standing", "joined_at")
_DESIGNATION = (
    *("id", "network__slug", "country", "kind", "status", "valid_from", "valid_to", "created_at"),
    "confirmed_at",
    "ended_at",
    "end_reason",
)
_ROSTER = ("roster__slug", "status", "motivation", "reason", "applied_at", "decided_at")
_RECENT = ("query", "used_at")
_CHOICES = ("found_by_posts", "keeps_recent")
_BLACKOUT = ("starts_on", "ends_on", "note")
_INVITATION = ("call_out", "call_out__title", "status", "message", "answer", "respond_by", "answered_at")
_DEPLOYMENT = ("call_out", "call_out__title", "starts_on", "ends_on", "created_at", "cancelled_at")


def _profile(user: User) -> Iterator[Mapping[str, Any]]:
    """The profile with all of its sections, and who may read each."""
    profile = Profile.objects.with_content(user.language, disclosure.ALL).filter(pk=user.pk).first()
    if profile is None:
        return
    chosen = {section: audiences.choice(profile.audiences[section]) for section in disclosure.ALL}
    yield {
        "status": profile.status,
        "created_at": profile.created_at,
        "updated_at": profile.updated_at,
        "confirmed_at": profile.confirmed_at,
        "messages_from": {"reach": profile.messages_from, "networks": profile.messages_networks},
        "content": {
            section.value: disclosure.content(profile, section, user.language) for section in disclosure.ALL
        },
        "visibility": {
            section.value: {"reach": choice.reach, "networks": choice.networks}
            for section, choice in chosen.items()
        },
    }


def _conversations(user: User) -> Iterator[Mapping[str, Any]]:
    """What the person and others wrote to each other, by either, without the masked addresses."""
    own = Q(starter=user) | Q(expert=user)
    for conversation in Conversation.objects.filter(own).select_related("starter", "expert").order_by("pk"):
        is_mine = conversation.starter_id == user.pk
        yield {
            "id": conversation.pk,
            "subject": conversation.subject,
            "with": (conversation.expert if is_mine else conversation.starter).name,
            "messages": [
                {"at": at, "by_me": sender == user.pk, "text": text}
                for at, sender, text in conversation.messages.order_by("id").values_list(
                    "sent_at", "sender", "text"
                )
            ],
        }


def _audit(user: User) -> Iterator[Mapping[str, Any]]:
    """What the person did, and what was done with their account and profile. Who else acted is not told, nor
    what is kept on them in the places of others' work (moderation has its own ways to be told of)."""
    own = Q(actor=user) | Q(object_id=user.pk)
    fields = ("id", "at", "verb", "object_type", "object_id", "reason", "changes")
    for entry in AuditEntry.objects.filter(own).order_by("id").iterator(chunk_size=500):
        yield {name: getattr(entry, name) for name in fields} | {"by_me": entry.actor_id == user.pk}


def _end_designations(rows: Rows, _user: User) -> None:
    """The State's seat is free from now on. That it was held stays, and from when to when; the letter, which
    names the person, goes."""
    open_ones = rows.filter(
        status__in=(Designation.Status.PROPOSED, Designation.Status.CONFIRMED), valid_to__gte=today()
    )
    open_ones.update(status=Designation.Status.WITHDRAWN, ended_at=timezone.now())
    rows.update(letter="", letter_size=None, end_reason="")


def _release(rows: Rows, _user: User) -> None:
    """What is still to come is cancelled; that somebody went stays."""
    rows.filter(cancelled_at=None, ends_on__gte=today()).update(cancelled_at=timezone.now())


def _forget_cells(rows: Rows, _user: User) -> None:
    """What a file said of the person; that there was a row stays."""
    rows.update(cells=[], email="", external_id="", before={}, written={}, faults=[])
