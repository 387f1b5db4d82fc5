"""The launcher of the embedded PostgreSQL: what a person at a terminal meets."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local.postgres import DATABASE, postgres, running_url
from config.local.processes import LocalServiceError

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def server(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """`python -m config.local.postgres` on tmp_path/pg, answering."""
    command = [sys.executable, "-m", "config.local.postgres", str(tmp_path / "pg"), "--not-durable"]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "PostgreSQL answers at" in process.stdout.readline()
        yield process
        process.terminate()


def server_process(folder: Path) -> Path:
    """The server's entry in /proc."""
    return Path("/proc", (folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def ends(process: Path) -> bool:
    """Whether it is gone within ten seconds."""
    until = time.monotonic() + 10
    while process.exists() and time.monotonic() < until:
        time.sleep(0.1)
    return not process.exists()


def test_the_server_folds_case_and_finds_trigrams_in_cyrillic(tmp_path: Path) -> None:
    with postgres(tmp_path / "pg", durable=False) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute(
            "SELECT current_database(), lower('ГРАНИЦА'), similarity('Граница', 'граница')"
        )
        assert row.fetchone() == (DATABASE, "граница", 1.0)


def test_the_server_listens_on_no_network_address_and_its_folder_is_private(tmp_path: Path) -> None:
    with postgres(tmp_path / "pg", durable=False) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert (tmp_path / "pg").stat().st_mode & 0o077 == 0
        assert (tmp_path / "pg" / "data").stat().st_mode & 0o077 == 0


def test_the_server_never_runs_as_root(tmp_path: Path) -> None:
    with postgres(tmp_path / "pg", durable=False):
        assert server_process(tmp_path / "pg").stat().st_uid != 0


def test_data_are_there_after_a_restart(tmp_path: Path) -> None:
    with postgres(tmp_path / "pg", durable=True) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert running_url(tmp_path / "pg") is None
    with postgres(tmp_path / "pg", durable=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert running_url(tmp_path / "pg") == url


def test_a_second_server_on_the_same_folder_is_told_who_has_it(
    server: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    with pytest.raises(LocalServiceError, match=f"is in use by another running server .*{server.pid}"):
        postgres(tmp_path / "pg", durable=False).__enter__()


def test_killing_the_parent_leaves_no_server_behind(server: "subprocess.Popen[str]", tmp_path: Path) -> None:
    process = server_process(tmp_path / "pg")
    os.kill(server.pid, signal.SIGKILL)
    assert ends(process)
    log = (tmp_path / "pg" / "server.log").read_text()
    assert "database system is shut down" in log, "it was not stopped in order"


def test_killing_the_keeper_leaves_no_server_behind(server: "subprocess.Popen[str]", tmp_path: Path) -> None:
    process = server_process(tmp_path / "pg")
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    assert len(children) == 1
    os.kill(int(children[0]), signal.SIGKILL)
    assert ends(process)


def test_a_server_whose_parent_was_killed_can_be_followed_at_once(
    server: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    os.kill(server.pid, signal.SIGKILL)
    with postgres(tmp_path / "pg", durable=False) as url:
        psycopg.connect(url).close()


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "pg"
    with postgres(folder, durable=False) as url:
        psycopg.connect(url).close()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pg" / "data.unfinished" / "base").mkdir(parents=True)
    with postgres(tmp_path / "pg", durable=False) as url:
        psycopg.connect(url).close()


def test_a_file_in_the_way_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pg").write_text("not a folder")
    with pytest.raises(LocalServiceError, match="pg: File exists"):
        postgres(tmp_path / "pg", durable=False).__enter__()
