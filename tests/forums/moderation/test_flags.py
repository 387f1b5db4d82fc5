"""Flags and cases: who may flag, what is joined, who sees which queue."""

from __future__ import annotations

import pytest

from config.errors import Conflict, Denied, Invalid, NotFound
from experts import viewers
from experts.models import AuditEntry, User
from forums.actions import flags, moderation
from forums.models import Case, Flag, Notice, Post, Role, Visibility
from tests.factories import forums
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def queue(user: User) -> set[Case]:
    return set(Case.objects.visible(viewers.resolve(user)))


@pytest.fixture
def post() -> Post:
    space = forums.space()
    return forums.reply(forums.discussion(space), make.member(space))


def test_flags_of_several_people_on_a_post_make_one_case(post: Post) -> None:
    first = make.case(post, reason="spam")
    second = make.case(post, reason="abuse")

    assert first == second
    assert Case.objects.get().flag_count == 2
    assert set(Flag.objects.values_list("reason", flat=True)) == {"spam", "abuse"}


def test_a_second_flag_of_the_same_person_is_a_conflict(post: Post) -> None:
    person = forums.person()
    make.case(post, by=person)

    with pytest.raises(Conflict, match="already") as caught:
        make.case(post, by=person)
    assert caught.value.code == "already_flagged"


def test_after_the_decision_a_post_can_be_flagged_again(post: Post) -> None:
    person = forums.person()
    case = make.case(post, by=person)
    moderation.decide(case.pk, "dismiss", acting_user=make.moderator(post.discussion.space), reason=make.WHY)

    assert make.case(post, by=person) != case


def test_whoever_reads_an_open_space_flags_there(post: Post) -> None:
    assert flags.flag(post.pk, acting_user=forums.person(), reason="off_topic").case.flag_count == 1


def test_one_does_not_flag_ones_own_posts(post: Post) -> None:
    with pytest.raises(Denied) as caught:
        flags.flag(post.pk, acting_user=post.author, reason="spam")
    assert caught.value.code == "own_post"


def test_who_is_banned_does_not_flag(post: Post) -> None:
    person = forums.person()
    forums.ban(post.discussion.space, person)

    with pytest.raises(Denied) as caught:
        flags.flag(post.pk, acting_user=person, reason="spam")
    assert caught.value.code == "banned"


def test_a_post_of_a_secret_space_is_not_there_for_strangers_to_flag() -> None:
    post = forums.reply(forums.discussion(forums.space(Visibility.SECRET)))

    with pytest.raises(NotFound):
        flags.flag(post.pk, acting_user=forums.person(), reason="spam")


def test_another_reason_wants_a_note(post: Post) -> None:
    with pytest.raises(Invalid) as caught:
        flags.flag(post.pk, acting_user=forums.person(), reason="other")
    assert caught.value.errors[0].pointer == "/note"


def test_an_unknown_reason_is_invalid(post: Post) -> None:
    with pytest.raises(Invalid) as caught:
        flags.flag(post.pk, acting_user=forums.person(), reason="boredom")
    assert caught.value.errors[0].pointer == "/reason"


def test_moderators_see_their_own_spaces_queue_only(post: Post) -> None:
    case = make.case(post)
    elsewhere = make.moderator(forums.space())

    assert queue(make.moderator(post.discussion.space)) == {case}
    assert queue(elsewhere) == set()
    assert queue(make.member(post.discussion.space)) == set()


def test_the_secretariat_sees_no_space_s_queue_by_itself(post: Post) -> None:
    make.case(post)

    assert queue(make.secretariat()) == set()


def test_a_case_about_a_moderator_goes_to_the_secretariat_and_not_to_them() -> None:
    space = forums.space()
    author = make.moderator(space)
    case = make.case(forums.reply(forums.discussion(space), author))

    assert case.is_about_moderator
    assert queue(author) == set()
    assert queue(make.secretariat()) == {case}
    assert queue(make.moderator(space)) == {case}


def test_a_case_about_a_moderator_of_a_secret_space_stays_there() -> None:
    space = forums.space(Visibility.SECRET)
    case = make.case(forums.reply(forums.discussion(space), make.moderator(space)))

    assert queue(make.secretariat()) == set()
    assert queue(make.moderator(space)) == {case}


def test_a_moderator_hands_a_case_of_a_secret_space_to_the_secretariat() -> None:
    post = forums.reply(forums.discussion(forums.space(Visibility.SECRET)), body="A threat.")
    case = make.case(post)
    staff = make.secretariat()

    with pytest.raises(NotFound):
        flags.escalate(case.pk, acting_user=staff, reason=make.WHY)
    flags.escalate(case.pk, acting_user=make.moderator(post.discussion.space), reason=make.WHY)

    assert queue(staff) == {case}
    assert Case.objects.get().escalated_text == "A threat."
    assert not Post.objects.visible(viewers.resolve(staff)).exists()


def test_the_secretariat_decides_a_case_it_was_handed_without_reading_the_space() -> None:
    post = forums.reply(forums.discussion(forums.space(Visibility.SECRET)))
    case = make.case(post)
    flags.escalate(case.pk, acting_user=make.moderator(post.discussion.space), reason=make.WHY)

    moderation.decide(case.pk, "hide", acting_user=make.secretariat(), reason=make.WHY)

    post.refresh_from_db()
    assert post.state == Post.State.HIDDEN
    assert Case.objects.get().status == Case.Status.UPHELD


def test_a_case_is_assigned_to_who_sees_it(post: Post) -> None:
    case = make.case(post)
    moderator, stranger = make.moderator(post.discussion.space), forums.person()

    assert flags.assign(case.pk, moderator.pk, acting_user=moderator).assigned_to == moderator
    with pytest.raises(Invalid) as caught:
        flags.assign(case.pk, stranger.pk, acting_user=moderator)
    assert caught.value.errors[0].code == "unknown_user"
    assert flags.assign(case.pk, None, acting_user=moderator).assigned_to is None


def test_hiding_the_post_upholds_its_flags(post: Post) -> None:
    case = make.case(post)

    moderation.hide_post(post.pk, acting_user=make.moderator(post.discussion.space), reason=make.WHY)

    case.refresh_from_db()
    assert case.status == Case.Status.UPHELD


def test_approving_the_post_dismisses_its_flags(post: Post) -> None:
    case = make.case(post)

    moderation.approve_post(post.pk, acting_user=make.moderator(post.discussion.space), reason=make.WHY)

    case.refresh_from_db()
    assert case.status == Case.Status.DISMISSED


def test_a_decided_case_is_not_decided_again(post: Post) -> None:
    case, moderator = make.case(post), make.moderator(post.discussion.space)
    moderation.decide(case.pk, "uphold", acting_user=moderator, reason=make.WHY)

    with pytest.raises(Denied) as caught:
        moderation.decide(case.pk, "hide", acting_user=moderator, reason=make.WHY)
    assert caught.value.code == "already_decided"


def test_hiding_by_a_case_about_an_opening_post_hides_the_discussion() -> None:
    discussion = forums.discussion(forums.space())
    case = make.case(discussion.posts.get())

    moderation.decide(case.pk, "hide", acting_user=make.moderator(discussion.space), reason=make.WHY)

    discussion.refresh_from_db()
    assert discussion.hidden_at is not None


def test_moderators_are_told_of_the_first_flag_and_the_flagged_author_is_not(post: Post) -> None:
    moderator = make.moderator(post.discussion.space)
    network_moderators = forums.join(post.discussion.space, Role.OWNER)
    case = make.case(post)
    make.case(post)

    told = set(Notice.objects.filter(reason="flag").values_list("user_id", "case_id"))
    assert (moderator.pk, case.pk) in told
    assert (network_moderators.pk, case.pk) in told
    assert post.author_id not in {user_id for user_id, _ in told}
    assert Notice.objects.filter(reason="flag", user=moderator).get().count == 1


def test_every_step_of_a_case_is_in_the_log(post: Post) -> None:
    case, moderator = make.case(post), make.moderator(post.discussion.space)
    flags.assign(case.pk, moderator.pk, acting_user=moderator)
    flags.escalate(case.pk, acting_user=moderator, reason=make.WHY)
    moderation.decide(case.pk, "hide", acting_user=moderator, reason=make.WHY)

    verbs = AuditEntry.objects.filter(object_id=case.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["case.assigned", "case.escalated", "case.decided"]
