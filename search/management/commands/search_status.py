"""manage.py search_status: which engine answers, what the engines hold, what waits for them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search import indexer, outbox, rebuild, selection, sweep
from search.engines import ENGINES
from search.engines.base import EngineError


class Command(BaseCommand):
    help = "Tell which engine answers, what each holds, and what waits for it."

    def handle(self, *_: Any, **__: Any) -> None:
        status = selection.engine_status()
        self.stdout.write(f"answers: {status.engine}{' (degraded)' if status.degraded else ''}")
        for name in outbox.engines():
            engine = ENGINES[name]()
            rows, seconds = indexer.waiting(name)
            try:
                counts = ", ".join(f"{number} {kind}" for kind, number in engine.count().items()) or "nothing"
                needed = "; a rebuild is needed" if rebuild.is_needed(engine) else ""
                self.stdout.write(f"{name}: {engine.target()}: {counts}{needed}")
            except EngineError as error:
                self.stdout.write(f"{name}: does not answer: {error}")
            self.stdout.write(f"{name}: {rows} wait in the outbox, the oldest for {seconds:.0f} s")
            if swept := sweep.last(name):
                self.stdout.write(
                    f"{name}: swept {swept.finished_at:%Y-%m-%d %H:%M} UTC: {swept.compared} compared,"
                    f" {swept.missing} missing, {swept.stale} stale, {swept.orphaned} orphaned"
                )
