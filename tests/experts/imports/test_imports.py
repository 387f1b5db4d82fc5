"""From a table to people, and back."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import account_links
from experts import jobs as work
from experts.actions import accounts, imports, networks, profiles
from experts.imports import running, writing
from experts.models import (
    AuditEntry,
    Import,
    ImportRow,
    Job,
    NetworkMembership,
    Profile,
    ProfileLanguage,
    ProfileTopic,
    User,
)
from search.models import OutboxRow
from tests.factories import experts as make
from tests.factories import jobs, tables

pytestmark = pytest.mark.django_db

ANA = ("ana@example.org", "Ana", "Kovač")
ALL = [
    *("External id", "E-mail", "Vorname", "Nachname", "Staatsangehörigkeit", "Pays", "Agency", "Topics"),
    *("Языки", "Networks", "Téléphone", "Organisation", "Position", "ORCID", "Available from", "Biography"),
]


@pytest.fixture
def staff() -> User:
    return make.secretariat()


def whole_row() -> list[str]:
    return [
        "HR-1",
        "Ana@Example.org",
        "Ana",
        "Kovač",
        "norway",
        "NO",
        "border police",
        "Risk analysis: Trainer: 10; border: practitioner",
        "русский: b2; English (C1); it: native",
        "Focal points",
        "+43 1 514 360",
        "Norwegian Border Guard",
        "Head of the laboratory",
        "0000-0002-1825-0097",
        "31.05.2026",
        "Twenty *years* at land borders.",
    ]


def somebody(email: str, **fields: Any) -> User:
    user = make.user(**fields)
    User.objects.filter(pk=user.pk).update(email=email)
    return user


def world() -> None:
    make.country("NO", names={"en": "Norway", "de": "Norwegen"})
    make.topic("risk-analysis", labels={"en": "Risk analysis"})
    make.topic("border-security", labels={"en": "Border security"}, synonyms={"en": ["Border"]})
    make.network("focal-points")
    make.organisation(slug="no-border-guard", name="Norwegian Border Guard", names={})


def test_a_row_becomes_an_invited_account_with_a_draft_profile(staff: User) -> None:
    world()
    held = tables.done(staff, [ALL, whole_row()])
    assert (held.status, held.job.result) == ("done", {"created": 1})
    user = User.objects.get(email="ana@example.org")
    assert (user.status, user.external_id, user.name) == ("unclaimed", "HR-1", "Ana Kovač")
    assert not user.has_usable_password()
    profile = Profile.objects.get(pk=user.pk)
    assert profile.status == "draft"
    assert (profile.nationality_id, profile.duty_country_id, profile.agency_kind) == (
        "NO",
        "NO",
        "border_police",
    )
    assert profile.contact_phone == "+431514360"
    assert profile.biography == {"en": "Twenty *years* at land borders."}
    assert str(profile.available_from) == "2026-05-31"
    topics = ProfileTopic.objects.filter(profile=profile).values_list("topic__slug", "level", "years")
    assert list(topics) == [("risk-analysis", "trainer", 10), ("border-security", "practitioner", 0)]
    languages = ProfileLanguage.objects.filter(profile=profile).values_list("language", "level")
    assert list(languages) == [("ru", "B2"), ("en", "C1"), ("it", "native")]
    [item] = profile.items.all()
    assert item.title == "Head of the laboratory"
    assert item.organisation is not None
    assert item.organisation.slug == "no-border-guard"
    place = NetworkMembership.objects.get(user=user)
    assert (place.network.slug, place.role, place.is_standing) == ("focal-points", "member", True)
    assert user.groups.filter(pk=place.network.group_id).exists()


def test_everything_an_import_does_is_in_the_audit_log_with_its_reason(staff: User) -> None:
    world()
    tables.done(staff, [ALL, whole_row()])
    user = User.objects.get(email="ana@example.org")
    entries = AuditEntry.objects.filter(concerns=user.pk)
    assert sorted(entries.values_list("verb", flat=True)) == [
        "account.invited",
        "network.member_added",
        "profile.created",
    ]
    assert set(entries.values_list("reason", "actor")) == {("Import of people.csv", staff.pk)}
    created = entries.get(verb="profile.created")
    assert created.changes["contact.phone"] == [None, "+431514360"]
    assert "contact" in created.audiences


def test_a_check_writes_nothing_but_its_report(staff: User) -> None:
    world()
    before = (User.objects.count(), Profile.objects.count(), OutboxRow.objects.count())
    held = tables.checked(staff, [ALL, whole_row()])
    assert (User.objects.count(), Profile.objects.count(), OutboxRow.objects.count()) == before
    assert tables.rows(held) == [(2, "create", [])]


def test_every_fault_of_a_row_is_told_by_its_field(staff: User) -> None:
    world()
    bad = [
        "HR-1",
        "not an address",
        "",
        "Kovač",
        "Atlantis",
        "NO",
        "pirates",
        "Risk analysis: guru; Nothing: trainer; risk-analysis: trainer: many",
        "ru: fluent; Elvish: C2",
        "Nowhere",
        "12",
        "x" * 201,
        "Head",
        "0000-0002-1825-0098",
        "31/05/2026",
        "Text",
    ]
    held = tables.checked(staff, [ALL, bad])
    [(number, state, faults)] = tables.rows(held)
    assert (number, state) == (2, "refused")
    assert set(faults) == {
        ("email", "invalid_email"),
        ("given_name", "required"),
        ("nationality", "unknown_country"),
        ("agency", "unknown_choice"),
        ("topics", "unknown_choice"),
        ("topics", "unknown_topic"),
        ("topics", "not_a_number"),
        ("languages", "unknown_choice"),
        ("languages", "unknown_language"),
        ("networks", "unknown_network"),
        ("contact_phone", "invalid_phone"),
        ("organisation", "max_length"),
        ("orcid", "invalid_orcid"),
        ("available_from", "invalid_date"),
    }


def test_all_or_nothing_is_not_begun_while_rows_are_refused(staff: User) -> None:
    held = tables.checked(staff, [tables.HEADINGS, ANA, ("bob@example.org", "", "Bo")])
    with pytest.raises(Conflict) as refused:
        imports.run(held.pk, acting_user=staff)
    assert refused.value.code == "rows_refused"
    assert not User.objects.filter(email="ana@example.org").exists()


def test_row_by_row_writes_what_is_right_and_leaves_the_rest(staff: User) -> None:
    rows = [tables.HEADINGS, ANA, ("bob@example.org", "", "Bo"), ("eva@example.org", "Eva", "Ek")]
    held = tables.done(staff, rows, mode="row_wise")
    assert [(number, state) for number, state, _ in tables.rows(held)] == [
        (2, "created"),
        (3, "refused"),
        (4, "created"),
    ]
    assert set(User.objects.filter(status="unclaimed").values_list("email", flat=True)) == {
        "ana@example.org",
        "eva@example.org",
    }


def test_rows_that_turned_wrong_after_the_check_undo_all_of_it(staff: User) -> None:
    held = tables.checked(staff, [tables.HEADINGS, ("eva@example.org", "Eva", "Ek"), ANA])
    somebody("ana@example.org")  # has registered meanwhile
    imports.run(held.pk, acting_user=staff)
    held = tables.worked(held)
    assert (held.status, held.error["code"]) == ("checked", "rows_refused")
    assert (held.job.status, held.job.error["code"]) == ("failed", "rows_refused")
    assert not User.objects.filter(email="eva@example.org").exists()
    assert tables.rows(held) == [(2, "create", []), (3, "refused", [("email", "not_yours")])]


def test_the_same_person_twice_in_a_table_is_a_fault_of_the_later_row(staff: User) -> None:
    rows = [
        ("External id", *tables.HEADINGS),
        ("1", *ANA),
        ("2", "ANA@example.org", "Ana", "Kovač"),
        ("1", "other@example.org", "Ana", "Kovač"),
    ]
    held = tables.checked(staff, rows)
    assert tables.rows(held) == [
        (2, "create", []),
        (3, "refused", [("email", "duplicate_row")]),
        (4, "refused", [("external_id", "duplicate_row")]),
    ]
    assert held.rows.get(number=4).faults[0]["detail"] == "Row 2 has the same."


def test_a_second_import_of_the_same_table_changes_nothing(staff: User) -> None:
    world()
    tables.done(staff, [ALL, whole_row()])
    version = Profile.objects.get(user__email="ana@example.org").version
    entries = AuditEntry.objects.filter(object_type="profile").count()
    again = tables.done(staff, [ALL, whole_row()])
    assert tables.rows(again) == [(2, "unchanged", [])]
    assert Profile.objects.get(user__email="ana@example.org").version == version
    assert AuditEntry.objects.filter(object_type="profile").count() == entries


def test_people_are_found_by_external_id_even_where_the_address_changed(staff: User) -> None:
    headings = ("External id", *tables.HEADINGS, "Headline")
    tables.done(staff, [headings, ("7", *ANA, "Examiner")])
    held = tables.done(staff, [headings, ("7", "new@example.org", "Ana", "Kovač", "Chief examiner")])
    user = User.objects.get(external_id="7")
    assert (user.email, user.profile.headline) == ("new@example.org", "Chief examiner")
    assert tables.rows(held) == [(2, "updated", [])]
    tables.undone(held, staff)
    user = User.objects.get(external_id="7")
    assert (user.email, user.profile.headline) == ("ana@example.org", "Examiner")


def test_keys_of_two_people_in_one_row_are_refused(staff: User) -> None:
    headings = ("External id", *tables.HEADINGS)
    tables.done(staff, [headings, ("1", *ANA), ("2", "eva@example.org", "Eva", "Ek")])
    held = tables.checked(staff, [headings, ("1", "eva@example.org", "Eva", "Ek")])
    assert tables.rows(held) == [(2, "refused", [("email", "ambiguous")])]
    held = tables.checked(staff, [headings, ("3", *ANA)])
    assert tables.rows(held) == [(2, "refused", [("external_id", "differs")])]


def test_who_took_the_account_over_keeps_their_profile_whatever_the_row_says(staff: User) -> None:
    """Even a row that says what is there is refused: an import must not tell what they keep to themselves."""
    owner = somebody("ana@example.org")
    make.profile(
        owner, given_name="Ana", family_name="Kovač", headline="Examiner", reach={"headline": "self"}
    )
    make.network("focal-points")
    headings = ("E-mail", "Headline", "Networks")
    for row in (
        ("ana@example.org", "Examiner", ""),
        ("ana@example.org", "Something else", ""),
        ("ana@example.org", "Examiner", "focal-points"),
    ):
        held = tables.checked(staff, [headings, row])
        assert tables.rows(held) == [(2, "refused", [("email", "not_yours")])]
    held = tables.done(staff, [headings, ("ana@example.org", "", "focal-points")])
    assert tables.rows(held) == [(2, "updated", [])]
    assert NetworkMembership.objects.filter(user=owner).exists()


@pytest.mark.parametrize(
    ("status", "code"),
    [("suspended", "not_available"), ("erased", "not_available")],
)
def test_accounts_that_are_not_there_to_be_imported_are_refused(staff: User, status: str, code: str) -> None:
    somebody("ana@example.org", status=status)
    held = tables.checked(staff, [tables.HEADINGS, ANA])
    assert tables.rows(held) == [(2, "refused", [("email", code)])]


def test_an_empty_cell_leaves_what_is_there(staff: User) -> None:
    headings = (*tables.HEADINGS, "Headline", "Languages")
    tables.done(staff, [headings, (*ANA, "Examiner", "ru: B2")])
    held = tables.done(staff, [headings, (*ANA, "", "")])
    profile = Profile.objects.get(user__email="ana@example.org")
    assert (profile.headline, profile.languages.count()) == ("Examiner", 1)
    assert tables.rows(held) == [(2, "unchanged", [])]


def test_undo_removes_whom_the_import_made_with_everything_it_gave_them(staff: User) -> None:
    world()
    held = tables.done(staff, [ALL, whole_row()])
    user = User.objects.get(email="ana@example.org")
    held = tables.undone(held, staff)
    assert (held.status, held.job.result) == ("undone", {"undone": 1})
    assert not User.objects.filter(pk=user.pk).exists()
    assert not NetworkMembership.objects.filter(user_id=user.pk).exists()
    assert AuditEntry.objects.filter(verb="account.removed", object_id=user.pk).exists()


def test_undo_puts_back_what_a_profile_held(staff: User) -> None:
    world()
    first = [ALL, whole_row()]
    tables.done(staff, first)
    user = User.objects.get(email="ana@example.org")
    before = _state(user)
    changed = whole_row()
    changed[5], changed[7], changed[8], changed[12] = "", "border: trainer", "de: A1", "Chief of staff"
    changed[15] = "Another text."
    held = tables.done(staff, [ALL, changed])
    assert _state(user) != before
    assert user.profile.items.count() == 2
    tables.undone(held, staff)
    assert _state(user) == before


def _state(user: User) -> dict[str, Any]:
    profile = Profile.objects.get(pk=user.pk)
    return {
        "columns": Profile.objects.filter(pk=user.pk)
        .values("headline", "biography", "duty_country", "contact_phone", "available_from")
        .get(),
        "topics": list(profile.topics.values_list("topic__slug", "level", "years", "position")),
        "languages": list(profile.languages.values_list("language", "level", "position")),
        "items": list(profile.items.values_list("title", "position")),
    }


def test_undo_keeps_what_was_changed_since_and_says_why(staff: User) -> None:
    people = ["edited", "claimed", "placed", "left", "gone", "plain"]
    rows = [(f"{name}@example.org", name.capitalize(), "Ek") for name in people]
    held = tables.done(staff, [tables.HEADINGS, *rows])
    users = {name: User.objects.get(email=f"{name}@example.org") for name in people}
    profiles.edit(users["edited"].pk, acting_user=staff, changes={"headline": "Corrected"})
    User.objects.filter(pk=users["claimed"].pk).update(status=User.Status.ACTIVE)
    network = make.network()
    for name in ("placed", "left"):
        networks.add_member(network.pk, acting_user=staff, person=users[name].pk)
    networks.remove_member(network.pk, users["left"].pk, acting_user=staff)
    users["gone"].delete()
    held = tables.undone(held, staff)
    assert tables.rows(held) == [
        (2, "kept", [("", "edited_since")]),
        (3, "kept", [("", "claimed_since")]),
        (4, "kept", [("", "in_use")]),
        (5, "undone", []),
        (6, "kept", [("", "gone")]),
        (7, "undone", []),
    ]
    assert held.job.faults == 4
    assert not User.objects.filter(email="plain@example.org").exists()
    assert Profile.objects.get(pk=users["edited"].pk).headline == "Corrected"


def test_a_killed_worker_leaves_nothing_by_half_and_nothing_is_done_twice(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job is run until its third batch fails, and then again, as a stalled job is."""
    monkeypatch.setattr(running, "BATCH", 3)
    rows = [(f"p{number}@example.org", "Ana", "Ek") for number in range(10)]
    held = tables.checked(staff, [tables.HEADINGS, *rows], mode="row_wise")
    imports.run(held.pk, acting_user=staff)
    held.refresh_from_db()
    job = work.begin(held.job_id)
    assert job is not None
    written = writing.save
    batches = iter(range(10))

    def save(rows: list[ImportRow]) -> None:
        written(rows)
        if next(batches) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("experts.imports.writing.save", save)
    with pytest.raises(KeyboardInterrupt):
        running.work(job)
    assert User.objects.filter(status="unclaimed").count() == 6
    held.refresh_from_db()
    assert (held.status, Job.objects.get(pk=job.pk).done) == ("running", 6)
    monkeypatch.setattr("experts.imports.writing.save", written)
    held = tables.worked(held)
    assert (held.status, held.job.done, held.job.result) == ("done", 10, {"created": 10})
    assert User.objects.filter(status="unclaimed").count() == 10
    assert AuditEntry.objects.filter(verb="account.invited").count() == 10


def test_a_row_wise_run_can_be_stopped_gone_on_with_and_undone(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    rows = [(f"p{number}@example.org", "Ana", "Ek") for number in range(6)]
    held = tables.checked(staff, [tables.HEADINGS, *rows], mode="row_wise")
    imports.run(held.pk, acting_user=staff)
    written = writing.save

    def save(rows: list[ImportRow]) -> None:
        written(rows)
        if rows[0].number == 2:
            imports.cancel(held.pk, acting_user=staff)

    monkeypatch.setattr("experts.imports.writing.save", save)
    held = tables.worked(held)
    assert (held.status, held.job.status) == ("stopped", "cancelled")
    assert held.job.result == {"create": 4, "created": 2}
    monkeypatch.setattr("experts.imports.writing.save", written)
    imports.run(held.pk, acting_user=staff)
    held = tables.worked(held)
    assert (held.status, held.job.result) == ("done", {"created": 6})
    assert tables.undone(held, staff).job.result == {"undone": 6}
    assert not User.objects.filter(status="unclaimed").exists()


def test_an_import_of_all_or_none_that_is_stopped_has_written_nothing(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    held = tables.checked(staff, [tables.HEADINGS, *[(f"p{n}@example.org", "A", "E") for n in range(6)]])
    imports.run(held.pk, acting_user=staff)
    imports.cancel(held.pk, acting_user=staff)
    held = tables.worked(held)
    assert (held.status, held.job.status, held.job.result) == ("checked", "cancelled", {"create": 6})
    assert not User.objects.filter(status="unclaimed").exists()


def test_whoever_loses_the_office_ends_the_work(staff: User) -> None:
    held = tables.checked(staff, [tables.HEADINGS, ANA], mode="row_wise")
    imports.run(held.pk, acting_user=staff)
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    held = tables.worked(held)
    assert (held.status, held.error["code"]) == ("stopped", "secretariat_only")
    assert not User.objects.filter(email="ana@example.org").exists()


def test_imports_are_the_secretariats_alone(staff: User) -> None:
    member = make.user()
    with pytest.raises(Denied):
        tables.uploaded(member, tables.csv_bytes([tables.HEADINGS, ANA]))
    held = tables.checked(staff, [tables.HEADINGS, ANA])
    for act in (imports.check, imports.run, imports.undo, imports.cancel, imports.discard):
        with pytest.raises(NotFound):
            act(held.pk, acting_user=member)


def test_a_mapping_names_a_key_and_no_field_twice(staff: User) -> None:
    held = tables.uploaded(staff, tables.csv_bytes([("A", "B"), ("x", "y")]))
    assert held.mapping == ["", ""]
    with pytest.raises(Invalid) as refused:
        imports.check(held.pk, acting_user=staff)
    assert refused.value.errors[0].code == "no_key"
    for mapping, code in (
        (["email"], "wrong_length"),
        (["email", "email"], "repeated"),
        (["email", "shoe_size"], "unknown_field"),
    ):
        with pytest.raises(Invalid) as refused:
            imports.configure(held.pk, acting_user=staff, mapping=mapping)
        assert code in {error.code for error in refused.value.errors}


def test_another_mapping_wants_another_check(staff: User) -> None:
    held = tables.checked(staff, [(*tables.HEADINGS, "Remark"), (*ANA, "Examiner")])
    imports.configure(held.pk, acting_user=staff, mapping=["email", "given_name", "family_name", "headline"])
    with pytest.raises(Denied):
        imports.run(held.pk, acting_user=staff)
    imports.check(held.pk, acting_user=staff)
    held = tables.worked(held)
    imports.run(held.pk, acting_user=staff)
    tables.worked(held)
    assert Profile.objects.get(user__email="ana@example.org").headline == "Examiner"


def test_an_invited_person_takes_the_imported_account_over(staff: User) -> None:
    tables.done(staff, [tables.HEADINGS, ANA])
    user = User.objects.get(email="ana@example.org")
    key = account_links.key_for(account_links.Purpose.ACTIVATE, user)
    claimed = accounts.claim(key=key, password="correct horse battery staple")
    assert claimed.status == User.Status.ACTIVE
    edited = profiles.edit(user.pk, acting_user=claimed, changes={"headline": "Examiner"})
    assert edited.headline == "Examiner"


def test_the_rows_of_an_import_are_forgotten_with_it(staff: User) -> None:
    held = tables.done(staff, [tables.HEADINGS, ANA])
    imports.discard(held.pk, acting_user=staff)
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()
    assert User.objects.filter(email="ana@example.org").exists()
    assert jobs.waiting("experts.work_on_import") == []
