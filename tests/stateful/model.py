"""Who may see what: the product's promise written down once more, in plain sets and dicts.

It knows nothing of the product's code: no token, no queryset, no index. Whatever a person meets, by any way,
must be what this says; the probes compare. A viewer is a person's name, or None for a visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

type Viewer = str | None

VISIBILITIES = ("open", "members_only", "private", "secret")
ROLES = ("observer", "member", "moderator", "owner")
SHOWN = ("open", "answered", "closed", "archived")


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
    former_words: set[str] = field(default_factory=set)

    def above(self) -> Iterator[Post]:
        """The replies it is below of."""
        if self.parent:
            yield self.parent
            yield from self.parent.above()


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
    told: list[tuple[str, Post]] = field(default_factory=list)
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
            for word in (post.word, *post.former_words):
                yield word, partial(_asked, self.sees_post, post)
        for person, profile in self.profiles.items():
            for section, word in (*profile.words.items(), *profile.former_words):
                yield word, partial(self._of_section, person, section)

    def _of_section(self, person: str, section: str, who: Viewer) -> bool:
        return self.sees_section(who, person, section) or self.keeps(who, person)


def _asked[T](rule: Callable[[Viewer, T], bool], thing: T, who: Viewer) -> bool:
    return rule(who, thing)
