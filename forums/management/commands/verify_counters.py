"""``manage.py verify_counters``: recompute every denormalised figure of the forums and compare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forums import proof


class Command(BaseCommand):
    help = "Recomputes every counter of posts, discussions and spaces; exits with 1 if one is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="set wrong figures right")

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        found = proof.differences()
        for wrong in found[:100]:
            self.stdout.write(
                f"{wrong.table} {wrong.id}: {wrong.column} is {wrong.kept}, not {wrong.computed}"
            )
        if not found:
            self.stdout.write("Every figure is right.")
            return
        if not fix:
            raise CommandError(f"{len(found)} figures are wrong.", returncode=1)
        self.stdout.write(f"{proof.fix()} rows set right.")
