"""Verification of profiles in the secretariat's admin: the queue, what is there to be checked, the
actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.errors import NotFound
from experts import disclosure, viewers
from experts.actions import trust
from experts.admin_networks import ReadOnlyAdmin, viewer_of
from experts.models import Profile, Section, SectionVerification, User


class VerifiedFilter(admin.SimpleListFilter):
    """How far a profile is verified."""

    title = "verification"
    parameter_name = "verified"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [("nothing", "nothing verified"), ("something", "something verified")]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "nothing":
                return rows.filter(verifications__isnull=True)
            case "something":
                return rows.filter(verifications__isnull=False).distinct()
        return rows


def _verifying(section: Section) -> Callable[[ReadOnlyAdmin, HttpRequest, QuerySet[Any]], None]:
    """The action that verifies one section of the chosen profiles."""

    def verify(queue: ReadOnlyAdmin, request: HttpRequest, rows: QuerySet[Any]) -> None:
        def one(profile_id: UUID, *, acting_user: User) -> None:
            trust.verify(profile_id, acting_user=acting_user, sections=[section])

        queue.act(request, rows, one, f"{section.label} verified")

    verify.__name__ = f"verify_{section.value}"
    return admin.action(description=f"Verify: {section.label}")(verify)


@admin.register(Profile)
class VerificationQueue(ReadOnlyAdmin):
    """Profiles that the secretariat may know of; those least verified, and longest unconfirmed, come first.

    The page of one shows what the secretariat may read of it, by `experts.disclosure`, and nothing else.
    """

    list_display = ("name", "status", "number_verified", "confirmed_at")
    list_filter = (VerifiedFilter, "status")
    list_display_links = ("name",)
    search_fields = ("given_name", "family_name", "original_name")
    fields = ("name", "status", "confirmed_at", "content")
    readonly_fields = fields
    # One for each section, beside those for all.
    actions = ("verify_all", "unverify_all", *(_verifying(one) for one in SectionVerification.SECTIONS))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what is shown of each."""
        rows: QuerySet[Any] = Profile.objects.visible(viewer_of(request)).with_content("en", disclosure.ALL)
        rows = rows.annotate(verified_number=Count("verifications"))
        return rows.order_by("verified_number", "confirmed_at", "pk")

    @admin.display(ordering="sort_name")
    def name(self, profile: Profile) -> str:
        """As it is sorted: the admin lists only whose names the secretariat may read."""
        return f"{profile.family_name}, {profile.given_name}"

    @admin.display(description="verified sections", ordering="verified_number")
    def number_verified(self, profile: Any) -> int:
        """How many."""
        number: int = profile.verified_number
        return number

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The profile, which remembers who looks at it."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.seen_by = viewer_of(request)
        return found

    @admin.display(description="what the secretariat may read")
    def content(self, profile: Any) -> SafeString:
        """Each section with its content, and since when it is verified."""
        shown = disclosure.disclose(profile, profile.seen_by)
        since = {row["section"]: row["since"] for row in shown["verified"]}
        return format_html_join(
            "",
            "<p><strong>{}</strong>{}<br><code>{}</code></p>",
            (
                (
                    section.label,
                    f" (verified {since[section.value]:%Y-%m-%d})" if section.value in since else "",
                    json.dumps(shown[section.value], ensure_ascii=False, default=str),
                )
                for section in trust.verifiable(profile, profile.seen_by)
            ),
        ) or format_html("<p>{}</p>", "Nothing.")

    @admin.action(description="Verify all that is there")
    def verify_all(self, request: HttpRequest, rows: QuerySet[Profile]) -> None:
        """`trust.verify` of every section that holds something the secretariat may read."""
        self.act(request, rows, _verify_all, "verified")

    @admin.action(description="Take every verification back")
    def unverify_all(self, request: HttpRequest, rows: QuerySet[Profile]) -> None:
        """`trust.unverify` of every section that is verified and that the secretariat may read."""
        self.act(request, rows, _unverify_all, "no longer verified")


def _verify_all(profile_id: UUID, *, acting_user: User) -> None:
    profile = _loaded(profile_id, acting_user)
    sections = trust.verifiable(profile, viewers.resolve(acting_user))
    trust.verify(profile_id, acting_user=acting_user, sections=sections, expected_version=profile.version)


def _unverify_all(profile_id: UUID, *, acting_user: User) -> None:
    shown = disclosure.disclose(_loaded(profile_id, acting_user), viewers.resolve(acting_user))
    sections = [Section(row["section"]) for row in shown["verified"]]
    trust.unverify(profile_id, acting_user=acting_user, sections=sections)


def _loaded(profile_id: UUID, acting_user: User) -> Profile:
    there = Profile.objects.visible(viewers.resolve(acting_user)).with_content("en", disclosure.ALL)
    profile: Profile | None = there.filter(pk=profile_id).first()
    if profile is None:
        raise NotFound
    return profile
