"""Making, changing and archiving spaces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from config.errors import Invalid, require_version
from experts import audit
from experts.models import User
from experts.policies import require
from forums import access, grants, policies, text
from forums.actions.common import languages as known_languages
from forums.actions.common import locked, viewer_of
from forums.actions.common import topics as known_topics
from forums.models import Joining, Role, Space, Visibility
from search import outbox
from search.documents import key
from search.viewer import Viewer

MAX_PURPOSE = 2_000
MAX_RULES = 10_000
MAX_QUESTIONS = 10


class SpaceChanges(TypedDict, total=False):
    """What an edit may change; what is absent stays."""

    title: str
    purpose: str
    rules: str
    visibility: str
    joining: str
    join_questions: Sequence[str]
    languages: Sequence[str]
    topics: Sequence[str]
    featured_topics: Sequence[str]


@transaction.atomic
def create(
    *,
    acting_user: User,
    title: str,
    visibility: str,
    slug: str = "",
    parent_id: UUID | None = None,
    **settings: Any,
) -> Space:
    """A new space, whose creator owns it. ``slug`` is a wish: a number is added where it is taken.

    ``settings`` are the other `SpaceChanges`. Refused to all but the secretariat, or, for a sub-space, to all
    but the owners and moderators of the parent. Raises `NotFound` for a parent that is not there for the
    person, `Invalid` for a space that would be more open than its parent, unknown topics or languages, texts
    too long.
    """
    viewer = viewer_of(acting_user)
    # The parent's lock keeps it from becoming more closed meanwhile.
    parent = None if parent_id is None else _parent(viewer, parent_id)
    if parent is None:
        require(policies.create_space, viewer, None)
    else:
        require(policies.create_sub_space, viewer, parent)
    space = Space(
        parent=parent,
        ancestor_ids=[*parent.ancestor_ids, parent.pk] if parent else [],
        visibility=_visibility(visibility, parent),
    )
    _apply(space, {"title": title, **settings})  # type: ignore[typeddict-item]
    if "joining" not in settings:
        space.joining = Visibility(space.visibility).joinings[0]
    _insert_under_free_slug(space, slug or space.title)
    _set_topics(space, {"title": title, **settings})  # type: ignore[typeddict-item]
    grants.give(space.pk, {acting_user.pk: Role.OWNER})
    space.refresh_from_db(fields=["member_count"])
    access.forget(viewer)
    audit.record("space.created", space, actor=acting_user, space_id=space.pk)
    outbox.enqueue("space", [space.pk])
    return space


@transaction.atomic
def edit(
    space_id: UUID,
    changes: SpaceChanges,
    *,
    acting_user: User,
    expected_version: int | None = None,
    reason: str = "",
) -> Space:
    """Change a space's settings. Owners only; raises `Stale` for another version than expected.

    A space that becomes more closed takes its sub-spaces along in the same transaction; one that would become
    more open than its parent is `Invalid`. Readers who lose access lose it with the commit, also in search.
    """
    viewer = viewer_of(acting_user)
    parent_id = Space.objects.visible(viewer).filter(pk=space_id).values_list("parent_id", flat=True).first()
    parent = None if parent_id is None else locked(Space.objects.visible(viewer), pk=parent_id)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    require(policies.edit_space, viewer, space)
    require_version(space.version, expected_version)
    before = {name: getattr(space, name) for name in _COLUMNS}
    if "visibility" in changes:
        space.visibility = _visibility(changes["visibility"], parent)
    _apply(space, changes)
    space.joining = _fitting(space)
    space.version += 1
    space.save()
    _set_topics(space, changes)
    closes = Visibility(space.visibility).closedness > Visibility(before["visibility"]).closedness
    below = _close_along(space) if closes else []
    audit.record(
        "space.edited",
        space,
        actor=acting_user,
        reason=reason,
        changes={
            name: [old, getattr(space, name)] for name, old in before.items() if old != getattr(space, name)
        },
        space_id=space.pk,
    )
    for affected in [space.pk, *below]:
        outbox.enqueue("space", [affected], withdraw=key("space", affected) if closes else None)
    return space


@transaction.atomic
def archive(space_id: UUID, *, acting_user: User, reason: str = "") -> Space:
    """Make a space, and all below it, read-only. Owners only. Nothing changes for one that is archived
    already.
    """
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    if space.archived_at is not None and policies.archive_space(viewer, space) is policies.ARCHIVED_SPACE:
        return space
    require(policies.archive_space, viewer, space)
    return _set_archived(space, acting_user, reason, archived=True)


@transaction.atomic
def restore(space_id: UUID, *, acting_user: User, reason: str = "") -> Space:
    """Let an archived space live again. Owners only."""
    viewer = viewer_of(acting_user)
    space = locked(Space.objects.visible(viewer), pk=space_id)
    if space.archived_at is None and policies.manage(viewer, space) is None:
        return space
    require(policies.restore_space, viewer, space)
    return _set_archived(space, acting_user, reason, archived=False)


_COLUMNS = ("title", "purpose", "rules", "visibility", "joining", "join_questions", "languages")


def _parent(viewer: Viewer, parent_id: UUID) -> Space:
    parent = Space.objects.readable(viewer).select_for_update(no_key=True).filter(pk=parent_id).first()
    if parent is None:
        raise Invalid.field("/parent", "There is no such space.", code="unknown_space")
    return parent


def _visibility(value: str, parent: Space | None) -> Visibility:
    if value not in Visibility.values:
        raise Invalid.field("/visibility", f"One of {', '.join(Visibility.values)}.", code="unknown_choice")
    visibility = Visibility(value)
    if parent is not None and visibility.closedness < Visibility(parent.visibility).closedness:
        raise Invalid.field(
            "/visibility",
            f"A sub-space is never more open than its parent, which is {parent.visibility}.",
            code="more_open_than_parent",
        )
    return visibility


def _apply(space: Space, changes: SpaceChanges) -> None:
    if "title" in changes:
        space.title = text.title(changes["title"], pointer="/title")
    if "purpose" in changes:
        space.purpose = text.body(changes["purpose"], pointer="/purpose", length=MAX_PURPOSE, blank=True)
    if "rules" in changes:
        space.rules = text.body(changes["rules"], pointer="/rules", length=MAX_RULES, blank=True)
    if "languages" in changes:
        space.languages = known_languages(changes["languages"])
    if "join_questions" in changes:
        questions = changes["join_questions"]
        if len(questions) > MAX_QUESTIONS:
            raise Invalid.field("/join_questions", f"At most {MAX_QUESTIONS} questions.", code="too_many")
        space.join_questions = [
            text.title(q, pointer=f"/join_questions/{n}") for n, q in enumerate(questions)
        ]
    if "joining" in changes:
        if changes["joining"] not in Joining.values:
            raise Invalid.field("/joining", f"One of {', '.join(Joining.values)}.", code="unknown_choice")
        if changes["joining"] not in Visibility(space.visibility).joinings:
            raise Invalid.field(
                "/joining", "This way of joining does not fit the visibility.", code="joining_does_not_fit"
            )
        space.joining = changes["joining"]


def _set_topics(space: Space, changes: SpaceChanges) -> None:
    if "topics" in changes:
        space.topics.set(known_topics(changes["topics"]))
    if "featured_topics" in changes:
        space.featured_topics.set(known_topics(changes["featured_topics"], pointer="/featured_topics"))


def _close_along(space: Space) -> list[UUID]:
    """Close every space below that is more open than ``space`` is now; returns all below, whose readers
    change.
    """
    closedness = Visibility(space.visibility).closedness
    more_open = [visibility for visibility in Visibility if visibility.closedness < closedness]
    below = Space.objects.filter(ancestor_ids__contains=[space.pk])
    top_down = below.filter(visibility__in=more_open).order_by("ancestor_ids__len", "pk")
    for child in top_down.select_for_update(no_key=True):
        child.visibility = space.visibility
        child.joining = _fitting(child)
        child.version += 1
        child.save(update_fields=["visibility", "joining", "version"])
    return list(below.values_list("pk", flat=True))


def _fitting(space: Space) -> str:
    """The space's way of joining, or the usual one of its visibility where that does not fit."""
    fitting = Visibility(space.visibility).joinings
    return space.joining if space.joining in fitting else fitting[0]


def _set_archived(space: Space, acting_user: User, reason: str, *, archived: bool) -> Space:
    space.archived_at = timezone.now() if archived else None
    space.version += 1
    space.save(update_fields=["archived_at", "version"])
    verb = "space.archived" if archived else "space.restored"
    audit.record(verb, space, actor=acting_user, reason=reason, space_id=space.pk)
    outbox.enqueue("space", [space.pk])
    return space


def _insert_under_free_slug(space: Space, wish: str) -> None:
    base = slugify(wish)[:70].strip("-") or "space"
    taken = set(Space.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if number == 1 else f"{base}-{number}" for number in count(1))
    for candidate in candidates:
        if candidate in taken:
            continue
        space.slug = candidate
        try:
            with transaction.atomic():
                space.save(force_insert=True)
        except IntegrityError:  # somebody took it since
            continue
        return
