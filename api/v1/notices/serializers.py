"""Notices, preferences, and what is followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.forums.serializers.common import (
    Person,
    SpaceLink,
    TopicLink,
    person,
    space_link,
    topic_links,
)
from forums import access, text
from forums.models import Cadence, Follow, Notice, NoticePreferences
from forums.notices.shown import Shown, show
from search.viewer import Viewer

REASONS = Notice.Reason.choices
LEVELS = Follow.Level.choices
FOUND_SHOWN = 10


class DiscussionLink(Output):
    id = serializers.UUIDField()
    topic = serializers.CharField(help_text="The title.")


class NoticePost(Output):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    excerpt = serializers.CharField(help_text="Plain text.")


class Act(Output):
    """What a moderator did that concerns you."""

    id = serializers.UUIDField(help_text="To appeal it: POST /moderation/appeals.")
    verb = serializers.CharField()
    reason = serializers.CharField()


class KeptSearchLink(Output):
    id = serializers.UUIDField(help_text="At /me/searches/{id}.")
    name = serializers.CharField()


class FoundThing(Output):
    type = serializers.ChoiceField(choices=["expert", "discussion", "post", "space"])
    id = serializers.UUIDField()
    title = serializers.CharField()


class NoticeOutput(Output):
    """Something you are told. What follows of the same kind about the same thing is counted in until you have
    read it. It is gone when you may not read any of it any more."""

    id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=REASONS)
    count = serializers.IntegerField(help_text="How many posts, likes or results it tells of.")
    people = Person(many=True, help_text="Who, the latest first; at most three.")
    space = SpaceLink(allow_null=True)
    discussion = DiscussionLink(allow_null=True)
    post = NoticePost(allow_null=True, help_text="The latest one.")
    act = Act(allow_null=True)
    case = serializers.UUIDField(allow_null=True, help_text="At /moderation/flags/{id}.")
    invitation = serializers.UUIDField(allow_null=True)
    search = KeptSearchLink(allow_null=True)
    found = FoundThing(many=True, help_text="What is new in the search; the latest first, at most ten.")
    draft = serializers.UUIDField(allow_null=True, help_text="At /me/drafts/{id}: why it was refused.")
    created = serializers.DateTimeField()
    updated = serializers.DateTimeField(help_text="When the latest came in.")
    read = serializers.DateTimeField(allow_null=True)


class NoticesQuery(Query):
    unread = serializers.BooleanField(required=False, help_text="Only those you have (not) read.")
    reason = serializers.ListField(
        child=serializers.ChoiceField(choices=REASONS), required=False, max_length=len(REASONS)
    )


class Count(Output):
    unread = serializers.IntegerField(help_text="At most 100, which then means 100 or more.")


class ReadNotices(Input):
    ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=200, help_text="By default all."
    )


class Preferences(Output):
    """When e-mail goes out, for every reason. In the product you are told at once in any case."""

    class Cadences(Output):
        mention = serializers.ChoiceField(choices=Cadence.choices)
        reply = serializers.ChoiceField(choices=Cadence.choices)
        watching = serializers.ChoiceField(choices=Cadence.choices)
        new_discussion = serializers.ChoiceField(choices=Cadence.choices)
        accepted = serializers.ChoiceField(choices=Cadence.choices)
        like = serializers.ChoiceField(choices=Cadence.choices)
        invitation = serializers.ChoiceField(choices=Cadence.choices)
        moderation = serializers.ChoiceField(choices=Cadence.choices)
        flag = serializers.ChoiceField(choices=Cadence.choices)
        appeal = serializers.ChoiceField(choices=Cadence.choices)
        join_request = serializers.ChoiceField(choices=Cadence.choices)
        unpublished = serializers.ChoiceField(choices=Cadence.choices)

    cadences = Cadences()


class CadenceChanges(Input):
    mention = serializers.ChoiceField(choices=Cadence.choices, required=False)
    reply = serializers.ChoiceField(choices=Cadence.choices, required=False)
    watching = serializers.ChoiceField(choices=Cadence.choices, required=False)
    new_discussion = serializers.ChoiceField(choices=Cadence.choices, required=False)
    accepted = serializers.ChoiceField(choices=Cadence.choices, required=False)
    like = serializers.ChoiceField(choices=Cadence.choices, required=False)
    invitation = serializers.ChoiceField(choices=Cadence.choices, required=False)
    moderation = serializers.ChoiceField(choices=Cadence.choices, required=False)
    flag = serializers.ChoiceField(choices=Cadence.choices, required=False)
    appeal = serializers.ChoiceField(choices=Cadence.choices, required=False)
    join_request = serializers.ChoiceField(choices=Cadence.choices, required=False)
    unpublished = serializers.ChoiceField(choices=Cadence.choices, required=False)


class PreferencesChanges(Input):
    cadences = CadenceChanges()


class TagLink(Output):
    """A tag of a space."""

    name = serializers.CharField()
    space = SpaceLink()


class FollowOutput(Output):
    """How much you hear of one thing: of the other three it is null."""

    id = serializers.UUIDField()
    level = serializers.ChoiceField(
        choices=LEVELS,
        help_text="watching: told of every post; following: of new discussions; muted: of nothing.",
    )
    space = SpaceLink(allow_null=True)
    discussion = DiscussionLink(allow_null=True)
    topic = TopicLink(allow_null=True)
    tag = TagLink(allow_null=True)
    since = serializers.DateTimeField()


class FollowInput(Input):
    level = serializers.ChoiceField(choices=LEVELS)


def notices(rows: Sequence[Notice], viewer: Viewer) -> list[dict[str, Any]]:
    """`NoticeOutput` of each. The entry, the invitation's space and the saved search are loaded; at most
    three queries more."""
    return [_notice(shown, viewer) for shown in show(rows, viewer)]


def preferences(row: NoticePreferences | None) -> dict[str, Any]:
    """`Preferences`, with the defaults for what was not chosen."""
    chosen = NoticePreferences.DEFAULTS | (row.cadences if row else {})
    return {"cadences": {str(reason): chosen[reason] for reason in NoticePreferences.DEFAULTS}}


def follows(rows: Sequence[Follow], viewer: Viewer) -> list[dict[str, Any]]:
    """`FollowOutput` of each. The discussion, the topic and the tag are loaded."""
    return [
        {
            "id": row.pk,
            "level": row.level,
            "space": space_link(row.space_id, viewer) if row.space_id else None,
            "discussion": {"id": row.discussion.pk, "topic": row.discussion.title}
            if row.discussion
            else None,
            "topic": topic_links([row.topic], viewer)[0] if row.topic else None,
            "tag": {"name": row.tag.name, "space": space_link(row.tag.space_id, viewer)} if row.tag else None,
            "since": row.created_at,
        }
        for row in rows
    ]


def _notice(shown: Shown, viewer: Viewer) -> dict[str, Any]:
    row, act = shown.notice, shown.notice.entry
    post = shown.posts[0] if shown.posts else None
    return {
        "id": row.pk,
        "reason": row.reason,
        "count": shown.count,
        "people": [person(who) for who in shown.people],
        "space": _space(shown, viewer),
        "discussion": {"id": shown.discussion.pk, "topic": shown.discussion.title}
        if shown.discussion
        else None,
        "post": {"id": post.pk, "position": post.position, "excerpt": text.excerpt(post.html)}
        if post
        else None,
        "act": {"id": act.pk, "verb": act.verb, "reason": act.reason} if act else None,
        "case": row.case_id,
        "invitation": row.invitation_id,
        "search": {"id": row.saved_search.pk, "name": row.saved_search.name} if row.saved_search else None,
        "found": [
            {"type": held.match.kind, "id": held.match.object_id, "title": held.title}
            for held in shown.found[:FOUND_SHOWN]
        ],
        "draft": row.about if row.reason == Notice.Reason.UNPUBLISHED else None,
        "created": row.created_at,
        "updated": row.updated_at,
        "read": row.read_at,
    }


def _space(shown: Shown, viewer: Viewer) -> dict[str, Any] | None:
    """The space, as far as the person is shown it; who is invited is told into which one."""
    row = shown.notice
    if row.invitation is not None:
        invited = row.invitation.space
        return {"id": invited.pk, "slug": invited.slug, "title": invited.title}
    if row.reason == Notice.Reason.JOIN_REQUEST:
        return space_link(row.about, viewer)
    space_id = shown.discussion.space_id if shown.discussion else row.entry.space_id if row.entry else None
    if space_id is None or space_id not in access.spaces(viewer):
        return None
    return space_link(space_id, viewer)
