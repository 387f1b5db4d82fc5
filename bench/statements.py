"""The SQL of a request, from the server's own log, and the time that it takes by itself."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg.conninfo

from bench.client import Call, Client
from bench.database import FOLDER, LOGGED, Database
from config.local.postgres import installed_binaries

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT")
_LINE = re.compile(rf"\d+\|{LOGGED}\|LOG:  statement: (.*)", re.DOTALL)
_LATENCY = re.compile(r"latency average = ([\d.]+) ms")
_STATISTICS = """
SELECT coalesce(sum(total_plan_time + total_exec_time), 0) FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def of(call: Call, client: Client, database: Database) -> list[str]:
    """The statements that the API sends for a call, as PostgreSQL logs them."""
    log = FOLDER / "server.log"
    database.set("log_statement", "all")
    try:
        began = log.stat().st_size
        client.send(call)
    finally:
        database.set("log_statement", "none")
    with log.open("rb") as file:
        file.seek(began)
        text = file.read().decode()
    lines = re.split(r"\n(?!\t)", text)  # what goes on begins with a tab
    return [found[1].replace("\n\t", "\n") for line in lines if (found := _LINE.fullmatch(line))]


def queries(statements: Sequence[str]) -> list[str]:
    """Without transaction control."""
    return [statement for statement in statements if not statement.startswith(_CONTROL)]


def alone(statements: Sequence[str], database: Database, *, seconds: int = 2) -> float:
    """Milliseconds that reading statements take one after another, by pgbench on one connection."""
    options = psycopg.conninfo.conninfo_to_dict(database.connection.info.dsn)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("".join(f"{statement.rstrip(';')};\n" for statement in statements))
        script.flush()
        done = subprocess.run(
            [
                installed_binaries() / "pginstall" / "bin" / "pgbench",
                *("--no-vacuum", "--client=1", f"--time={seconds}", f"--file={script.name}"),
                f"--host={options['host']}",
                f"--username={options['user']}",
                database.name,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = _LATENCY.search(done.stdout)
    if found is None:
        raise ValueError(f"pgbench said: {Path(script.name)}: {done.stdout} {done.stderr}")
    return float(found[1])


def inside(calls: Sequence[Call], client: Client, database: Database) -> float:
    """Milliseconds a call that PostgreSQL spends planning and executing, by its own statistics.

    For writes, which cannot be sent twice.
    """
    database.set("pg_stat_statements.track", "all")
    try:
        database.connection.execute("SELECT pg_stat_statements_reset()")
        for call in calls:
            client.send(call)
        spent = float(database.value(_STATISTICS))
    finally:
        database.set("pg_stat_statements.track", "none")
    return spent / len(calls)
