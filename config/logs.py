"""How the site logs: one JSON object a line, or readable lines on a developer's console."""

from __future__ import annotations

import logging
from typing import Any

import structlog

# Runs on every line, of this code and of libraries.
_COMMON: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure(*, readable: bool, level: str) -> dict[str, Any]:
    """Sets structlog up and returns Django's LOGGING."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    rendering: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=False)]
        if readable
        # Tracebacks as text: as structures they would carry the values of local variables.
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _COMMON,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Every request has its line (api.middleware); this one would only repeat the refused ones.
            "django.request": {"level": logging.ERROR},
            "django": {"handlers": [], "level": level, "propagate": True},
        },
    }
