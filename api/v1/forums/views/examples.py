"""Answers as the documentation shows them."""

from typing import Any

SOFIA = {"id": "019a1b2c-0001-7f60-8a1b-2c3d4e5f6071", "name": "Sofia Lindgren"}
ELIF = {"id": "019a1b2c-0002-7f60-8a1b-2c3d4e5f6071", "name": "Elif Karahan"}
SPACE_LINK = {
    "id": "019a1b2c-1000-7f60-8a1b-2c3d4e5f6071",
    "slug": "gender-equality-platform",
    "title": "Gender Equality Platform",
}
SUMMARY = {"questions": 1, "discussions": 4, "replies": 23, "contributors": 14}
SPACE_CARD: dict[str, Any] = {
    **SPACE_LINK,
    "purpose": "Materials, questions and experience on gender equality mainstreaming.",
    "visibility": "members_only",
    "joining": "free",
    "parent": None,
    "languages": ["en", "ru"],
    "archived": False,
    "readable": True,
    "role": "member",
    "members": 11,
    "summary": SUMMARY,
    "picture": {
        "url": "/api/v1/spaces/gender-equality-platform/picture?v=1f3c9a52-9d0e-4a57-b1f6-2f8f6e1c7a90"
    },
    "last_activity": "2026-03-02T09:40:00Z",
    "allowed_actions": ["leave", "start_discussion"],
}
SPACE: dict[str, Any] = {
    **SPACE_CARD,
    "rules": "- Write in the language you think in.",
    "rules_html": "<ul>\n<li>Write in the language you think in.</li>\n</ul>",
    "topics": [{"slug": "gender-equality", "label": "Gender equality"}],
    "featured_topics": [{"slug": "womens-leadership", "label": "Women’s leadership"}],
    "join_questions": [],
    "created": "2016-04-18T08:00:00Z",
}
MEMBER = {
    "person": ELIF,
    "role": "moderator",
    "joined": "2016-04-18T08:00:00Z",
    "allowed_actions": ["set_role", "remove"],
}
SPACE_NETWORK = {
    "network": {"slug": "women-leadership", "name": "Women Leadership and Empowerment Initiative"},
    "role": "member",
    "since": "2016-04-18T08:00:00Z",
    "allowed_actions": [],
}
JOIN_REQUEST = {
    "id": "019a1b2c-2000-7f60-8a1b-2c3d4e5f6071",
    "space": SPACE_LINK,
    "person": ELIF,
    "status": "waiting",
    "message": "I am the gender focal person of my academy.",
    "answers": [{"question": "In which service do you work?", "answer": "The border academy."}],
    "created": "2026-03-02T08:15:00Z",
    "decided": None,
    "note": "",
    "allowed_actions": ["accept", "decline"],
}
ATTACHMENT_CARD: dict[str, Any] = {
    "id": "019a1b2c-6000-7f60-8a1b-2c3d4e5f6071",
    "name": "Helsinki.jpg",
    "media_type": "image/jpeg",
    "size": 184_221,
    "width": 1600,
    "height": 1067,
    "alt": "Twelve people around a table.",
    "content": "/api/v1/attachments/019a1b2c-6000-7f60-8a1b-2c3d4e5f6071/content",
}
ATTACHMENT: dict[str, Any] = {
    **ATTACHMENT_CARD,
    "created": "2016-05-23T07:38:00Z",
    "allowed_actions": ["describe", "delete"],
}
REVISION: dict[str, Any] = {
    "version": 1,
    "edited": "2016-05-23T08:10:00Z",
    "editor": SOFIA,
    "reason": "Counted again.",
    "language": "en",
}
REVISION_DETAIL: dict[str, Any] = {
    **REVISION,
    "before": "Thank you for two good days.",
    "after": "Thank you for three good days.",
    "difference": [
        {"op": "same", "text": "Thank you for "},
        {"op": "removed", "text": "two"},
        {"op": "added", "text": "three"},
        {"op": "same", "text": " good days."},
    ],
    "html": "Thank you for <del>two</del><ins>three</ins> good days.",
    "attachments_before": [],
    "attachments_after": [],
}
TAG = {"name": "e-learning", "discussions": 12}
POST: dict[str, Any] = {
    "id": "019a1b2c-4000-7f60-8a1b-2c3d4e5f6071",
    "discussion": "019a1b2c-3000-7f60-8a1b-2c3d4e5f6071",
    "position": 1,
    "parent": None,
    "depth": 0,
    "state": "published",
    "author": SOFIA,
    "body": "Thank you for **three good days** in Helsinki.",
    "html": "<p>Thank you for <strong>three good days</strong> in Helsinki.</p>",
    "language": "en",
    "attachments": [ATTACHMENT_CARD],
    "quotes": [],
    "created": "2016-05-23T07:40:00Z",
    "edited": None,
    "likes": 7,
    "liked": True,
    "accepted": False,
    "replies": 5,
    "allowed_actions": ["reply", "like"],
}
DISCUSSION_ROW: dict[str, Any] = {
    "id": "019a1b2c-3000-7f60-8a1b-2c3d4e5f6071",
    "kind": "discussion",
    "space": SPACE_LINK,
    "topic": "Launch event in Helsinki, May 2016 - Presentations",
    "status": "open",
    "author": SOFIA,
    "likes": 7,
    "views": 1874,
    "replies": 5,
    "created": "2016-05-23T07:40:00Z",
    "last_reply": {"at": "2016-06-01T06:20:00Z", "author": ELIF},
    "tags": ["helsinki", "presentations"],
    "pinned": True,
    "unread": 2,
    "allowed_actions": ["reply", "like", "read"],
}
DISCUSSION: dict[str, Any] = {
    **DISCUSSION_ROW,
    "language": "en",
    "topics": [{"slug": "womens-leadership", "label": "Women’s leadership"}],
    "hidden": False,
    "pinned_until": None,
    "accepted_answer": None,
    "last_position": 6,
    "read_position": 4,
    "first_unread": 5,
    "opening_post": POST,
}
READING = {"read_position": 6, "unread": 0, "first_unread": None}
LIKE = {"person": ELIF, "at": "2016-05-23T08:00:00Z"}
DRAFT: dict[str, Any] = {
    "id": "019a1b2c-7000-7f60-8a1b-2c3d4e5f6071",
    "is_reply": False,
    "space": SPACE_LINK,
    "discussion": None,
    "parent": None,
    "kind": "question",
    "topic": "Which e-learning platform do you use?",
    "body": "We look for one that works **offline**.",
    "language": "en",
    "topics": ["womens-leadership"],
    "tags": ["e-learning"],
    "attachments": [],
    "quotes": [],
    "publish_at": "2027-01-11T08:00:00Z",
    "refusal": None,
    "created": "2026-03-02T08:15:00Z",
    "updated": "2026-03-02T08:21:00Z",
    "allowed_actions": ["edit", "delete", "publish"],
}
