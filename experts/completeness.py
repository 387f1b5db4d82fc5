"""How complete a profile is, and what is missing: for the person and delegates, who see all of it."""

from __future__ import annotations

from dataclasses import dataclass

from experts import disclosure
from experts.models import Profile, Section

# How much each section adds: what others look for first weighs most. Gender, documents, links and
# publications are nobody's duty, and networks are not written here.
WEIGHTS = {
    Section.TOPICS: 20,
    Section.HEADLINE: 12,
    Section.BIOGRAPHY: 12,
    Section.LANGUAGES: 12,
    Section.AFFILIATIONS: 10,
    Section.DUTY_COUNTRY: 8,
    Section.NATIONALITY: 6,
    Section.AGENCY: 6,
    Section.CONTACT: 5,
    Section.AVAILABILITY: 4,
    Section.PHOTO: 3,
    Section.MISSIONS: 1,
    Section.TRAININGS: 1,
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """``percent`` of the weights that are filled; ``missing`` sections, the heaviest first."""

    percent: int
    missing: tuple[Section, ...]


def of(profile: Profile) -> Completeness:
    """The completeness of a profile loaded with all of its content."""
    missing = [
        section
        for section in WEIGHTS
        if disclosure.content(profile, section, "en") == disclosure.empty(section)
    ]
    lacking = sum(WEIGHTS[section] for section in missing)
    total = sum(WEIGHTS.values())
    return Completeness(100 * (total - lacking) // total, tuple(missing))
