"""`make run` refuses in one line what cannot work."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.local.processes import free_port

PROJECT = Path(__file__).parents[2]


def run(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.local.run"],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_in_use_is_one_line_and_exit_code_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"port {port} is in use by another program"]
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"PORT": "eighty"}, "PORT must be a number, not 'eighty'"),
        ({"SEARCH": "solr"}, "SEARCH must be elasticsearch or postgres, not 'solr'"),
        (
            {"DATABASE_URL": "mysql://somewhere/db"},
            "The settings are wrong: DATABASE_URL must be a postgresql:// address.",
        ),
    ],
    ids=["port", "search", "database"],
)
def test_a_setting_that_makes_no_sense_is_one_line(environment: dict[str, str], line: str) -> None:
    done = run(**({"PORT": str(free_port())} | environment))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [line]


def test_a_database_that_does_not_answer_is_one_line() -> None:
    done = run(PORT=str(free_port()), DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("The database cannot be prepared: ")
    assert "Connection refused" in line
