"""What is shown of people: the directory, profiles, filters, counts by topic and country."""

from __future__ import annotations

from typing import Any

from tests.stateful.model import Viewer
from tests.stateful.world import EMPTY, ITEM_SECTIONS, World, same

CARD = (
    "identity", "photo", "headline", "nationality", "duty_country", "agency", "topics", "languages",
    "networks",
)  # fmt: skip
# A filter of the directory, with the section that it looks into.
FILTERS = (
    ("nationality", "nationality", "NO"),
    ("duty_country", "duty_country", "NO"),
    ("topic", "topics", "bowlines"),
    ("topic", "topics", "knots"),
    ("language", "languages", "ru"),
    ("agency", "agency", "customs"),
    ("network", "networks", "alpha"),
)


def expected(world: World, who: Viewer, person: str, section: str) -> Any:
    """A section as this viewer must be shown it."""
    if not world.model.sees_section(who, person, section):
        return EMPTY[section]
    return content(world, person, section)


def content(world: World, person: str, section: str) -> Any:
    """A section as it is."""
    if section == "networks":
        return [
            {"slug": name, "name": f"Network {name}", "role": "member"}
            for name, people in sorted(world.model.networks.items())
            if person in people
        ]
    return world.model.profiles[person].content[section]


def directory(world: World, who: Viewer, *, indexed: bool) -> None:
    rows = {world.names[row["id"]]: row for row in world.page(who, "/experts")}
    seen = {person for person in world.model.profiles if world.model.sees_profile(who, person)}
    same(set(rows), seen, f"/experts to {who}")
    for person, row in rows.items():
        for section in CARD:
            same(
                row[section], expected(world, who, person, section), f"{section} of {person}'s card to {who}"
            )


def profiles(world: World, who: Viewer, *, indexed: bool) -> None:
    for person in world.some(world.model.profiles, 2):
        response = world.get(who, f"/experts/{world.id_of(person)}")
        seen = world.model.sees_profile(who, person)
        same(response.status_code, 200 if seen else 404, f"/experts/{person} to {who}")
        if seen:
            body = response.json()
            for section in EMPTY:
                same(body[section], expected(world, who, person, section), f"{section} of {person} to {who}")


def items(world: World, who: Viewer, *, indexed: bool) -> None:
    pairs = [(person, section) for section in ITEM_SECTIONS for person in world.model.profiles]
    for person, section in world.some(pairs, 2):
        path = f"/experts/{world.id_of(person)}/{section}"
        response = world.get(who, path)
        seen = world.model.sees_profile(who, person)
        same(response.status_code, 200 if seen else 404, f"{section} of {person} to {who}")
        own = content(world, person, section)
        own = own["items"] if section == "links" else own
        readable = world.model.sees_section(who, person, section)
        if seen:
            same(response.json()["results"], own if readable else [], f"{section} of {person} to {who}")
        if own:
            item = world.get(who, f"{path}/{own[0]['id']}")
            same(item.status_code, 200 if readable else 404, f"an item of {section} of {person} to {who}")


def filters(world: World, who: Viewer, *, indexed: bool) -> None:
    for name, section, value in world.some(FILTERS, 2):
        found = {world.names[row["id"]] for row in world.page(who, "/experts", **{name: value})}
        same(found, _matching(world, who, section, value), f"/experts?{name}={value} to {who}")


def counts(world: World, who: Viewer, *, indexed: bool) -> None:
    """How many experts each topic and each country is said to have."""
    for row in world.page(who, "/topics", limit=None):
        people = _matching(world, who, "topics", row["slug"])
        same(row["expert_count"], len(people), f"experts of {row['slug']} to {who}")
    for row in world.page(who, "/countries", limit=None):
        code = row["code"]
        people = _matching(world, who, "nationality", code) | _matching(world, who, "duty_country", code)
        same(row["expert_count"], len(people), f"experts of {code} to {who}")


def countries(world: World, who: Viewer, *, indexed: bool) -> None:
    for code in world.some(world.base.countries, 1):
        body = world.get(who, f"/countries/{code}").json()
        people = _matching(world, who, "nationality", code) | _matching(world, who, "duty_country", code)
        same({world.names[row["id"]] for row in body["experts"]}, people, f"experts at {code} to {who}")
        same(body["expert_count"], len(people), f"experts counted at {code} to {who}")


def keepers_only(world: World, who: Viewer, *, indexed: bool) -> None:
    """Who may read what, and how it looks to others: for those who keep the profile."""
    for person in world.some(world.model.profiles, 1):
        seen, keeps = world.model.sees_profile(who, person), world.model.keeps(who, person)
        status = 401 if who is None else 200 if keeps else 403 if seen else 404
        path = f"/experts/{world.id_of(person)}"
        same(world.get(who, f"{path}/visibility").status_code, status, f"visibility of {person} to {who}")
        preview = world.get(who, f"{path}/preview", **{"as": "everyone"})
        same(preview.status_code, status, f"preview of {person} to {who}")
        if status == 200:
            body = preview.json()["expert"]
            for section in EMPTY:
                shown = expected(world, None, person, section)
                if world.model.profiles[person].status != "published":
                    continue  # nobody is shown it now
                same(body[section], shown, f"{section} of {person} as visitors see it")


def _matching(world: World, who: Viewer, section: str, value: str) -> set[str]:
    return {
        person
        for person in world.model.profiles
        if world.model.sees_section(who, person, section) and _has(content(world, person, section), value)
    }


def _has(content: Any, value: str) -> bool:
    if isinstance(content, list):
        return any(_has(part, value) for part in content)
    if isinstance(content, dict):
        if content.get("topic") == "bowlines" and value == "knots":
            return True  # the topic above
        return value in (
            content.get("code"),
            content.get("topic"),
            content.get("language"),
            content.get("slug"),
        )
    return bool(content == value)


PROBES = [directory, profiles, items, filters, counts, countries, keepers_only]
