"""Tags: what they are called, and keeping a space's in step with its discussions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery

from config.errors import Conflict, FieldError, Invalid
from forums import policies
from forums.models import Discussion, Tag
from search.viewer import Viewer

MAX_PER_SPACE = 1_000

_RECOUNT = """
UPDATE forums_tag AS tag
SET discussion_count = discussion_count + (CASE WHEN tag.name = ANY(%(after)s::text[]) THEN 1 ELSE -1 END)
WHERE id IN (
    SELECT id FROM forums_tag
    WHERE space_id = %(space)s AND (name = ANY(%(before)s::text[])) <> (name = ANY(%(after)s::text[]))
    ORDER BY id FOR NO KEY UPDATE
)
"""


def name(raw: str) -> str:
    """A tag as it is kept: lower case, Unicode NFKC, words of letters and digits joined by hyphens ("C++" and
    "C#" keep their signs). Empty where nothing is left."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", raw).casefold())
    seen = "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Cc", "Mn", "Me"})
    return "-".join(re.findall(r"[^\W_]+[+#]*", seen))


def names(raw: Sequence[str], *, pointer: str = "/tags") -> list[str]:
    """Tags as they are kept, each once, in their order. Raises `Invalid`: ``too_many``, ``blank``,
    ``max_length``."""
    kept = [name(tag) for tag in raw]
    errors = [
        FieldError(f"{pointer}/{number}", code, detail)
        for number, tag in enumerate(kept)
        for code, detail in _faults(tag)
    ]
    if errors:
        raise Invalid(errors=errors)
    kept = list(dict.fromkeys(kept))
    if len(kept) > Tag.MAX_PER_DISCUSSION:
        raise Invalid.field(pointer, f"At most {Tag.MAX_PER_DISCUSSION} tags.", code="too_many")
    return kept


def used(viewer: Viewer, space_id: UUID) -> QuerySet[Tag]:
    """The tags of a readable space that discussions in its table have, with ``discussions``: how many of
    those that the viewer may read. Who moderates it also reads what is hidden from others."""
    tags = Tag.objects.filter(space_id=space_id)
    if not policies.moderates(viewer, space_id):
        return tags.annotate(discussions=F("discussion_count")).filter(discussions__gt=0)
    rows = Discussion.objects.visible(viewer).published().filter(space_id=space_id)
    tagged = rows.filter(
        tags__contains=Func(OuterRef("name"), template="ARRAY[%(expressions)s]::varchar(40)[]")
    )
    number = tagged.order_by().annotate(one=Func(template="count(*)", output_field=IntegerField()))
    return tags.annotate(discussions=Subquery(number.values("one"))).filter(discussions__gt=0)


def ensure(space_id: UUID, wanted: Sequence[str]) -> None:
    """Make the tags that the space has not. `Conflict` for the thousand-and-first of a space."""
    if not wanted:
        return
    known = set(Tag.objects.filter(space_id=space_id, name__in=wanted).values_list("name", flat=True))
    missing = [tag for tag in wanted if tag not in known]
    if not missing:
        return
    if Tag.objects.filter(space_id=space_id).count() + len(missing) > MAX_PER_SPACE:
        raise Conflict(f"A space has at most {MAX_PER_SPACE} tags: use those.", code="too_many_tags")
    Tag.objects.bulk_create(
        [Tag(space_id=space_id, name=tag) for tag in sorted(missing)], ignore_conflicts=True
    )


def recount(space_id: UUID, *, before: Sequence[str], after: Sequence[str]) -> None:
    """A discussion that is there for every reader of a space has other tags than before."""
    if set(before) != set(after):
        with connection.cursor() as cursor:
            cursor.execute(_RECOUNT, {"space": space_id, "before": list(before), "after": list(after)})


def _faults(tag: str) -> list[tuple[str, str]]:
    if not tag:
        return [("blank", "A tag has letters or digits.")]
    if len(tag) > Tag.MAX_LENGTH:
        return [("max_length", f"A tag has at most {Tag.MAX_LENGTH} characters.")]
    return []
