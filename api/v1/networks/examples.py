"""Examples for the documentation; a test checks them against the shapes."""

from __future__ import annotations

from typing import Any

ID = "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6072"
PERSON = {"id": "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071", "name": "Ingrid Solheim"}
AUSTRIA = {"code": "AT", "name": "Austria"}

NETWORK: dict[str, Any] = {
    "id": ID,
    "slug": "national-focal-points",
    "name": "National Focal Points Network",
    "purpose": "Officially designated contact persons for border security and management.",
    "names": {"en": "National Focal Points Network", "fr": "Réseau des points focaux nationaux"},
    "purposes": {"en": "Officially designated contact persons for border security and management."},
    "is_designated": True,
    "allowed_actions": ["leave", "see_coverage"],
}

MEMBER: dict[str, Any] = {
    "person": PERSON,
    "role": "authority",
    "country": AUSTRIA,
    "is_designated": False,
    "since": "2026-01-01T00:00:00Z",
    "allowed_actions": [],
}

DESIGNATION: dict[str, Any] = {
    "id": ID,
    "network": "national-focal-points",
    "country": AUSTRIA,
    "person": PERSON,
    "kind": "primary",
    "status": "confirmed",
    "valid_from": "2026-01-01",
    "valid_to": "2027-12-31",
    "succeeds": None,
    "letter_size": 48213,
    "confirmed_at": "2025-12-20T10:00:00Z",
    "ended_at": None,
    "end_reason": "",
    "allowed_actions": ["withdraw", "read_letter"],
}

COVERAGE: dict[str, Any] = {
    "day": "2026-11-24",
    "summary": {
        "states_total": 57,
        "states_covered": 52,
        "partners_total": 11,
        "partners_covered": 6,
        "focal_points": 105,
        "partner_focal_points": 6,
        "lapsing_soon": 4,
    },
    "without": ["AD"],
    "states": [
        {
            "country": AUSTRIA,
            "standing": "participating",
            "seats": [
                {
                    "designation": ID,
                    "kind": "primary",
                    "person": PERSON,
                    "since": "2026-01-01",
                    "until": "2027-12-31",
                    "lapsing_soon": False,
                }
            ],
        }
    ],
}

ROSTER: dict[str, Any] = {
    "id": ID,
    "slug": "stand-by-team",
    "name": "Stand-by Team",
    "purpose": "Experts who can leave for an assessment or advisory visit within 14 days.",
    "topics": ["risk-analysis"],
    "names": {"en": "Stand-by Team"},
    "purposes": {"en": "Experts who can leave for an assessment or advisory visit within 14 days."},
    "notice_days": 14,
    "admission": "application",
    "level": "specialist",
    "languages": [{"language": "en", "level": "B2"}],
    "allowed_actions": ["apply"],
}

ROSTER_MEMBER: dict[str, Any] = {
    "person": PERSON,
    "status": "applied",
    "motivation": "Fifteen years at land borders.",
    "reason": "",
    "applied_at": "2026-11-01T09:00:00Z",
    "decided_at": None,
    "allowed_actions": ["admit", "decline", "retire"],
}

BLACKOUT: dict[str, Any] = {
    "id": ID,
    "starts_on": "2027-07-01",
    "ends_on": "2027-07-31",
    "note": "Leave",
}

CALL_OUT: dict[str, Any] = {
    "id": ID,
    "roster": "mobile-training-team",
    "title": "Forged documents: training at two land crossings",
    "description": "Five days for 24 officers of the first line.",
    "role": "Trainer",
    "place": "Osh",
    "country": {"code": "KG", "name": "Kyrgyzstan"},
    "starts_on": "2027-02-08",
    "ends_on": "2027-02-12",
    "number": 3,
    "topics": [{"topic": "forged-documents", "level": "trainer", "essential": True}],
    "languages": [{"language": "ru", "level": "B2", "essential": False}],
    "nationalities": [],
    "excluded_nationalities": ["KG"],
    "women_at_least": 1,
    "men_at_least": 0,
    "status": "open",
    "allowed_actions": ["edit", "rank", "invite", "select", "close", "cancel"],
}

CANDIDATES: dict[str, Any] = {
    "considered": 40,
    "matched": 1,
    "left_out": {"topics": 33, "not_free": 6},
    "candidates": [
        {
            "rank": 1,
            "person": PERSON,
            "points": 81.5,
            "of": 100.0,
            "nationality": "NO",
            "gender": "female",
            "invitation": "",
            "reasons": [
                {
                    "criterion": "topic",
                    "section": "topics",
                    "text": "Forged documents: trainer, 16 years; trainer or above was asked for.",
                    "points": 50.0,
                    "of": 50.0,
                    "data": {"topic": "forged-documents", "level": "trainer", "years": 16},
                }
            ],
        }
    ],
}

INVITATION: dict[str, Any] = {
    "id": ID,
    "call_out": ID,
    "person": PERSON,
    "status": "pending",
    "respond_by": "2026-12-15T12:00:00Z",
    "message": "Would you go?",
    "answer": "",
    "answered_at": None,
    "allowed_actions": ["accept", "decline"],
}

SELECTED: dict[str, Any] = {
    "person": PERSON,
    "starts_on": "2027-02-08",
    "ends_on": "2027-02-12",
    "selected_at": "2026-12-16T09:00:00Z",
    "allowed_actions": ["release"],
}
