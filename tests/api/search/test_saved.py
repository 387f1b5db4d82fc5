"""Kept searches over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forums.actions import memberships, saved_searches
from forums.models import Visibility
from search import indexer
from tests.contracts.client import ApiClient
from tests.factories import experts, forums

pytestmark = pytest.mark.django_db

type Api = Callable[..., ApiClient]


def test_a_search_is_kept_run_changed_and_given_up(api: Api) -> None:
    space = forums.space()
    reader = forums.join(space)
    client = api(reader)
    body = {"name": "Turbines", "query": "turbine", "cadence": "at_once"}
    made = client.post("/me/searches", body)
    assert made.status_code == 201
    kept = made.json()
    assert [one["name"] for one in client.get("/me/searches").json()["results"]] == ["Turbines"]
    forums.reply(forums.discussion(space, title="Engines"), body="A turbine.")
    indexer.drain()
    assert client.get(kept["run"].removeprefix("/api/v1")).json()["total"] == 1
    saved_searches.tell_new()

    [match] = client.get(f"/me/searches/{kept['id']}/matches").json()["results"]
    assert (match["type"], match["title"]) == ("post", "Engines")
    assert match["object"]["space"]["slug"] == space.slug
    [notice] = client.get("/me/notifications", reason="saved_search").json()["results"]
    assert (notice["count"], notice["search"]) == (1, {"id": kept["id"], "name": "Turbines"})
    assert notice["found"] == [{"type": "post", "id": match["id"], "title": "Engines"}]

    etag = client.get(f"/me/searches/{kept['id']}").headers["ETag"]
    changed = client.patch(f"/me/searches/{kept['id']}", {"cadence": "none"}, if_match=etag)
    assert changed.json()["cadence"] == "none"
    stale = client.patch(f"/me/searches/{kept['id']}", {"name": "x"}, if_match=etag)
    assert stale.status_code == 412
    assert client.delete(f"/me/searches/{kept['id']}").status_code == 204
    assert client.get("/me/searches").json()["results"] == []
    assert client.get("/me/notifications", reason="saved_search").json()["results"] == []


def test_what_became_invisible_is_in_no_list(api: Api) -> None:
    secret = forums.space(Visibility.SECRET)
    reader = forums.join(secret)
    client = api(reader)
    kept = client.post("/me/searches", {"name": "Turbines", "query": "turbine"}).json()
    forums.reply(forums.discussion(secret, title="Engines"), body="A turbine.")
    indexer.drain()
    saved_searches.tell_new()
    assert client.get("/me/notifications/count").json() == {"unread": 1}
    memberships.leave(secret.pk, acting_user=reader)
    assert client.get("/me/notifications/count").json() == {"unread": 0}
    assert client.get("/me/notifications").json()["results"] == []
    assert client.get(f"/me/searches/{kept['id']}/matches").json()["results"] == []


def test_what_somebody_looks_for_is_nobody_elses_business(api: Api) -> None:
    kept = api(experts.user()).post("/me/searches", {"name": "Turbines", "query": "turbine"}).json()
    for client in (api(experts.user()), api(experts.secretariat())):
        assert client.get(f"/me/searches/{kept['id']}").status_code == 404
        assert client.get(f"/me/searches/{kept['id']}/matches").status_code == 404
        assert client.get("/me/searches").json()["results"] == []
    assert api().get("/me/searches").status_code == 401


def test_a_search_that_asks_for_nothing_or_is_named_twice_is_refused(api: Api) -> None:
    client = api(experts.user())
    nothing = client.post("/me/searches", {"name": "Nothing", "query": "***"})
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (400, "/query")
    assert client.post("/me/searches", {"name": "One", "query": "turbine"}).status_code == 201
    again = client.post("/me/searches", {"name": "one", "query": "turbine"})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
