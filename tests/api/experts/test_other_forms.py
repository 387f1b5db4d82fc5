"""A profile as vCard, JSON-LD and a page to print: right by their standards, and no more than JSON tells."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
import pytest
import vobject  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from api.v1.experts import one_page
from experts import disclosure, vcard
from experts.models import Profile, Section
from tests.contracts.client import ApiClient
from tests.factories import experts as make

type Api = Callable[..., ApiClient]

VCARD = {"Accept": "text/vcard"}
JSON_LD = {"Accept": "application/ld+json"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def full(db: None) -> Profile:
    """A profile with something in every section, for members."""
    norway = make.country("NO")
    profile = make.profile(
        given_name="Ingrid; Marie",
        family_name="Sølheim",
        honorific="Dr",
        original_name="Ингрид Сульхейм",
        gender="female",
        headline="Document examiner, trainer",
        biography={"en": "Sixteen years\nat the *second line*.", "ru": "Шестнадцать лет " * 20},
        nationality=norway,
        duty_country=norway,
        agency_kind="border_guard",
        contact_email="ingrid@example.org",
        contact_phone="+4722000000",
        contact_address="Storgata 1\n0155 Oslo",
        orcid="0000-0001-5109-3700",
        available_from=dt.date(2026, 1, 1),
        reach={"gender": "members"},
    )
    profile.photo.save("photo.jpg", ContentFile(_jpeg()))
    make.item(
        profile, title="Head of laboratory", organisation=make.organisation(names={"en": "Border Guard"})
    )
    make.item(profile, title="Officer", organisation_name="Customs", ends_on=dt.date(2012, 1, 1))
    for section in (Section.MISSIONS, Section.PUBLICATIONS, Section.LINKS):
        make.item(
            profile, section, title=f"A {section.value}", url="https://example.org/a,b;c", country=norway
        )
    make.item(profile, Section.TRAININGS, title="A course", kind="taken")
    make.knows(profile, make.topic("forged-documents"), level="trainer")
    make.speaks(profile, "ru")
    make.joins(profile.user, make.network("border-colleges"))
    return profile


def _jpeg() -> bytes:
    made = BytesIO()
    Image.new("RGB", (600, 600), "navy").save(made, "JPEG")
    return made.getvalue()


def test_a_vcard_is_version_4_and_reads_back(api: Api, full: Profile) -> None:
    response = api(make.secretariat()).get(f"/experts/{full.pk}", headers=VCARD)
    assert response.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    lines = response.content.decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert "REV" not in {line.partition(":")[0] for line in lines}
    assert max(len(line.encode()) for line in lines) <= 75
    card = vobject.readOne(response.content.decode())
    assert card.uid.value == f"urn:uuid:{full.pk}"
    assert [name.value for name in card.fn_list] == ["Dr Ingrid; Marie Sølheim", "Ингрид Сульхейм"]
    assert (card.n.value.family, card.n.value.given, card.n.value.prefix) == (
        "Sølheim",
        "Ingrid; Marie",
        "Dr",
    )
    assert card.role.value == "Document examiner, trainer"
    assert [title.value for title in card.title_list] == ["Head of laboratory"]
    assert card.org.value == ["Border Guard"]
    assert card.gender.value == "F"
    assert card.email.value == "ingrid@example.org"
    assert card.tel.value == "tel:+4722000000"
    assert card.adr.value.street == "Storgata 1\n0155 Oslo"
    assert card.adr.value.country == "State NO"
    assert card.lang.value == "ru"
    assert card.expertise.params == {"LEVEL": ["expert"]}
    assert card.categories.value == ["Forged documents"]
    assert card.url_list[0].value == "https://orcid.org/0000-0001-5109-3700"
    assert "URL:https://example.org/a,b;c" in lines
    assert card.note_list[0].value == "Sixteen years\nat the *second line*."
    assert card.note_list[1].value == ("Шестнадцать лет " * 20)
    unfolded = response.content.decode().replace("\r\n ", "").split("\r\n")
    [photo] = [
        line.removeprefix("PHOTO:data:image/jpeg;base64,") for line in unfolded if line[:6] == "PHOTO:"
    ]
    assert base64.b64decode(photo)[:3] == b"\xff\xd8\xff"


_texts = st.text(st.characters(codec="utf-8"), max_size=120)


@given(given_name=_texts, headline=_texts, title=_texts, address=_texts, biography=_texts)
def test_whatever_is_written_stays_in_its_property(
    given_name: str, headline: str, title: str, address: str, biography: str
) -> None:
    content: dict[str, Any] = {section.value: disclosure.empty(section) for section in Section}
    content["identity"] |= {"given_name": f"A{given_name}", "family_name": "B"}
    content["headline"] = headline
    content["affiliations"] = [
        {"title": title, "ends_on": None, "organisation": {"slug": None, "name": "Org"}}
    ]
    content["contact"] = {"email": "a@example.org", "phone": "", "address": address}
    content["biography"] = [{"language": "en", "text": biography}]
    written = vcard.vcard(UUID(int=1), content, address="https://example.org/x")
    lines = written.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    known = {*("BEGIN", "VERSION", "PRODID", "UID", "KIND", "FN", "N", "SOURCE", "ROLE", "ORG", "TITLE")}
    known |= {"EMAIL", "ADR", "NOTE", "END"}
    names = {re.split(rb"[;:]", line)[0].decode() for line in lines if line and line[:1] != b" "}
    assert names <= known
    for line in lines:
        line.decode()  # no character was cut in two


def test_json_ld_is_a_person_of_schema_org_without_empty_parts(api: Api, full: Profile) -> None:
    response = api(make.secretariat()).get(f"/experts/{full.pk}", headers=JSON_LD)
    assert response.headers["Content-Type"] == "application/ld+json"
    person = orjson.loads(response.content)
    assert (person["@context"], person["@type"]) == ("https://schema.org", "Person")
    assert person["familyName"] == "Sølheim"
    assert person["affiliation"][0]["affiliation"] == {"@type": "Organization", "name": "Border Guard"}
    assert person["affiliation"][1]["endDate"] == "2012-01-01"
    assert person["knowsAbout"][0]["termCode"] == "forged-documents"
    assert person["knowsLanguage"] == [{"@type": "Language", "name": "Russian", "alternateName": "ru"}]
    assert person["@reverse"]["author"][0]["name"] == "A publications"
    assert person["sameAs"] == ["https://orcid.org/0000-0001-5109-3700", "https://example.org/a,b;c"]
    assert not re.search(r'(:|\[)(""|null|\[\]|\{\})', response.content.decode())
    bare = make.profile()
    told = orjson.loads(api(make.user()).get(f"/experts/{bare.pk}", headers=JSON_LD).content)
    assert told.keys() == {"@context", "@type", "@id", "url", "identifier", "name", "givenName", "familyName"}


def test_the_page_loads_nothing_and_says_so_to_the_browser(api: Api, full: Profile) -> None:
    Profile.objects.filter(pk=full.pk).update(headline="<script>alert(1)</script>")
    response = api(make.user()).get(f"/experts/{full.pk}", headers=HTML)
    html = response.content.decode()
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert not re.search(r"(src|href|url\()\s*=?\s*['\"]?(?!data:)[a-z/]+:", html)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    policy = response.headers["Content-Security-Policy"]
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "style=" not in html
    assert "ingrid@example.org" not in html, "a member may not read contact data"
    assert (
        "ingrid@example.org"
        in api(make.secretariat()).get(f"/experts/{full.pk}", headers=HTML).content.decode()
    )


@pytest.mark.parametrize(
    ("language", "heading"), [("fr", "Langues"), ("ru", "Языки"), ("de", "Sprachen"), ("pt", "Languages")]
)
def test_the_page_speaks_the_readers_language(api: Api, full: Profile, language: str, heading: str) -> None:
    response = api(make.user()).get(f"/experts/{full.pk}", headers=HTML | {"Accept-Language": language})
    assert f"<h2>{heading}</h2>" in response.content.decode()


def test_the_page_says_what_it_leaves_out_to_stay_one_page(api: Api, full: Profile) -> None:
    Profile.objects.filter(pk=full.pk).update(biography={"en": "The end of a sentence. " * 300 + "Last"})
    for number in range(20):
        make.item(full, Section.MISSIONS, title=f"Mission {number}")
        make.knows(full, make.topic(f"topic-number-{number}"))
    html = api(make.user()).get(f"/experts/{full.pk}", headers=HTML).content.decode()
    assert len(re.findall(r"Mission \d+", html)) == one_page.SHOWN["missions"] - 1
    assert "and 17 more" in html
    assert f"and {21 - one_page.ASIDE['topics']} more" in html
    assert "Last" not in html


def test_the_page_tells_months_once_and_when_something_came_out(api: Api, full: Profile) -> None:
    for section, first, last in (
        (Section.MISSIONS, dt.date(2024, 5, 2), dt.date(2024, 5, 9)),
        (Section.MISSIONS, dt.date(2023, 1, 1), dt.date(2023, 6, 1)),
        (Section.AFFILIATIONS, dt.date(2022, 8, 1), None),
        (Section.PUBLICATIONS, dt.date(2021, 7, 1), None),
    ):
        make.item(full, section, starts_on=first, ends_on=last)
    html = api(make.user()).get(f"/experts/{full.pk}", headers=HTML).content.decode()
    told = re.findall(r'class="when">([^<]+)<', html)
    assert set(told) == {" – 01/2012", "05/2024", "01/2023 – 06/2023", "08/2022 – ", "07/2021"}


def test_what_nobody_offers_is_refused(api: Api, full: Profile) -> None:
    response = api(make.user()).get(f"/experts/{full.pk}", headers={"Accept": "image/png"})
    assert response.status_code == 406
