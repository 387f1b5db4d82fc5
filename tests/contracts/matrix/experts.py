"""The directory, profiles, delegates, topics, countries and organisations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from experts.audiences import Choice, Reach
from experts.models import Network, NetworkMembership, Profile, Section
from tests.contracts.matrix.base import Cast, row
from tests.factories import experts as make


def _network(cast: Cast) -> Network:
    """A network of the expert, the peer, the State's authority and the co-ordinator."""
    network = Network.objects.create(
        slug="a-network", names={"en": "A network"}, group=Group.objects.create(name="network:a-network")
    )
    norway = make.country("NO")
    for role, person in (
        ("member", cast.expert),
        ("member", cast.peer),
        ("authority", cast.national_authority),
        ("coordinator", cast.coordinator),
    ):
        NetworkMembership.objects.create(
            network=network, user=person, role=role, country=norway if role == "authority" else None
        )
    return network


def _profile(cast: Cast, **fields: Any) -> Profile:
    """The expert's: a Norwegian, with a delegate, one mission and a closed contact section."""
    profile = make.profile(cast.expert, nationality=make.country("NO"), **fields)
    make.delegate(profile, cast.delegate)
    return profile


def published(cast: Cast) -> dict[str, object]:
    _network(cast)
    profile = _profile(cast, reach={"identity": "everyone"})
    mission = make.item(profile, Section.MISSIONS, title="Osh")
    return {"id": profile.pk, "section": "missions", "item_id": mission.pk}


def for_members(cast: Cast) -> dict[str, object]:
    _network(cast)
    return {"id": _profile(cast).pk}


def for_the_network(cast: Cast) -> dict[str, object]:
    network = _network(cast)
    choice = Choice(Reach.NETWORKS, (network.pk,))
    return {"id": _profile(cast, reach={"identity": choice, "networks": choice, "nationality": choice}).pk}


def for_the_secretariat(cast: Cast) -> dict[str, object]:
    return {"id": _profile(cast, reach={"identity": "secretariat"}).pk}


def for_oneself(cast: Cast) -> dict[str, object]:
    return {"id": _profile(cast, reach={"identity": "self"}).pk}


def draft(cast: Cast) -> dict[str, object]:
    return {"id": _profile(cast, status="draft", reach={"identity": "everyone"}).pk}


def hidden(cast: Cast) -> dict[str, object]:
    return {"id": _profile(cast, status="hidden", hidden_because="secretariat").pk}


def stale(cast: Cast) -> dict[str, object]:
    return {"id": _profile(cast, status="hidden", hidden_because="stale").pk}


def with_another_delegate(cast: Cast) -> dict[str, object]:
    thing = published(cast)
    other = make.profile()
    make.delegate(Profile.objects.get(pk=cast.expert.pk), other.user)
    make.profile(cast.peer, reach={"identity": "everyone"})
    return thing | {"delegate_id": other.pk, "peer_id": cast.peer.pk}


def nobody_yet(cast: Cast) -> dict[str, object]:
    return {}


def with_files(cast: Cast) -> dict[str, object]:
    """Its photo for members, its documents for the secretariat."""
    thing = published(cast)
    profile = Profile.objects.get(pk=cast.expert.pk)
    profile.photo.save("photo.jpg", ContentFile(make.PNG))
    kept = {"file_name": "cv.png", "file_type": "image/png", "file_size": len(make.PNG)}
    document = make.item(profile, Section.DOCUMENTS, **kept)
    document.file.save("cv.png", ContentFile(make.PNG))
    return thing | {"item_id": document.pk}


def taxonomy(cast: Cast) -> dict[str, object]:
    make.country("NO")
    make.topic("another-topic")
    return {"slug": make.topic("risk-analysis").slug, "code": "NO"}


def organisation(cast: Cast) -> dict[str, object]:
    return {"slug": make.organisation().slug}


THINGS = {
    "a profile whose name is public": published,
    "a profile with closed contact data": published,
    "a profile for members": for_members,
    "a profile for its network": for_the_network,
    "a profile for the secretariat": for_the_secretariat,
    "a profile for oneself": for_oneself,
    "a draft profile": draft,
    "a profile that the secretariat hid": hidden,
    "a profile that went stale": stale,
    "a profile with another delegate": with_another_delegate,
    "no profile yet": nobody_yet,
    "a profile with a photo and a document": with_files,
    "a topic and a country": taxonomy,
    "an organisation": organisation,
}

FORM = {"Content-Type": "multipart/form-data; boundary=upload"}
FORM_OF_PNG = (
    b'--upload\r\nContent-Disposition: form-data; name="file"; filename="cv.png"\r\n'
    b"Content-Type: image/png\r\n\r\n" + make.PNG + b"\r\n--upload--\r\n"
)

OWN: dict[str, Any] = {"expert": 200, "delegate": 200}
EDITORS: dict[str, Any] = OWN | {"national_authority": 200}

ROWS = [
    row("GET /experts", "a profile whose name is public", others=200),
    row("GET /experts/{id}", "a profile whose name is public", others=200),
    row("GET /experts/{id}", "a profile for members", visitor=404, others=200),
    row(
        "GET /experts/{id}",
        "a profile for its network",
        **OWN,
        peer=200,
        national_authority=200,
        coordinator=200,
        secretariat=200,
        others=404,
    ),
    row("GET /experts/{id}", "a profile for the secretariat", **OWN, secretariat=200, others=404),
    row("GET /experts/{id}", "a profile for oneself", **OWN, others=404),
    row("GET /experts/{id}", "a draft profile", **OWN, others=404),
    row("GET /experts/{id}", "a profile that the secretariat hid", **OWN, secretariat=200, others=404),
    row(
        "POST /experts",
        "no profile yet",
        body={"identity": {"given_name": "Ana", "family_name": "Kovač"}},
        visitor=401,
        others=201,
    ),
    row(
        "PATCH /experts/{id}",
        "a profile whose name is public",
        body={"headline": "Another"},
        visitor=401,
        **EDITORS,
        others=403,
    ),
    row(
        "PATCH /experts/{id}",
        "a profile for oneself",
        body={"headline": "Another"},
        visitor=401,
        **OWN,
        others=404,
    ),
    row(
        "PATCH /experts/{id}",
        "a profile with closed contact data",
        body={"contact": {"address": "Main street 1"}},
        visitor=401,
        **OWN,
        national_authority=403,
        others=403,
    ),
    row("POST /experts/{id}/publish", "a draft profile", visitor=401, **OWN, others=404),
    row(
        "POST /experts/{id}/publish",
        "a profile that went stale",
        visitor=401,
        **OWN,
        secretariat=403,
        others=404,
    ),
    row(
        "POST /experts/{id}/publish",
        "a profile that the secretariat hid",
        visitor=401,
        expert=403,
        delegate=403,
        secretariat=403,
        others=404,
    ),
    row("POST /experts/{id}/unpublish", "a profile whose name is public", visitor=401, **OWN, others=403),
    row(
        "POST /experts/{id}/hide",
        "a profile whose name is public",
        body={"reason": "Asked to."},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /experts/{id}/unhide",
        "a profile that the secretariat hid",
        visitor=401,
        secretariat=200,
        expert=403,
        delegate=403,
        others=404,
    ),
    row(
        "GET /experts/{id}/preview",
        "a profile whose name is public",
        query={"as": "members"},
        visitor=401,
        **OWN,
        others=403,
    ),
    row("GET /experts/{id}/visibility", "a profile whose name is public", visitor=401, **OWN, others=403),
    row(
        "PATCH /experts/{id}/visibility",
        "a profile whose name is public",
        body={"headline": {"reach": "self"}},
        visitor=401,
        **OWN,
        others=403,
    ),
    row(
        "PATCH /experts/{id}/visibility",
        "a profile for oneself",
        body={"identity": {"reach": "members"}},
        visitor=401,
        **OWN,
        others=404,
    ),
    row("GET /experts/{id}/delegates", "a profile whose name is public", visitor=401, expert=200, others=403),
    row(
        "POST /experts/{id}/delegates",
        "a profile with another delegate",
        body=lambda thing: {"delegate": thing["peer_id"]},
        visitor=401,
        expert=201,
        others=403,
    ),
    row(
        "DELETE /experts/{id}/delegates/{delegate_id}",
        "a profile with another delegate",
        visitor=401,
        expert=204,
        others=403,
    ),
    row(
        "GET /experts/{id}/history",
        "a profile whose name is public",
        visitor=401,
        **OWN,
        secretariat=200,
        others=403,
    ),
    row("GET /experts/{id}/photo", "a profile with a photo and a document", visitor=404, others=200),
    row(
        "PUT /experts/{id}/photo",
        "a profile with a photo and a document",
        body=FORM_OF_PNG,
        headers=FORM,
        visitor=401,
        **EDITORS,
        others=403,
    ),
    row(
        "DELETE /experts/{id}/photo",
        "a profile with a photo and a document",
        visitor=401,
        expert=204,
        delegate=204,
        national_authority=204,
        others=403,
    ),
    row(
        "GET /experts/{id}/documents/{item_id}/file",
        "a profile with a photo and a document",
        **OWN,
        secretariat=200,
        others=404,
    ),
    row(
        "PUT /experts/{id}/documents/{item_id}/file",
        "a profile with a photo and a document",
        body=FORM_OF_PNG,
        headers=FORM,
        visitor=401,
        **OWN,
        national_authority=404,
        others=403,
    ),
    row(
        "DELETE /experts/{id}/documents/{item_id}/file",
        "a profile with a photo and a document",
        visitor=401,
        expert=204,
        delegate=204,
        national_authority=404,
        others=403,
    ),
    row("GET /experts/{id}/{section}", "a profile whose name is public", others=200),
    row(
        "POST /experts/{id}/{section}",
        "a profile whose name is public",
        body={"title": "Skopje"},
        visitor=401,
        expert=201,
        delegate=201,
        national_authority=201,
        others=403,
    ),
    row(
        "PUT /experts/{id}/{section}/order",
        "a profile whose name is public",
        body=lambda thing: {"items": [thing["item_id"]]},
        visitor=401,
        **EDITORS,
        others=403,
    ),
    row("GET /experts/{id}/{section}/{item_id}", "a profile whose name is public", visitor=404, others=200),
    row(
        "PATCH /experts/{id}/{section}/{item_id}",
        "a profile whose name is public",
        body={"place": "Batken"},
        visitor=401,
        **EDITORS,
        others=403,
    ),
    row(
        "DELETE /experts/{id}/{section}/{item_id}",
        "a profile whose name is public",
        visitor=401,
        expert=204,
        delegate=204,
        national_authority=204,
        others=403,
    ),
    row("GET /topics", "a topic and a country", others=200),
    row("GET /topics/{slug}", "a topic and a country", others=200),
    row(
        "POST /topics",
        "a topic and a country",
        body={"slug": "new-topic", "labels": {"en": "New topic"}, "parent": "risk-analysis"},
        visitor=401,
        secretariat=201,
        others=403,
    ),
    row(
        "PATCH /topics/{slug}",
        "a topic and a country",
        body={"labels": {"en": "Analysis of risks"}},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /topics/{slug}/move",
        "a topic and a country",
        body={"parent": None},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row(
        "POST /topics/{slug}/merge",
        "a topic and a country",
        body={"into": "another-topic"},
        visitor=401,
        secretariat=200,
        others=403,
    ),
    row("GET /countries", "a topic and a country", others=200),
    row("GET /countries/{code}", "a topic and a country", others=200),
    row("GET /organisations", "an organisation", others=200),
    row("GET /organisations/{slug}", "an organisation", others=200),
]
