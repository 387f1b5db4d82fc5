"""Work outside the request, found here by procrastinate: one module per subject."""

from experts import notices
from experts.tasks import networks, stalled

__all__ = ["networks", "notices", "stalled"]
