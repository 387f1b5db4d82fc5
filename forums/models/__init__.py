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
from forums.models.joining import Invitation, JoinRequest
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
    "Discussion",
    "DiscussionView",
    "Invitation",
    "JoinRequest",
    "Joining",
    "Membership",
    "NetworkGrant",
    "Post",
    "PostLike",
    "PostRevision",
    "ReadMark",
    "Role",
    "Sanction",
    "Space",
    "SpaceContributor",
    "SpaceGroupObjectPermission",
    "SpaceUserObjectPermission",
    "ViewTally",
    "Visibility",
]
