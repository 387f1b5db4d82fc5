"""openapi.yaml: write it anew (`make schema`), or with --check tell whether it is what the code says."""

import argparse
import difflib
import os
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"
SHOWN_LINES = 60


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 when the schema has a warning or, with --check, differs from openapi.yaml."""
    parser = argparse.ArgumentParser(prog="python -m config.local.schema", description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder, "openapi.yaml")
        call_command("spectacular", file=str(generated), validate=True, fail_on_warn=True)
        now = generated.read_text()
    if not options.check:
        COMMITTED.write_text(now)
        return 0
    committed = COMMITTED.read_text() if COMMITTED.exists() else ""
    changes = list(
        difflib.unified_diff(committed.splitlines(), now.splitlines(), "openapi.yaml", "the code", n=2)
    )
    if changes:
        print("\n".join(changes[:SHOWN_LINES]))
        print(
            f"openapi.yaml is not what the code says ({len(changes)} lines of difference): run `make schema`."
        )
    return int(bool(changes))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
