"""manage.py search_rebuild [ENGINE …] [--if-needed] [--restart]: fill the engines from the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.errors import Conflict
from search import outbox, rebuild
from search.engines import ENGINES
from search.engines.base import EngineError


class Command(BaseCommand):
    help = "Fill the search engines from the database, while searches and changes go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("engines", nargs="*", choices=[[], *ENGINES], help="all that are set, by default")
        parser.add_argument(
            "--if-needed", action="store_true", help="only what was never filled, or otherwise"
        )
        parser.add_argument("--restart", action="store_true", help="do not go on with an unfinished run")

    def handle(self, *_: Any, engines: list[str], if_needed: bool, restart: bool, **__: Any) -> None:
        try:
            for name in engines or outbox.engines():
                if if_needed and not rebuild.is_needed(ENGINES[name]()):
                    continue
                rebuild.rebuild(name, restart=restart, report=self.stdout.write)
        except (Conflict, EngineError) as error:
            raise CommandError(str(error)) from error
