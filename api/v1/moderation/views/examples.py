"""Answers as the documentation shows them."""

from typing import Any

from api.v1.forums.views.examples import ELIF, POST, SOFIA, SPACE_LINK

__all__ = ["ELIF", "SOFIA"]

FLAG = {
    "id": "019a1b2c-5000-7f60-8a1b-2c3d4e5f6071",
    "post": POST["id"],
    "reason": "sensitive_information",
    "note": "It names an officer on duty.",
    "created": "2026-03-02T08:15:00Z",
}
CASE: dict[str, Any] = {
    "id": "019a1b2c-5100-7f60-8a1b-2c3d4e5f6071",
    "kind": "flagged",
    "status": "open",
    "space": SPACE_LINK,
    "post": {
        "id": POST["id"],
        "author": SOFIA,
        "discussion": POST["discussion"],
        "topic": "Launch event in Helsinki, May 2016 - Presentations",
        "position": 1,
        "state": "published",
        "body": "Thank you for **three good days** in Helsinki.",
        "created": "2016-05-23T07:40:00Z",
    },
    "reasons": [{"reason": "sensitive_information", "count": 2}],
    "about_moderator": False,
    "escalated": None,
    "assigned_to": ELIF,
    "opened": "2026-03-02T08:15:00Z",
    "decided": None,
    "decided_by": None,
    "allowed_actions": ["assign", "escalate", "decide"],
}
ENTRY: dict[str, Any] = {
    "id": "019a1b2c-5200-7f60-8a1b-2c3d4e5f6071",
    "at": "2026-03-02T09:00:00Z",
    "verb": "post.hidden",
    "actor": ELIF,
    "reason": "It names an officer on duty.",
    "object": {"type": "post", "id": POST["id"]},
    "space": SPACE_LINK,
    "concerns": SOFIA,
    "changed": ["state"],
    "changes": {"state": ["published", "hidden"]},
    "undoes": None,
    "undone_by": None,
    "appeal": None,
    "allowed_actions": ["undo"],
}
CASE_DETAIL: dict[str, Any] = {
    **CASE,
    "flags": [
        {
            "person": ELIF,
            "reason": "sensitive_information",
            "note": "It names an officer on duty.",
            "created": "2026-03-02T08:15:00Z",
        }
    ],
    "history": [ENTRY],
}
APPEAL: dict[str, Any] = {
    "id": "019a1b2c-5300-7f60-8a1b-2c3d4e5f6071",
    "entry": ENTRY["id"],
    "verb": "post.hidden",
    "act_reason": "It names an officer on duty.",
    "space": SPACE_LINK,
    "appellant": SOFIA,
    "text": "I quoted the decree, word by word.",
    "status": "open",
    "for_secretariat": False,
    "created": "2026-03-02T10:00:00Z",
    "decided": None,
    "decided_by": None,
    "decision": "",
    "allowed_actions": ["decide"],
}
SANCTION: dict[str, Any] = {
    "id": "019a1b2c-5400-7f60-8a1b-2c3d4e5f6071",
    "kind": "silence",
    "user": SOFIA,
    "space": SPACE_LINK,
    "reason": "Third warning.",
    "created": "2026-03-02T10:00:00Z",
    "created_by": ELIF,
    "ends": "2026-12-01T00:00:00Z",
    "lifted": None,
    "allowed_actions": ["lift"],
}
SETTINGS: dict[str, Any] = {
    "first_posts_held": 1,
    "slow_mode_seconds": 0,
    "banned_words": ["casino"],
    "max_links": 5,
}
