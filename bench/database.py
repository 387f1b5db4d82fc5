"""The benches' own PostgreSQL, durable as in production, with one database per set, kept between runs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from config.local.postgres import postgres, running_url
from config.local.processes import LocalServiceError

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / ".local" / "bench-postgres"
GENERATOR = PROJECT / "bench" / "data"
LOGGED = "bench-api"  # the application name by which the API's connections are known
_PREFIX = "%p|%a|"
_SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "none",
    "log_line_prefix": _PREFIX,
    "log_checkpoints": "off",
}


@dataclass(frozen=True, kw_only=True)
class Database:
    """One set's database. ``url`` is for psycopg and for DATABASE_URL."""

    name: str
    url: str
    connection: psycopg.Connection[tuple[Any, ...]] = field(repr=False)

    def rows(
        self, statement: LiteralString, values: Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        """What a query answers."""
        return self.connection.execute(statement, values).fetchall()

    def value(self, statement: LiteralString, values: Mapping[str, object] | None = None) -> Any:
        """The one value that a query answers; LookupError where there is none."""
        row = self.connection.execute(statement, values).fetchone()
        if row is None:
            raise LookupError(f"Nothing in {self.name} for {statement}")
        return row[0]

    def set(self, name: LiteralString, value: str) -> None:
        """Change a setting of the running server, for all connections."""
        change = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.SQL(name), sql.Literal(value))
        self.connection.execute(change)
        self.connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)  # the server's processes take it up when they are told


@contextmanager
def server() -> Iterator[str]:
    """The server, started unless it runs already; yields the URL of its maintenance database."""
    if running := running_url(FOLDER, database="postgres"):
        yield running
        return
    with postgres(FOLDER, durable=True, settings=_SETTINGS, database="postgres") as url:
        yield url


@contextmanager
def database(server_url: str, name: str, *, fresh: bool = False) -> Iterator[Database]:
    """The set's database, generated unless it is there (and made by the generator as it is now).

    ``fresh`` generates it anew. Raises LocalServiceError when the generation fails.
    """
    demo = _made(server_url, "demo", template="template0", fresh=False)
    made = _made(server_url, name, template=demo, fresh=fresh)
    url = _url_of(server_url, made)
    _load(url, "migrations")
    with psycopg.connect(url, autocommit=True, application_name="bench") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        yield Database(name=made, url=f"{url}&application_name={LOGGED}", connection=connection)


def _made(server_url: str, what: str, *, template: str, fresh: bool) -> str:
    """The name of the database that holds what was asked for; a comment on it says what made it."""
    name = f"bench_{what}"
    mark = _fingerprint()
    with psycopg.connect(server_url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found and found[0] == mark and not fresh:
            return name
        print(f"Generating {name} ...", flush=True)
        identifier = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, sql.Identifier(template))
        )
        _load(_url_of(server_url, name), what)
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, sql.Literal(mark))
        connection.execute(comment)
    return name


def _fingerprint() -> str:
    files = sorted(GENERATOR.glob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _load(url: str, what: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "of-the-benches-and-known-to-everybody",
        "LOG_LEVEL": "WARNING",
        "ELASTICSEARCH_URL": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.data.load", what], cwd=PROJECT, env=environment, check=False
    )
    if done.returncode != 0:
        raise LocalServiceError(f"{what} could not be loaded: see above.")


def _url_of(server_url: str, name: str) -> str:
    return server_url.replace("@/postgres?", f"@/{name}?")
