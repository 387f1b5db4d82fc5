"""Who may come in by an invitation. (Form: `forums.policies`.)"""

from __future__ import annotations

from django.db.models import Q

from config.errors import Refusal
from experts.policies import SIGN_IN
from forums import access, policies
from forums.models import Sanction, Space
from search.viewer import Viewer


def accept(viewer: Viewer, space: Space) -> Refusal | None:
    """Whoever reads the spaces above and is not banned; nobody into an archived space. The space itself need
    not be there for them: it is what they are invited into."""
    if viewer.user_id is None:
        return SIGN_IN
    places = [space.pk, *space.ancestor_ids]
    bans = Sanction.objects.active().filter(Q(space__isnull=True) | Q(space_id__in=places))
    if bans.filter(user_id=viewer.user_id, kind=Sanction.Kind.BAN).exists():
        return policies.BANNED
    above = [access.spaces(viewer).get(ancestor) for ancestor in space.ancestor_ids]
    if not all(here is not None and here.readable for here in above):
        return Refusal("parent_not_readable", "Become a member of the space above this one first.")
    if space.archived_at is not None or any(here is not None and here.archived for here in above):
        return policies.ARCHIVED_SPACE
    return None
