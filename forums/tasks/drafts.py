"""What is published at a time. The task may run twice, late, or for a time that holds no longer."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forums.actions import drafts


@app.task(name=drafts.TASK, retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def publish_draft(*, draft_id: str) -> None:
    """Publish a draft whose time has come."""
    drafts.publish_scheduled(UUID(draft_id))
