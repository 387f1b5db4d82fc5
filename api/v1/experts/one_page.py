"""A profile on one page, as HTML ready to print: made of what the reader was disclosed, and nothing else.

The page needs nothing from anywhere, so that it can be saved, sent and printed: its style and the photo are
in it. What does not fit on one sheet of A4 is cut, and said to be.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from babel.dates import format_date
from django.template.loader import get_template, render_to_string

from api.v1.experts.page_words import words
from experts.dates import today
from forums.text import plain, render, shortened

MEDIA_TYPE = "text/html"

# How much of each fits together on one sheet, the fullest profile included.
BIOGRAPHY = 700
SHOWN: Mapping[str, int] = {"affiliations": 3, "missions": 4, "trainings": 2, "publications": 2}
ASIDE: Mapping[str, int] = {"topics": 8, "languages": 6, "networks": 4}
LINE, NARROW_LINE = 60, 52


def page(content: Mapping[str, Any], *, name: str, photo: bytes | None, language: str, reader: str) -> str:
    """The page. ``content`` are all sections as disclosed, ``photo`` a JPEG, ``reader`` who it is for (empty:
    a visitor)."""
    say = words(language)
    day = _date(today().isoformat(), language)
    return render_to_string(
        "api/expert.html",
        {
            "language": language,
            "say": say,
            "name": name,
            "photo": base64.b64encode(photo).decode("ascii") if photo else "",
            "content": content,
            "biography": _biography(content["biography"], language),
            "facts": _facts(content, say),
            "aside": [
                _short("topics", [f"{row['label']} ({say[row['level']]})" for row in content["topics"]], say),
                _short("languages", [_spoken(row, say) for row in content["languages"]], say),
                _short("networks", [row["name"] for row in content["networks"]], say),
            ],
            "availability": _availability(content["availability"], say, language),
            "lists": [_list(section, content[section], say, language) for section in SHOWN],
            "footer": say["footer"].format(reader or say["anybody"], day),
        },
    )


@cache
def policy() -> str:
    """The Content-Security-Policy of the page: its own style, pictures that are in it, nothing else."""
    source = get_template("api/expert.html").template.source  # type: ignore[attr-defined]  # Django's engine
    style = source.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def _biography(texts: Sequence[Mapping[str, str]], language: str) -> dict[str, str] | None:
    """The one in the reader's language, else in English, else the first."""
    by_language = {text["language"]: text["text"] for text in texts}
    for chosen in (language, "en", *by_language):
        if chosen in by_language:
            return {
                "language": chosen,
                "text": shortened(plain(render(by_language[chosen])), BIOGRAPHY),
            }
    return None


def _facts(content: Mapping[str, Any], say: Mapping[str, str]) -> list[tuple[str, str]]:
    contact = content["contact"]
    address = ", ".join(contact["address"].split("\n"))
    facts = [
        (say[section], content[section]["name"] if content[section] else "")
        for section in ("nationality", "duty_country")
    ]
    reached = " · ".join(filter(None, (contact["email"], contact["phone"], shortened(address, LINE))))
    facts.append((say["contact"], reached))
    facts.append(("ORCID", content["links"]["orcid"]))
    return [(label, value) for label, value in facts if value]


def _short(section: str, lines: Sequence[str], say: Mapping[str, str]) -> dict[str, Any]:
    """A list of the narrow column."""
    shown = [shortened(line, NARROW_LINE) for line in lines[: ASIDE[section]]]
    return {"heading": say[section], "lines": shown, "more": _more(lines, shown, say)}


def _spoken(row: Mapping[str, str], say: Mapping[str, str]) -> str:
    level = say["native"] if row["level"] == "native" else row["level"]
    return f"{row['name']} ({level})"


def _more(all_of_it: Sequence[object], shown: Sequence[object], say: Mapping[str, str]) -> str:
    left = len(all_of_it) - len(shown)
    return say["more"].format(left) if left else ""


def _availability(found: Mapping[str, Any], say: Mapping[str, str], language: str) -> str:
    parts = [
        say[word].format(_date(found[name], language))
        for word, name in (("since", "available_from"), ("until", "available_to"))
        if found[name]
    ]
    if found["share"]:
        parts.append(f"{found['share']} %")
    return ", ".join(parts)


def _list(
    section: str, items: Sequence[Mapping[str, Any]], say: Mapping[str, str], language: str
) -> dict[str, Any]:
    shown = items[: SHOWN[section]]
    return {
        "heading": say[section],
        "items": [_item(item, section, language) for item in shown],
        "more": _more(items, shown, say),
    }


def _item(item: Mapping[str, Any], section: str, language: str) -> dict[str, str]:
    country = item["country"]["name"] if item["country"] else ""
    where = ", ".join(filter(None, (item["organisation"]["name"], item["place"], country)))
    return {
        "title": shortened(item["title"], LINE),
        "where": shortened(where, LINE),
        "when": _days(item["starts_on"], item["ends_on"], section, language),
    }


def _days(first: str | None, last: str | None, section: str, language: str) -> str:
    """From month to month; one month where it is the same, and of what came out on a day."""
    begins, ends = _month(first, language), _month(last, language)
    if begins == ends or section == "publications":
        return begins or ends
    return f"{begins} – {ends}"


def _month(day: str | None, language: str) -> str:
    return format_date(date.fromisoformat(day), "MM/yyyy", locale=language) if day else ""


def _date(day: str, language: str) -> str:
    return format_date(date.fromisoformat(day), "long", locale=language)
