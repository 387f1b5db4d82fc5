"""What posts said before: what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers import Output
from api.v1.forums.serializers.common import Person, person
from forums import revisions
from forums.models import PostRevision


class Revision(Output):
    """An edit of a post."""

    version = serializers.IntegerField(help_text="The version that the edit replaced.")
    edited = serializers.DateTimeField()
    editor = Person()
    reason = serializers.CharField(help_text="Empty where none was given.")
    language = serializers.CharField(help_text="Of the text before.")


class Piece(Output):
    op = serializers.ChoiceField(choices=["same", "removed", "added"])
    text = serializers.CharField(trim_whitespace=False)


class RevisionDetail(Revision):
    """An edit of a post, with what it changed."""

    before = serializers.CharField(help_text="Markdown.")
    after = serializers.CharField(help_text="Markdown.")
    difference = Piece(many=True, help_text="Read in order: both texts, by lines and words.")
    html = serializers.CharField(help_text="The difference with `<del>` and `<ins>`; Markdown is escaped.")
    attachments_before = serializers.ListField(child=serializers.UUIDField())
    attachments_after = serializers.ListField(child=serializers.UUIDField())


def listed(rows: Sequence[PostRevision]) -> list[dict[str, Any]]:
    """`Revision` of each; the editor is loaded."""
    return [_revision(row) for row in rows]


def detail(row: PostRevision, *, after: str, attachments_after: Sequence[object]) -> dict[str, Any]:
    """`RevisionDetail` of an edit, to which belongs what the post said after it."""
    pieces = revisions.difference(row.body, after)
    return _revision(row) | {
        "before": row.body,
        "after": after,
        "difference": [{"op": piece.op, "text": piece.text} for piece in pieces],
        "html": revisions.as_html(pieces),
        "attachments_before": row.attachment_ids,
        "attachments_after": list(attachments_after),
    }


def _revision(row: PostRevision) -> dict[str, Any]:
    return {
        "version": row.version,
        "edited": row.replaced_at,
        "editor": person(row.replaced_by),
        "reason": row.reason,
        "language": row.language,
    }
