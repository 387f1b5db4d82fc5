"""What one is writing: kept on every device, published at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from config.errors import Conflict, Denied, Invalid
from experts.models import User
from forums import proof
from forums.actions import attachments, discussions, drafts, memberships, moderation_settings
from forums.models import Discussion, Draft, Notice, Role, Space, Visibility
from tests.contracts.client import ApiClient
from tests.factories import files as made
from tests.factories import forums as make
from tests.factories import jobs

type Api = Callable[..., ApiClient]

WHY = "For the test."
TASK = "forums.publish_draft"


def soon() -> dt.datetime:
    return timezone.now() + dt.timedelta(minutes=5)


def scheduled(where: Space, author: User, **fields: Any) -> Draft:
    given = {"space": where.pk, "title": "Monday", "body": "Good morning.", "publish_at": soon()} | fields
    return drafts.create(given, acting_user=author)  # type: ignore[arg-type]


def its_time(draft: Draft) -> None:
    """The time comes."""
    Draft.objects.filter(pk=draft.pk).update(publish_at=timezone.now())
    drafts.publish_scheduled(draft.pk)


def test_a_draft_is_written_on_one_device_and_finished_on_another(api: Api) -> None:
    space = make.space()
    author = make.join(space)
    telephone, desk = api(author), api(author)
    begun = telephone.post("/me/drafts", {"space": space.slug, "topic": "Which e-lear"})
    assert begun.status_code == 201
    path = f"/me/drafts/{begun.json()['id']}"
    [listed] = desk.get("/me/drafts").json()["results"]
    assert (listed["topic"], listed["body"], listed["is_reply"]) == ("Which e-lear", "", False)
    etag = desk.get(path)["ETag"]
    changed = desk.patch(path, {"topic": "Which platform?", "body": "We look for one."}, if_match=etag)
    assert changed.status_code == 200
    late = telephone.patch(path, {"topic": "Which e-learning"}, if_match=begun["ETag"])
    assert late.status_code == 412
    assert late.json()["current"]["topic"] == "Which platform?"
    assert late.json()["yours"] == {"topic": "Which e-learning"}
    published = desk.post(f"{path}/publish")
    assert published.status_code == 201
    assert api().get(f"/discussions/{published.json()['discussion']}").json()["topic"] == "Which platform?"
    assert telephone.get(path).status_code == 404
    assert proof.differences() == []


def test_one_draft_of_a_reply_is_kept_for_each_discussion(api: Api) -> None:
    discussion = make.discussion(make.space())
    author = make.join(discussion.space)
    body = {"discussion": str(discussion.pk), "body": "I think"}
    first = api(author).post("/me/drafts", body).json()
    again = api(author).post("/me/drafts", body | {"body": "Another"})
    assert (again.status_code, again.json()["code"]) == (409, "draft_exists")
    assert again.json()["current"]["id"] == first["id"]
    found = api(author).get("/me/drafts", discussion=discussion.pk).json()["results"]
    assert [draft["id"] for draft in found] == [first["id"]]
    published = api(author).post(f"/me/drafts/{first['id']}/publish").json()
    reply = api(author).get(f"/posts/{published['post']}").json()
    assert (reply["body"], reply["position"]) == ("I think", 2)
    assert api(author).post("/me/drafts", body).status_code == 201


def test_a_draft_is_nobody_elses_and_outlives_access(api: Api) -> None:
    space = make.space(Visibility.SECRET)
    author = make.join(space)
    discussion = make.discussion(space, title="Operation")
    draft = drafts.create({"body": "My words."}, acting_user=author, discussion_id=discussion.pk)
    for other in (make.owner_of(space), make.person(is_staff=True)):
        assert api(other).get(f"/me/drafts/{draft.pk}").status_code == 404
        assert api(other).get("/me/drafts").json()["results"] == []
    memberships.leave(space.pk, acting_user=author)
    mine = api(author).get(f"/me/drafts/{draft.pk}").json()
    assert (mine["body"], mine["discussion"], mine["space"]) == ("My words.", None, None)
    assert "Operation" not in str(mine)
    assert api(author).post(f"/me/drafts/{draft.pk}/publish").status_code == 404
    assert api(author).get(f"/me/drafts/{draft.pk}").status_code == 200


def test_a_scheduled_discussion_is_published_at_its_time_and_not_before(api: Api) -> None:
    space = make.space()
    author = make.join(space)
    attachment = made.attachment(author)
    draft = scheduled(space, author, tags=["Week"], attachments=[attachment.pk])
    jobs.run(TASK)  # before its time
    assert not Discussion.objects.exists()
    its_time(draft)
    discussion = Discussion.objects.get()
    assert (discussion.title, discussion.author, discussion.tags) == ("Monday", author, ["week"])
    assert timezone.now() - discussion.created_at < dt.timedelta(minutes=1)
    assert api().get(f"/attachments/{attachment.pk}").status_code == 200
    assert not Draft.objects.exists()
    assert drafts.publish_scheduled(draft.pk) is None  # a job may run twice
    assert proof.differences() == []


def test_a_scheduled_reply_can_be_put_off_and_called_off(db: None) -> None:
    discussion = make.discussion(make.space())
    author = make.join(discussion.space)
    draft = drafts.create(
        {"body": "Later.", "publish_at": soon()}, acting_user=author, discussion_id=discussion.pk
    )
    later = timezone.now() + dt.timedelta(days=2)
    drafts.edit(draft.pk, {"publish_at": later}, acting_user=author)
    assert [job.scheduled_at for job in jobs.waiting(TASK)] == [draft.publish_at, later]
    jobs.run(TASK)  # that of the time chosen first does nothing
    assert Draft.objects.filter(pk=draft.pk).exists()
    drafts.edit(draft.pk, {"publish_at": None}, acting_user=author)
    assert drafts.publish_scheduled(draft.pk) is None
    assert discussion.posts.count() == 1


def test_rights_are_asked_anew_at_the_time_and_the_author_is_told(api: Api) -> None:
    space = make.space(Visibility.SECRET)
    author = make.join(space)
    draft = scheduled(space, author)
    memberships.leave(space.pk, acting_user=author)
    its_time(draft)
    assert not Discussion.objects.exists()
    mine = api(author).get(f"/me/drafts/{draft.pk}").json()
    assert (mine["refusal"]["code"], mine["publish_at"]) == ("not_found", None)
    [notice] = api(author).get("/me/notifications").json()["results"]
    assert (notice["reason"], notice["draft"]) == ("unpublished", str(draft.pk))
    drafts.discard(draft.pk, acting_user=author)
    assert api(author).get("/me/notifications").json()["results"] == []


def test_the_job_publishes(db: None) -> None:
    space = make.space()
    draft = scheduled(space, make.join(space))
    [job] = jobs.waiting(TASK)
    assert job.scheduled_at == draft.publish_at
    Draft.objects.update(publish_at=timezone.now())
    jobs.run(TASK)
    assert Discussion.objects.get().title == "Monday"


def test_a_demoted_moderator_announces_no_more(db: None) -> None:
    space = make.space()
    author = make.join(space, Role.MODERATOR)
    draft = scheduled(space, author, kind="announcement")
    make.join(space, Role.MEMBER, author)
    its_time(draft)
    draft.refresh_from_db()
    assert draft.refusal["code"] == "not_a_moderator"
    assert Notice.objects.filter(user=author, reason="unpublished").count() == 1


def test_a_silenced_author_and_a_closed_discussion_refuse(db: None) -> None:
    space = make.space()
    author = make.join(space)
    first, second = make.discussion(space), make.discussion(space)
    closed = drafts.create({"body": "x", "publish_at": soon()}, acting_user=author, discussion_id=first.pk)
    discussions.close(first.pk, acting_user=make.owner_of(space), reason=WHY)
    its_time(closed)
    closed.refresh_from_db()
    assert closed.refusal["code"] == "discussion_closed"
    silenced = drafts.create({"body": "x", "publish_at": soon()}, acting_user=author, discussion_id=second.pk)
    make.ban(space, author, kind="silence")
    its_time(silenced)
    silenced.refresh_from_db()
    assert silenced.refusal["code"] == "silenced"


def test_what_is_scheduled_is_complete_allowed_and_in_time(db: None) -> None:
    space = make.space()
    author = make.join(space)
    for fields, pointer in (
        ({"title": ""}, "/topic"),
        ({"body": " "}, "/body"),
        ({"space": None}, "/space"),
        ({"publish_at": timezone.now() - dt.timedelta(minutes=1)}, "/publish_at"),
        ({"publish_at": timezone.now() + dt.timedelta(days=400)}, "/publish_at"),
        ({"attachments": [made.attachment(make.person()).pk]}, "/attachments"),
    ):
        with pytest.raises(Invalid) as refused:
            scheduled(space, author, **fields)
        assert [error.pointer for error in refused.value.errors] == [pointer]
    with pytest.raises(Denied):
        scheduled(space, author, kind="announcement")
    assert jobs.waiting(TASK) == []


def test_in_slow_mode_a_scheduled_post_waits_its_turn(db: None) -> None:
    space = make.space()
    author, discussion = make.join(space), make.discussion(space)
    moderation_settings.edit({"slow_mode_seconds": 600}, acting_user=make.owner_of(space), space_id=space.pk)
    make.reply(discussion, author)
    draft = drafts.create(
        {"body": "x", "publish_at": soon()}, acting_user=author, discussion_id=discussion.pk
    )
    Draft.objects.filter(pk=draft.pk).update(publish_at=timezone.now())
    assert drafts.publish_scheduled(draft.pk) is None
    draft.refresh_from_db()
    assert draft.refusal == {}
    assert draft.publish_at is not None
    assert draft.publish_at > timezone.now() + dt.timedelta(seconds=500)


def test_a_file_named_in_a_draft_is_no_orphan(db: None) -> None:
    author = make.person()
    attachment = made.attachment(author)
    draft = drafts.create({"attachments": [attachment.pk]}, acting_user=author)
    later = timezone.now() + dt.timedelta(days=2)
    assert attachments.remove_orphans(now=later) == 0
    drafts.discard(draft.pk, acting_user=author)
    assert attachments.remove_orphans(now=later) == 1


def test_a_hundred_drafts_are_kept(db: None) -> None:
    author = make.person()
    Draft.objects.bulk_create([Draft(user=author, updated_at=timezone.now()) for _ in range(100)])
    with pytest.raises(Conflict) as refused:
        drafts.create({}, acting_user=author)
    assert refused.value.code == "too_many_drafts"
