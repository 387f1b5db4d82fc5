"""URLs that are found quickly: Django tries them one after the other, and there are hundreds."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern


def grouped(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same URLs, those that begin with the same segment (``spaces/``, ``<slug:slug>/``) below one
    `include`, and so on segment by segment, so that a request is compared with few of them.

    What is included already stands flat in the result. The order among URLs that begin alike is kept.
    """
    alone: list[tuple[str, URLPattern]] = []
    below: dict[str, list[URLPattern]] = {}
    for route, pattern in _flat(patterns, ""):
        head, slash, rest = route.partition("/")
        if slash:
            below.setdefault(f"{head}/", []).append(_at(rest, pattern))
        else:
            alone.append((route, pattern))
    return [
        *(_at(route, pattern) for route, pattern in alone),
        *(path(head, include(grouped(those))) for head, those in below.items()),
    ]


def _flat(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterable[tuple[str, URLPattern]]:
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            raise TypeError(f"{pattern} is no path().")
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _flat(pattern.url_patterns, route)
        else:
            yield route, pattern


def _at(route: str, pattern: URLPattern) -> URLPattern:
    return path(route, pattern.callback, pattern.default_args, pattern.name)
