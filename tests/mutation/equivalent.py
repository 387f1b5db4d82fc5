"""Mutants that no test can kill, with the reason: they change nothing that anybody could see."""

EQUIVALENT: dict[str, str] = {}
