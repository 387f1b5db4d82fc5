"""Quotes and mentions: shown, and told, only to who can read."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.errors import Invalid
from experts.models import User
from forums import enclosed, mentions, readers, text
from forums.actions import memberships, moderation, posts, writing
from forums.models import Notice, Post, Role, Space, Visibility
from search.viewer import Viewer
from tests.contracts.client import ApiClient
from tests.factories import experts
from tests.factories import forums as make

type Api = Callable[..., ApiClient]
type ViewerOf = Callable[..., Viewer]

WHY = "For the test."


def quotes(api: ApiClient, post: Post) -> list[object]:
    return [quote["text"] for quote in api.get(f"/posts/{post.pk}").json()["quotes"]]


def test_a_quote_is_shown_only_to_who_may_read_what_is_quoted(api: Api) -> None:
    secret, opened = make.space(Visibility.SECRET), make.space()
    author = make.join(secret)
    make.join(opened, Role.MEMBER, author)
    said = make.reply(make.discussion(secret), body="The **code** is 4711.")
    reply = make.reply(make.discussion(opened), author, quotes=[{"post": said.pk, "text": " code  is 4711"}])
    assert quotes(api(author), reply) == ["code is 4711"]
    for other in (None, make.person(), make.owner_of(opened)):
        body = api(other).get(f"/posts/{reply.pk}").json()
        assert body["quotes"] == []
        assert "4711" not in str(body)
        assert str(said.pk) not in str(body)
    memberships.leave(secret.pk, acting_user=author)
    assert quotes(api(author), reply) == []


def test_what_a_post_no_longer_says_is_quoted_no_longer(api: Api) -> None:
    space = make.space()
    owner, author = make.owner_of(space), make.join(space)
    said = make.reply(make.discussion(space), author, body="Call me at 555 1234, please.")
    reply = make.reply(
        make.discussion(space),
        quotes=[{"post": said.pk, "text": "at 555 1234"}, {"post": said.pk, "text": ""}],
    )
    assert quotes(api(), reply) == ["at 555 1234", "Call me at 555 1234, please."]
    posts.edit(said.pk, acting_user=owner, body="Call me, please.", reason=WHY)
    assert quotes(api(), reply) == [None, "Call me, please."]
    moderation.hide_post(said.pk, acting_user=owner, reason=WHY)
    assert quotes(api(), reply) == []


def test_one_quotes_what_is_said_in_posts_that_are_there_for_one(db: None) -> None:
    secret, opened = make.space(Visibility.SECRET), make.space()
    said, hidden = make.reply(make.discussion(opened), body="Yes."), make.reply(make.discussion(secret))
    given: list[writing.Quote] = [
        {"post": said.pk, "text": "No."},
        {"post": hidden.pk, "text": ""},
        {"post": said.pk, "text": "Y" * 2001},
    ]
    with pytest.raises(Invalid) as refused:
        make.reply(make.discussion(opened), quotes=given)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/quotes/0/text", "not_said"),
        ("/quotes/1/post", "unknown_post"),
        ("/quotes/2/text", "max_length"),
    ]


def test_a_page_with_quotes_and_files_costs_two_queries_more_whatever_their_number(
    viewer: ViewerOf, assert_queries: Callable[..., object]
) -> None:
    space = make.space()
    discussion = make.discussion(space)
    said = [make.reply(discussion) for _ in range(5)]
    for post in said:
        make.reply(discussion, quotes=[{"post": other.pk, "text": ""} for other in said if other != post])
    rows = list(Post.objects.filter(discussion=discussion).select_related("discussion"))
    who = viewer()
    list(Post.objects.visible(who))
    with assert_queries(1):  # type: ignore[attr-defined]
        found = enclosed.of(rows, who)
    assert sum(len(shown) for shown in found.quotes.values()) == 20


def mentioned(post: Post) -> set[UUID]:
    post.refresh_from_db()
    return set(post.mentioned_ids)


def test_a_name_is_a_mention_where_the_person_can_read(db: None) -> None:
    space = make.space(Visibility.PRIVATE)
    inside = make.join(space, user=make.person("Sofia Lindgren"))
    outside = make.person("Elif Karahan")
    reply = make.reply(make.discussion(space), body="Ask @sofia lindgren, or @Elif Karahan.")
    assert mentioned(reply) == {inside.pk}
    assert f'<a href="/api/v1/experts/{inside.pk}"' in reply.html
    assert ">@Sofia Lindgren</a>" in reply.html
    assert "@Elif Karahan." in reply.html
    assert str(outside.pk) not in reply.html
    assert list(Notice.objects.filter(reason="mention").values_list("user", flat=True)) == [inside.pk]
    assert not Notice.objects.filter(user=outside).exists()


def test_of_several_with_one_name_the_one_who_reads_is_meant_else_nobody(db: None) -> None:
    space = make.space(Visibility.PRIVATE)
    inside = make.join(space, user=make.person("Anna Berg"))
    make.person("Anna Berg")
    discussion = make.discussion(space)
    assert mentioned(make.reply(discussion, body="@Anna Berg?")) == {inside.pk}
    second = make.join(space, user=make.person("Anna Berg"))
    assert mentioned(make.reply(discussion, body="@Anna Berg?")) == set()
    assert mentioned(make.reply(discussion, body=f"@**Anna Berg|{second.pk}**")) == {second.pk}
    # The name that is shown is the person's own, whatever was written.
    reply = make.reply(discussion, body=f"@**The Secretary|{second.pk}**")
    assert "@Anna Berg" in reply.html


@pytest.mark.parametrize(
    "body",
    [
        "`@Sofia Lindgren`",
        "```\n@Sofia Lindgren\n```",
        "sofia@Sofia Lindgren",
        "[@Sofia Lindgren](https://osce.org)",
        "\\@Sofia Lindgren",
        "@Sofia",
        "@ Sofia Lindgren",
    ],
)
def test_in_code_links_and_addresses_nobody_is_named(db: None, body: str) -> None:
    space = make.space()
    make.join(space, user=make.person("Sofia Lindgren"))
    assert mentioned(make.reply(make.discussion(space), body=body)) == set()


@pytest.mark.parametrize(
    "body",
    ["@Sofia Lindgren's", "(@Sofia Lindgren)", "**@Sofia Lindgren**", "@Sofia Lindgren…", "@СОФИЯ Линдгрен"],
)
def test_names_stand_in_sentences(db: None, body: str) -> None:
    space = make.space()
    person = make.join(space, user=make.person("София Линдгрен" if "Л" in body else "Sofia Lindgren"))
    assert mentioned(make.reply(make.discussion(space), body=body)) == {person.pk}


def test_the_longest_name_is_meant(db: None) -> None:
    space = make.space()
    for name in ("Jan", "Jan de Vries", "Jan de"):
        make.join(space, user=make.person(name))
    reply = make.reply(make.discussion(space), body="@Jan de Vries and others")
    assert [User.objects.get(pk=pk).name for pk in mentioned(reply)] == ["Jan de Vries"]


def test_a_mention_bomb_is_refused(db: None) -> None:
    space = make.space()
    people = [make.join(space, user=make.person(f"Member Nummer{number}x")) for number in range(11)]
    discussion = make.discussion(space)
    bomb = " ".join(f"@{person.name}," for person in people)
    for body in (bomb, "@nobody here " * 200, " ".join(f"@**{p.name}|{p.pk}**" for p in people)):
        with pytest.raises(Invalid) as refused:
            make.reply(discussion, body=body)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [
            ("/body", "too_many_mentions")
        ]
    assert not Notice.objects.filter(reason="mention").exists()
    make.reply(discussion, body=" ".join(f"@{person.name}," for person in people[:10]))
    assert Notice.objects.filter(reason="mention").count() == 10


def test_an_edit_tells_only_whom_it_names_anew(db: None) -> None:
    space = make.space()
    first = make.join(space, user=make.person("Sofia Lindgren"))
    second = make.join(space, user=make.person("Elif Karahan"))
    author = make.join(space)
    reply = make.reply(make.discussion(space), author, body="@Sofia Lindgren")
    posts.edit(reply.pk, acting_user=author, body="@Sofia Lindgren and @Elif Karahan")
    told = Notice.objects.filter(reason="mention").values_list("user", "count")
    assert set(told) == {(first.pk, 1), (second.pk, 1)}


def test_suggestions_are_people_who_can_read_the_space(api: Api) -> None:
    space = make.space(Visibility.SECRET)
    inside = make.join(space, user=make.person("Sofia Lindgren"))
    make.person("Sofia Outside")
    banned = make.join(space, user=make.person("Sofia Banned"))
    make.ban(space, banned)
    asker = make.join(space)
    for typed in ("sof", "LIND", "Sofia Lin"):
        found = api(asker).get(f"/spaces/{space.slug}/mentions", q=typed).json()["results"]
        assert [person["id"] for person in found] == [str(inside.pk)]
    assert api(asker).get(f"/spaces/{space.slug}/mentions", q="%").json()["results"] == []
    assert api(make.person()).get(f"/spaces/{space.slug}/mentions", q="sof").status_code == 404
    assert api().get(f"/spaces/{space.slug}/mentions", q="sof").status_code == 401


def test_who_can_read_a_space_is_the_rule_of_access_the_other_way_round(viewer: ViewerOf) -> None:
    network = experts.network()
    people = [make.person() for _ in range(4)]
    delegate = make.person()
    experts.joins(delegate, network)
    outer = make.space(Visibility.OPEN)
    members_only = make.space(Visibility.MEMBERS_ONLY, parent=outer)
    private = make.space(Visibility.PRIVATE, parent=members_only)
    secret = make.space(Visibility.SECRET, parent=private)
    alone = make.space(Visibility.SECRET)
    make.grant(private, network)
    make.grant(secret, network, Role.OBSERVER)
    for space in (private, secret, alone):
        make.join(space, Role.OBSERVER, people[0])
    make.join(secret, Role.MODERATOR, people[1])  # but not what is above
    make.ban(members_only, people[2])
    make.ban(None, people[0])
    make.ban(private, delegate)
    everybody = list(User.objects.filter(status="active", is_system=False))
    for space in Space.objects.all():
        asked = {
            who.pk for who in everybody if Space.objects.readable(viewer(who)).filter(pk=space.pk).exists()
        }
        assert set(readers.of(space).values_list("pk", flat=True)) == asked, space


def test_names_cannot_carry_markup_into_a_post() -> None:
    person = (uuid4(), '<img src=x onerror="x">')
    known = mentions.Known({"eve": person})
    html = text.render("Hello @Eve", known)
    assert "<img" not in html
    assert "&lt;img" in html


def test_people_are_suggested_by_an_index_of_their_names(db: None) -> None:
    space = make.space()
    with CaptureQueriesContext(connection) as captured:
        writing.people_like(space, "Lovel", limit=5)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "user_name_trigrams" in plan, plan
