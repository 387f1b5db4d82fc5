"""Invented people in any number, for the demo and for benches: the same seed always gives the same people.

Every profile has the shape of a record of ``people.json``. Whoever is made here works for a fictitious
service, has an address in example.org or example.int and a name combined from ``names.json``; nobody of that
name is meant.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

type Record = dict[str, Any]

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr", "de", "it", "ru", "es")

NATIONAL_FOCAL_POINTS = "national-focal-points"
COUNTER_TERRORISM = "counter-terrorism"

# The network's real figures: 105 focal points of 52 of the 57 participating States.
FOCAL_POINTS = 105
STATES_WITH_NOBODY = frozenset({"AD", "LI", "MC", "SM", "VA"})
# Alternates, but no primary at the moment: a case that coverage reports must show.
STATES_WITHOUT_PRIMARY = frozenset({"LU", "MT"})
# States of which one designation lapses soon, and in how many days from today.
LAPSING_IN_DAYS = {"BG": 5, "CZ": 12, "DK": 20, "GE": 28, "HU": 35, "KZ": 44, "NO": 52, "PT": 59, "TR": 60}

GENERAL_TOPICS = ("border-security-and-management", "training-and-capacity-building", "gender-equality")
# Where people serve who serve abroad.
POSTED_TO = ("AT", "BE", "CH", "MK", "TJ", "TM")
LEVELS = ("awareness", "practitioner", "specialist", "trainer")


@cache
def load(name: str) -> Record:
    """A data file of this folder, parsed: ``load("people")``."""
    parsed: Record = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return parsed


def profiles(count: int, *, seed: int = 2026) -> Iterator[Record]:
    """``count`` profiles from all States and Partners. The n-th is the same whatever the count."""
    codes = sorted(load("names")["countries"])
    for number in range(count):
        random = _random(seed, number)
        yield _profile(random, country=random.choice(codes), suffix=str(number), topics=_all_topics())


def counter_terrorism_members(count: int = 1_040, *, seed: int = 2026) -> Iterator[Record]:
    """Members of the Counter-Terrorism Network, no two of the same name, beside those of ``people.json``."""
    names = load("names")["countries"]
    # Larger services send more people; nobody's figure is meant.
    weights = {code: Random(f"{seed}:weight:{code}").randint(1, 12) for code in sorted(names)}  # noqa: S311
    taken = {_full_name(designation["profile"]) for designation in designations(date(2026, 1, 1), seed=seed)}
    taken |= {_full_name(person) for person in load("people")["people"]}
    for number in range(count):
        random = _random(seed, f"ct{number}")
        country = random.choices(list(weights), list(weights.values()))[0]
        profile = _profile(
            random,
            country=country,
            suffix=f"c{number}",
            topics=_branch(COUNTER_TERRORISM) + _branch("cyber-security") + _branch("organized-crime"),
            networks=(COUNTER_TERRORISM,),
            taken=taken,
        )
        taken.add(_full_name(profile))
        yield profile


def designations(today: date, *, seed: int = 2026) -> Iterator[Record]:
    """The confirmed focal points of the network and the points of contact of the Mediterranean Partners.

    Each is ``{network, country, kind, status, valid_from, valid_to, person, profile}``; ``person`` is the key
    of the profile, which is one of ``people.json`` or a generated one. Exactly `FOCAL_POINTS` are primary or
    alternate, of all participating States but `STATES_WITH_NOBODY`, at most one primary each; the 6 points of
    contact of the Mediterranean Partners come after them. Some lapse soon, see `LAPSING_IN_DAYS`.
    """
    countries = load("countries")["countries"]
    states = sorted(c["code"] for c in countries if c["status"] == "participating")
    states = [code for code in states if code not in STATES_WITH_NOBODY]
    spare = FOCAL_POINTS - 2 * len(states)
    taken = {_full_name(person) for person in load("people")["people"]}
    for index, country in enumerate(states):
        size = 2 + (index < spare)
        kinds = ["alternate" if country in STATES_WITHOUT_PRIMARY else "primary"] + ["alternate"] * (size - 1)
        yield from _designated(country, kinds, today=today, seed=seed, taken=taken)
    for partner in sorted(c["code"] for c in countries if c["status"] == "mediterranean_partner"):
        yield from _designated(partner, ["point_of_contact"], today=today, seed=seed, taken=taken)


def _designated(
    country: str, kinds: Sequence[str], *, today: date, seed: int, taken: set[str]
) -> Iterator[Record]:
    """One State's designations: people of ``people.json`` first, then generated ones of other names."""
    people = load("people")["people"]
    known = {(p["nationality"], p["designation"]["kind"]): p for p in people if "designation" in p}
    for place, kind in enumerate(kinds):
        random = _random(seed, f"nfp{country}{place}")
        profile = known.pop((country, kind), None) or _profile(
            random,
            country=country,
            suffix=f"n{country.lower()}{place}",
            topics=_branch("border-security-and-management") + _branch("travel-document-security"),
            networks=(NATIONAL_FOCAL_POINTS,),
            taken=taken,
        )
        taken.add(_full_name(profile))
        begins = today - timedelta(days=random.randint(60, 640))
        ends = begins + timedelta(days=730)
        if place == 0 and country in LAPSING_IN_DAYS:
            ends = today + timedelta(days=LAPSING_IN_DAYS[country])
            begins = ends - timedelta(days=730)
        yield {
            "network": NATIONAL_FOCAL_POINTS,
            "country": country,
            "kind": kind,
            "status": "confirmed",
            "valid_from": begins.isoformat(),
            "valid_to": ends.isoformat(),
            "person": profile["key"],
            "profile": profile,
        }


def _profile(
    random: Random,
    *,
    country: str,
    suffix: str,
    topics: Sequence[str],
    networks: Sequence[str] = (),
    taken: AbstractSet[str] = frozenset(),
) -> Record:
    place = load("names")["countries"][country]
    gender, names = _name(random, place["groups"], taken=taken)
    given, family = names[0]
    key = f"{_slug(given)}-{_slug(family)}-{suffix}"
    language = random.choice(place["profile_languages"])
    organisation = random.choice(_organisations()[country])
    agency = organisation["kind"]
    since = random.randint(2005, 2023)
    own_topics = _topics(random, topics, years=2026 - since)
    networks = [*networks, *_more_networks(random, agency)]
    role_number = random.randrange(840)
    role = _role(role_number, language, gender)
    labels = [_topic(entry["topic"])["labels"][language] for entry in own_topics]
    domain = "example.int" if agency == "international_organisation" else "example.org"
    email = f"{key.replace('-', '.')}@{domain}"
    return {
        "key": key,
        "email": email,
        "language": language,
        "time_zone": place["time_zone"],
        "account_status": "active" if random.random() < 0.8 else "unclaimed",
        "profile_status": random.choices(["published", "draft", "hidden"], [90, 6, 4])[0],
        "honorific": random.choices(["", "Dr", "Col"], [88, 8, 4])[0],
        "given_name": given,
        "family_name": family,
        "original_name": " ".join(names[1]),
        "gender": gender if random.random() < 0.7 else "",
        "headline": f"{role}: {'; '.join(labels[:2])}"[:200],
        "biography": _biography(
            random,
            languages=[language] if language == "en" or random.random() < 0.6 else [language, "en"],
            name=f"{given} {family}",
            roles={spoken: _role(role_number, spoken, gender) for spoken in LANGUAGES},
            organisation=organisation,
            since=since,
            topics=own_topics,
        ),
        "nationality": country,
        "duty_country": country if random.random() < 0.85 else random.choice(POSTED_TO),
        "agency_kind": agency,
        "affiliations": [
            {"title": role, "organisation": organisation["slug"], "starts_on": f"{since}-09-01"},
        ],
        "topics": own_topics,
        "languages": _languages(random, place["native"], language),
        "missions": _missions(random, language, own_topics),
        "trainings": _trainings(random, language, own_topics),
        "publications": _publications(random, language, own_topics, key),
        "contact": {"email": email, "phone": _phone(random, place), "address": ""},
        "orcid": _orcid(random) if agency == "academia" else "",
        "links": [],
        "availability": _availability(random),
        "networks": [{"network": network, "role": "member"} for network in dict.fromkeys(networks)],
        "rosters": [r for r in ("stand-by-team", "mobile-training-team") if random.random() < 0.04],
        "delegates": [],
        "visibility": _visibility(random, list(dict.fromkeys(networks))),
    }


def _name(
    random: Random, groups: Sequence[str], *, taken: AbstractSet[str]
) -> tuple[str, list[tuple[str, ...]]]:
    """A gender and a name not taken: ``(given, family)`` in Latin, then in its own script, if any."""
    for _ in range(1_000):
        group = load("names")["groups"][random.choice(groups)]
        gender = random.choice(["female", "male"])
        given, family = random.choice(group[gender]), random.choice(group["family"][gender])
        if f"{given[0]} {family[0]}" not in taken:
            return gender, [(given[0], family[0]), (given[1], family[1]) if len(given) > 1 else ()]
    raise ValueError(f"No name left in {groups}")


def _topics(random: Random, pool: Sequence[str], *, years: int) -> list[Record]:
    chosen = random.sample(list(pool), random.randint(2, 4))
    if random.random() < 0.3:
        chosen.append(random.choice(GENERAL_TOPICS))
    return [
        {
            "topic": slug,
            "level": random.choices(LEVELS, [1, 4, 3, 2])[0],
            "years": random.randint(1, max(1, years)),
        }
        for slug in dict.fromkeys(chosen)
    ]


def _biography(
    random: Random,
    *,
    languages: Sequence[str],
    name: str,
    roles: dict[str, str],
    organisation: Record,
    since: int,
    topics: Sequence[Record],
) -> dict[str, str]:
    """What the person does and holds, in each of ``languages``."""
    phrases = load("phrases")
    biography = {}
    for language in languages:
        opening = random.choice(phrases["openings"][language]).format(
            name=name,
            role=roles[language],
            organisation=organisation["names"][language],
            year=since,
            years=2026 - since,
        )
        first, second = (phrases["topics"][entry["topic"]][language] for entry in topics[:2])
        sentences = [opening, *first.get("work", ()), *second.get("work", ())[:1]]
        views = [*first.get("view", ()), *second.get("view", ())]
        if views:
            sentences.append(random.choice(views))
        biography[language] = " ".join(sentences)
    return biography


def _missions(random: Random, language: str, topics: Sequence[Record]) -> list[Record]:
    phrases = load("phrases")
    missions = []
    for _ in range(random.choices([0, 1, 2, 3], [40, 30, 20, 10])[0]):
        place, country = random.choice(phrases["places"])
        begins = date(random.randint(2012, 2025), random.randint(1, 12), random.randint(1, 28))
        missions.append(
            {
                "title": _titled(random, "missions", language, topics),
                "place": place,
                "country": country,
                "starts_on": begins.isoformat(),
                "ends_on": (begins + timedelta(days=random.randint(4, 40))).isoformat(),
                "organisation": "vienna-borders-secretariat",
            }
        )
    return missions


def _trainings(random: Random, language: str, topics: Sequence[Record]) -> list[Record]:
    phrases = load("phrases")
    trainings = []
    for _ in range(random.randint(0, 4)):
        place, country = random.choice(phrases["places"])
        begins = date(random.randint(2010, 2025), random.randint(1, 12), random.randint(1, 28))
        trainings.append(
            {
                "kind": random.choices(["taken", "given"], [3, 2])[0],
                "title": _titled(random, "trainings", language, topics),
                "place": place,
                "country": country,
                "starts_on": begins.isoformat(),
                "ends_on": (begins + timedelta(days=random.randint(1, 11))).isoformat(),
            }
        )
    return trainings


def _publications(random: Random, language: str, topics: Sequence[Record], key: str) -> list[Record]:
    return [
        {
            "title": _titled(random, "publications", language, topics),
            "starts_on": f"{random.randint(2011, 2025)}-01-01",
            "language": language,
            "url": f"https://publications.example.org/{key}-{number}",
        }
        for number in range(random.choices([0, 1, 2], [75, 18, 7])[0])
    ]


def _titled(random: Random, what: str, language: str, topics: Sequence[Record]) -> str:
    label = _topic(random.choice(topics)["topic"])["labels"][language]
    title: str = random.choice(load("phrases")[what][language])
    return title.format(label=label, n=random.randint(3, 14))


def _role(number: int, language: str, gender: str) -> str:
    roles = load("phrases")["roles"][language]
    male, female = roles[number % len(roles)]
    role: str = female if gender == "female" else male
    return role


def _languages(random: Random, native: Sequence[str], main: str) -> list[Record]:
    spoken = dict.fromkeys(native, "native")
    for language in (main, "en"):
        spoken.setdefault(language, random.choice(["B2", "C1", "C2"]))
    if random.random() < 0.5:
        spoken.setdefault(random.choice(LANGUAGES), random.choice(["A2", "B1", "B2", "C1"]))
    return [{"language": language, "level": level} for language, level in spoken.items()]


def _availability(random: Random) -> Record | None:
    if random.random() < 0.7:
        return None
    begins = date(2026, random.randint(1, 12), 1)
    regions = [region["key"] for region in load("countries")["regions"]]
    return {
        "from": begins.isoformat(),
        "to": (begins + timedelta(days=random.randint(60, 400))).isoformat(),
        "share": random.choice([10, 20, 25, 50, 100]),
        "notice_days": random.choice([7, 14, 21, 30]),
        "regions": sorted(random.sample(regions, random.randint(1, 4))),
    }


def _more_networks(random: Random, agency: str) -> list[str]:
    networks = []
    if random.random() < 0.25:
        networks.append("experts-and-professionals")
    if random.random() < 0.08:
        networks.append("women-leadership-and-empowerment")
    if agency in {"border_guard", "border_police"} and random.random() < 0.1:
        networks.append("travel-document-security")
    return networks


def _visibility(random: Random, networks: Sequence[str]) -> Record:
    """Audiences that differ from a new profile's: many people keep the defaults, some open, some close."""
    mood = random.choices(["default", "open", "network", "shy"], [35, 35, 18, 12])[0]
    if mood == "open":
        return dict.fromkeys(("identity", "headline", "topics", "languages", "agency"), "everyone")
    if mood == "network" and networks:
        return {section: {"networks": sorted(networks)} for section in ("biography", "missions", "trainings")}
    if mood == "shy":
        return {**dict.fromkeys(("nationality", "missions", "biography"), "secretariat"), "contact": "self"}
    return {}


def _phone(random: Random, place: Record) -> str:
    return f"{place['phone_prefix']}{random.randrange(10 ** place['phone_digits']):0{place['phone_digits']}d}"


def _orcid(random: Random) -> str:
    """An iD outside the ranges that ORCID gives out, with the right check character (ISO 7064 MOD 11-2)."""
    digits = f"{random.randint(91_000_000, 99_999_999):015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    check = (12 - total) % 11
    whole = digits + ("X" if check == 10 else str(check))
    return "-".join(re.findall("....", whole))


def _full_name(person: Record) -> str:
    return f"{person['given_name']} {person['family_name']}"


# Letters that NFKD leaves alone.
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ß": "ss", "ı": "i", "þ": "th", "ð": "d"})


def _slug(text: str) -> str:
    """ASCII letters and hyphens of a name in Latin script."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return re.sub(r"[^a-z]+", "-", decomposed.encode("ascii", "ignore").decode()).strip("-")


def _random(seed: int, what: object) -> Random:
    return Random(f"{seed}:{what}")  # noqa: S311 - demo data, not secrets


@cache
def _topic(slug: str) -> Record:
    return next(topic for topic in load("topics")["topics"] if topic["slug"] == slug)


@cache
def _all_topics() -> tuple[str, ...]:
    return tuple(topic["slug"] for topic in load("topics")["topics"])


@cache
def _branch(root: str) -> tuple[str, ...]:
    """A topic and all below it (parents stand before their children in the file)."""
    slugs = {root: None}
    for topic in load("topics")["topics"]:
        if topic["parent"] in slugs:
            slugs[topic["slug"]] = None
    return tuple(slugs)


@cache
def _organisations() -> dict[str, list[Record]]:
    by_country: dict[str, list[Record]] = {}
    for organisation in load("organisations")["organisations"]:
        by_country.setdefault(organisation["country"], []).append(organisation)
    return by_country
