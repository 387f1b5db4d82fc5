"""Community spaces, discussions, posts, and who may take part."""

from forums.models.discussions import (
    Discussion,
    DiscussionView,
    Post,
    PostLike,
    PostRevision,
    ReadMark,
    SpaceContributor,
    ViewTally,
)
from forums.models.events import DiscussionCountry, Event
from forums.models.joining import Invitation, JoinRequest
from forums.models.moderation import (
    Appeal,
    Case,
    Flag,
    ModerationSettings,
    MovedDiscussion,
    PostMove,
)
from forums.models.notices import DigestRun, Follow, Notice, NoticePreferences
from forums.models.saved_searches import AlertPosition, Cadence, SavedMatch, SavedSearch
from forums.models.spaces import (
    Joining,
    Membership,
    NetworkGrant,
    Role,
    Sanction,
    Space,
    SpaceGroupObjectPermission,
    SpaceUserObjectPermission,
    Visibility,
)

__all__ = [
    "AlertPosition",
    "Appeal",
    "Cadence",
    "Case",
    "DigestRun",
    "Discussion",
    "DiscussionCountry",
    "DiscussionView",
    "Event",
    "Flag",
    "Follow",
    "Invitation",
    "JoinRequest",
    "Joining",
    "Membership",
    "ModerationSettings",
    "MovedDiscussion",
    "NetworkGrant",
    "Notice",
    "NoticePreferences",
    "Post",
    "PostLike",
    "PostMove",
    "PostRevision",
    "ReadMark",
    "Role",
    "Sanction",
    "SavedMatch",
    "SavedSearch",
    "Space",
    "SpaceContributor",
    "SpaceGroupObjectPermission",
    "SpaceUserObjectPermission",
    "ViewTally",
    "Visibility",
]
