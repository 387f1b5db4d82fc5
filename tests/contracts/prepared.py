"""Every prepared query that a test makes is compared with the one its queryset gives for the real asker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from experts import prepared
from experts.prepared import Question

_ask = Question.rows
_ask_each = prepared.rows_of_each


def check_every_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, asking a question that is prepared otherwise than its rule says is an AssertionError."""

    def rows(question: Question[Any], *, limit: int | None = None) -> list[Any]:
        assert_same(question)
        return _ask(question, limit=limit)

    def rows_of_each(questions: Sequence[Question[Any]]) -> list[list[Any]]:
        for question in questions:
            assert_same(question)
        return _ask_each(questions)

    monkeypatch.setattr(Question, "rows", rows)
    monkeypatch.setattr(prepared, "rows_of_each", rows_of_each)


def assert_same(question: Question[Any]) -> None:
    """The kept text with its slots filled is what the queryset gives, asked about this very viewer."""
    viewer, values = question.viewer, question.values
    kept = question._text()
    fresh = prepared.compiled(question.build(viewer, *question.key), viewer)
    assert kept.sql == fresh.sql
    assert list(kept.filled(viewer, values)) == list(fresh.filled(viewer, values))
