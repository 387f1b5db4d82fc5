"""manage.py worker: everything that happens outside of requests, in one process."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from search import indexer

# How many jobs run at a time: a long one (an import) leaves room for those that people wait for. Each has a
# thread and a database connection.
JOBS_AT_A_TIME = 4


class Command(BaseCommand):
    help = "Index what waits in the outbox and run jobs, until SIGTERM or Ctrl-C; what has begun is finished."

    def handle(self, *_: Any, **__: Any) -> None:
        stop = threading.Event()
        indexing = threading.Thread(target=indexer.follow, args=(stop,), name="indexer")
        indexing.start()
        try:
            asyncio.run(_jobs())
        finally:
            stop.set()
            indexing.join()


async def _jobs() -> None:
    """Jobs, until a signal; it is procrastinate that listens for them."""
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(concurrency=JOBS_AT_A_TIME, shutdown_graceful_timeout=20)
