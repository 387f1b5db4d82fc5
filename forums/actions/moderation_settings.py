"""What is checked before posts appear: the settings of a space, and those of the whole site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from django.db import transaction

from config.errors import Invalid, require_version
from experts import audit
from experts.models import User
from experts.policies import require
from forums import moderation_policies, policies, text
from forums.actions import acts
from forums.actions.common import locked, viewer_of
from forums.models import ModerationSettings, Space
from search.viewer import Viewer

MAX_WORDS = 200
MAX_WORD = 100
LIMITS = {"first_posts_held": 20, "slow_mode_seconds": 86_400, "max_links": 100}


class SettingsChanges(TypedDict, total=False):
    """What an edit may change; what is absent stays."""

    first_posts_held: int
    slow_mode_seconds: int
    banned_words: Sequence[str]
    max_links: int | None


def of_space(viewer: Viewer, space: Space) -> ModerationSettings:
    """A space's settings, for its moderators; raises `Denied` for others."""
    require(policies.moderate, viewer, space)
    return ModerationSettings.objects.filter(space=space).first() or ModerationSettings(space=space)


def of_site(viewer: Viewer) -> ModerationSettings:
    """The whole site's settings, for the secretariat; raises `Denied` for others."""
    require(policies.sanction_everywhere, viewer, None)
    return ModerationSettings.objects.filter(space=None).first() or ModerationSettings(space=None)


@transaction.atomic
def edit(
    changes: SettingsChanges,
    *,
    acting_user: User,
    space_id: UUID | None,
    expected_version: int | None = None,
) -> ModerationSettings:
    """Change the settings of a space (its moderators), or with None of the site (the secretariat).

    `Stale` for another version than expected; `Invalid` names what is out of range, or is a space's own and
    given for the site.
    """
    viewer = viewer_of(acting_user)
    space = None if space_id is None else locked(Space.objects.readable(viewer), pk=space_id)
    if space is None:
        require(policies.sanction_everywhere, viewer, None)
    else:
        require(policies.moderate, viewer, space)
    settings, _ = ModerationSettings.objects.select_for_update().get_or_create(space=space)
    require_version(settings.version, expected_version)
    before = acts.state(settings, LIMITS) | {"banned_words": list(settings.banned_words)}
    _apply(settings, changes)
    settings.version += 1
    settings.save()
    audit.record(
        "moderation_settings.edited",
        settings.space or acting_user,
        actor=acting_user,
        changes=acts.difference(before, settings),
        space_id=space_id,
    )
    return settings


def _apply(settings: ModerationSettings, changes: SettingsChanges) -> None:
    for name, limit in LIMITS.items():
        if name not in changes:
            continue
        value = changes[name]  # type: ignore[literal-required]
        if value is None and name == "max_links":
            settings.max_links = None
            continue
        if not 0 <= value <= limit:
            raise Invalid.field(f"/{name}", f"From 0 to {limit}.", code="out_of_range")
        if value and settings.space_id is None and name != "max_links":
            raise Invalid.field(f"/{name}", "This is set for each space.", code="not_for_the_site")
        setattr(settings, name, value)
    if "banned_words" in changes:
        settings.banned_words = _words(changes["banned_words"])


def _words(given: Sequence[str]) -> list[str]:
    if len(given) > MAX_WORDS:
        raise Invalid.field("/banned_words", f"At most {MAX_WORDS} words.", code="too_many")
    words = []
    for number, word in enumerate(given):
        cleaned = text.title(word, pointer=f"/banned_words/{number}")
        if len(cleaned) > MAX_WORD:
            raise Invalid.field(
                f"/banned_words/{number}", f"At most {MAX_WORD} characters.", code="max_length"
            )
        if not moderation_policies.plain_words(cleaned):
            raise Invalid.field(f"/banned_words/{number}", "There is no word in it.", code="no_word")
        words.append(cleaned)
    return list(dict.fromkeys(words))
