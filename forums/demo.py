"""The demo's spaces, discussions and posts, from ``forums/data``, written by the people of `experts.demo`.

Loading again adds what is missing and changes nothing that is there; ids are made of the records' keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from experts.models import Network, Topic, User
from forums import grants, proof, text
from forums.data import generate
from forums.models import (
    Discussion,
    Joining,
    Post,
    PostLike,
    ReadMark,
    Role,
    Sanction,
    Space,
    ViewTally,
    Visibility,
)
from search import outbox

NAMESPACE = uuid5(NAMESPACE_URL, "https://example.org/demo/forums")

# How one comes into a demo space: freely where everybody reads, by asking or by invitation where not.
JOINING = {
    Visibility.OPEN: Joining.FREE,
    Visibility.MEMBERS_ONLY: Joining.FREE,
    Visibility.PRIVATE: Joining.ASK,
    Visibility.SECRET: Joining.INVITATION,
}

type Record = dict[str, Any]


def load(users: Mapping[str, User]) -> None:
    """Load what is missing, in one transaction. ``users`` is everybody by key (see `experts.demo.load`)."""
    with transaction.atomic():
        topics = dict(Topic.objects.values_list("slug", "pk"))
        _spaces(generate.load("spaces")["spaces"], users)
        discussions = list(generate.discussions())
        present = set(Discussion.objects.values_list("pk", flat=True))
        new = [record for record in discussions if demo_id(record["key"]) not in present]
        _discussions(new, users, topics)
        _posts(new, users)
        proof.fix()
        outbox.enqueue("discussion", [demo_id(record["key"]) for record in new])
        outbox.enqueue("post", [demo_id(post["key"]) for record in new for post in record["posts"]])


def demo_id(key: str) -> UUID:
    """The id of the space, discussion or post with this key."""
    return uuid5(NAMESPACE, key)


def _spaces(records: Iterable[Record], users: Mapping[str, User]) -> None:
    """Spaces, parents before their children, with everybody's roles and sanctions."""
    present = set(Space.objects.values_list("slug", flat=True))
    networks = {network.slug: network for network in Network.objects.all()}
    for record in records:
        if record["slug"] in present:
            continue
        parent = Space.objects.get(slug=record["parent"]) if record["parent"] else None
        space = Space.objects.create(
            pk=demo_id(record["slug"]),
            slug=record["slug"],
            title=record["title"],
            purpose=record["purpose"],
            rules=record["rules"],
            visibility=record["visibility"],
            joining=JOINING[record["visibility"]],
            parent=parent,
            ancestor_ids=[*parent.ancestor_ids, parent.pk] if parent else [],
            languages=record["languages"],
        )
        Space.objects.filter(pk=space.pk).update(created_at=_moment(record["created_at"]))
        space.topics.set(Topic.objects.filter(slug__in=record["topics"]))
        space.featured_topics.set(Topic.objects.filter(slug__in=record["featured_topics"]))
        grants.give(space.pk, {users[m["person"]].pk: Role(m["role"]) for m in record["members"]})
        for grant in record["networks"]:
            grants.give_network(space.pk, networks[grant["network"]], Role(grant["role"]))
        _sanctions(space, record["sanctions"], users)
        outbox.enqueue("space", [space.pk])


def _sanctions(space: Space, records: Iterable[Record], users: Mapping[str, User]) -> None:
    for record in records:
        sanction = Sanction.objects.create(
            space=space,
            user=users[record["person"]],
            kind=record["kind"],
            reason=record["reason"],
            created_by=users[record["by"]],
        )
        Sanction.objects.filter(pk=sanction.pk).update(created_at=_moment(record["created_at"]))


def _discussions(records: Iterable[Record], users: Mapping[str, User], topics: Mapping[str, UUID]) -> None:
    spaces = dict(Space.objects.values_list("slug", "pk"))
    about = Discussion.topics.through
    Discussion.objects.bulk_create(
        Discussion(
            pk=demo_id(record["key"]),
            space_id=spaces[record["space"]],
            kind=record["kind"],
            status=record["status"],
            title=record["title"],
            language=record["language"],
            author=users[record["author"]],
            is_pinned=bool(record.get("pinned_at")),
            created_at=_moment(record["created_at"]),
            view_count=record["views"],
            last_position=len(record["posts"]),
            last_post_at=_moment(record["posts"][-1]["created_at"]),
            last_post_by=users[record["posts"][-1]["author"]],
        )
        for record in records
    )
    ViewTally.objects.bulk_create(
        ViewTally(
            discussion_id=demo_id(record["key"]),
            day=_moment(record["created_at"]).date(),
            count=record["views"],
        )
        for record in records
    )
    about.objects.bulk_create(
        about(discussion_id=demo_id(record["key"]), topic_id=topics[slug])
        for record in records
        for slug in record["topics"]
    )


def _posts(records: Iterable[Record], users: Mapping[str, User]) -> None:
    posts: list[Post] = []
    likes: list[PostLike] = []
    accepted: dict[UUID, UUID] = {}
    for record in records:
        paths: dict[str, list[int]] = {}
        for position, written in enumerate(record["posts"], start=1):
            answered = written.get("parent")
            paths[written["key"]] = [] if position == 1 else [*paths.get(answered, ()), position]
            posts.append(
                Post(
                    pk=demo_id(written["key"]),
                    discussion_id=demo_id(record["key"]),
                    position=position,
                    parent_id=demo_id(answered) if answered and paths[answered] else None,
                    path=paths[written["key"]],
                    author=users[written["author"]],
                    body=written["body"],
                    html=text.render(written["body"]),
                    language=written["language"],
                    created_at=_moment(written["created_at"]),
                )
            )
            likes += [
                PostLike(post_id=demo_id(written["key"]), user=users[person]) for person in written["likes"]
            ]
        if best := record.get("accepted"):
            accepted[demo_id(record["key"])] = demo_id(best)
    Post.objects.bulk_create(posts, batch_size=500)
    PostLike.objects.bulk_create(likes, batch_size=1_000)
    # Who wrote has read what was there.
    read = {(post.author_id, post.discussion_id): post.position for post in posts}
    ReadMark.objects.bulk_create(
        ReadMark(user_id=user_id, discussion_id=discussion_id, position=position)
        for (user_id, discussion_id), position in read.items()
    )
    for discussion_id, post_id in accepted.items():
        Discussion.objects.filter(pk=discussion_id).update(accepted_post_id=post_id)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
