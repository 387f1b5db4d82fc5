"""``python -m bench.data.load migrations | demo | SET``: fills the database that DATABASE_URL names.

A set is generated in one transaction on what the demo left, and its counters are proven.
"""

from __future__ import annotations

import importlib
import os
import sys
import time

import django
from django.core.management import call_command
from django.db import connection, transaction


def main(what: str) -> int:
    """Do it; every step says when it is done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if what == "demo":
        call_command("load_demo", output=os.devnull)
    elif what != "migrations":
        _generate(what)
    return 0


def _generate(name: str) -> None:
    chosen = importlib.import_module("bench.data.sets").SETS[name]  # models can be imported by now
    began = time.monotonic()

    def tell(done: str) -> None:
        print(f"  {done} after {time.monotonic() - began:.0f} s", flush=True)

    with transaction.atomic():
        chosen.make()
    tell("generated")
    call_command("verify_counters")
    tell("counters proven")
    if chosen.searched:
        call_command("search_rebuild")
        tell("indexed")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    tell("vacuumed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
