"""manage.py search_sweep [ENGINE …] [--dry-run]: compare the engines with the database, and mend them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.errors import Conflict
from search import outbox, sweep
from search.engines import ENGINES
from search.engines.base import EngineError


class Command(BaseCommand):
    help = "Find what is missing, stale or orphaned in the search engines, and have it indexed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("engines", nargs="*", choices=[[], *ENGINES], help="all that are set, by default")
        parser.add_argument(
            "--dry-run", action="store_true", help="only tell; the exit status is 1 if any differ"
        )

    def handle(self, *_: Any, engines: list[str], dry_run: bool, **__: Any) -> None:
        faults = 0
        try:
            for name in engines or outbox.engines():
                swept = sweep.sweep(name, mend=not dry_run)
                faults += swept.faults
                counts = ", ".join(f"{number} {what}" for what, number in swept.counts().items())
                self.stdout.write(f"{name}: {counts}")
        except (Conflict, EngineError) as error:
            raise CommandError(str(error)) from error
        if dry_run and faults:
            raise SystemExit(1)
