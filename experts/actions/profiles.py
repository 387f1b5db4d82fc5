"""Changing profiles: content, items, order, visibility, publication.

Every action re-reads the profile as the acting person may see it, under a row lock; raises `NotFound` where
they may not know of it, `Denied` where a policy says no, `Stale` where ``expected_version`` is not the
present one, `Invalid` for what makes no sense. It notes before and after in the audit log, by section and
field, and has the search document renewed; where its readers get fewer, queries leave it out until then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from config.errors import Conflict, FieldError, Invalid, NotFound
from experts import audiences, audit, cleaning, files, policies, viewers
from experts.actions import consents, editing, writing
from experts.audiences import Choice, Reach
from experts.models import Network, Profile, ProfileItem, Purpose, Section, User
from search import outbox

# What `_confirm` sets.
CONFIRMED = ["confirmed_at", "reminders_sent", "reminded_at"]


def create(user_id: UUID, *, acting_user: User, identity: Mapping[str, str]) -> Profile:
    """A draft profile for an account that has none, with the default audiences. Only the person themselves.

    ``identity`` holds given_name and family_name at least.
    """
    with transaction.atomic():
        viewer = viewers.resolve(acting_user)
        if viewer.user_id != user_id:
            raise NotFound
        user = User.objects.select_for_update().get(pk=user_id)
        if Profile.objects.filter(pk=user_id).exists():
            raise Conflict("There is a profile already.", code="profile_exists")
        profile = Profile(user=user, audiences=audiences.defaults(user_id))
        missing = [name for name in ("given_name", "family_name") if not identity.get(name)]
        if missing:
            raise Invalid(
                errors=[FieldError(f"/identity/{name}", "required", "It is needed.") for name in missing]
            )
        cleaned = cleaning.clean({"identity": identity}, profile)
        for name, value in cleaned.columns.items():
            setattr(profile, name, value)
        profile.save(force_insert=True)
        return editing.begun([user_id], acting_user)[user_id]


def edit(
    profile_id: UUID,
    *,
    acting_user: User,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Profile:
    """Change sections. ``changes`` maps each to its new value, in the shapes of `experts.cleaning.clean`."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        cleaned = cleaning.clean(changes, profile)
        sections = [Section(name) for name in changes]
        editing.require_sections(viewer, profile, sections)
        before = editing.snapshot(profile, sections)
        writing.write([(profile, cleaned)])
        return editing.finished(profile, "profile.edited", acting_user, sections, before)


def add_item(
    profile_id: UUID,
    section: Section,
    *,
    acting_user: User,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> tuple[Profile, UUID]:
    """Add an item at the end of a section; returns its id too. At most `cleaning.MAX_ITEMS` per section."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        editing.require_sections(viewer, profile, [section])
        positions = [
            item.position
            for item in ProfileItem.objects.filter(profile=profile, section=section).only("position")
        ]
        if len(positions) >= cleaning.MAX_ITEMS:
            raise Conflict(f"At most {cleaning.MAX_ITEMS} items in a section.", code="too_many")
        before = editing.snapshot(profile, [section])
        item = ProfileItem(profile=profile, section=section, position=max(positions, default=-1) + 1)
        cleaning.clean_item(values, item)
        item.save(force_insert=True)
        return editing.finished(profile, "profile.item_added", acting_user, [section], before), item.pk


def edit_item(
    profile_id: UUID,
    section: Section,
    item_id: UUID,
    *,
    acting_user: User,
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> Profile:
    """Change an item's fields."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        item = editing.item_of(viewer, profile, section, item_id)
        before = editing.snapshot(profile, [section])
        cleaning.clean_item(values, item)
        item.save()
        return editing.finished(profile, "profile.item_edited", acting_user, [section], before)


def remove_item(
    profile_id: UUID,
    section: Section,
    item_id: UUID,
    *,
    acting_user: User,
    expected_version: int | None = None,
) -> Profile:
    """Remove an item, and its file."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        item = editing.item_of(viewer, profile, section, item_id)
        before = editing.snapshot(profile, [section])
        files.forget(item.file)
        item.delete()
        return editing.finished(profile, "profile.item_removed", acting_user, [section], before)


def reorder(
    profile_id: UUID,
    section: Section,
    *,
    acting_user: User,
    item_ids: Sequence[UUID],
    expected_version: int | None = None,
) -> Profile:
    """Put a section's items in a new order; ``item_ids`` names each of them once."""
    with transaction.atomic():
        viewer, profile = editing.opened(profile_id, acting_user, policies.edit_profile, expected_version)
        editing.require_sections(viewer, profile, [section])
        items = {item.pk: item for item in ProfileItem.objects.filter(profile=profile, section=section)}
        if len(item_ids) != len(items) or set(item_ids) != items.keys():
            raise Invalid.field("/items", "Name each item of the section once.", code="not_a_permutation")
        before = editing.snapshot(profile, [section])
        for position, item_id in enumerate(item_ids):
            items[item_id].position = position
        ProfileItem.objects.bulk_update(items.values(), ["position"])
        return editing.finished(profile, "profile.items_reordered", acting_user, [section], before)


def set_visibility(
    profile_id: UUID,
    *,
    acting_user: User,
    choices: Mapping[Section, Choice],
    expected_version: int | None = None,
) -> Profile:
    """Choose who may read sections: any set of networks, or one of the other reaches.

    Raises `Invalid` for a section that may not go to everyone (`audiences.NEVER_PUBLIC`).
    """
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.keep_profile, expected_version)
        _check_choices(choices)
        narrower = False
        changes: dict[str, object] = {}
        for section, choice in choices.items():
            before = audiences.choice(profile.audiences[section])
            if choice == before:
                continue
            profile.audiences[section.value] = audiences.tokens(choice, owner=profile.pk)
            narrower |= not audiences.covers(choice, before)
            changes[f"visibility.{section.value}"] = [_choice_text(before), _choice_text(choice)]
        if not changes:
            return profile
        profile.version += 1
        profile.save(update_fields=["audiences", "version", "updated_at"])
        audit.record(
            "profile.visibility_set", profile, actor=acting_user, concerns=profile.pk, changes=changes
        )
        outbox.enqueue("expert", [profile.pk], restricting=narrower)
        return profile


def publish(profile_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Profile:
    """Show a draft, or again what was hidden for being stale.

    Raises `Conflict` (``consent_required``) for a draft unless the person consented to being shown in the
    directory, in the words that are asked now.
    """
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.publish_profile, expected_version)
        if profile.status == Profile.Status.DRAFT:
            consents.require_consent(profile.pk, Purpose.DIRECTORY)
        return _set_status(profile, Profile.Status.PUBLISHED, "profile.published", acting_user)


def unpublish(profile_id: UUID, *, acting_user: User, expected_version: int | None = None) -> Profile:
    """Take a profile back into draft."""
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.unpublish_profile, expected_version)
        return _set_status(profile, Profile.Status.DRAFT, "profile.unpublished", acting_user)


def confirm(
    profile_id: UUID, *, acting_user: User, expected_version: int | None = None, reason: str = ""
) -> Profile:
    """Say that everything is still right: the one click that starts the year anew, and brings back what was
    hidden for being stale. The person, and whoever keeps the profile for them. ``reason`` is for the audit.
    """
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.keep_profile, expected_version)
        if profile.hidden_because == Profile.HiddenBecause.STALE:
            return _set_status(
                profile, Profile.Status.PUBLISHED, "profile.published", acting_user, reason=reason
            )
        _confirm(profile)
        profile.save(update_fields=CONFIRMED)
        audit.record("profile.confirmed", profile, actor=acting_user, concerns=profile.pk, reason=reason)
        return profile


def hide(profile_id: UUID, *, acting_user: User, reason: str) -> Profile:
    """The secretariat hides a profile; ``reason`` is kept in the audit log and shown to the person."""
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.hide_profile, None)
        because = Profile.HiddenBecause.SECRETARIAT
        return _set_status(
            profile, Profile.Status.HIDDEN, "profile.hidden", acting_user, because=because, reason=reason
        )


def unhide(profile_id: UUID, *, acting_user: User, reason: str = "") -> Profile:
    """The secretariat shows a profile again that it had hidden."""
    with transaction.atomic():
        _, profile = editing.opened(profile_id, acting_user, policies.unhide_profile, None)
        return _set_status(profile, Profile.Status.PUBLISHED, "profile.unhidden", acting_user, reason=reason)


def _set_status(
    profile: Profile,
    status: Profile.Status,
    verb: str,
    acting_user: User,
    *,
    because: str = "",
    reason: str = "",
) -> Profile:
    changes = {"status": [profile.status, status.value]}
    profile.status = status
    profile.hidden_because = because
    profile.version += 1
    columns = ["status", "hidden_because", "version", "updated_at"]
    if status == Profile.Status.PUBLISHED:
        _confirm(profile)
        columns += CONFIRMED
    profile.save(update_fields=columns)
    audit.record(verb, profile, actor=acting_user, concerns=profile.pk, changes=changes, reason=reason)
    outbox.enqueue("expert", [profile.pk], restricting=status != Profile.Status.PUBLISHED)
    return profile


def _confirm(profile: Profile) -> None:
    profile.confirmed_at, profile.reminders_sent, profile.reminded_at = timezone.now(), 0, None


def _check_choices(choices: Mapping[Section, Choice]) -> None:
    faults = cleaning.Faults()
    asked = {network for choice in choices.values() for network in choice.networks}
    known = set(Network.objects.filter(pk__in=asked).values_list("pk", flat=True))
    for section, choice in choices.items():
        pointer = f"/{section.value}"
        if choice.reach == Reach.EVERYONE and section in audiences.NEVER_PUBLIC:
            faults.add(f"{pointer}/reach", "never_public", "This section may not go to everyone.")
        if choice.reach == Reach.NETWORKS and not choice.networks:
            faults.add(f"{pointer}/networks", "required", "Name at least one network.")
        if choice.reach != Reach.NETWORKS and choice.networks:
            faults.add(f"{pointer}/networks", "not_applicable", "Networks go with the reach 'networks' only.")
        if set(choice.networks) - known:
            faults.add(f"{pointer}/networks", "unknown_network", "There is no such network.")
    faults.raise_any()


def _choice_text(choice: Choice) -> str:
    return " ".join([choice.reach.value, *sorted(str(network) for network in choice.networks)])
