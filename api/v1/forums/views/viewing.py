"""Counting who looked at a discussion, without knowing visitors."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from api.requests import ApiRequest
from api.throttling import client_address
from forums.actions import reading


def note(request: ApiRequest, discussion_id: UUID) -> None:
    """Count a view of a discussion that was just shown."""
    user_id = request.viewer.user_id
    reading.view(discussion_id, viewer_key=str(user_id) if user_id else _visitor(request))


def _visitor(request: ApiRequest) -> str:
    """The same for a visitor all day, and tells nothing of them; another day it is another."""
    today = timezone.now().astimezone(dt.UTC).date()
    told = f"{today}:{client_address(request)}:{request.headers.get('User-Agent', '')[:200]}"
    return salted_hmac("forums.view", told, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
