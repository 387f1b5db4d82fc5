"""What is shown of spaces: the directory, cards, figures, who belongs to them."""

from __future__ import annotations

from typing import Any

from tests.stateful.model import Space, Viewer
from tests.stateful.world import World, same


def directory(world: World, who: Viewer, *, indexed: bool) -> None:
    rows = {row["slug"]: row for row in world.page(who, "/spaces")}
    shown = {space.slug for space in world.model.spaces.values() if world.model.is_shown_card(who, space)}
    same(set(rows), shown, f"/spaces to {who}")
    for slug, row in rows.items():
        _check_card(world, who, world.model.spaces[slug], row)


def cards(world: World, who: Viewer, *, indexed: bool) -> None:
    for space in world.some(world.model.spaces.values(), 2):
        response = world.get(who, f"/spaces/{space.slug}")
        shown = world.model.is_shown_card(who, space)
        same(response.status_code, 200 if shown else 404, f"/spaces/{space.slug} to {who}")
        if shown:
            _check_card(world, who, space, response.json())
        readable = world.model.reads(who, space)
        summary = world.get(who, f"/spaces/{space.slug}/summary")
        same(summary.status_code, 200 if readable else 404, f"figures of {space.slug} to {who}")
        if readable:
            same(summary.json(), world.model.figures(space), f"figures of {space.slug} to {who}")


def people(world: World, who: Viewer, *, indexed: bool) -> None:
    for space in world.some(world.model.spaces.values(), 2):
        status = 401 if who is None else 200 if world.model.reads(who, space) else 404
        members = world.get(who, f"/spaces/{space.slug}/members", limit=100)
        networks = world.get(who, f"/spaces/{space.slug}/networks", limit=100)
        same(members.status_code, status, f"members of {space.slug} to {who}")
        same(networks.status_code, status, f"networks of {space.slug} to {who}")
        if status == 200:
            roles = {world.names[row["person"]["id"]]: row["role"] for row in members.json()["results"]}
            same(roles, space.roles, f"members of {space.slug} to {who}")
            granted = {row["network"]["slug"]: row["role"] for row in networks.json()["results"]}
            same(granted, space.network_roles, f"networks of {space.slug} to {who}")


def filters(world: World, who: Viewer, *, indexed: bool) -> None:
    """A filter on a space that is not there for somebody is a filter on one that does not exist."""
    absent = world.get(who, "/discussions", space="no-such-space")
    for space in world.some(world.model.spaces.values(), 1):
        below = world.get(who, "/spaces", parent=space.slug)
        within = world.get(who, "/discussions", space=space.slug)
        if not world.model.reads(who, space):
            same(within.status_code, absent.status_code, f"/discussions?space={space.slug} to {who}")
        if not world.model.is_shown_card(who, space):
            nowhere = world.get(who, "/spaces", parent="no-such-space")
            same(below.status_code, nowhere.status_code, f"/spaces?parent={space.slug} to {who}")


def _check_card(world: World, who: Viewer, space: Space, row: dict[str, Any]) -> None:
    model, readable = world.model, world.model.reads(who, space)
    what = f"{{}} of the card of {space.slug} to {who}"
    same(row["readable"], readable, what.format("readable"))
    same(row["summary"], model.figures(space) if readable else None, what.format("summary"))
    same(row["members"], len(space.roles) if readable else None, what.format("members"))
    same(row["role"], space.roles.get(who or ""), what.format("role"))
    above = space.parent.slug if space.parent else None
    same(row["parent"] and row["parent"]["slug"], above, what.format("parent"))


PROBES = [directory, cards, people, filters]
