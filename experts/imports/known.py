"""What people call things in tables: States, topics, languages, organisations and networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import pycountry
from babel import Locale
from django.conf import settings

from experts.cleaning import known_language
from experts.imports.fields import key
from experts.models import AgencyKind, Country, Network, Organisation, Profile, Topic, TopicAlias

# What is written for these, beside their own names; compared as `fields.key` does.
_GENDERS = {
    Profile.Gender.FEMALE: (
        "f|w|female|woman|femme|féminin|weiblich|frau|femmina|femminile|donna|ж|женский|mujer|femenino"
    ),
    Profile.Gender.MALE: (
        "m|male|man|homme|masculin|männlich|mann|maschio|maschile|uomo|м|мужской|hombre|masculino"
    ),
    Profile.Gender.OTHER: "x|other|autre|divers|altro|другой|otro",
}
_NATIVE = (
    "native|native speaker|mother tongue|first language|langue maternelle|muttersprache|madrelingua|родной|"
    "lengua materna"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Names as `fields.key` compares them, and what they stand for. One of two things stands for none."""

    countries: Mapping[str, str]
    topics: Mapping[str, str]
    languages: Mapping[str, str]
    organisations: Mapping[str, str]
    networks: Mapping[str, UUID]
    network_slugs: Mapping[UUID, str]
    agencies: Mapping[str, str]
    genders: Mapping[str, str]
    native: frozenset[str]

    def language(self, text: str) -> str:
        """The ISO 639 code of a language given as code or name; the text itself where it is neither."""
        lowered = text.lower()
        return lowered if known_language(lowered) else self.languages.get(key(text), lowered)


def load() -> Known:
    """As the database has them now; five queries."""
    networks = list(Network.objects.values_list("slug", "names", "pk"))
    return Known(
        countries=_by_name(_countries()),
        topics=_by_name(_topics()),
        languages=_by_name(_languages()),
        organisations=_by_name(_organisations()),
        networks=_by_name((name, pk) for slug, names, pk in networks for name in {slug, *names.values()}),
        network_slugs={pk: slug for slug, _, pk in networks},
        agencies={key(name): kind.value for kind in AgencyKind for name in (kind.value, str(kind.label))},
        genders={key(name): kind.value for kind, names in _GENDERS.items() for name in names.split("|")},
        native=frozenset(key(name) for name in _NATIVE.split("|")),
    )


def _by_name[T](pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    twice: set[str] = set()
    for name, thing in pairs:
        compared = key(name)
        if found.setdefault(compared, thing) != thing:
            twice.add(compared)
    return {name: thing for name, thing in found.items() if name and name not in twice}


def _countries() -> Iterator[tuple[str, str]]:
    for code, names in Country.objects.values_list("code", "names"):
        yield code, code
        if entry := pycountry.countries.get(alpha_2=code):
            yield entry.alpha_3, code
        yield from ((name, code) for name in names.values())


def _topics() -> Iterator[tuple[str, str]]:
    for slug, labels, synonyms in Topic.objects.order_by().values_list("slug", "labels", "synonyms"):
        yield slug, slug
        yield from ((label, slug) for label in labels.values())
        yield from ((name, slug) for names in synonyms.values() for name in names)
    yield from TopicAlias.objects.values_list("slug", "topic__slug")


def _languages() -> Iterator[tuple[str, str]]:
    for code, _ in settings.LANGUAGES:
        yield from (
            (name, language)
            for language, name in Locale(code).languages.items()
            if language.isalpha() and known_language(language)
        )


def _organisations() -> Iterator[tuple[str, str]]:
    for slug, name, names in Organisation.objects.order_by().values_list("slug", "name", "names"):
        yield slug, slug
        yield name, slug
        yield from ((one, slug) for one in names.values())
