"""Community spaces, discussions, posts, and who may take part."""

from forums.models.attachments import Attachment, PostAttachment
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
from forums.models.drafts import Draft
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
from forums.models.tags import Tag

__all__ = [
    "AlertPosition",
    "Appeal",
    "Attachment",
    "Cadence",
    "Case",
    "DigestRun",
    "Discussion",
    "DiscussionCountry",
    "DiscussionView",
    "Draft",
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
    "PostAttachment",
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
    "Tag",
    "ViewTally",
    "Visibility",
]
