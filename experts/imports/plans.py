"""What a row comes to: whom it is about, what it would change, and what is wrong with it.

People are found by external id, then by e-mail address. Who may be changed is decided by the policies of
every edit: the secretariat edits the profiles of people who never signed in. Who has taken an account over
keeps their own profile, and a row about them is refused whatever it says: an import tells nothing of what
they keep to themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from config.errors import Invalid
from experts import audiences, cleaning, disclosure, policies, references
from experts.cleaning import Cleaned
from experts.imports.known import Known
from experts.imports.parsing import Parsed, parse, told
from experts.models import (
    Import,
    ImportRow,
    NetworkMembership,
    Profile,
    ProfileItem,
    ProfileLanguage,
    ProfileTopic,
    Section,
    User,
)
from search.viewer import Viewer

State = ImportRow.State

# How many rows are looked at together: in one transaction, with the same few queries.
BATCH = 500

NOT_YOURS = ("not_yours", "They have taken their account over and keep their own profile.")


@dataclass(slots=True)
class Plan:
    """A row and what it comes to. ``user`` and ``profile`` are new ones, not saved, where there are none yet.

    ``account`` holds the account's fields that change, as ``(before, after)``; ``networks`` those that the
    person is not in by name yet.
    """

    row: ImportRow
    parsed: Parsed
    user: User | None = None
    profile: Profile | None = None
    is_new_user: bool = False
    is_new_profile: bool = False
    cleaned: Cleaned = field(default_factory=Cleaned)
    sections: tuple[Section, ...] = ()
    account: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    networks: list[UUID] = field(default_factory=list)

    def settle(self, *, changes_profile: bool) -> None:
        """Write on the row what was found."""
        row = self.row
        row.faults = self.parsed.faults
        row.person = None if self.user is None or self.is_new_user else self.user.pk
        if row.faults:
            row.state = State.REFUSED
        elif self.is_new_user:
            row.state = State.CREATE
        elif changes_profile or self.account or self.networks:
            row.state = State.UPDATE
        else:
            row.state = State.UNCHANGED


class Seen:
    """The keys of the rows looked at so far: the same person twice in one table is a mistake in it."""

    def __init__(self, rows: Iterable[tuple[int, str, str]] = ()) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        for number, email, external_id in rows:
            self._note(number, email, external_id)

    def check(self, row: ImportRow, parsed: Parsed) -> None:
        """Note the row's keys; a fault where an earlier row has one of them."""
        for name, value in (("email", row.email), ("external_id", row.external_id)):
            earlier = self._numbers.get((name, value), row.number)
            if value and earlier != row.number:
                parsed.fault(name, "duplicate_row", f"Row {earlier} has the same.")
                return
        self._note(row.number, row.email, row.external_id)

    def _note(self, number: int, email: str, external_id: str) -> None:
        for name, value in (("email", email), ("external_id", external_id)):
            if value:
                self._numbers.setdefault((name, value), number)


def understand(rows: Sequence[ImportRow], held: Import, known: Known) -> list[Plan]:
    """The rows' words, with the keys of people on the rows. No query."""
    plans = []
    for row in rows:
        parsed = parse(row, held.mapping, known)
        row.email = parsed.account.get("email", "")
        row.external_id = parsed.account.get("external_id", "")
        plans.append(Plan(row, parsed))
    return plans


def complete(plans: Sequence[Plan], viewer: Viewer, *, lock: bool) -> None:
    """Find whom the rows are about and what would change, and write it on the rows. A fixed few queries.

    ``lock``: the accounts and profiles, for who is about to change them.
    """
    _match(plans, lock=lock)
    _load_profiles(plans, viewer, lock=lock)
    places = _places(plans)
    with references.kept():
        for plan in plans:
            changes = _clean(plan)
            if plan.user is not None:
                standing = places.get(plan.user.pk, frozenset())
                plan.networks = [one for one in plan.parsed.networks if one not in standing]
            plan.settle(changes_profile=changes)


def _match(plans: Sequence[Plan], *, lock: bool) -> None:
    emails = {plan.row.email for plan in plans} - {""}
    keys = {plan.row.external_id for plan in plans} - {""}
    users = User.objects.filter(Q(email__in=emails) | Q(external_id__in=keys)).order_by("pk")
    if lock:
        users = users.select_for_update(no_key=True)
    found = list(users)
    by_email = {user.email: user for user in found}
    by_key = {user.external_id: user for user in found if user.external_id}
    for plan in plans:
        _match_one(plan, by_key.get(plan.row.external_id), by_email.get(plan.row.email))


def _match_one(plan: Plan, by_key: User | None, by_email: User | None) -> None:
    parsed, account = plan.parsed, plan.parsed.account
    if not (plan.row.email or plan.row.external_id):
        if not any(fault["field"] in {"email", "external_id"} for fault in parsed.faults):
            parsed.fault("email", "required", "A row names a person by email or external_id.")
        return
    if by_key and by_email and by_key.pk != by_email.pk:
        parsed.fault("email", "ambiguous", "The external_id and the email are those of two people.")
        return
    user = by_key or by_email
    if user is None:
        _new_user(plan)
        return
    if user.is_system or user.status in {User.Status.SUSPENDED, User.Status.ERASED}:
        parsed.fault("email", "not_available", "This account is not available.")
        return
    plan.user = user
    if by_email and user.external_id and account.get("external_id", user.external_id) != user.external_id:
        parsed.fault("external_id", "differs", "This person has another external_id.")
        return
    present = {"email": user.email, "external_id": user.external_id, "language": user.language}
    plan.account = {name: (present[name], value) for name, value in account.items() if present[name] != value}
    if user.status != User.Status.UNCLAIMED and ("email" in plan.account or "language" in account):
        plan.account = {}
        parsed.fault("email", *NOT_YOURS)


def _new_user(plan: Plan) -> None:
    parsed = plan.parsed
    names = parsed.changes.get("identity", {})
    if not plan.row.email and not any(fault["field"] == "email" for fault in parsed.faults):
        parsed.fault("email", "required", "A new person needs an address to be invited at.")
    for name in ("given_name", "family_name"):
        if not names.get(name):
            parsed.fault(name, "required", "A new person needs it.")
    plan.is_new_user = True
    plan.user = User(
        email=plan.row.email,
        external_id=plan.row.external_id or None,
        language=parsed.account.get("language", "en"),
        status=User.Status.UNCLAIMED,
    )
    _new_profile(plan, plan.user)


def _new_profile(plan: Plan, user: User) -> None:
    plan.is_new_profile = True
    plan.profile = Profile(user=user, audiences=audiences.defaults(user.pk))


def _load_profiles(plans: Sequence[Plan], viewer: Viewer, *, lock: bool) -> None:
    """The profiles of people who are there already, where the row says something about them and may."""
    about = {
        plan.user.pk: plan
        for plan in plans
        if plan.user and not plan.is_new_user and plan.parsed.is_about_profile
    }
    if not about:
        return
    rows = Profile.objects.visible(viewer).with_content("en", disclosure.ALL).filter(pk__in=about)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    visible = {profile.pk: profile for profile in rows.order_by("pk")}
    present = set(Profile.objects.filter(pk__in=about).values_list("pk", flat=True))
    for user_id, plan in about.items():
        profile = visible.get(user_id)
        if profile is not None:
            plan.profile = profile
            if policies.edit_profile(viewer, profile):
                plan.parsed.fault("email", *NOT_YOURS)
            elif not set(_sections(plan.parsed)) <= disclosure.readable(profile, viewer):
                plan.parsed.fault("email", "section_not_yours", "They keep a part of this from you.")
        elif plan.user is None or user_id in present or plan.user.status != User.Status.UNCLAIMED:
            plan.parsed.fault("email", *NOT_YOURS)
        else:
            names = plan.parsed.changes.get("identity", {})
            for name in ("given_name", "family_name"):
                if not names.get(name):
                    plan.parsed.fault(name, "required", "A new profile needs it.")
            _new_profile(plan, plan.user)


def _places(plans: Sequence[Plan]) -> Mapping[UUID, frozenset[UUID]]:
    """The networks that people are in by name, of those that the rows name."""
    wanted = [plan for plan in plans if plan.user and not plan.is_new_user and plan.parsed.networks]
    if not wanted:
        return {}
    found: dict[UUID, set[UUID]] = {}
    rows = NetworkMembership.objects.filter(
        user__in=[plan.user for plan in wanted],
        network__in={network for plan in wanted for network in plan.parsed.networks},
        is_standing=True,
    )
    for user_id, network_id in rows.values_list("user_id", "network_id"):
        found.setdefault(user_id, set()).add(network_id)
    return {user_id: frozenset(networks) for user_id, networks in found.items()}


def _sections(parsed: Parsed) -> tuple[Section, ...]:
    names = dict.fromkeys(parsed.changes)
    if parsed.affiliation:
        names[Section.AFFILIATIONS.value] = None
    if parsed.website:
        names[Section.LINKS.value] = None
    return tuple(Section(name) for name in names)


def _clean(plan: Plan) -> bool:
    """Clean what the row says of the profile, by the rules of every edit; whether something would change."""
    profile, parsed = plan.profile, plan.parsed
    if profile is None or not parsed.is_about_profile:
        return False
    plan.sections = _sections(parsed)
    changes = dict(parsed.changes)
    if parsed.affiliation and (items := _with_item(plan, Section.AFFILIATIONS, parsed.affiliation)):
        changes["affiliations"] = items
    website = {"title": parsed.website, "url": parsed.website}
    if parsed.website and (items := _with_item(plan, Section.LINKS, website)):
        changes["links"] = {**changes.get("links", {}), "items": items}
    if "biography" in changes and profile.biography:
        given = {entry["language"]: entry for entry in changes["biography"]}
        kept = {
            language: {"language": language, "text": text} for language, text in profile.biography.items()
        }
        changes["biography"] = list((kept | given).values())
    try:
        plan.cleaned = cleaning.clean(changes, profile)
    except Invalid as error:
        known = {(fault["field"], fault["code"]) for fault in parsed.faults}
        parsed.faults += [
            fault for fault in map(told, error.errors) if (fault["field"], fault["code"]) not in known
        ]
        return False
    if plan.is_new_user and plan.user is not None and not parsed.faults:
        names = plan.cleaned.columns
        plan.user.name = f"{names['given_name']} {names['family_name']}"[:200]
    return plan.is_new_profile or _differs(profile, plan.cleaned)


def _with_item(plan: Plan, section: Section, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The section's items as they are, and this one; nothing where one is the same."""
    if plan.profile is None or plan.is_new_profile:
        return [dict(values)]
    present = [row for row in plan.profile.item_rows if row["section"] == section]
    if any(_is_same(row, values) for row in present):
        return []
    return [*({"id": row["id"]} for row in present), dict(values)]


def _is_same(row: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    if row["title"] != values["title"] or row["url"] != values.get("url", ""):
        return False
    if "organisation" in values:
        return bool(row["organisation_slug"] == values["organisation"])
    return bool(row["organisation"] == values.get("organisation_name", ""))


def _differs(profile: Profile, cleaned: Cleaned) -> bool:
    """Whether storing what was cleaned would change the profile (loaded with all of its content)."""
    if any(getattr(profile, name) != value for name, value in cleaned.columns.items()):
        return True
    if cleaned.topics is not None and _topics(cleaned.topics) != [
        (row["topic"], row["level"], row["years"]) for row in profile.topic_rows
    ]:
        return True
    if cleaned.languages is not None and _languages(cleaned.languages) != [
        (row["language"], row["level"]) for row in profile.language_rows
    ]:
        return True
    present = {row["id"] for row in profile.item_rows}
    return any(str(item.pk) not in present for items in cleaned.items.values() for item in items)


def _topics(rows: Sequence[ProfileTopic]) -> list[tuple[str, str, int]]:
    return [(row.topic.slug, row.level, row.years) for row in rows]


def _languages(rows: Sequence[ProfileLanguage]) -> list[tuple[str, str]]:
    return [(row.language, row.level) for row in rows]


def added(plan: Plan) -> list[ProfileItem]:
    """The items that the row adds to a profile that is there."""
    if plan.profile is None or plan.is_new_profile:
        return []
    present = {row["id"] for row in plan.profile.item_rows}
    return [item for items in plan.cleaned.items.values() for item in items if str(item.pk) not in present]
