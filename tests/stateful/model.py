"""Who may see what: the product's promise written down once more, in plain sets and dicts.

It knows nothing of the product's code: no token, no queryset, no index. Whatever a person meets, by any way,
must be what this says; the probes compare. A viewer is a person's name, or None for a visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

type Viewer = str | None
type Followed = Space | Discussion | tuple[Space, str]  # with a tag of the space

VISIBILITIES = ("open", "members_only", "private", "secret")
ROLES = ("observer", "member", "moderator", "owner")
SHOWN = ("open", "answered", "closed", "archived")
LEVELS = ("watching", "following", "muted")  # the loudest first


@dataclass(eq=False)
class Space:
    slug: str
    visibility: str
    word: str
    parent: Space | None = None
    roles: dict[str, str] = field(default_factory=dict)
    network_roles: dict[str, str] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    silenced: set[str] = field(default_factory=set)
    archived: bool = False

    def line(self) -> Iterator[Space]:
        """Itself and the spaces above."""
        yield self
        if self.parent:
            yield from self.parent.line()


@dataclass(eq=False)
class Discussion:
    id: str
    space: Space
    author: str
    kind: str
    word: str
    status: str = "open"
    hidden: bool = False
    deleted: bool = False
    accepted: Post | None = None
    last_position: int = 1
    tags: tuple[str, ...] = ()


@dataclass(eq=False)
class Post:
    id: str
    discussion: Discussion
    author: str
    position: int
    word: str
    parent: Post | None = None
    state: str = "published"
    likes: set[str] = field(default_factory=set)
    files: list[File] = field(default_factory=list)
    quotes: list[Post] = field(default_factory=list)
    versions: list[tuple[str, list[str]]] = field(default_factory=list)  # earlier ones: word, ids of files

    def above(self) -> Iterator[Post]:
        """The replies it is below of."""
        if self.parent:
            yield self.parent
            yield from self.parent.above()


@dataclass(eq=False)
class File:
    """What somebody brought; it goes with the posts that have it among their ``files``."""

    id: str
    owner: str
    word: str


@dataclass(eq=False)
class Draft:
    """What somebody is writing: a discussion in a space, or a reply."""

    id: str
    user: str
    place: Space | Discussion
    word: str
    scheduled: bool = False
    refused: bool = False


@dataclass(eq=False)
class Invitation:
    """To a person, to all people of a network, or to who has the link; ``told`` are those who were told."""

    id: str
    space: Space
    role: str
    person: str | None = None
    network: str | None = None
    token: str | None = None
    told: set[str] = field(default_factory=set)
    holds: bool = True


@dataclass(eq=False)
class Profile:
    """``reach`` of each section: a circle and, of "networks", which; ``content`` as the API shows it;
    ``words`` by which a section is found."""

    reach: dict[str, tuple[str, frozenset[str]]]
    content: dict[str, object]
    words: dict[str, str]
    former_words: list[tuple[str, str]] = field(default_factory=list)
    status: str = "published"
    hidden_because: str = ""
    delegates: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Model:
    people: tuple[str, ...]
    secretariat: set[str]
    networks: dict[str, set[str]]
    spaces: dict[str, Space] = field(default_factory=dict)
    discussions: list[Discussion] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    merged: dict[str, Discussion] = field(default_factory=dict)
    told: list[tuple[str, str, Post]] = field(default_factory=list)  # whom, why, of what
    files: list[File] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    follows: dict[tuple[str, Followed], str] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    silenced: set[str] = field(default_factory=set)
    read: dict[tuple[str, Discussion], int] = field(default_factory=dict)

    # Spaces -------------------------------------------------------------------------------------------------

    def is_banned(self, who: Viewer, space: Space) -> bool:
        return who in self.banned or any(who in above.banned for above in space.line())

    def rank(self, who: Viewer, space: Space) -> int:
        """0 for nobody, 1 for an observer to 4 for an owner."""
        if who is None or self.is_banned(who, space):
            return 0
        roles = [role for network, role in space.network_roles.items() if who in self.networks[network]]
        roles += [space.roles[who]] if who in space.roles else []
        return max((ROLES.index(role) + 1 for role in roles), default=0)

    def reads(self, who: Viewer, space: Space) -> bool:
        if space.parent and not self.reads(who, space.parent):
            return False
        if space.visibility == "open" or self.rank(who, space):
            return True
        return space.visibility == "members_only" and who is not None and not self.is_banned(who, space)

    def is_shown_card(self, who: Viewer, space: Space) -> bool:
        if space.parent and not self.reads(who, space.parent):
            return False
        by_card = space.visibility == "private" and who is not None and not self.is_banned(who, space)
        return by_card or self.reads(who, space)

    def moderates(self, who: Viewer, space: Space) -> bool:
        return self.reads(who, space) and self.rank(who, space) >= 3

    def may_act(self, who: Viewer, space: Space, rank: int) -> bool:
        """Whether somebody may do what needs a rank: not in archived spaces, not while silenced."""
        line = list(space.line())
        still = who in self.silenced or any(s.archived or who in s.silenced for s in line)
        return self.reads(who, space) and self.rank(who, space) >= rank and not still

    # Discussions and posts ----------------------------------------------------------------------------------

    def sees_discussion(self, who: Viewer, one: Discussion) -> bool:
        if not self.reads(who, one.space):
            return False
        moderator = self.moderates(who, one.space)
        if one.status not in SHOWN:
            own = who == one.author and not one.deleted
            return own or (one.status == "pending" and moderator and not one.deleted)
        return moderator or not (one.hidden or one.deleted)

    def sees_post(self, who: Viewer, one: Post) -> bool:
        if not self.sees_discussion(who, one.discussion):
            return False
        own = who == one.author and one.state in ("pending", "hidden")
        return one.state == "published" or own or self.moderates(who, one.discussion.space)

    def meets_post(self, who: Viewer, one: Post) -> bool:
        """Sees it, or meets the tombstone that it left above others' replies."""
        left = one.state in ("hidden", "deleted") and self.replies_below(one) > 0
        return self.sees_post(who, one) or (left and self.sees_discussion(who, one.discussion))

    def is_counted(self, one: Discussion) -> bool:
        """Whether every reader of its space may read it: all that figures and search know of."""
        return one.status in SHOWN and not (one.hidden or one.deleted)

    def published(self, one: Discussion) -> list[Post]:
        return [post for post in self.posts if post.discussion is one and post.state == "published"]

    def replies_below(self, one: Post) -> int:
        below = [p for p in self.published(one.discussion) if one in p.above() or one.position == 1]
        return sum(post is not one for post in below)

    def unread(self, who: str, one: Discussion) -> int:
        mark = self.read.get((who, one), 0)
        return sum(post.position > mark for post in self.published(one))

    def figures(self, space: Space) -> dict[str, int]:
        counted = [one for one in self.discussions if one.space is space and self.is_counted(one)]
        written = [post for one in counted for post in self.published(one)]
        return {
            "questions": sum(one.kind == "question" for one in counted),
            "discussions": len(counted),
            "replies": sum(post.position > 1 for post in written),
            "contributors": len({post.author for post in written}),
        }

    # What goes with them ------------------------------------------------------------------------------------

    def sees_revisions(self, who: Viewer, one: Post) -> bool:
        return self.sees_post(who, one) and (who == one.author or self.moderates(who, one.discussion.space))

    def sees_file(self, who: Viewer, file: File) -> bool:
        """Who reads a post that it goes with; who brought it, while it goes with none."""
        posts = [post for post in self.posts if file in post.files]
        return any(self.sees_post(who, post) for post in posts) or (who == file.owner and not posts)

    def sees_quotes(self, who: Viewer, one: Post) -> list[Post]:
        """What it quotes, as far as somebody may read that."""
        return [post for post in one.quotes if post.state == "published" and self.sees_post(who, post)]

    def may_publish(self, draft: Draft) -> bool:
        if isinstance(draft.place, Space):
            return self.may_act(draft.user, draft.place, 2)
        return self.may_reply(draft.user, draft.place)

    def may_reply(self, who: str, one: Discussion) -> bool:
        if one.id in self.merged or not self.sees_discussion(who, one):
            return False
        if not self.may_act(who, one.space, 2) or one.deleted:
            return False
        return one.status in ("open", "answered") or (
            one.status == "closed" and self.moderates(who, one.space)
        )

    def is_addressed(self, who: Viewer, one: Invitation) -> bool:
        if who is None or not one.holds or self.is_banned(who, one.space):
            return False
        return who == one.person or (one.network is not None and who in self.networks[one.network])

    # What people want to hear -------------------------------------------------------------------------------

    def level(self, who: str, one: Discussion) -> str | None:
        """How much somebody wants to hear of a discussion: the nearest choice."""
        if level := self.follows.get((who, one)):
            return level
        of_tags = {self.follows.get((who, (one.space, tag))) for tag in one.tags} - {None}
        if of_tags:
            return min(filter(None, of_tags), key=LEVELS.index)
        of_spaces = (self.follows.get((who, space)) for space in one.space.line())
        return next((level for level in of_spaces if level), None)

    def publish(self, post: Post) -> None:
        """A post is there for readers: who is answered by it is told, and who wants to hear of it."""
        one = post.discussion
        answered = {one.author, post.parent.author if post.parent else one.author} - {post.author}
        if post.position == 1:
            answered = set()
        told = {person for person in answered if self.level(person, one) != "muted"}
        self.told += [(person, "reply", post) for person in sorted(told)]
        if not self.is_counted(one):
            return
        loud = ("watching", "following") if post.position == 1 else ("watching",)
        reason = "new_discussion" if post.position == 1 else "watching"
        followers = {person for person in self.people if self.level(person, one) in loud}
        self.told += [(person, reason, post) for person in sorted(followers - told - {post.author})]

    def own_unread(self, who: str) -> dict[str, tuple[int, int]]:
        """By space, in how many discussions how many posts are unread, of what is somebody's own."""
        found: dict[str, tuple[int, int]] = {}
        for one in self.discussions:
            level, space = self.level(who, one), one.space
            own = level in LEVELS[:2] or (not level and (who in space.roles or self.rank(who, space) > 0))
            if own and self.is_counted(one) and self.reads(who, space) and (posts := self.unread(who, one)):
                before = found.get(space.slug, (0, 0))
                found[space.slug] = (before[0] + 1, before[1] + posts)
        return found

    def has_tag(self, who: Viewer, space: Space, tag: str) -> bool:
        """Whether a tag is there for somebody: a discussion that they read has it."""
        return any(
            one.space is space and tag in one.tags and one.status in SHOWN and self.sees_discussion(who, one)
            for one in self.discussions
        )

    # Profiles -----------------------------------------------------------------------------------------------

    def keeps(self, who: Viewer, person: str) -> bool:
        return who is not None and (who == person or who in self.profiles[person].delegates)

    def is_within_reach(self, who: Viewer, person: str, section: str) -> bool:
        circle, networks = self.profiles[person].reach[section]
        if circle == "everyone" or self.keeps(who, person):
            return True
        if circle == "self" or who is None:
            return False
        if circle == "members" or who in self.secretariat:
            return True
        return circle == "networks" and any(who in self.networks[network] for network in networks)

    def sees_profile(self, who: Viewer, person: str) -> bool:
        profile = self.profiles[person]
        there = profile.status == "published" or (profile.status == "hidden" and who in self.secretariat)
        return self.keeps(who, person) or (there and self.is_within_reach(who, person, "identity"))

    def sees_section(self, who: Viewer, person: str, section: str) -> bool:
        return self.sees_profile(who, person) and (
            self.is_within_reach(who, person, "identity") and self.is_within_reach(who, person, section)
        )

    def meets_member(self, who: Viewer, network: str, person: str) -> bool:
        """Whether somebody sees that a person is in a network (the person is)."""
        if who in (person, *self.secretariat):
            return True
        fellow = who in self.networks[network]
        if person not in self.profiles:
            return fellow
        known = self.is_within_reach(who, person, "identity")
        shown = self.profiles[person].status == "published" and self.sees_section(who, person, "networks")
        return shown or (fellow and known)

    # Everything that is written -----------------------------------------------------------------------------

    def words(self) -> Iterator[tuple[str, Callable[[Viewer], bool]]]:
        """Every word of every text, with who may meet it, wherever it is shown."""
        for space in self.spaces.values():
            yield space.word, partial(_asked, self.is_shown_card, space)
        for one in self.discussions:
            yield one.word, partial(_asked, self.sees_discussion, one)
        for post in self.posts:
            yield post.word, partial(_asked, self.sees_post, post)
            for word, _ in post.versions:
                yield word, partial(_asked, self.sees_revisions, post)
        for file in self.files:
            yield file.word, partial(_asked, self.sees_file, file)
        for draft in self.drafts:
            yield draft.word, draft.user.__eq__
        for person, profile in self.profiles.items():
            for section, word in (*profile.words.items(), *profile.former_words):
                yield word, partial(self._of_section, person, section)

    def _of_section(self, person: str, section: str, who: Viewer) -> bool:
        return self.sees_section(who, person, section) or self.keeps(who, person)


def _asked[T](rule: Callable[[Viewer, T], bool], thing: T, who: Viewer) -> bool:
    return rule(who, thing)
