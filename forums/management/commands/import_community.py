"""manage.py import_community: a community moves here. The format: docs/community-archive.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forums.community import importing
from forums.community.archive import ArchiveError


class Command(BaseCommand):
    help = "Import a community archive. May be repeated: what is here already is passed over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--processes", type=int, help="For rendering; by default one per processor.")

    def handle(self, *_: Any, file: Path, processes: int | None, **__: Any) -> None:
        try:
            new = importing.run(file, tell=self.stdout.write, processes=processes)
        except ArchiveError as error:
            raise CommandError(f"{error} Correct it and run this again: it goes on from there.") from None
        except OSError as error:
            raise CommandError(str(error)) from None
        told = ", ".join(f"{number:,} {kind}s" for kind, number in new.items() if number)
        self.stdout.write(self.style.SUCCESS(f"New here: {told or 'nothing'}."))
