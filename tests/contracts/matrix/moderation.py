"""Flags, queues, acts, the log, appeals, sanctions, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experts.models import AuditEntry
from forums.actions import appeals, discussions, flags, moderation, sanctions
from forums.models import Discussion, Post, Role, Visibility
from tests.contracts.matrix.base import Cast, cast_space, row
from tests.factories import forums
from tests.factories import moderation as make

WHY = {"reason": "Rule 3."}


def _reply(cast: Cast, visibility: str) -> Post:
    return forums.reply(forums.discussion(cast_space(cast, visibility)), cast.expert)


def _parts(post: Post, **more: object) -> dict[str, object]:
    parts = {"id": post.pk, "slug": post.discussion.space.slug, "discussion": post.discussion_id}
    return parts | more


def a_reply(visibility: str) -> Callable[[Cast], dict[str, object]]:
    return lambda cast: _parts(_reply(cast, visibility))


def hidden(cast: Cast) -> dict[str, object]:
    post = _reply(cast, Visibility.OPEN)
    moderation.hide_post(post.pk, acting_user=cast.space_owner, reason="For the test.")
    return _parts(post)


def held(cast: Cast) -> dict[str, object]:
    space = cast_space(cast, Visibility.OPEN)
    make.settings(space, first_posts_held=1)
    return _parts(forums.reply(forums.discussion(space), cast.expert))


def a_discussion(visibility: str) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        discussion = forums.discussion(cast_space(cast, visibility), cast.expert)
        reply = forums.reply(discussion)
        other = forums.discussion(discussion.space)
        target = forums.space(owner=cast.space_owner)
        for person in (cast.moderator, cast.space_member, cast.expert):
            forums.join(target, Role.MEMBER, person)
        slug = discussion.space.slug
        return {"id": discussion.pk, "slug": slug, "reply": reply.pk, "other": other.pk, "to": target.slug}

    return thing


def deleted(cast: Cast) -> dict[str, object]:
    thing = a_discussion(Visibility.OPEN)(cast)
    discussion = Discussion.objects.get(pk=str(thing["id"]))
    discussions.delete(discussion.pk, acting_user=cast.space_owner, reason="For the test.")
    return thing


def a_case(visibility: str, *, handed_over: bool = False) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        post = _reply(cast, visibility)
        case = make.case(post, by=cast.space_member)
        if handed_over:
            flags.escalate(case.pk, acting_user=cast.space_owner, reason="For the test.")
        return _parts(post, id=case.pk, person=cast.moderator.pk)

    return thing


def an_act(visibility: str) -> Callable[[Cast], dict[str, object]]:
    def thing(cast: Cast) -> dict[str, object]:
        post = _reply(cast, visibility)
        moderation.hide_post(post.pk, acting_user=cast.space_owner, reason="For the test.")
        return _parts(post, id=AuditEntry.objects.get(verb="post.hidden").pk)

    return thing


def an_appeal(cast: Cast) -> dict[str, object]:
    thing = an_act(Visibility.OPEN)(cast)
    made = appeals.appeal(thing["id"], acting_user=cast.expert, words="Please.")  # type: ignore[arg-type]
    return thing | {"id": made.pk}


def an_appeal_for_the_secretariat(cast: Cast) -> dict[str, object]:
    sanctions.impose(cast.expert.pk, "silence", acting_user=make.secretariat(), reason="For the test.")
    entry = AuditEntry.objects.get(verb="sanction.silence")
    made = appeals.appeal(entry.pk, acting_user=cast.expert, words="Please.")
    return {"id": made.pk}


def a_silence(cast: Cast) -> dict[str, object]:
    space = cast_space(cast, Visibility.OPEN)
    made = sanctions.impose(
        cast.expert.pk, "silence", acting_user=cast.space_owner, reason="For the test.", space_id=space.pk
    )
    return {"id": made.pk, "slug": space.slug, "user": cast.peer.pk}


def a_silence_everywhere(cast: Cast) -> dict[str, object]:
    made = sanctions.impose(cast.expert.pk, "silence", acting_user=make.secretariat(), reason="For the test.")
    return {"id": made.pk, "user": cast.peer.pk}


THINGS = {
    "a reply in an open space": a_reply(Visibility.OPEN),
    "a reply in a secret space": a_reply(Visibility.SECRET),
    "a hidden reply": hidden,
    "a held reply": held,
    "a discussion in an open space": a_discussion(Visibility.OPEN),
    "a discussion in a secret space": a_discussion(Visibility.SECRET),
    "a deleted discussion": deleted,
    "a case in an open space": a_case(Visibility.OPEN),
    "a case in a secret space": a_case(Visibility.SECRET),
    "a case in a secret space, handed to the secretariat": a_case(Visibility.SECRET, handed_over=True),
    "an act in an open space": an_act(Visibility.OPEN),
    "an act in a secret space": an_act(Visibility.SECRET),
    "an appeal": an_appeal,
    "an appeal for the secretariat": an_appeal_for_the_secretariat,
    "a silence in a space": a_silence,
    "a silence on the whole site": a_silence_everywhere,
}


def moderators(status: int = 200, *, others: int = 403, **more: int) -> dict[str, Any]:
    """What only the space's moderators and owners may do with what everybody reads."""
    return {"visitor": 401, "others": others, "moderator": status, "space_owner": status} | more


def in_secret(status: int = 200, **more: int) -> dict[str, Any]:
    """The same in a secret space: others are not told that it is there."""
    members = {"observer": 403, "space_member": 403, "expert": 403}
    return moderators(status, others=404, **(members | more))


def flag_statuses(own: str) -> dict[str, Any]:
    return {"visitor": 401, "others": 201, own: 403, "banned": 403}


def cases(status: int = 200) -> dict[str, Any]:
    return {"visitor": 401, "others": 404, "moderator": status, "space_owner": status}


def split(thing: dict[str, object]) -> dict[str, object]:
    return {"posts": [thing["reply"]], "topic": "Another matter", **WHY}


def merge(thing: dict[str, object]) -> dict[str, object]:
    return {"into": thing["other"], **WHY}


def move(thing: dict[str, object]) -> dict[str, object]:
    return {"space": thing["to"], **WHY}


def assign(thing: dict[str, object]) -> dict[str, object]:
    return {"user": thing["person"]}


def appeal(thing: dict[str, object]) -> dict[str, object]:
    return {"entry": thing["id"], "text": "Please."}


def silence(thing: dict[str, object]) -> dict[str, object]:
    return {"user": thing["user"], "kind": "silence", "space": thing.get("slug"), **WHY}


OPEN_REPLY, SECRET_REPLY = "a reply in an open space", "a reply in a secret space"
OPEN_DISCUSSION, SECRET_DISCUSSION = "a discussion in an open space", "a discussion in a secret space"
SECRET_CASE, HANDED_OVER = "a case in a secret space", "a case in a secret space, handed to the secretariat"

ROWS = [
    # Flags
    row("POST /posts/{id}/flag", OPEN_REPLY, body={"reason": "spam"}, **flag_statuses("expert")),
    row(
        "POST /posts/{id}/flag",
        SECRET_REPLY,
        body={"reason": "spam"},
        visitor=401,
        others=404,
        observer=201,
        space_member=201,
        moderator=201,
        space_owner=201,
        expert=403,
    ),
    row("POST /discussions/{id}/flag", OPEN_DISCUSSION, body={"reason": "spam"}, **flag_statuses("expert")),
    row("GET /spaces/{slug}/queue", OPEN_REPLY, **moderators()),
    row("GET /spaces/{slug}/queue", SECRET_REPLY, **in_secret()),
    row("GET /moderation/flags", OPEN_REPLY, visitor=401, others=403, secretariat=200),
    row("GET /moderation/flags/{id}", "a case in an open space", **cases()),
    row("GET /moderation/flags/{id}", SECRET_CASE, **cases()),
    row("GET /moderation/flags/{id}", HANDED_OVER, **(cases() | {"secretariat": 200})),
    row("POST /moderation/flags/{id}/assign", SECRET_CASE, body=assign, **cases()),
    row("POST /moderation/flags/{id}/assign", HANDED_OVER, body=assign, **(cases() | {"secretariat": 200})),
    row("POST /moderation/flags/{id}/escalate", SECRET_CASE, body=WHY, **cases()),
    row("POST /moderation/flags/{id}/escalate", HANDED_OVER, body=WHY, **(cases(403) | {"secretariat": 403})),
    row("POST /moderation/flags/{id}/decide", SECRET_CASE, body={"decision": "hide", **WHY}, **cases()),
    row(
        "POST /moderation/flags/{id}/decide",
        HANDED_OVER,
        body={"decision": "hide", **WHY},
        **(cases() | {"secretariat": 200}),
    ),
    # Posts
    row("POST /posts/{id}/approve", "a held reply", body=WHY, **moderators(others=404, expert=403)),
    row("POST /posts/{id}/hide", OPEN_REPLY, body=WHY, **moderators()),
    row("POST /posts/{id}/hide", SECRET_REPLY, body=WHY, **in_secret()),
    row("DELETE /posts/{id}/hide", "a hidden reply", query=WHY, **moderators(others=404, expert=403)),
    row("POST /posts/{id}/restore", "a hidden reply", body=WHY, **moderators(others=404, expert=403)),
    # Discussions
    row("POST /discussions/{id}/restore", "a deleted discussion", body=WHY, **moderators(others=404)),
    row("POST /discussions/{id}/move", OPEN_DISCUSSION, body=move, **moderators()),
    row("POST /discussions/{id}/move", SECRET_DISCUSSION, body=move, **in_secret()),
    row("POST /discussions/{id}/split", OPEN_DISCUSSION, body=split, **moderators(201)),
    row("POST /discussions/{id}/split", SECRET_DISCUSSION, body=split, **in_secret(201)),
    row("POST /discussions/{id}/merge", OPEN_DISCUSSION, body=merge, **moderators()),
    row("POST /discussions/{id}/merge", SECRET_DISCUSSION, body=merge, **in_secret()),
    # The log
    row("GET /moderation/audit", "an act in an open space", visitor=401, others=200),
    row("GET /moderation/audit/{id}", "an act in an open space", **(cases() | {"secretariat": 200})),
    row("GET /moderation/audit/{id}", "an act in a secret space", **cases()),
    row(
        "POST /moderation/audit/{id}/undo",
        "an act in an open space",
        body=WHY,
        **(cases(201) | {"secretariat": 403}),
    ),
    row("POST /moderation/audit/{id}/undo", "an act in a secret space", body=WHY, **cases(201)),
    # Appeals
    row("GET /moderation/appeals", "an appeal", visitor=401, others=200),
    row(
        "POST /moderation/appeals",
        "an act in a secret space",
        body=appeal,
        visitor=401,
        others=404,
        expert=201,
    ),
    row("GET /moderation/appeals/{id}", "an appeal", **(cases() | {"expert": 200})),
    row(
        "GET /moderation/appeals/{id}",
        "an appeal for the secretariat",
        visitor=401,
        others=404,
        expert=200,
        secretariat=200,
    ),
    row(
        "POST /moderation/appeals/{id}/decide",
        "an appeal",
        body={"grant": True, **WHY},
        visitor=401,
        others=404,
        expert=403,
        moderator=200,
        space_owner=403,  # who acted
    ),
    row(
        "POST /moderation/appeals/{id}/decide",
        "an appeal for the secretariat",
        body={"grant": True, **WHY},
        visitor=401,
        others=404,
        expert=403,
        secretariat=200,
    ),
    # Sanctions
    row("GET /moderation/sanctions", "a silence in a space", visitor=401, others=200),
    row("GET /moderation/sanctions/{id}", "a silence in a space", **(cases() | {"expert": 200})),
    row(
        "GET /moderation/sanctions/{id}",
        "a silence on the whole site",
        visitor=401,
        others=404,
        expert=200,
        secretariat=200,
    ),
    row("POST /moderation/sanctions", "a silence in a space", body=silence, **moderators(201)),
    row(
        "POST /moderation/sanctions",
        "a silence on the whole site",
        body=silence,
        visitor=401,
        others=403,
        secretariat=201,
    ),
    row("DELETE /moderation/sanctions/{id}", "a silence in a space", query=WHY, **cases(204)),
    row(
        "DELETE /moderation/sanctions/{id}",
        "a silence on the whole site",
        query=WHY,
        visitor=401,
        others=404,
        secretariat=204,
    ),
    # Settings
    row("GET /spaces/{slug}/moderation", OPEN_REPLY, **moderators()),
    row("GET /spaces/{slug}/moderation", SECRET_REPLY, **in_secret()),
    row("PATCH /spaces/{slug}/moderation", OPEN_REPLY, body={"max_links": 1}, **moderators()),
    row("PATCH /spaces/{slug}/moderation", SECRET_REPLY, body={"max_links": 1}, **in_secret()),
    row("GET /moderation/settings", OPEN_REPLY, visitor=401, others=403, secretariat=200),
    row(
        "PATCH /moderation/settings",
        OPEN_REPLY,
        body={"max_links": 1},
        visitor=401,
        others=403,
        secretariat=200,
    ),
]
