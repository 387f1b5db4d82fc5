"""Queues, the log, appeals, sanctions."""

from __future__ import annotations

from collections.abc import Mapping

from experts.models import User
from forums.actions import appeals, flags, moderation, sanctions
from forums.models import Role, Space
from tests.contracts.lists.base import List
from tests.factories import forums
from tests.factories import moderation as make


def _space(asker: User) -> Space:
    return forums.space(owner=asker)


def queue(count: int, asker: User) -> Mapping[str, object]:
    """Each about another discussion, by another author, with two flags, assigned to another moderator."""
    space = _space(asker)
    moderator = make.moderator(space)
    for _ in range(count):
        post = forums.reply(forums.discussion(space), make.member(space))
        case = make.case(post)
        make.case(post, reason="abuse")
        flags.assign(case.pk, moderator.pk, acting_user=asker)
    return {"slug": space.slug}


def handed_over(count: int, asker: User) -> Mapping[str, object]:
    """Each from another space, which the asker does not read."""
    User.objects.filter(pk=asker.pk).update(is_staff=True)
    for _ in range(count):
        space = forums.space("private")
        case = make.case(forums.reply(forums.discussion(space), make.member(space)))
        flags.escalate(case.pk, acting_user=forums.owner_of(space), reason=make.WHY)
    return {}


def acts(count: int, asker: User) -> Mapping[str, object]:
    """Each by another moderator of another space, concerning another person, appealed by them."""
    for _ in range(count):
        space = _space(asker)
        post = forums.reply(forums.discussion(space), make.member(space))
        moderation.hide_post(post.pk, acting_user=make.moderator(space), reason=make.WHY)
        appeals.appeal(make.last_entry("post.hidden").pk, acting_user=post.author, words="Please.")
    return {}


def silences(count: int, asker: User) -> Mapping[str, object]:
    """Each in another space, of another person, by another owner."""
    for _ in range(count):
        space = _space(asker)
        person, owner = make.member(space), forums.join(space, Role.OWNER)
        sanctions.impose(person.pk, "silence", acting_user=owner, reason=make.WHY, space_id=space.pk)
    return {}


LISTS = [
    List("GET /spaces/{slug}/queue", queue, budget=6),
    List("GET /moderation/flags", handed_over, budget=6),
    List("GET /moderation/audit", acts, budget=6),
    List("GET /moderation/appeals", acts, budget=5),
    List("GET /moderation/sanctions", silences, budget=5),
]
