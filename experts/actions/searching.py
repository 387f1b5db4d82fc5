"""What people choose about search, and what they searched for lately: theirs alone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from config.errors import Invalid, require_version
from experts import audit
from experts.models import Profile, RecentSearch, SearchPreferences, User
from search import outbox
from search.analysis import clean

KEPT = 50  # recent searches


@transaction.atomic
def choose(
    *,
    acting_user: User,
    found_by_posts: bool | None = None,
    keeps_recent: bool | None = None,
    expected_version: int | None = None,
) -> SearchPreferences:
    """Change one's choices. Who does not want to be found by posts is not, from the commit on; what was
    kept of recent searches goes when they are no longer wanted."""
    preferences, _ = SearchPreferences.objects.select_for_update().get_or_create(user=acting_user)
    require_version(preferences.version, expected_version)
    if found_by_posts is not None and found_by_posts != preferences.found_by_posts:
        preferences.found_by_posts = found_by_posts
        profiles = Profile.objects.filter(pk=acting_user.pk).values_list("pk", flat=True)
        outbox.enqueue("expert", profiles, restricting=not found_by_posts)
        audit.record(
            "account.found_by_posts",
            acting_user,
            actor=acting_user,
            concerns=acting_user.pk,
            changes={"found_by_posts": [not found_by_posts, found_by_posts]},
        )
    if keeps_recent is not None:
        preferences.keeps_recent = keeps_recent
        if not keeps_recent:
            forget(acting_user=acting_user)
    preferences.version += 1
    preferences.save()
    return preferences


@transaction.atomic
def remember(typed: str, *, acting_user: User) -> None:
    """Keep what was searched for as the latest, of at most `KEPT`; not where the person does not want it."""
    typed = clean(typed).strip()
    if not typed:
        raise Invalid.field("/query", "There is nothing to search for.", code="empty_query")
    User.objects.select_for_update(no_key=True).get(pk=acting_user.pk)
    if SearchPreferences.objects.filter(user=acting_user, keeps_recent=False).exists():
        return
    RecentSearch.objects.update_or_create(user=acting_user, query=typed, defaults={"used_at": timezone.now()})
    mine = RecentSearch.objects.filter(user=acting_user).order_by("-used_at", "-pk")
    RecentSearch.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT:])).delete()


def forget(*, acting_user: User) -> None:
    """Forget what was searched for."""
    RecentSearch.objects.filter(user=acting_user).delete()
