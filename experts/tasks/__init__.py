"""Work outside the request, found here by procrastinate: one module per subject."""

from experts import account_letters, contact_jobs, erasure_letters, notices
from experts.actions import personal_export, registrations
from experts.tasks import accounts, availability, erasures, exports, imports, networks, profiles, stalled

__all__ = [
    "account_letters",
    "accounts",
    "availability",
    "contact_jobs",
    "erasure_letters",
    "erasures",
    "exports",
    "imports",
    "networks",
    "notices",
    "personal_export",
    "profiles",
    "registrations",
    "stalled",
]
