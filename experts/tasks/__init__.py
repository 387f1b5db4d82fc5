"""Work outside the request, found here by procrastinate: one module per subject."""

from experts import contact_jobs, erasure_letters, notices
from experts.actions import personal_export
from experts.tasks import availability, erasures, exports, imports, networks, profiles, stalled

__all__ = [
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
    "stalled",
]
