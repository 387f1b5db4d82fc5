"""Files in a bucket of an S3-compatible service, which all hosts of the API share."""

from __future__ import annotations

from typing import Any

from botocore.config import Config  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]


class Bucket(S3Storage):  # type: ignore[misc]  # the package has no types
    """Names are never reused. Checksums are sent only where they are demanded: not every service that speaks
    S3 knows the newer ones. Answers are waited for as long as a request may take, and no longer."""

    def get_default_settings(self) -> dict[str, Any]:
        """The package's settings, with ours before the environment's."""
        config = Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "path"},
        )
        ours = {"client_config": config, "default_acl": None, "file_overwrite": False}
        defaults: dict[str, Any] = super().get_default_settings()
        return defaults | ours
