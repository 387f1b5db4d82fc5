"""Being erased: hidden at once, reversible for two weeks, then only what was said to others is left."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.utils import timezone

from config.errors import Conflict
from experts import directory, personal, viewers
from experts.actions import delegates, erasure, profiles
from experts.directory import Filters
from experts.models import AuditEntry, Delegation, Designation, Erasure, Profile, ProfileItem, Section, User
from forums.models import Discussion, Follow, Membership, Post, PostLike
from search import indexer, registry
from search.models import OutboxRow, SearchDocument, SearchWord
from search.outbox import POSTGRES
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import experts as make
from tests.factories import forums as make_forums
from tests.factories import jobs
from tests.factories import networks as make_networks

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(days=14, minutes=1)
PASSWORD = "correct horse battery staple"
# By none of these may anybody be found any more.
KNOWN_BY = (
    "zephyrine",
    "quackenbush",
    "зефирина",
    "zq-private@",
    "+4366012345",
    "0000-0001-5109-3700",
    "secretive lane",
)


@pytest.fixture
def person() -> User:
    """Somebody who has left traces everywhere, made by the actions that make them."""
    user = make.user(name="Zephyrine Quackenbush", email="zephyrine.quackenbush@example.org", language="fr")
    user.set_password(PASSWORD)
    user.save()
    profiles.create(
        user.pk,
        acting_user=user,
        identity={
            "given_name": "Zephyrine",
            "family_name": "Quackenbush",
            "original_name": "Зефирина Квакенбуш",
        },
    )
    make.topic("forged-documents")
    country = make.country("AT")
    profiles.edit(
        user.pk,
        acting_user=user,
        changes={
            "headline": "Zephyrine examines documents",
            "biography": [{"language": "en", "text": "I am Zephyrine Quackenbush."}],
            "contact": {
                "email": "zq-private@example.org",
                "phone": "+43 660 12345",
                "address": "Secretive Lane 1",
            },
            "links": {"orcid": "0000-0001-5109-3700", "items": []},
            "topics": [{"topic": "forged-documents", "level": "trainer"}],
            "missions": [{"title": "Zephyrine in Osh", "country": "AT"}],
            "documents": [{"title": "CV of Zephyrine Quackenbush"}],
            "nationality": "AT",
        },
    )
    profiles.publish(user.pk, acting_user=user)
    profile = Profile.objects.get(pk=user.pk)
    profile.photo.save("photo.jpg", ContentFile(make.PNG))
    item = ProfileItem.objects.get(profile=profile, section=Section.DOCUMENTS)
    item.file_name, item.file_type, item.file_size = "Quackenbush.pdf", "application/pdf", 3
    item.file.save("cv", ContentFile(b"%PDF"))
    delegates.add(user.pk, acting_user=user, delegate_id=make.profile().user.pk)
    network = make_networks.network()
    designation = make_networks.designation(network, country, user)
    designation.letter.save("letter.pdf", ContentFile(make_networks.PDF))
    make.joins(user, make.network("a-standing-network"))
    roster = make_networks.roster()
    make_networks.on_roster(roster, user)
    return user


def _talk(user: User) -> tuple[Discussion, Post]:
    space = make_forums.space("open")
    make_forums.join(space, "member", user)
    opened = make_forums.discussion(space, user)
    reply = make_forums.reply(opened, make_forums.join(space))
    PostLike.objects.create(post=reply, user=user)
    Follow.objects.create(user=user, discussion=opened, level="watching")
    return opened, reply


def test_who_asks_is_shut_out_and_hidden_at_once(api: Api, person: User) -> None:
    opened, _ = _talk(person)
    browser = Client()
    signed_in = {"email": person.email, "password": PASSWORD}
    assert browser.post("/api/v1/session", signed_in, content_type="application/json").status_code == 200
    client = api(person)
    other = api(make.user())
    assert other.get(f"/experts/{person.pk}").status_code == 200
    response = client.post("/me/erase", {"confirm": "erase", "password": PASSWORD})
    assert response.status_code == 200
    due = dt.datetime.fromisoformat(response.json()["due"])
    assert dt.timedelta(days=13, hours=23) < due - timezone.now() <= erasure.REVERSIBLE_FOR
    assert client.get("/me").status_code == 401, "the token is revoked"
    assert browser.get("/api/v1/me").status_code == 401, "and so is every session"
    assert other.get(f"/experts/{person.pk}").status_code == 404
    delegate = Delegation.objects.get(profile=person.pk).delegate
    for closest in (make.secretariat(), delegate):
        assert api(closest).get(f"/experts/{person.pk}").status_code == 404
        members = api(closest).get("/networks/a-standing-network/members").json()["results"]
        assert members == []
    assert person.pk not in {row.pk for row in directory.find(_viewer(), Filters())}
    post = other.get(f"/discussions/{opened.pk}/posts").json()["results"][0]
    assert post["author"]["name"] == "Former member"
    assert OutboxRow.objects.filter(object_id=person.pk, restricting=True, key=f"expert:{person.pk}").exists()


def _viewer() -> Viewer:
    return viewers.resolve(make.user())


def test_the_word_must_be_given(api: Api, person: User) -> None:
    response = api(person).post("/me/erase", {"confirm": "yes", "password": PASSWORD})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/confirm"
    assert not Erasure.objects.exists()


def test_signing_in_takes_it_back(api: Api, person: User) -> None:
    before = User.objects.get(pk=person.pk).name
    erasure.ask(acting_user=person, password=PASSWORD)
    browser = Client()
    wrong = {"email": person.email, "password": "wrong"}
    assert browser.post("/api/v1/session", wrong, content_type="application/json").status_code == 401
    assert Erasure.objects.exists()
    right = {"email": person.email, "password": PASSWORD}
    response = browser.post("/api/v1/session", right, content_type="application/json")
    assert (response.status_code, response.json()["name"]) == (200, before)
    assert browser.get("/api/v1/me").status_code == 200
    assert api(make.user()).get(f"/experts/{person.pk}").status_code == 200
    assert not Erasure.objects.exists()
    assert erasure.erase_due(timezone.now() + LATER) == 0


def test_the_link_in_the_message_takes_it_back_with_one_click(person: User) -> None:
    erasure.ask(acting_user=person, password=PASSWORD)
    jobs.run("experts.send_erasure_letter")
    [message] = mail.outbox
    assert message.to == [person.email]
    assert "Votre compte sera effacé le" in message.subject
    found = re.search(rf"{settings.BASE_URL}(/keep-account/\S+)", str(message.body))
    assert found
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(found[1])
    assert "Garder votre compte" in page.content.decode()
    assert Erasure.objects.exists(), "looking changes nothing"
    assert "Votre compte est conservé" in browser.post(found[1]).content.decode()
    assert User.objects.get(pk=person.pk).status == User.Status.ACTIVE
    assert Profile.objects.get(pk=person.pk).status == Profile.Status.PUBLISHED
    assert browser.get("/keep-account/forged").status_code == 404


def test_after_two_weeks_nothing_of_the_person_is_left(
    person: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    opened, reply = _talk(person)
    indexer.drain([POSTGRES])
    assert SearchWord.objects.filter(word="quackenbush").exists()
    files = [*_files("photos"), *_files("documents"), *_files("letters")]
    assert len(files) == 3
    before = _found_in_database()
    assert {
        *("experts_user.email", "experts_profile.biography", "experts_auditentry.changes"),
        *("search_searchdocument.title", "search_searchword.word", "search_searchlayer.passages"),
    } <= before.keys()
    erasure.ask(acting_user=person, password=PASSWORD)
    jobs.run()
    assert erasure.erase_due() == 0, "not before its time"
    with django_capture_on_commit_callbacks(execute=True):
        assert erasure.erase_due(timezone.now() + LATER) == 1
    jobs.run()
    indexer.drain([POSTGRES])

    assert _found_in_database() == {}
    assert [*_files("photos"), *_files("documents"), *_files("letters")] == []
    account = User.objects.get(pk=person.pk)
    assert (account.name, account.status) == ("Former member", User.Status.ERASED)
    assert not account.has_usable_password()
    assert not account.groups.exists()
    assert not Membership.objects.filter(user=person).exists()
    assert not SearchDocument.objects.filter(kind="expert", object_id=person.pk, audience__len__gt=0).exists()
    designation = Designation.objects.get(user=person)
    assert (designation.status, designation.letter.name) == ("withdrawn", "")
    opened.refresh_from_db()
    assert opened.author_id == person.pk, "what was said to others stays"
    assert reply.likes.count() == 1
    assert AuditEntry.objects.filter(verb="account.erased", object_id=person.pk).exists()
    assert AuditEntry.objects.filter(verb="profile.edited", object_id=person.pk).exists()
    registered = make.user(email="zephyrine.quackenbush@example.org")
    assert registered.pk != person.pk, "the address is free again"
    assert erasure.erase_due(timezone.now() + LATER) == 0


def _files(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    folders, files = default_storage.listdir(folder)
    inside = [name for each in folders for name in _files(f"{folder}/{each}")]
    return [*(f"{folder}/{name}" for name in files), *inside]


def _found_in_database() -> dict[str, list[str]]:
    """Every column of every table in which one of `KNOWN_BY` stands, as text of any type."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'tsvector')"
        )
        for table, column in cursor.fetchall():
            likes = " OR ".join(f"lower(\"{column}\"::text) LIKE '%%' || %s || '%%'" for _ in KNOWN_BY)
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE {likes}', list(KNOWN_BY))
            if rows := [value[:200] for (value,) in cursor.fetchall()]:
                found[f"{table}.{column}"] = rows
    return found


def test_whoever_came_back_at_the_last_moment_is_not_erased(person: User) -> None:
    erasure.ask(acting_user=person, password=PASSWORD)
    erasure.come_back(person.pk)
    with pytest.raises(Conflict):
        erasure.come_back(person.pk)
    assert erasure.erase_due(timezone.now() + LATER) == 0
    assert Profile.objects.filter(pk=person.pk).exists()


def test_a_profile_that_was_hidden_stays_hidden_for_who_comes_back() -> None:
    profile = make.profile(status="hidden", hidden_because="secretariat")
    profile.user.set_password(PASSWORD)
    profile.user.save()
    erasure.ask(acting_user=profile.user, password=PASSWORD)
    erasure.come_back(profile.pk)
    profile.refresh_from_db()
    assert (profile.status, profile.hidden_because) == ("hidden", "secretariat")


def test_the_audit_log_lets_nothing_through_but_an_erasure(person: User) -> None:
    entry = AuditEntry.objects.filter(verb="profile.edited").first()
    assert entry is not None
    now = timezone.now()
    changes: list[dict[str, Any]] = [
        {"reason": "another"},
        {"changes": {}},
        {"verb": "another", "erased_at": now},
        {"actor_id": make.user().pk, "erased_at": now},
        {"reason": "another", "erased_at": now},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()
    assert AuditEntry.objects.filter(pk=entry.pk).update(changes={}, erased_at=now) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(changes={"a": 1}, erased_at=now)


# Whose act something was, or who is asked to do something: it hangs on an account that is nameless then.
ACTS = {
    *("proposed_by", "confirmed_by", "created_by", "selected_by", "decided_by", "last_post_by"),
    *("assigned_to", "opened_by", "reviewed_by", "granted_by", "verified_by"),
}


def test_every_table_about_people_says_what_becomes_of_it() -> None:
    declared = {(held.model, held.person.split("__")[0]) for held in personal.all_held()}
    declared |= {(Profile, "user"), (AuditEntry, "concerns")}
    undeclared = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey) or field.related_model not in {User, Profile}:
                continue
            if model._meta.app_label in {"admin", "guardian"}:
                continue  # the admin's log is emptied with the account; guardian's own tables are not used
            if field.name not in ACTS and (model, field.name) not in declared:
                undeclared.append(f"{model._meta.label}.{field.name}")
    assert undeclared == [], "declare them in personal_records.py"


def test_search_knows_nothing_once_it_is_asked_for(person: User) -> None:
    indexer.drain([POSTGRES])
    source = registry.source("expert")
    assert len(source.load([person.pk])) == 1
    erasure.ask(acting_user=person, password=PASSWORD)
    assert source.load([person.pk]) == []
    assert source.visible_ids(_viewer(), [person.pk]) == set()
