"""The mutation tool itself: it finds the clauses, and exchanges code in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation import mutants as making

SOURCE = '''
ROLES = ("a", "b")

def rule(viewer, thing):
    """Says who."""
    if not viewer:
        return None
    found = thing.filter(a=1, b=2).exclude(c=3)
    return found & viewer if viewer > 3 and thing is not None else found
'''


@pytest.fixture
def changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(making, "PROJECT", tmp_path)
    path = tmp_path / "rules.py"
    path.write_text(SOURCE)
    return [f"{mutant.name}: {mutant.change}" for mutant in making.of_module(path)]


def test_every_clause_is_removed_or_inverted_once(changes: list[str]) -> None:
    assert sorted(changes) == sorted(
        [
            "ROLES: removed from ('a', 'b'): 'a'",
            "ROLES: removed from ('a', 'b'): 'b'",
            "rule: removed: if not viewer",
            "rule: inverted: if not viewer",
            "rule: removed from filter(): a=1",
            "rule: removed from filter(): b=2",
            "rule: removed from exclude(): c=3",
            "rule: swapped: found & viewer if viewer > 3 and thing is not None else found",
            "rule: removed from &: found",
            "rule: removed from &: viewer",
            "rule: removed from and: viewer > 3",
            "rule: removed from and: thing is not None",
            "rule: inverted: viewer > 3",
            "rule: inverted: thing is not None",
        ]
    )


def test_the_rules_of_the_product_have_clauses() -> None:
    found = {mutant.path for mutant in making.mutants()}
    assert {
        "forums/access.py",
        "forums/querysets.py",
        "experts/querysets.py",
        "experts/disclosure.py",
    } <= found
