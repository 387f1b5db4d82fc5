"""The taxonomy, kept by the secretariat: made, renamed, moved, merged. Nothing is ever lost: old slugs keep
working.

All of it locks the whole tree (a few hundred rows), for a move rewrites the paths of a branch. Raises
`NotFound` for an unknown topic, `Denied` for anyone but the secretariat, `Stale`, and `Invalid` for what
makes no sense.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import batched
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models, transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest

from config.errors import Conflict, Invalid, NotFound, require_version
from experts import audit, labels, policies, viewers
from experts.cleaning import WORKING_LANGUAGES, Faults
from experts.models import ProfileTopic, Topic, TopicAlias, User
from experts.references import subtree, topics_by_slug
from search import outbox, registry

MAX_SYNONYMS = 40
MAX_DEPTH = 5
_BATCH = 1000


def create(
    *,
    acting_user: User,
    slug: str,
    names: Mapping[str, str],
    synonyms: Mapping[str, Sequence[str]] | None = None,
    parent: str | None = None,
) -> Topic:
    """Add a topic, at the top or below ``parent`` (a slug); ``names`` are its labels by language."""
    with transaction.atomic():
        _open(acting_user)
        faults = Faults()
        _check_slug(slug, None, faults)
        fields = {
            "slug": slug,
            "labels": _labels(names, faults),
            "synonyms": _synonyms(synonyms or {}, faults),
        }
        faults.raise_any()
        topic: Topic
        if parent is None:
            topic = Topic.objects.add_root(fields)
        else:
            above = _named(parent, "/parent")
            _check_depth(above.depth + 1)
            topic = Topic.objects.add_child(above, fields)
        audit.record("topic.created", topic, actor=acting_user, changes={"slug": [None, slug]})
        return topic


def edit(
    slug: str, *, acting_user: User, changes: Mapping[str, Any], expected_version: int | None = None
) -> Topic:
    """Change ``labels`` or ``synonyms`` (whole), or the ``slug``, whose former one stays an alias."""
    with transaction.atomic():
        _open(acting_user)
        topic = _topic(slug, expected_version)
        faults = Faults()
        new: dict[str, Any] = {}
        if "labels" in changes:
            new["labels"] = _labels(changes["labels"], faults)
        if "synonyms" in changes:
            new["synonyms"] = _synonyms(changes["synonyms"], faults)
        if "slug" in changes and changes["slug"] != topic.slug:
            new["slug"] = changes["slug"]
            _check_slug(new["slug"], topic, faults)
        faults.raise_any()
        noted = {
            name: [getattr(topic, name), value]
            for name, value in new.items()
            if getattr(topic, name) != value
        }
        if not noted:
            return topic
        if "slug" in noted:
            TopicAlias.objects.filter(slug=new["slug"]).delete()
            TopicAlias.objects.create(slug=topic.slug, topic=topic)
        for name, value in new.items():
            setattr(topic, name, value)
        topic.version += 1
        topic.save(update_fields=[*new, "version"])
        audit.record("topic.edited", topic, actor=acting_user, changes=noted)
        _index_again(_ids_below(topic))
        return topic


def move(slug: str, *, acting_user: User, parent: str | None, expected_version: int | None = None) -> Topic:
    """Put a topic, and all below it, below another, or at the top (None). Refused below itself."""
    with transaction.atomic():
        _open(acting_user)
        topic = _topic(slug, expected_version)
        before = Topic.objects.get_parent(topic)
        height = Topic.objects.filter(subtree(topic)).aggregate(deepest=Max("depth"))["deepest"] - topic.depth
        if parent is None:
            Topic.objects.move(topic, Topic.objects.order_by("path")[0], "sorted-sibling")
        else:
            target = _named(parent, "/parent")
            if target.path.startswith(topic.path):
                raise Invalid.field("/parent", "A topic cannot lie below itself.", code="below_itself")
            _check_depth(target.depth + 1 + height)
            Topic.objects.move(topic, target, "sorted-child")
        topic = _newer(topic)
        changes = {"parent": [before.slug if before else None, parent]}
        audit.record("topic.moved", topic, actor=acting_user, changes=changes)
        _index_again(_ids_below(topic))
        return topic


def merge(slug: str, *, acting_user: User, into: str, expected_version: int | None = None) -> Topic:
    """Make two topics one: whatever had the first has the second, and the first's slugs lead to it.

    Who had both keeps the higher level and the longer time. What lay below the first lies below the second.
    `Conflict` for a former slug of the first: asked twice, it would merge the topic that it leads to now.
    """
    with transaction.atomic():
        _open(acting_user)
        topic = _topic(slug, expected_version)
        if topic.slug != slug:
            raise Conflict(f"This topic is {topic.slug} now.", code="former_slug")
        target = _named(into, "/into")
        if target.path.startswith(topic.path):
            raise Invalid.field(
                "/into", "A topic cannot go into itself or what is below it.", code="below_itself"
            )
        for child in list(Topic.objects.get_children(topic)):
            Topic.objects.move(
                Topic.objects.get(pk=child.pk), Topic.objects.get(pk=target.pk), "sorted-child"
            )
        _keep_the_higher_level(topic, target)
        _point_elsewhere(topic, target)
        TopicAlias.objects.create(slug=topic.slug, topic=target)
        audit.record("topic.merged", topic, actor=acting_user, changes={"slug": [topic.slug, target.slug]})
        Topic.objects.filter(pk=topic.pk).delete()
        target = _newer(target)
        _index_again(_ids_below(target))
        return target


def _open(acting_user: User) -> None:
    policies.require(policies.secretariat, viewers.resolve(acting_user), None)
    list(Topic.objects.select_for_update().order_by("path").values_list("pk"))


def _topic(slug: str, expected_version: int | None) -> Topic:
    topic = topics_by_slug([slug]).get(slug)
    if topic is None:
        raise NotFound
    require_version(topic.version, expected_version)
    return topic


def _newer(topic: Topic) -> Topic:
    """The topic as the tree now has it, its version counted up."""
    found: Topic = Topic.objects.get(pk=topic.pk)
    found.version += 1
    found.save(update_fields=["version"])
    return found


def _named(slug: str, pointer: str) -> Topic:
    topic = topics_by_slug([slug]).get(slug)
    if topic is None:
        raise Invalid.field(pointer, "There is no such topic.", code="unknown_topic")
    return topic


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Conflict(f"The tree is at most {MAX_DEPTH} deep.", code="too_deep")


def _check_slug(slug: str, topic: Topic | None, faults: Faults) -> None:
    """A slug is free, or an alias of the topic itself."""
    try:
        validate_slug(slug)
    except ValidationError:
        faults.add("/slug", "invalid", "Letters, digits and hyphens.")
        return
    if slug != slug.lower() or len(slug) > 80:
        faults.add("/slug", "invalid", "Lower case, at most 80 characters.")
    found = topics_by_slug([slug]).get(slug)
    if found is not None and found != topic:
        faults.add("/slug", "taken", "Another topic has, or had, this slug.")


def _labels(names: Mapping[str, str], faults: Faults) -> dict[str, str]:
    return labels.clean(names, pointer="/labels", limit=120, faults=faults, required=True)


def _synonyms(synonyms: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[str]]:
    cleaned: dict[str, list[str]] = {}
    for language, words in synonyms.items():
        pointer = f"/synonyms/{language}"
        if language not in WORKING_LANGUAGES:
            faults.add(pointer, "unknown_language", "It is not a working language.")
        elif len(words) > MAX_SYNONYMS or any(len(word) > 120 for word in words):
            faults.add(pointer, "too_many", f"At most {MAX_SYNONYMS}, of at most 120 characters.")
        else:
            cleaned[language] = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    return cleaned


def _keep_the_higher_level(topic: Topic, target: Topic) -> None:
    """Of those who have both, raise the target's row to the better of the two."""
    other = ProfileTopic.objects.filter(profile=OuterRef("profile"), topic=topic)
    both = ProfileTopic.objects.filter(topic=target, profile__topics__topic=topic)
    for row in both.annotate(level_there=Subquery(other.values("level"))):
        levels = ProfileTopic.Level.values
        row.level = max(row.level, row.level_there, key=levels.index)
        row.save(update_fields=["level"])
    both.update(years=Greatest(F("years"), Subquery(other.values("years"))))


def _references() -> list[models.ForeignKey[Any, Any]]:
    """Every column of every model that refers to a topic, in this room and above."""
    relations = Topic._meta.get_fields(include_hidden=True)  # noqa: SLF001 - Django documents it
    return [
        relation.field
        for relation in relations
        if isinstance(relation, models.ManyToOneRel) and isinstance(relation.field, models.ForeignKey)
    ]


def _point_elsewhere(topic: Topic, target: Topic) -> None:
    """Let everything that refers to one topic refer to the other; what would stand twice is dropped."""
    for column in _references():
        model, name = column.model, column.name
        rows = model._default_manager.filter(**{name: topic})  # noqa: SLF001 - Django documents it
        for others in _unique_with(column):
            twin = model._default_manager.filter(  # noqa: SLF001
                **{name: target}, **{other: OuterRef(other) for other in others}
            )
            rows.filter(models.Exists(twin)).delete()
        rows.update(**{name: target})


def _unique_with(column: models.ForeignKey[Any, Any]) -> list[tuple[str, ...]]:
    """The columns that together with this one must be unique, for each such constraint."""
    options = column.model._meta  # noqa: SLF001 - Django documents it
    together = [tuple(fields) for fields in options.unique_together]
    together += [
        tuple(constraint.fields)
        for constraint in options.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    return [tuple(n for n in fields if n != column.name) for fields in together if column.name in fields]


def _ids_below(topic: Topic) -> list[UUID]:
    return list(Topic.objects.filter(subtree(topic)).values_list("pk", flat=True))


def _index_again(topic_ids: Collection[UUID]) -> None:
    """Renew the documents of all who have one of these topics, and of what is tagged with one and
    searchable."""
    people = ProfileTopic.objects.filter(topic__in=topic_ids).values_list("profile_id", flat=True)
    _enqueue("expert", people.order_by().distinct())
    for column in _references():
        options: Any = column.model._meta  # noqa: SLF001 - Django documents it
        owner = options.auto_created
        if not owner:  # not the table of a many-to-many field
            continue
        kind = owner._meta.model_name  # noqa: SLF001
        [tagged] = (field for field in options.fields if field.related_model is owner)
        if kind in registry.kinds():
            rows = column.model._default_manager.filter(**{f"{column.name}__in": topic_ids})  # noqa: SLF001
            _enqueue(kind, rows.values_list(tagged.attname, flat=True).order_by().distinct())


def _enqueue(kind: str, ids: Any) -> None:
    for batch in batched(ids, _BATCH):
        outbox.enqueue(kind, batch)
