"""What a person has not read: per discussion it is annotated (`DiscussionQuerySet.with_reading`); here per
space and in all.

Counted are published posts after the position a person has read to, in discussions that every reader of the
space may read. A person's own are the spaces they belong to, themselves or through a network, and what they
watch or follow elsewhere; what they muted is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from forums import access
from forums.arrays import IsOneOf
from forums.models import Discussion, Follow, Tag
from forums.querysets import DiscussionQuerySet
from search.viewer import Viewer


class Unread(NamedTuple):
    """Unread posts, and in how many discussions they are."""

    discussions: int
    posts: int


@dataclass(slots=True)
class _Choices:
    """What a person chose to hear of, by kind of thing: the loud ones and the muted ones."""

    loud: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    muted: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))


def by_space(viewer: Viewer) -> dict[UUID, Unread]:
    """What is unread in each of the person's own spaces, and where they follow a discussion, topic or tag;
    only where there is something. Two queries."""
    rows = own(viewer).with_reading(viewer).filter(Q(unread__gt=0))
    sums = rows.order_by().values("space_id").annotate(discussions=Count("pk"), number=Sum("unread"))
    return {row["space_id"]: Unread(row["discussions"], row["number"]) for row in sums}


def own(viewer: Viewer) -> DiscussionQuerySet:
    """The discussions whose posts count as unread for a person who is signed in. One query."""
    choices = _chosen(viewer)
    levels = dict(_of_spaces(viewer, choices))
    mine = [
        space_id
        for space_id, here in access.spaces(viewer).items()
        if here.readable and (here.role is not None or here.permissions or levels.get(space_id))
    ]
    rows = Discussion.objects.visible(viewer).counted()
    loud, muted = _about(choices.loud), _about(choices.muted)
    rows = rows.filter(Q(space_id__in=mine) | Q(pk__in=choices.loud["discussion"]) | loud)
    quiet = Q(space_id__in=[space_id for space_id, is_loud in levels.items() if not is_loud])
    quiet = (quiet | muted) & ~loud & ~Q(pk__in=choices.loud["discussion"])
    return rows.exclude(quiet | Q(pk__in=choices.muted["discussion"]))


def _chosen(viewer: Viewer) -> _Choices:
    choices = _Choices()
    if viewer.user_id is None:
        return choices
    chosen = Follow.objects.filter(user_id=viewer.user_id)
    for level, space, discussion, topic, tag in chosen.values_list(
        "level", "space_id", "discussion_id", "topic_id", "tag_id"
    ):
        by_kind = choices.muted if level == Follow.Level.MUTED else choices.loud
        for kind, thing in (("space", space), ("discussion", discussion), ("topic", topic), ("tag", tag)):
            if thing is not None:
                by_kind[kind].add(thing)
    return choices


def _of_spaces(viewer: Viewer, choices: _Choices) -> Iterator[tuple[UUID, bool]]:
    """Spaces of which, or of one above, something was chosen: whether the nearest choice is a loud one.
    Parents come before their children."""
    levels: dict[UUID, bool] = {}
    for space_id, here in access.spaces(viewer).items():
        if space_id in choices.loud["space"]:
            levels[space_id] = True
        elif space_id in choices.muted["space"]:
            levels[space_id] = False
        elif above := [ancestor for ancestor in here.ancestor_ids if ancestor in levels]:
            nearest = max(above, key=lambda ancestor: len(access.spaces(viewer)[ancestor].ancestor_ids))
            levels[space_id] = levels[nearest]
        else:
            continue
        yield space_id, levels[space_id]


def _about(chosen: Mapping[str, set[UUID]]) -> Q:
    """Discussions with one of the topics or tags."""
    about = Q(pk__in=[])
    if topics := chosen["topic"]:
        through = Discussion.topics.through.objects
        about |= Q(Exists(through.filter(discussion_id=OuterRef("pk"), topic_id__in=topics)))
    if tags := chosen["tag"]:
        named = Tag.objects.filter(IsOneOf(F("name"), OuterRef("tags")), space_id=OuterRef("space_id"))
        about |= Q(Exists(named.filter(pk__in=tags)))
    return about
