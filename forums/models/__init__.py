"""Community spaces, discussions, posts, and who may take part."""

from forums.models.discussions import (
    Discussion,
    DiscussionView,
    Post,
    PostLike,
    ReadMark,
    SpaceContributor,
)
from forums.models.spaces import (
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
    "Membership",
    "NetworkGrant",
    "Post",
    "PostLike",
    "ReadMark",
    "Role",
    "Sanction",
    "Space",
    "SpaceContributor",
    "SpaceGroupObjectPermission",
    "SpaceUserObjectPermission",
    "Visibility",
]
