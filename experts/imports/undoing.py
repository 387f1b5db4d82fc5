"""Taking rows back: what was there before is put back, unless somebody has changed it since.

A person whom the import made is removed with everything it gave them; not if they have taken the account
over, if the profile was edited, or if anything else in the product refers to them. What is kept says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model

from experts import audit, disclosure
from experts.actions import editing, networks, writing
from experts.cleaning import Cleaned
from experts.imports.writing import reason
from experts.models import (
    AuditEntry,
    Import,
    ImportRow,
    NetworkMembership,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    User,
)
from experts.references import topics_by_slug

State = ImportRow.State

KEPT = {
    "gone": "The account is not there any more.",
    "claimed_since": "They have taken their account over since.",
    "edited_since": "It was edited since.",
    "in_use": "Something else refers to this person by now.",
}


def undo(rows: Sequence[ImportRow], held: Import, acting_user: User) -> None:
    """Take written rows back, marked undone or kept; in the caller's transaction."""
    people = sorted(row.person for row in rows if row.person)
    for network in sorted({UUID(one) for row in rows for one in row.written.get("networks", ())}):
        networks.opened(network, acting_user)
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    users = {user.pk: user for user in locked}
    profiles = Profile.objects.with_content("en", disclosure.ALL).filter(pk__in=people)
    found = {
        profile.pk: profile
        for profile in profiles.select_for_update(of=("self",), no_key=True).order_by("pk")
    }
    used = _used([row for row in rows if row.state == State.CREATED])
    taken_back: list[ImportRow] = []
    for row in rows:
        user = users.get(row.person) if row.person else None
        profile = found.get(user.pk) if user else None
        if code := _why_not(row, user, profile, used):
            row.state = State.KEPT
            row.faults = [{"field": "", "code": code, "detail": KEPT[code]}]
        else:
            taken_back.append(row)
    _places(taken_back, held, acting_user)
    _remove(
        [users[row.person] for row in taken_back if row.state == State.CREATED and row.person],
        held,
        acting_user,
    )
    _restore([row for row in taken_back if row.state == State.UPDATED], users, found, held, acting_user)
    for row in taken_back:
        row.state = State.UNDONE
        row.before, row.written = {}, {}


def _why_not(row: ImportRow, user: User | None, profile: Profile | None, used: set[UUID]) -> str:
    if user is None:
        return "gone"
    account = row.before.get("account", {})
    edited = any(getattr(user, name) != after for name, (_, after) in account.items())
    if row.profile_version is not None:
        edited |= profile is None or profile.version != row.profile_version
    if row.state == State.CREATED:
        if user.status != User.Status.UNCLAIMED:
            return "claimed_since"
        edited |= user.email != row.email
    if edited:
        return "edited_since"
    return "in_use" if user.pk in used else ""


def _used(rows: Sequence[ImportRow]) -> set[UUID]:
    """The people to whom something refers that the import did not make."""
    given = {row.person: set(row.written.get("networks", ())) for row in rows if row.person}
    ids = list(given)
    used: set[UUID] = set()
    for model, path in _references():
        if model is NetworkMembership:
            continue
        used.update(model._default_manager.filter(**{f"{path}__in": ids}).values_list(path, flat=True))  # noqa: SLF001
    places = NetworkMembership.objects.filter(user__in=ids).values_list("user_id", "network_id", "role")
    used.update(
        user_id
        for user_id, network_id, role in places
        if str(network_id) not in given[user_id] or role != NetworkMembership.Role.MEMBER
    )
    return used


# What belongs to a person or a profile itself, and goes with it.
_OWN = (Profile, ProfileTopic, ProfileLanguage, ProfileItem)


def _references() -> Iterator[tuple[type[Model], str]]:
    """Every foreign key of the product that leads to a person: directly, or to what is in their profile."""
    links = (User.groups.through, User.user_permissions.through)
    for target, suffix in (
        (User, ""),
        (Profile, ""),
        (ProfileTopic, "__profile"),
        (ProfileItem, "__profile"),
    ):
        for relation in _relations(target):
            model: Any = relation.related_model
            if model not in _OWN and model not in links:
                yield model, f"{relation.field.name}{suffix}"


def _relations(model: type[Model]) -> Iterable[Any]:
    fields = model._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django documents it
    return [
        one for one in fields if one.auto_created and not one.concrete and (one.one_to_many or one.one_to_one)
    ]


def _places(rows: Sequence[ImportRow], held: Import, acting_user: User) -> None:
    leaving: dict[UUID, list[UUID]] = {}
    for row in rows:
        for network in row.written.get("networks", ()):
            if row.person:
                leaving.setdefault(UUID(network), []).append(row.person)
    for network in sorted(leaving):
        networks.remove_members(
            network, acting_user=acting_user, people=leaving[network], reason=f"Undone: {reason(held)}"
        )


def _remove(users: Sequence[User], held: Import, acting_user: User) -> None:
    if not users:
        return
    AuditEntry.objects.bulk_create(
        audit.entry(
            "account.removed",
            user,
            actor=acting_user,
            concerns=user.pk,
            reason=f"Undone: {reason(held)}",
        )
        for user in users
    )
    User.objects.filter(pk__in=[user.pk for user in users]).delete()


def _restore(
    rows: Sequence[ImportRow],
    users: dict[UUID, User],
    profiles: dict[UUID, Profile],
    held: Import,
    acting_user: User,
) -> None:
    why = f"Undone: {reason(held)}"
    changed: list[User] = []
    entries: list[AuditEntry] = []
    made: list[UUID] = []
    changes: list[writing.Change] = []
    edits: list[editing.Edit] = []
    items: list[str] = []
    slugs = {entry["topic"] for row in rows for entry in row.before.get("topics", ())}
    topics = topics_by_slug(slugs)
    for row in rows:
        if row.person is None:
            continue
        user = users[row.person]
        if account := row.before.get("account"):
            for name, (before, _) in account.items():
                setattr(user, name, before)
            changed.append(user)
            undone = {name: [after, before] for name, (before, after) in account.items()}
            entries.append(
                audit.entry(
                    "account.changed", user, actor=acting_user, concerns=user.pk, reason=why, changes=undone
                )
            )
        profile = profiles.get(row.person)
        if row.written.get("profile"):
            made.append(row.person)
        elif profile is not None and "columns" in row.before:
            edits.append(editing.Edit(profile.pk, disclosure.ALL, editing.snapshot(profile, disclosure.ALL)))
            changes.append((profile, _former(row, profile, topics)))
            items += row.before["items"]
    if changed:
        User.objects.bulk_update(changed, ["email", "external_id", "language"])
    AuditEntry.objects.bulk_create(entries)
    Profile.objects.filter(pk__in=made).delete()
    writing.write(changes)
    ProfileItem.objects.filter(pk__in=items).delete()
    if edits:
        editing.finish(edits, "profile.import_undone", acting_user, reason=why)


def _former(row: ImportRow, profile: Profile, topics: dict[str, Any]) -> Cleaned:
    """What was there before, as `experts.cleaning` would give it."""
    former = Cleaned(columns=dict(row.before["columns"]))
    if "topics" in row.before:
        former.topics = [
            ProfileTopic(
                profile=profile,
                topic=topics[entry["topic"]],
                level=entry["level"],
                years=entry["years"],
                position=position,
            )
            for position, entry in enumerate(row.before["topics"])
            if entry["topic"] in topics
        ]
    if "languages" in row.before:
        former.languages = [
            ProfileLanguage(profile=profile, position=position, **entry)
            for position, entry in enumerate(row.before["languages"])
        ]
    return former
