"""Answers as the documentation shows them."""

from typing import Any

from api.v1.experts.examples import CARD
from api.v1.forums.views.examples import SOFIA, SPACE_LINK

POST: dict[str, Any] = {
    "id": "019a1b2c-7777-7f60-8a1b-2c3d4e5f6071",
    "discussion": {
        "id": "019a1b2c-8888-7f60-8a1b-2c3d4e5f6071",
        "topic": "How do you examine residence permits at the first line?",
    },
    "space": SPACE_LINK,
    "position": 4,
    "author": SOFIA,
    "language": "en",
    "created": "2026-03-02T08:15:00Z",
    "likes": 7,
    "accepted": True,
}
SEARCH: dict[str, Any] = {
    "engine": "elasticsearch",
    "degraded": False,
    "total": 1,
    "results": [
        {
            "id": CARD["id"],
            "title": CARD["name"],
            "highlights": [
                {"section": "biography", "text": "Sixteen years of examining <mark>forged documents</mark>."}
            ],
            "reasons": {
                "topics": [{"slug": "forged-documents", "label": "Forged documents"}],
                "posts": [
                    {
                        "post": POST,
                        "highlights": [
                            {"section": "body", "text": "The <mark>forged</mark> ones have no relief …"}
                        ],
                    }
                ],
            },
            "type": "expert",
            "object": CARD,
        }
    ],
    "facets": {
        "type": [{"value": "expert", "label": "expert", "count": 1}],
        "country": [{"value": "NO", "label": "Norway", "count": 1}],
    },
    "warnings": [],
    "did_you_mean": None,
    "advice": [],
    "next": None,
    "previous": None,
}
SIMILAR: dict[str, Any] = {name: SEARCH[name] for name in ("engine", "degraded", "results")}
SUGGESTIONS: dict[str, Any] = {
    "engine": "elasticsearch",
    "degraded": False,
    "results": [
        {"type": "topic", "id": "forged-documents", "title": "Forged documents", "query": None},
        {"type": "expert", "id": CARD["id"], "title": CARD["name"], "query": None},
        {"type": "recent_search", "id": "forged visas", "title": "forged visas", "query": "forged visas"},
    ],
}
KEPT_SEARCH: dict[str, Any] = {
    "id": "019a1b2c-9999-7f60-8a1b-2c3d4e5f6071",
    "name": "Visa fraud in Central Asia",
    "query": "visa fraud country:KG",
    "cadence": "daily",
    "run": "/api/v1/search?q=visa+fraud+country%3AKG",
    "created": "2026-03-02T08:15:00Z",
    "allowed_actions": ["edit", "delete"],
}
KEPT_SEARCH_MATCHES: dict[str, Any] = {
    "results": [
        {
            "id": CARD["id"],
            "title": CARD["name"],
            "found": "2026-03-05T06:00:00Z",
            "type": "expert",
            "object": CARD,
        }
    ]
}
