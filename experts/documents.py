"""What search knows of experts and of topics: one fact per section, under the section's own audience."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from experts import disclosure
from experts.dates import today
from experts.models import Profile, SearchPreferences, Section, Topic
from search.documents import Document, Fact, TopicLabel, Weight, key
from search.viewer import Viewer

KIND = "expert"

# How far ahead an open-ended availability is indexed, in months.
MONTHS_AHEAD = 24

type Terms = Mapping[str, tuple[str, ...]]


def load(ids: Sequence[UUID]) -> list[Document]:
    """The documents of the published profiles among these."""
    profiles = Profile.objects.filter(pk__in=ids, status=Profile.Status.PUBLISHED)
    ancestors = {label.slug: label.ancestors for label in topic_labels()}
    declined = SearchPreferences.objects.filter(user__in=ids, found_by_posts=False)
    by_posts = set(ids) - set(declined.values_list("pk", flat=True))
    return [
        _document(profile, ancestors, findable_by_author=profile.pk in by_posts)
        for profile in profiles.with_content("en", disclosure.ALL)
    ]


def visible_ids(viewer: Viewer, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these profiles that the viewer may know of."""
    return set(Profile.objects.visible(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def all_ids(after: UUID | None) -> Iterator[UUID]:
    """Every published profile, in the order of ids."""
    profiles = Profile.objects.filter(status=Profile.Status.PUBLISHED).order_by("pk")
    if after is not None:
        profiles = profiles.filter(pk__gt=after)
    yield from profiles.values_list("pk", flat=True).iterator(chunk_size=2000)


def topic_labels() -> list[TopicLabel]:
    """Every topic with the slugs above it, its labels and synonyms."""
    by_path: dict[str, Topic] = {topic.path: topic for topic in Topic.objects.order_by("path")}
    return [
        TopicLabel(
            slug=topic.slug,
            ancestors=tuple(
                by_path[path[:end]].slug for end in range(Topic.steplen, len(path), Topic.steplen)
            ),
            labels=topic.labels,
            synonyms=topic.synonyms,
        )
        for path, topic in by_path.items()
    ]


def _document(
    profile: Profile, ancestors: Mapping[str, Sequence[str]], *, findable_by_author: bool
) -> Document:
    facts: list[Fact] = []
    for section, make in _FACTS.items():
        if section == Section.TOPICS:
            facts += _topic_facts(profile, ancestors)
        else:
            facts += make(profile, section)
    return Document(
        kind=KIND,
        id=profile.pk,
        title=f"{profile.given_name} {profile.family_name}",
        audience=disclosure.audience(profile, Section.IDENTITY),
        facts=tuple(facts),
        keys=(key(KIND, profile.pk), key("person", profile.pk)),
        created_at=profile.created_at,
        author=profile.pk,
        findable_by_author=findable_by_author,
    )


def _fact(
    profile: Profile,
    section: Section,
    *,
    text: str = "",
    terms: Terms | None = None,
    language: str = "",
    weight: Weight = Weight.BODY,
) -> list[Fact]:
    """One fact, or none where it would be empty."""
    if not text and not terms:
        return []
    audience = disclosure.audience(profile, section)
    return [Fact(section.value, audience, text, language, weight, terms or {})]


def _identity(profile: Profile, section: Section) -> list[Fact]:
    names = " ".join(filter(None, (profile.given_name, profile.family_name, profile.original_name)))
    return _fact(profile, section, text=names, weight=Weight.NAME)


def _headline(profile: Profile, section: Section) -> list[Fact]:
    return _fact(profile, section, text=profile.headline, weight=Weight.HEADLINE)


def _biography(profile: Profile, section: Section) -> list[Fact]:
    return [
        fact
        for language, text in sorted(profile.biography.items())
        for fact in _fact(profile, section, text=text, language=language)
    ]


def _country(profile: Profile, section: Section) -> list[Fact]:
    code = getattr(profile, f"{section.value}_id")
    if not code:
        return []
    return _fact(profile, section, terms={section.value: (code,), "country": (code,)})


def _term(field: str, column: str) -> Callable[[Profile, Section], list[Fact]]:
    def make(profile: Profile, section: Section) -> list[Fact]:
        value = getattr(profile, column)
        return _fact(profile, section, terms={field: (value,)}) if value else []

    return make


def _topic_facts(profile: Profile, ancestors: Mapping[str, Sequence[str]]) -> list[Fact]:
    if not profile.topic_rows:
        return []
    topics: set[str] = set()
    levels: set[str] = set()
    for row in profile.topic_rows:
        with_those_above = (row["topic"], *ancestors[row["topic"]])
        topics.update(with_those_above)
        levels.update(f"{slug}={row['level']}" for slug in with_those_above)
    terms = {"topic": tuple(sorted(topics)), "level": tuple(sorted(levels))}
    labels = ", ".join(row["label"] for row in profile.topic_rows)
    return _fact(profile, Section.TOPICS, text=labels, terms=terms, language="en", weight=Weight.HEADLINE)


def _networks(profile: Profile, section: Section) -> list[Fact]:
    rows = profile.network_rows
    if not rows:
        return []
    text = ", ".join(row["name"] for row in rows)
    terms = {"network": tuple(row["slug"] for row in rows)}
    return _fact(profile, section, text=text, terms=terms, language="en", weight=Weight.ASIDE)


def _languages(profile: Profile, section: Section) -> list[Fact]:
    codes = tuple(row["language"] for row in profile.language_rows)
    return _fact(profile, section, terms={"language": codes}) if codes else []


def _items(profile: Profile, section: Section) -> list[Fact]:
    """The section's items, put together by the language they are written in."""
    texts: dict[str, list[str]] = {}
    for row in profile.item_rows:
        if row["section"] == section:
            parts = (row["title"], row["organisation"], row["place"], row["description"])
            texts.setdefault(row["language"], []).append(" – ".join(filter(None, parts)))
    return [
        fact
        for language, lines in texts.items()
        for fact in _fact(profile, section, text="\n".join(lines), language=language)
    ]


def _contact(profile: Profile, section: Section) -> list[Fact]:
    parts = filter(None, (profile.contact_email, profile.contact_phone, profile.contact_address))
    return _fact(profile, section, text="\n".join(parts), weight=Weight.ASIDE)


def _links(profile: Profile, section: Section) -> list[Fact]:
    orcid = _fact(profile, section, text=profile.orcid, weight=Weight.ASIDE)
    return orcid + _items(profile, section)


def _availability(profile: Profile, section: Section) -> list[Fact]:
    months = available_months(profile.available_from, profile.available_to, today())
    return _fact(profile, section, terms={"availability": months}) if months else []


def available_months(first: date | None, last: date | None, now: date) -> tuple[str, ...]:
    """The months ("2026-11") from now on in which somebody is available; none without a first or last day."""
    if first is None and last is None:
        return ()
    day = max(first or now, now).replace(day=1)
    end = min(last, _later(now)) if last else _later(now)
    months = []
    while day <= end:
        months.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return tuple(months)


def _later(now: date) -> date:
    return now + timedelta(days=31 * MONTHS_AHEAD)


def _nothing(_profile: Profile, _section: Section) -> list[Fact]:
    return []


_FACTS: Mapping[Section, Callable[[Profile, Section], list[Fact]]] = {
    Section.IDENTITY: _identity,
    Section.PHOTO: _nothing,
    Section.GENDER: _term("gender", "gender"),
    Section.HEADLINE: _headline,
    Section.BIOGRAPHY: _biography,
    Section.NATIONALITY: _country,
    Section.DUTY_COUNTRY: _country,
    Section.AGENCY: _term("agency", "agency_kind"),
    Section.AFFILIATIONS: _items,
    Section.NETWORKS: _networks,
    Section.TOPICS: _nothing,
    Section.LANGUAGES: _languages,
    Section.MISSIONS: _items,
    Section.TRAININGS: _items,
    Section.PUBLICATIONS: _items,
    Section.DOCUMENTS: _items,
    Section.CONTACT: _contact,
    Section.LINKS: _links,
    Section.AVAILABILITY: _availability,
}
