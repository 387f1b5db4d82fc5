"""Everything about me, in one archive, for me alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.files.base import ContentFile

from experts import jobs as experts_jobs
from experts import personal
from experts.actions import profiles
from experts.models import Job, Profile, Section, User
from tests.contracts.client import ApiClient, token_for
from tests.factories import experts as make
from tests.factories import forums as make_forums
from tests.factories import jobs
from tests.factories import networks as make_networks

type Api = Callable[..., ApiClient]

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    """An expert who wrote, liked, follows and is in networks."""
    profile = make.profile(headline="Document examiner", reach={"headline": "self"})
    profile.photo.save("photo.jpg", ContentFile(make.PNG))
    item = make.item(
        profile, Section.DOCUMENTS, title="CV", file_name="cv.pdf", file_type="application/pdf", file_size=4
    )
    item.file.save("cv", ContentFile(b"%PDF"))
    profiles.edit(profile.pk, acting_user=profile.user, changes={"contact": {"address": "Main street 1"}})
    space = make_forums.space("open")
    make_forums.join(space, "member", profile.user)
    opened = make_forums.discussion(space, profile.user, title="My question", body="What now?")
    make_forums.reply(opened, make_forums.join(space), body="Somebody else's words.")
    make_networks.designation(make_networks.network(), make.country("AT"), profile.user)
    return profile.user


def _archive(client: ApiClient) -> tuple[dict[str, Any], zipfile.ZipFile]:
    asked = client.post("/me/export")
    assert asked.status_code == 202
    jobs.run("experts.export_me")
    job = client.get(asked.headers["Location"].removeprefix("/api/v1")).json()
    response: Any = client.get(job["file"]["url"])
    content = b"".join(response.streaming_content)
    return job, zipfile.ZipFile(io.BytesIO(content))


def test_an_export_holds_everything_about_me_and_nothing_of_others(api: Api, person: User) -> None:
    job, archive = _archive(api(person))
    assert (job["status"], job["done"], job["total"]) == ("succeeded", *[len(personal.all_held())] * 2)
    assert archive.testzip() is None
    kept = {name: archive.read(name) for name in archive.namelist()}
    rows = {name: orjson.loads(data) for name, data in kept.items() if name.endswith(".json")}
    [account] = rows["account.json"]
    assert account["email"] == person.email
    [profile] = rows["profile.json"]
    assert profile["content"]["headline"] == "Document examiner"
    assert profile["content"]["contact"]["address"] == "Main street 1"
    assert profile["visibility"]["headline"]["reach"] == "self"
    assert [row["body"] for row in rows["posts.json"]] == ["What now?"]
    assert rows["discussions.json"][0]["title"] == "My question"
    assert rows["designations.json"][0]["country"] == "AT"
    assert {"profile.edited", "account.export_asked"} <= {row["verb"] for row in rows["audit.json"]}
    assert kept["files/documents/1-cv.pdf"] == b"%PDF"
    assert kept["files/profile/1-profile.jpg"] == make.PNG
    everything = b"".join(kept.values()).decode(errors="replace")
    assert "Somebody else's words" not in everything
    assert "digest" not in everything
    assert "password" not in everything


def test_an_export_is_for_its_owner_alone_and_for_a_day(api: Api, person: User) -> None:
    job, _ = _archive(api(person))
    for other in (make.user(), make.secretariat()):
        assert api(other).get(f"/jobs/{job['id']}").status_code == 404
        assert api(other).get(job["file"]["url"]).status_code == 404
    Job.objects.filter(pk=job["id"]).update(expires_at=job["created"])
    assert api(person).get(job["file"]["url"]).status_code == 404
    assert experts_jobs.remove_expired() == 1
    assert not Job.objects.filter(pk=job["id"]).exists()


def test_one_export_is_made_at_a_time(api: Api, person: User) -> None:
    assert api(person).post("/me/export").status_code == 202
    second = api(person).post("/me/export")
    assert (second.status_code, second.json()["code"]) == (409, "export_running")
    jobs.run("experts.export_me")
    assert api(person).post("/me/export").status_code == 202


def test_who_has_no_profile_is_given_the_rest(api: Api) -> None:
    _, archive = _archive(api(make.user()))
    assert {"account.json", "tokens.json", "audit.json"} <= set(archive.namelist())
    assert "profile.json" not in archive.namelist()


def test_an_export_of_thousands_of_rows_costs_no_query_per_row(
    api: Api, person: User, django_assert_max_num_queries: Any
) -> None:
    client = api(person)
    profile = Profile.objects.get(pk=person.pk)
    for number in range(30):
        make.item(profile, Section.MISSIONS, title=f"Mission {number}")
        make.delegate(profile)
        token_for(person)
    asked = client.post("/me/export")
    with django_assert_max_num_queries(5 * len(personal.all_held())):
        jobs.run("experts.export_me")
    assert client.get(f"/jobs/{asked.json()['id']}").json()["status"] == "succeeded"
