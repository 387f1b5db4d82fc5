"""The directory as a table: for each expert what the asker may read, as `experts.disclosure` shows it.

The headings are names that an import understands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain
from typing import Any

from django.core.files.base import File
from django.db.models import Q

from experts import audit, directory, disclosure, jobs, tables, viewers
from experts.directory import Filters
from experts.models import Job, Profile, Section
from experts.querysets import ProfileQuerySet
from search.viewer import Viewer

SECTIONS = (
    Section.IDENTITY,
    Section.GENDER,
    Section.HEADLINE,
    Section.NATIONALITY,
    Section.DUTY_COUNTRY,
    Section.AGENCY,
    Section.AFFILIATIONS,
    Section.TOPICS,
    Section.LANGUAGES,
    Section.NETWORKS,
    Section.CONTACT,
    Section.LINKS,
    Section.AVAILABILITY,
)
HEADINGS = (
    "id",
    "honorific",
    "given_name",
    "family_name",
    "original_name",
    "gender",
    "headline",
    "nationality",
    "duty_country",
    "agency",
    "organisation",
    "position",
    "topics",
    "languages",
    "networks",
    "contact_email",
    "contact_phone",
    "contact_address",
    "orcid",
    "available_from",
    "available_to",
    "availability_share",
    "notice_days",
)

KIND = "export_experts"
# How many profiles are loaded at a time.
PAGE = 500


def rows(profiles: Sequence[Profile], viewer: Viewer) -> Iterator[tuple[str, ...]]:
    """A row under `HEADINGS` of each; loaded by ``with_content(language, SECTIONS)``."""
    for profile in profiles:
        shown = disclosure.disclose(profile, viewer, sections=SECTIONS)
        identity, contact, available = shown["identity"], shown["contact"], shown["availability"]
        present = next((one for one in shown["affiliations"] if one["ends_on"] is None), None)
        yield (
            str(profile.pk),
            identity["honorific"],
            identity["given_name"],
            identity["family_name"],
            identity["original_name"],
            shown["gender"],
            shown["headline"],
            shown["nationality"]["code"] if shown["nationality"] else "",
            shown["duty_country"]["code"] if shown["duty_country"] else "",
            shown["agency"],
            (present["organisation"]["name"] or "") if present else "",
            present["title"] if present else "",
            "; ".join(f"{one['topic']}: {one['level']}: {one['years']}" for one in shown["topics"]),
            "; ".join(f"{one['language']}: {one['level']}" for one in shown["languages"]),
            "; ".join(one["slug"] for one in shown["networks"]),
            contact["email"],
            contact["phone"],
            contact["address"],
            shown["links"]["orcid"],
            available["available_from"] or "",
            available["available_to"] or "",
            "" if available["share"] is None else str(available["share"]),
            "" if available["notice_days"] is None else str(available["notice_days"]),
        )


def parameters(filters: Filters) -> dict[str, Any]:
    """Filters as a job keeps them."""
    kept = {name: list(value) for name, value in asdict(filters).items() if value and name != "available"}
    return kept | ({"available": filters.available.isoformat()} if filters.available else {})


def filters_of(kept: Mapping[str, Any]) -> Filters:
    """The filters that a job keeps."""
    values = dict(kept)
    values["languages"] = [(code, level) for code, level in values.get("languages", ())]
    if "available" in values:
        values["available"] = date.fromisoformat(values["available"])
    return Filters(**values)


def make(job: Job) -> None:
    """Make the file that a job asks for: what its owner may read now. Raises `jobs.CancelledError`."""
    asked = job.parameters
    viewer = viewers.resolve(job.owner, language=asked["language"])
    found = directory.find(viewer, filters_of(asked["filters"]))
    job.total = found.count()
    job.save(update_fields=["total"])
    form = asked["format"]
    with tempfile.TemporaryFile() as made:
        pages = (rows(page, viewer) for page in _pages(found, viewer, job))
        tables.write(form, made, "experts", HEADINGS, chain.from_iterable(pages))
        made.seek(0)
        jobs.keep_file(
            job,
            File(made),
            name=f"experts.{form}",
            media_type=tables.MEDIA_TYPES[form],
            tokens=viewer.tokens,
        )
    audit.record(
        "experts.exported",
        job,
        actor=job.owner,
        changes={"filters": [None, asked["filters"]], "rows": [None, job.done]},
    )


def _pages(found: ProfileQuerySet, viewer: Viewer, job: Job) -> Iterator[list[Profile]]:
    """The profiles by name, a page at a time: no query holds more than one."""
    profiles = found.with_content(viewer.language, SECTIONS).order_by("sort_name", "pk")
    page = list(profiles[:PAGE])
    while page:
        jobs.stop_if_asked(job)
        yield page
        jobs.tell(job, done=job.done + len(page), faults=0)
        last = page[-1]
        beyond = Q(sort_name__gt=last.sort_name) | Q(sort_name=last.sort_name, pk__gt=last.pk)
        page = list(profiles.filter(sort_name__gte=last.sort_name).filter(beyond)[:PAGE])
