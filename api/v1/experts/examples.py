"""Examples for the documentation; a test checks them against the shapes."""

from __future__ import annotations

from typing import Any

from experts.models import Section

ID = "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071"

ITEM: dict[str, Any] = {
    "id": "019a1b2c-5555-7f60-8a1b-2c3d4e5f6071",
    "title": "Trainer, mobile training team",
    "kind": "",
    "organisation": {"slug": "no-border-guard", "name": "Norwegian Border Guard (fictitious)"},
    "country": {"code": "KG", "name": "Kyrgyzstan"},
    "place": "Osh and Batken",
    "starts_on": "2024-05-13",
    "ends_on": "2024-05-24",
    "url": "",
    "description": "Identifying foreign terrorist fighters at land crossing points.",
    "language": "en",
    "file": None,
}

CARD: dict[str, Any] = {
    "id": ID,
    "name": "Ingrid Solheim",
    "identity": {"honorific": "", "given_name": "Ingrid", "family_name": "Solheim", "original_name": ""},
    "photo": {"url": f"/api/v1/experts/{ID}/photo?v=1f3c9a52-9d0e-4a57-b1f6-2f8f6e1c7a90"},
    "headline": "Document examiner and mobile trainer",
    "nationality": {"code": "NO", "name": "Norway"},
    "duty_country": {"code": "NO", "name": "Norway"},
    "agency": "border_guard",
    "topics": [
        {
            "topic": "forged-documents",
            "label": "Forged documents",
            "level": "trainer",
            "years": 16,
            "endorsements": 4,
        }
    ],
    "languages": [{"language": "ru", "name": "Russian", "level": "B2"}],
    "networks": [
        {"slug": "national-focal-points", "name": "National Focal Points Network", "role": "member"}
    ],
    "verified": [{"section": "topics", "since": "2026-10-05T14:20:00Z"}],
    "allowed_actions": [],
}

EXPERT: dict[str, Any] = {
    "id": ID,
    "name": CARD["name"],
    "identity": CARD["identity"],
    "photo": CARD["photo"],
    "gender": "",
    "headline": CARD["headline"],
    "biography": [
        {
            "language": "en",
            "text": "Sixteen years at the *second line*.",
            "html": "<p>Sixteen years at the <em>second line</em>.</p>\n",
        }
    ],
    "nationality": CARD["nationality"],
    "duty_country": CARD["duty_country"],
    "agency": CARD["agency"],
    "affiliations": [],
    "networks": CARD["networks"],
    "topics": CARD["topics"],
    "languages": CARD["languages"],
    "missions": [ITEM],
    "trainings": [],
    "publications": [],
    "documents": [],
    "contact": {"email": "", "phone": "", "address": ""},
    "links": {"orcid": "", "items": []},
    "availability": {
        "available_from": "2026-12-01",
        "available_to": None,
        "share": 50,
        "notice_days": 21,
        "regions": ["central_asia"],
    },
    "verified": CARD["verified"],
    "status": "published",
    "created": "2026-03-02T08:15:00Z",
    "completeness": None,
    "allowed_actions": [],
}

HISTORY: dict[str, Any] = {
    "id": "019a1b2c-7777-7f60-8a1b-2c3d4e5f6071",
    "at": "2026-10-05T14:20:00Z",
    "author": {"id": ID, "name": "Ingrid Solheim"},
    "what": "profile.edited",
    "reason": "",
    "changes": [{"field": "headline", "before": "Trainer", "after": "Document examiner and mobile trainer"}],
}

PREVIEW: dict[str, Any] = {"seen_as": "members", "is_visible": True, "expert": EXPERT}

VISIBILITY: dict[str, Any] = {section.value: {"reach": "members", "networks": []} for section in Section} | {
    "contact": {"reach": "secretariat", "networks": []},
    "biography": {"reach": "everyone", "networks": []},
}

DELEGATE: dict[str, Any] = {
    "id": "019a1b2c-6666-7f60-8a1b-2c3d4e5f6071",
    "name": "Jonas Weber",
    "since": "2026-09-01T09:00:00Z",
}
