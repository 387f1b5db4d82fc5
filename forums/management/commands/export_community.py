"""manage.py export_community: a community archive of some spaces, or of all."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.errors import NotFound
from forums.community import exporting


class Command(BaseCommand):
    help = (
        "Write a community archive. It holds e-mail addresses and, unless you name spaces, secret ones too: "
        "keep it accordingly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--space", action="append", default=[], help="A slug; with all spaces below it.")
        parser.add_argument("--source", help="The name of this site in the archive; by default its host.")

    def handle(self, *_: Any, file: Path, space: list[str], source: str | None, **__: Any) -> None:
        name = source or urlsplit(settings.BASE_URL).hostname or "here"
        try:
            lines = exporting.run(file, source=name, slugs=space)
        except NotFound as error:
            raise CommandError(error.detail) from None
        except OSError as error:
            raise CommandError(str(error)) from None
        told = ", ".join(f"{number:,} {kind}s" for kind, number in lines.items())
        self.stdout.write(self.style.SUCCESS(f"Written: {told or 'nothing'}."))
