"""Makes a database ready to be served: migrations, static files, demo data and the search index.

Run by config.local.run, in one process because each start of Django costs a second. What has been done is not
done again. Ends with 3 when its last line explains what went wrong.
"""

import hashlib
import os
import secrets
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection

PROJECT = Path(__file__).parents[2]
DEMO = PROJECT / ".local" / "demo.json"
DEMO_MARK = PROJECT / ".local" / "demo.mark"
DEMO_SOURCES = ("*/data/*.json", "*/management/commands/*demo*.py", "*/demo/*.py", "*/demo.py")
EXPLAINED = 3


def main() -> int:
    """Do what is left to do; prints a line for what takes long."""
    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if os.environ.get("DEMO", "yes").lower() not in {"no", "off", "false", "0"}:
            _load_demo()
        call_command("search_rebuild", "postgres", if_needed=True)  # Elasticsearch may still be starting
    except ImproperlyConfigured as error:
        print(f"The settings are wrong: {error}")
        return EXPLAINED
    except (DatabaseError, OSError) as error:
        if "No space left on device" not in str(error) and not isinstance(error, DatabaseError):
            raise
        print(f"The database cannot be prepared: {str(error).strip().splitlines()[0]}")
        return EXPLAINED
    return 0


def _load_demo() -> None:
    """Load the demo data, unless this database has just these and .local/demo.json is about them.

    The mark is a comment on a table of ours; its copy beside demo.json tells one database from another.
    """
    files = sorted(path for pattern in DEMO_SOURCES for path in PROJECT.glob(pattern))
    sources = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
    mark = DEMO_MARK.read_text() if DEMO_MARK.exists() and DEMO.exists() else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass, 'pg_class')")
        (present,) = cursor.fetchone()
    if mark.startswith(f"demo {sources} ") and mark == present:
        return
    print("Loading the demo data ...", flush=True)
    call_command("load_demo")
    mark = f"demo {sources} {secrets.token_hex(8)}"
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE django_migrations IS '{mark}'")
    DEMO_MARK.write_text(mark)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
