"""All steps together: the community that `test_stateful` and the siege run."""

from __future__ import annotations

from tests.stateful.steps.discussions import DiscussionSteps
from tests.stateful.steps.drafts import DraftSteps
from tests.stateful.steps.following import FollowSteps
from tests.stateful.steps.invitations import InvitationSteps
from tests.stateful.steps.moderation import ModerationSteps
from tests.stateful.steps.networks import NetworkSteps
from tests.stateful.steps.people import PeopleSteps
from tests.stateful.steps.posts import PostSteps
from tests.stateful.steps.spaces import SpaceSteps


class WholeCommunity(
    SpaceSteps,
    InvitationSteps,
    NetworkSteps,
    PeopleSteps,
    DiscussionSteps,
    PostSteps,
    DraftSteps,
    FollowSteps,
    ModerationSteps,
):
    """Everything that can happen."""
