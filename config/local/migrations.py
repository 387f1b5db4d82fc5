"""Lint the migrations that will run beside a former release.

`python -m config.local.migrations`: django-migration-linter looks at the operations, squawk at the SQL; each
finds what the other passes. Needs DATABASE_URL (nothing is written there) and prints what is wrong.

Initial migrations are left out, and those in migrations_without_release.txt: they were made while there was
no release that they could have hurt. Until there is one, `--accept` puts all present ones on that list.
"""

import argparse
import io
import os
import subprocess
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

APPS = ("api", "experts", "forums", "search")
ACCEPTED = Path(__file__).with_name("migrations_without_release.txt")
SQUAWK = Path(sys.executable).with_name("squawk")
NOT_ASKED = (
    "prefer-bigint-over-int",  # style: Django chooses the types
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "require-lock-timeout",  # set for the whole of `migrate`, through PGOPTIONS (compose.yaml)
    "require-statement-timeout",
)
OLDEST_POSTGRESQL = "16.0"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when both linters are content."""
    parser = argparse.ArgumentParser(prog="python -m config.local.migrations", description=__doc__)
    parser.add_argument("--accept", action="store_true")
    options = parser.parse_args(arguments)
    django.setup()
    loader = MigrationLoader(connection)
    later = sorted(
        key for key in loader.disk_migrations if key[0] in APPS and not key[1].endswith("_initial")
    )
    if options.accept:
        ACCEPTED.write_text("".join(f"{app}.{name}\n" for app, name in later))
        return 0
    accepted = ACCEPTED.read_text().split()
    passed = True
    for app, name in later:
        if f"{app}.{name}" not in accepted:
            atomic = loader.disk_migrations[app, name].atomic
            passed &= _operations_pass(app, name)
            passed &= _sql_passes(app, name, atomic=atomic)
    return int(not passed)


def _operations_pass(app: str, name: str) -> bool:
    linter = MigrationLinter(
        path=".",
        include_apps=[app],
        include_name=[name],
        no_cache=True,
        quiet=["ok", "ignore"],
        analyser_string="postgresql",  # it would guess by the name of our own engine
    )
    linter.lint_all_migrations()
    return not linter.has_errors


def _sql_passes(app: str, name: str, *, atomic: bool) -> bool:
    sql = io.StringIO()
    call_command("sqlmigrate", app, name, stdout=sql, no_color=True)
    statements = [line for line in sql.getvalue().splitlines() if line not in {"BEGIN;", "COMMIT;"}]
    command: list[str | Path] = [SQUAWK, "--reporter", "gcc", "--pg-version", OLDEST_POSTGRESQL]
    command += ["--exclude", ",".join(NOT_ASKED), "--stdin-filepath", f"{app}/migrations/{name}.sql"]
    command += ["--assume-in-transaction"] if atomic else []
    done = subprocess.run(command, input="\n".join(statements), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
