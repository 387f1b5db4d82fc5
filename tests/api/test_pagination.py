"""Keyset pages: each row once, in order, forward and back, whatever happens in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F, OrderBy
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from api.pagination import InvalidCursor, Page, paginate
from api.requests import ApiRequest
from experts.models import PersonalToken, User
from tests.contracts.client import ApiClient, token_for

DAY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
ORDERS: list[Sequence[str | OrderBy]] = [
    ["name", "id"],
    ["-name", "id"],
    ["name", "-expires_at", "-id"],
    [F("last_used_at").asc(nulls_first=True), "id"],
    [F("last_used_at").asc(nulls_last=True), "-id"],
    [F("last_used_at").desc(nulls_last=True), "name", "id"],
    ["-last_used_at", "-name", "id"],
    ["last_used_at", "expires_at", "-id"],
    ["pk"],
]


def ask(url: str) -> ApiRequest:
    request = RequestFactory().get(url)
    request.user = AnonymousUser()
    return ApiRequest(request)


def page(url: str, order: Sequence[str | OrderBy], rows: Any = None) -> Page:
    return paginate(ask(url), PersonalToken.objects.all() if rows is None else rows, order)


class Walking(TestCase):
    """Random rows with many ties and gaps, in every kind of order."""

    rows = st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from([None, 0, 1, 2]), st.integers(min_value=0, max_value=2)
        ),
        max_size=12,
    )

    @staticmethod
    def make(rows: Sequence[tuple[str, int | None, int]]) -> None:
        user = User.objects.create(email="walker@example.org", name="Walker", password="!")
        PersonalToken.objects.bulk_create(
            PersonalToken(
                user=user,
                name=name,
                digest=bytes([number] * 32),
                hint="",
                scopes=[],
                last_used_at=None if used is None else DAY + dt.timedelta(days=used),
                expires_at=DAY + dt.timedelta(days=expires),
            )
            for number, (name, used, expires) in enumerate(rows)
        )

    @given(rows=rows, order=st.sampled_from(ORDERS), limit=st.integers(min_value=1, max_value=5))
    def test_walking_visits_each_row_once_in_the_databases_order_forward_and_back(
        self, rows: list[tuple[str, int | None, int]], order: Sequence[str | OrderBy], limit: int
    ) -> None:
        self.make(rows)
        expected = list(PersonalToken.objects.order_by(*order).values_list("pk", flat=True))
        url: str | None = f"/api/v1/me/tokens?limit={limit}"
        pages: list[Page] = []
        while url:
            pages.append(page(url, order))
            url = pages[-1].next
        assert [row.pk for each in pages for row in each.rows] == expected
        assert all(len(each.rows) == limit for each in pages[:-1])
        back = pages[-1]
        for earlier in reversed(pages[:-1]):
            assert back.previous
            back = page(back.previous, order)
            assert [row.pk for row in back.rows] == [row.pk for row in earlier.rows]
            assert back.next
        assert back.previous is None

    @given(
        rows=rows,
        more=rows,
        order=st.sampled_from(ORDERS),
        limit=st.integers(min_value=1, max_value=3),
        data=st.data(),
    )
    def test_rows_that_stay_are_visited_once_while_others_come_and_go(
        self,
        rows: list[tuple[str, int | None, int]],
        more: list[tuple[str, int | None, int]],
        order: Sequence[str | OrderBy],
        limit: int,
        data: st.DataObject,
    ) -> None:
        self.make(rows)
        stay = list(PersonalToken.objects.order_by(*order).values_list("pk", flat=True))
        user = User.objects.get(email="walker@example.org")
        seen: list[Any] = []
        url: str | None = f"/api/v1/me/tokens?limit={limit}"
        waiting = list(more)
        while url:
            now = page(url, order)
            seen += [row.pk for row in now.rows]
            url = now.next
            if waiting:
                name, used, expires = waiting.pop()
                PersonalToken.objects.create(
                    user=user,
                    name=name,
                    digest=bytes([200 + len(waiting)] * 32),
                    hint="",
                    scopes=[],
                    last_used_at=None if used is None else DAY + dt.timedelta(days=used),
                    expires_at=DAY + dt.timedelta(days=expires),
                )
            gone = data.draw(st.sampled_from([None, *stay]))
            if gone is not None:
                stay.remove(gone)
                PersonalToken.objects.filter(pk=gone).delete()
        assert len(seen) == len(set(seen))
        assert [pk for pk in seen if pk in stay] == stay

    @given(rows=rows, order=st.sampled_from(ORDERS[:3]), limit=st.integers(min_value=1, max_value=4))
    def test_values_are_walked_like_models(
        self, rows: list[tuple[str, int | None, int]], order: Sequence[str | OrderBy], limit: int
    ) -> None:
        self.make(rows)
        url: str | None = f"/api/v1/me/tokens?limit={limit}"
        seen: list[Any] = []
        while url:
            now = page(url, order, PersonalToken.objects.values("id", "name", "expires_at"))
            seen += [row["id"] for row in now.rows]
            url = now.next
        assert seen == list(PersonalToken.objects.order_by(*order).values_list("pk", flat=True))


@pytest.fixture
def with_tokens(person: User) -> ApiClient:
    """A client of a person with five tokens, its own the oldest and so the last in the list."""
    client = ApiClient(person)
    for _ in range(4):
        token_for(person)
    return client


def test_link_header_says_the_same_as_the_body(with_tokens: ApiClient) -> None:
    response = with_tokens.get("/me/tokens", limit=2)
    assert response.headers["Link"] == f'<{response.json()["next"]}>; rel="next"'
    response = with_tokens.get(response.json()["next"])
    assert {part.split("; ")[1] for part in response.headers["Link"].split(", ")} == {
        'rel="next"',
        'rel="prev"',
    }


def test_page_costs_no_count_and_one_row_more_than_shown(with_tokens: ApiClient, assert_queries: Any) -> None:
    with assert_queries(2) as captured:
        with_tokens.get("/me/tokens", limit=2)
    assert not any("COUNT(" in query["sql"] for query in captured.captured_queries)
    assert any("LIMIT 3" in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "1e2", "٣", "", "99999999999999999999"])
def test_limit_outside_of_its_bounds_is_refused_by_name(with_tokens: ApiClient, limit: str) -> None:
    response = with_tokens.get("/me/tokens", limit=limit)
    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == ["/limit"]


def test_cursor_of_another_list_or_forged_is_refused(with_tokens: ApiClient) -> None:
    url = with_tokens.get("/me/tokens", limit=2).json()["next"]
    cursor = url.split("cursor=")[1]
    for forged in (
        "x",
        cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        cursor[5:],
        "%00",
        "%F0%9F%92%A9:x",
    ):
        response = with_tokens.get(f"/me/tokens?limit=2&cursor={forged}")
        assert response.status_code == 400, forged
    tokens = PersonalToken.objects.all()
    with pytest.raises(InvalidCursor):  # of the same list with another filter
        paginate(ask(url.replace("?", "?filter=x&")), tokens, ["-created_at", "-id"])
    with pytest.raises(InvalidCursor):  # of the same list in another order
        paginate(ask(url), tokens, ["name", "id"])
    assert paginate(ask(url), tokens, ["-created_at", "-id"]).rows


def test_page_size_and_fields_may_change_from_page_to_page(with_tokens: ApiClient) -> None:
    url = with_tokens.get("/me/tokens", limit=2).json()["next"]
    response = with_tokens.get(url.replace("limit=2", "limit=3&fields=id"))
    assert [set(row) for row in response.json()["results"]] == [{"id"}] * 3


def test_page_beyond_rows_that_were_deleted_leads_back_to_the_end(
    with_tokens: ApiClient, person: User
) -> None:
    first = with_tokens.get("/me/tokens", limit=2).json()
    shown = [row["id"] for row in first["results"]]
    keep = PersonalToken.objects.filter(user=person).earliest("created_at")  # this client's own
    PersonalToken.objects.filter(user=person).exclude(pk__in=[*shown, keep.pk]).update(revoked_at=DAY)
    last = with_tokens.get(first["next"]).json()
    assert [row["id"] for row in last["results"]] == [str(keep.pk)]
    PersonalToken.objects.filter(pk__in=shown).update(revoked_at=DAY)
    empty = with_tokens.get(last["previous"]).json()
    assert (empty["results"], empty["previous"]) == ([], None)
    assert [row["id"] for row in with_tokens.get(empty["next"]).json()["results"]] == [str(keep.pk)]


def test_ordering_that_is_not_unique_is_a_mistake_of_ours(person: User) -> None:
    with pytest.raises(TypeError, match="not unique"):
        page("/", ["-created_at"])
    with pytest.raises(TypeError, match="no column"):
        page("/", ["nonsense"])


def test_deep_page_starts_in_the_index(person: User) -> None:
    """Columns that go one way are compared as a row, for an index to be entered right there."""
    for _ in range(3):
        token_for(person)
    url = page("/api/v1/me/tokens?limit=1", ["-created_at", "-id"]).next
    assert url
    with CaptureQueriesContext(connection) as captured:
        page(url, ["-created_at", "-id"])
    columns = '("experts_personaltoken"."created_at", "experts_personaltoken"."id")'
    assert f"{columns} < (" in captured.captured_queries[0]["sql"]
