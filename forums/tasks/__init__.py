"""Work outside of requests: every procrastinate task of the forums is imported here, and so found.

A job is deferred in the transaction that gives rise to it, and may run twice.
"""

from forums.notices import jobs as notices
from forums.tasks import alerts, drafts, mail, upkeep

__all__ = ["alerts", "drafts", "mail", "notices", "upkeep"]
