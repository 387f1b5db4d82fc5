"""Searching over HTTP, as different people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from experts.audiences import Choice, Reach
from experts.models import Section
from forums.actions import discussions as discussion_actions
from forums.actions import posts as post_actions
from forums.models import Visibility
from search import taxonomy
from search.documents import key
from search.models import OutboxRow
from search.outbox import enqueue
from tests.contracts.client import ApiClient
from tests.factories import experts, forums
from tests.factories.networks import member, network

Api = Callable[..., ApiClient]
Indexed = Callable[[], None]


def titles(answer: Any) -> list[str]:
    return [result["title"] for result in answer["results"]]


def index_profiles(*profiles: Any) -> None:
    enqueue("expert", [one.pk for one in profiles])


@pytest.fixture
def drugs(db: None) -> Any:
    made = experts.topic("drugs", labels={"en": "Drugs", "ru": "Наркотики"}, synonyms={"en": ["narcotics"]})
    taxonomy.forget()
    return made


def test_an_expert_is_found_by_topic_in_any_language(
    engine: str, api: Api, indexed: Indexed, drugs: Any
) -> None:
    ada = experts.profile(given_name="Ada", family_name="Lovelace", headline="Chemist")
    experts.knows(ada, drugs, level="trainer")
    index_profiles(ada)
    indexed()
    client = api(experts.user())
    for typed in ("drugs", "narcotics", "наркотики", "topic:narcotics", "lovelace"):
        answer = client.get("/search", q=typed).json()
        assert answer["engine"] == engine
        assert answer["degraded"] is False
        assert titles(answer) == ["Ada Lovelace"], typed
    answer = client.get("/search", q="наркотики", type="expert").json()
    (found,) = answer["results"]
    assert found["type"] == "expert"
    assert found["object"]["headline"] == "Chemist"
    assert found["reasons"]["topics"] == [{"slug": "drugs", "label": "Drugs"}]
    assert answer["facets"]["topic"] == [{"value": "drugs", "label": "Drugs", "count": 1}]
    assert client.get("/search", topic="drugs", level="trainer").json()["total"] == 1
    assert client.get("/search", topic="drugs", level="awareness").json()["total"] == 0


def test_a_hidden_section_neither_finds_nor_counts(engine: str, api: Api, indexed: Indexed) -> None:
    place = experts.country("KG")
    ada = experts.profile(
        given_name="Ada",
        family_name="Lovelace",
        biography={"en": "Calibrates turbines."},
        duty_country=place,
        reach={"biography": "secretariat", "duty_country": "secretariat"},
    )
    index_profiles(ada)
    indexed()
    member_client, office = api(experts.user()), api(experts.secretariat())
    assert office.get("/search", q="turbine").json()["total"] == 1
    assert member_client.get("/search", q="turbine").json()["total"] == 0
    assert member_client.get("/search", q="lovelace", country="KG").json()["total"] == 0
    assert member_client.get("/search", q="lovelace").json()["facets"]["country"] == []
    assert api().get("/search", q="lovelace").json()["total"] == 0
    (found,) = office.get("/search", q="turbine").json()["results"]
    assert found["highlights"] == [{"section": "biography", "text": "Calibrates <mark>turbines</mark>."}]
    assert office.get("/search", q="turbine").json()["facets"]["country"] == [
        {"value": "KG", "label": "State KG", "count": 1}
    ]


def test_a_network_reads_what_is_for_it(engine: str, api: Api, indexed: Indexed) -> None:
    own, other = network(), network()
    ada = experts.profile(
        family_name="Lovelace",
        headline="turbine",
        reach={"headline": Choice(Reach.NETWORKS, (own.pk,))},
    )
    inside, outside = member(own), member(other)
    index_profiles(ada)
    indexed()
    assert api(inside).get("/search", q="turbine", type="expert").json()["total"] == 1
    assert api(outside).get("/search", q="turbine", type="expert").json()["total"] == 0


def test_posts_are_found_where_their_space_is_readable(engine: str, api: Api, indexed: Indexed) -> None:
    opened, secret = forums.space(), forums.space(Visibility.SECRET)
    inside = forums.join(secret)
    forums.reply(forums.discussion(opened, title="Open talk"), body="The *calibration* <b>of</b> a turbine")
    forums.reply(forums.discussion(secret, title="Secret talk"), body="calibration again")
    indexed()
    seen = api(inside).get("/search", q="calibration", type="post").json()
    assert seen["total"] == 2
    assert {f["label"] for f in seen["facets"]["space"]} == {opened.title, secret.title}
    for client in (api(), api(experts.user()), api(experts.secretariat())):
        answer = client.get("/search", q="calibration", type="post").json()
        assert titles(answer) == ["Open talk"]
        assert [facet["value"] for facet in answer["facets"]["space"]] == [str(opened.pk)]
        (found,) = answer["results"]
        assert "The <mark>calibration</mark>" in found["highlights"][0]["text"]
        assert "<b>" not in found["highlights"][0]["text"]
        assert client.get("/search", q=f"calibration space:{secret.slug}").json()["total"] in (0, 1)
        refused = client.get("/search", q="calibration", space=secret.slug)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "unknown_space"
    nowhere = api(experts.user()).get("/search", q="calibration", space="no-such-space").json()
    assert nowhere["errors"][0]["code"] == "unknown_space"


def test_leaving_and_banning_act_at_once(engine: str, api: Api, indexed: Indexed) -> None:
    private = forums.space(Visibility.PRIVATE)
    reader = forums.join(private)
    forums.discussion(private, title="Turbine", body="calibration")
    indexed()
    assert api(reader).get("/search", q="calibration").json()["total"] >= 1
    forums.ban(private, reader)
    answer = api(reader).get("/search", q="calibration").json()
    assert (answer["total"], answer["facets"]["type"]) == (0, [])


def test_a_deleted_post_is_not_found_even_before_it_is_indexed(
    engine: str, api: Api, indexed: Indexed
) -> None:
    space = forums.space()
    post = forums.reply(forums.discussion(space), body="calibration")
    indexed()
    assert api().get("/search", q="calibration").json()["total"] == 1
    post_actions.delete(post.pk, acting_user=post.author)
    assert OutboxRow.objects.filter(restricting=True, key=key("post", post.pk)).exists()
    answer = api().get("/search", q="calibration").json()
    assert (answer["total"], answer["results"], answer["facets"]["type"]) == (0, [], [])
    indexed()
    assert not OutboxRow.objects.exists()
    assert api().get("/search", q="calibration").json()["total"] == 0


def test_experts_are_found_by_what_they_wrote_where_one_may_read_it(
    engine: str, api: Api, indexed: Indexed
) -> None:
    private = forums.space(Visibility.PRIVATE)
    ada = experts.profile(given_name="Ada", family_name="Lovelace")
    forums.join(private, user=ada.user)
    talk = forums.discussion(private, title="Instruments")
    forums.reply(talk, ada.user, body="Mind the calibration of the xylograph.")
    index_profiles(ada)
    indexed()
    reader, stranger = forums.join(private), experts.user()
    (found,) = api(reader).get("/search", q="calibration", type="expert").json()["results"]
    assert found["title"] == "Ada Lovelace"
    (post,) = found["reasons"]["posts"]
    assert post["post"]["discussion"]["topic"] == "Instruments"
    assert post["highlights"][0]["text"] == "Mind the <mark>calibration</mark> of the xylograph."
    answer = api(stranger).get("/search", q="calibration", type="expert").json()
    assert (answer["total"], answer["results"]) == (0, [])


def test_a_misspelt_word_is_corrected_from_what_one_may_read(engine: str, api: Api, indexed: Indexed) -> None:
    opened, secret = forums.space(), forums.space(Visibility.SECRET)
    inside = forums.join(secret)
    forums.discussion(opened, title="Talk", body="calibration")
    forums.discussion(secret, title="Whisper", body="xylograph")
    indexed()
    answer = api().get("/search", q="calibraton").json()
    assert answer["did_you_mean"] == "calibration"
    assert answer["total"] >= 1
    assert answer["warnings"][0]["code"] == "corrected"
    hidden = api().get("/search", q="xylograf").json()
    assert (hidden["did_you_mean"], hidden["total"]) == (None, 0)
    assert api(inside).get("/search", q="xylograf").json()["did_you_mean"] == "xylograph"


def test_pages_are_followed_by_link(engine: str, api: Api, indexed: Indexed) -> None:
    space = forums.space()
    talk = forums.discussion(space)
    made = {str(forums.reply(talk, body=f"calibration {n}").pk) for n in range(7)}
    indexed()
    for sort in ("relevance", "newest", "likes"):
        seen: list[str] = []
        answer = api().get("/search", q="calibration", type="post", sort=sort, limit=3).json()
        while True:
            assert answer["total"] == 7
            seen += [result["id"] for result in answer["results"]]
            if answer["next"] is None:
                break
            answer = api().get(answer["next"].split("/api/v1")[1]).json()
        assert len(seen) == 7
        assert set(seen) == made


def test_a_cursor_of_another_search_or_none_of_ours_is_refused(
    engine: str, api: Api, indexed: Indexed
) -> None:
    talk = forums.discussion(forums.space())
    for n in range(3):
        forums.reply(talk, body=f"calibration {n}")
    indexed()
    cursor = api().get("/search", q="calibration", limit=1).json()["next"].split("cursor=")[1]
    for parameters in ({"q": "calibrations", "cursor": cursor}, {"q": "calibration", "cursor": "x" * 100}):
        refused = api().get("/search", **parameters)
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "*",
        "***",
        '"',
        '""""',
        "OR",
        "a OR",
        "-",
        "--a",
        "NOT",
        "()",
        "a AND OR b",
        ":",
        "topic:",
        "x" * 9_999,
        "word " * 10_000,
        "topic:drugs " * 5_000,
        "(a+)+$",
        "\u202etext\u200f",
        "'; DROP TABLE x;--",
        "\\",
        "a\\'b",
        "%",
        "_",
        "<script>",
        "é" * 300,
        "\ud83d\ude00",
        "before:9999-99",
        "after:0000",
        "type:expert",
        "level:=",
        "author:me",
        "available:now",
        "{}[]",
        "a:b:c",
        "is:",
        "space:'",
        "\t\n",
    ],
)
def test_whatever_is_typed_is_answered(engine: str, api: Api, typed: str) -> None:
    typed = typed.encode("utf-16", "surrogatepass").decode("utf-16")
    answer = api().get("/search", q=typed)
    assert answer.status_code == 200
    assert answer.json()["total"] == 0


def test_what_is_cut_off_is_told(api: Api) -> None:
    answer = api().get("/search", q="word " * 10_000).json()
    assert answer["warnings"][0]["code"] == "query_truncated"


def test_suggestions_name_only_what_one_may_know_of(
    engine: str, api: Api, indexed: Indexed, drugs: Any
) -> None:
    secret = forums.space(Visibility.SECRET, title="Drums of war")
    inside = forums.join(secret)
    forums.discussion(secret, title="A drummer's talk")
    ada = experts.profile(given_name="Ada", family_name="Drummond")
    index_profiles(ada)
    enqueue("space", [secret.pk])
    indexed()

    def suggested(client: ApiClient) -> set[tuple[str, str]]:
        answer = client.get("/search/suggest", q="dru").json()
        assert answer["engine"] == engine
        return {(one["type"], one["title"]) for one in answer["results"]}

    assert suggested(api()) == {("topic", "Drugs")}
    assert suggested(api(experts.user())) == {("topic", "Drugs"), ("expert", "Ada Drummond")}
    assert suggested(api(inside)) == {
        ("topic", "Drugs"),
        ("expert", "Ada Drummond"),
        ("discussion", "A drummer's talk"),
        ("space", "Drums of war"),
    }


def test_a_closed_discussion_is_found_by_its_new_status(engine: str, api: Api, indexed: Indexed) -> None:
    space = forums.space()
    talk = forums.discussion(space, title="Turbine")
    indexed()
    discussion_actions.close(talk.pk, acting_user=forums.owner_of(space), reason="Done.")
    indexed()
    assert api().get("/search", q="turbine", status="closed", type="discussion").json()["total"] == 1
    assert api().get("/search", q="turbine status:open type:discussion").json()["total"] == 0


@pytest.mark.parametrize("kind", ["post", "expert", None])
def test_a_search_costs_few_queries(
    engine: str, api: Api, indexed: Indexed, assert_queries: Any, kind: str | None
) -> None:
    talk = forums.discussion(forums.space())
    for n in range(10):
        author = experts.profile(family_name=f"Calibration{n}").user
        forums.reply(talk, forums.join(talk.space, user=author), body="calibration")
        index_profiles(author.profile)
    indexed()
    client = api(experts.user())
    parameters: dict[str, Any] = {"q": "calibration"} | ({"type": kind} if kind else {})
    client.get("/search", **parameters)
    # Who asks (token, rate, networks, spaces), the outbox or the search itself, and one for each kind shown.
    with assert_queries({"post": 6, "expert": 7, None: 8}[kind]):
        answer = client.get("/search", **parameters).json()
    assert answer["total"] >= 10


def test_sections_that_are_highlighted_are_named(engine: str, api: Api, indexed: Indexed) -> None:
    ada = experts.profile(family_name="Lovelace")
    experts.item(ada, Section.MISSIONS, title="Calibration of turbines in Osh")
    index_profiles(ada)
    indexed()
    (found,) = api(experts.user()).get("/search", q="calibrations").json()["results"]
    assert found["highlights"] == [
        {"section": "missions", "text": "<mark>Calibration</mark> of turbines in Osh"}
    ]
