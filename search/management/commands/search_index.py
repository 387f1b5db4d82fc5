"""manage.py search_index [--follow]: carry the outbox into the engines."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search import indexer


class Command(BaseCommand):
    help = "Index what waits in the outbox, once, or for ever with --follow."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--follow", action="store_true", help="go on until SIGTERM or Ctrl-C")

    def handle(self, *_: Any, follow: bool, **__: Any) -> None:
        if not follow:
            self.stdout.write(f"{indexer.drain()} indexed")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        indexer.follow(stop)
