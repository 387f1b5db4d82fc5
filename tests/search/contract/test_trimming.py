"""Nothing is given away: the same on every engine."""

from __future__ import annotations

from search.documents import Weight
from search.engines.base import Sort
from search.viewer import MEMBERS, SECRETARIAT
from tests.search.worlds import MEMBER, VISITOR, World, document, fact, ids, new_id, viewer

SECRETARY = viewer(MEMBERS, SECRETARIAT)


def test_a_document_is_found_by_its_audience_only(world: World) -> None:
    mine = document("expert", "turbine", audience=[MEMBERS])
    world.add(mine)
    assert world.found("turbine", MEMBER) == [mine.id]
    assert world.found("turbine", VISITOR) == []
    assert world.facets("turbine", VISITOR, "type") == {"type": {}}


def test_what_is_in_a_container_is_found_by_its_readers_only(world: World) -> None:
    here, there = new_id(), new_id()
    a, b = document("post", "turbine", container=here), document("post", "turbine", container=there)
    nowhere = document("post", "turbine")
    world.add(a, b, nowhere)
    assert world.found("turbine", viewer(containers=[here])) == ids(a, nowhere)
    assert world.found("turbine", viewer(containers=[here, there])) == ids(a, b, nowhere)
    assert world.found("turbine", VISITOR) == [nowhere.id]
    assert world.facets("turbine", viewer(containers=[here]), "space", "type") == {
        "space": {str(here): 1},
        "type": {"post": 2},
    }


def test_leaving_a_container_acts_without_re_indexing(world: World) -> None:
    here = new_id()
    world.add(document("post", "turbine", container=here))
    assert world.search("turbine", viewer(containers=[here])).total == 1
    assert world.search("turbine", viewer()).total == 0


def test_a_narrower_fact_is_found_by_its_own_audience_only(world: World) -> None:
    person = document(
        "expert", fact("Ada Lovelace"), fact("turbine", to=[SECRETARIAT], topic=["engines"], country=["GB"])
    )
    world.add(person)
    assert world.found("lovelace", MEMBER) == [person.id]
    for typed in ("turbine", "topic:engines", "country:GB", "turb*", '"turbine"', "lovelace turbine"):
        assert world.found(typed, SECRETARY) in ([person.id], []), typed
        assert world.found(typed, MEMBER) == [], typed
    assert world.found("lovelace turbine country:gb", MEMBER) == []
    assert world.found("lovelace turbine", SECRETARY) == [person.id]
    assert world.facets("lovelace", MEMBER, "country") == {"country": {}}
    assert world.facets("lovelace", SECRETARY, "country") == {"country": {"GB": 1}}


def test_words_may_be_in_facts_of_different_audiences(world: World) -> None:
    person = document("expert", fact("red"), fact("green", to=[MEMBERS]), fact("blue", to=[SECRETARIAT]))
    world.add(person)
    assert world.found("red green", MEMBER) == [person.id]
    assert world.found("red green blue", MEMBER) == []
    assert world.found("green blue", SECRETARY) == [person.id]


def test_what_one_may_not_read_excludes_nothing(world: World) -> None:
    person = document("expert", fact("red"), fact("blue", to=[SECRETARIAT]))
    world.add(person)
    assert world.found("red -blue", MEMBER) == [person.id]
    assert world.found("red -blue", SECRETARY) == []


def test_a_value_in_two_layers_is_counted_once(world: World) -> None:
    person = document(
        "expert",
        fact("red", country=["GB"]),
        fact("", to=[MEMBERS], country=["GB", "NO"]),
        fact("", to=[SECRETARIAT], country=["NO"]),
    )
    world.add(person)
    assert world.facets("red", SECRETARY, "country") == {"country": {"GB": 1, "NO": 1}}


def test_hits_carry_only_what_the_viewer_may_read(world: World) -> None:
    world.add(
        document("expert", fact("red", topic=["a"]), fact("red blue", to=[SECRETARIAT], topic=["b"])),
    )
    (for_member,) = world.search("red", MEMBER).hits
    assert [passage["text"] for passage in for_member.passages] == ["red"]
    assert for_member.terms["topic"] == ["a"]
    (for_secretary,) = world.search("red", SECRETARY).hits
    assert [passage["text"] for passage in for_secretary.passages] == ["red", "red blue"]
    assert list(for_secretary.terms["topic"]) == ["a", "b"]


def test_hidden_text_does_not_move_a_hit(world: World) -> None:
    hidden = [fact("turbine " * 20, to=[SECRETARIAT], weight=Weight.NAME)]
    better = document("expert", fact("turbine turbine"), fact("other", to=[MEMBERS]))
    worse = document("expert", fact("turbine and some other words"), *hidden)
    world.add(worse, better)
    assert world.found("turbine", MEMBER, sort=Sort.RELEVANCE) == [better.id, worse.id]
    assert world.found("turbine", SECRETARY, sort=Sort.RELEVANCE) == [worse.id, better.id]


def test_a_restricting_change_withdraws_before_it_is_indexed(world: World) -> None:
    post = document("post", "turbine", keys=["discussion:1"])
    other = document("post", "turbine", keys=["discussion:2"])
    world.add(post, other)
    world.enqueue(post, restricting=True)
    assert world.found("turbine") == [other.id]
    assert world.facets("turbine", VISITOR, "type") == {"type": {"post": 1}}
    assert world.engine.known(["turbine"], VISITOR) == {"turbine"}
    world.enqueue(other, withdraw="discussion:2")
    assert world.found("turbine") == []
    assert world.engine.known(["turbine"], VISITOR) == set()
    assert world.engine.passages("post", [post.id], VISITOR) == {}
    world.add()
    assert world.found("turbine") == ids(post, other)


def test_a_wider_handle_withdraws_everything_that_hangs_on_it(world: World) -> None:
    posts = [document("post", "turbine", keys=["discussion:1"]) for _ in range(3)]
    world.add(*posts)
    world.enqueue(posts[0], withdraw="discussion:1")
    assert world.found("turbine") == []


def test_a_removed_document_is_not_found_and_not_suggested(world: World) -> None:
    gone = document("discussion", "turbine", title="Turbines")
    world.add(gone)
    world.remove(gone)
    assert world.found("turbine") == []
    assert world.engine.suggest(["turb"], VISITOR, kinds=["discussion"], limit=5) == []
    assert list(world.engine.stored("discussion", after=None)) == []


def test_suggestions_are_of_readable_titles_only(world: World) -> None:
    here = new_id()
    seen = document("discussion", "", title="Turbine hall", container=here)
    unseen = document("discussion", "", title="Turbine house", container=new_id())
    person = document("expert", "", title="Ada Turbin", audience=[MEMBERS])
    world.add(seen, unseen, person)

    def suggested(*tokens: str) -> list[str]:
        who = viewer(*tokens, containers=[here])
        return [s.title for s in world.engine.suggest(["turb"], who, kinds=["discussion", "expert"], limit=9)]

    assert suggested() == ["Turbine hall"]
    assert suggested(MEMBERS) == ["Turbine hall", "Ada Turbin"]


def test_words_are_known_only_from_readable_text(world: World) -> None:
    world.add(document("expert", fact("turbine"), fact("xylograph", to=[SECRETARIAT])))
    words = ["turbine", "xylograph", "nothing"]
    assert world.engine.known(words, MEMBER) == {"turbine"}
    assert world.engine.known(words, SECRETARY) == {"turbine", "xylograph"}


def test_an_audience_of_nobody_is_found_by_nobody(world: World) -> None:
    world.add(document("expert", fact("red"), fact("blue", to=[]), audience=[MEMBERS]))
    world.add(document("expert", fact("red", to=["self:x"]), audience=[]))
    assert world.search("red", SECRETARY).total == 1
    assert world.search("blue", SECRETARY).total == 0


def test_posts_speak_only_to_who_may_read_them(world: World) -> None:
    here, author = new_id(), new_id()
    person = document("expert", "Ada", id=author)
    post = document("post", "turbine", container=here, author=author)
    world.add(person, post)

    def experts(*containers: object) -> list[object]:
        who = viewer(containers=list(containers))  # type: ignore[arg-type]  # ids
        page = world.search("turbine type:expert", who, post_evidence=True, sort=Sort.RELEVANCE)
        assert page.total == len(page.hits)
        return [(hit.id, [(p.id, p.passages[0]["text"]) for p in hit.posts]) for hit in page.hits]

    assert experts(here) == [(author, [(post.id, "turbine")])]
    assert experts() == []


def test_who_does_not_want_to_be_found_by_posts_is_not(world: World) -> None:
    author = new_id()
    person = document("expert", "Ada", id=author, findable_by_author=False)
    world.add(person, document("post", "turbine", author=author))
    assert world.search("turbine type:expert", post_evidence=True).total == 0
    assert world.search("ada type:expert", post_evidence=True).total == 1
