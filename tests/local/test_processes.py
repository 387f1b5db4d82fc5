"""Commands that end with whoever started them, and ports."""

import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from config.local.processes import LocalServiceError, Process, free_port, http_get, require_free, start
from config.local.search_node import MissingToolError, find_jdk, find_maven


def python(tmp_path: Path, code: str, **options: object) -> Process:
    return start("python", [sys.executable, "-c", code], log=tmp_path / "log", cwd=tmp_path, **options)  # type: ignore[arg-type]


def await_output(process: Process, text: str) -> None:
    until = time.monotonic() + 10
    while text not in process.last_lines() and time.monotonic() < until:
        time.sleep(0.02)
    assert text in process.last_lines()


def test_the_exit_code_and_the_last_lines_are_told(tmp_path: Path) -> None:
    process = python(tmp_path, "import sys; print('one'); print('two'); sys.exit(7)")
    assert process.keeper.wait(10) == 7
    assert process.last_lines(1) == "two"
    assert process.end == "ended with exit code 7"


def test_stopping_asks_first(tmp_path: Path) -> None:
    process = python(
        tmp_path,
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('asked', flush=True), sys.exit(0)))\n"
        "print('up', flush=True); time.sleep(60)",
    )
    await_output(process, "up")
    assert process.stop() == 0
    assert process.last_lines(1) == "asked"


def test_what_does_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    process = python(
        tmp_path,
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child: print('child', child, flush=True)\n"
        "time.sleep(60)",
        stop=((signal.SIGTERM, 0.2),),
    )
    await_output(process, "child")
    child = Path("/proc", process.last_lines(1).split()[1])
    assert process.stop() == 128 + signal.SIGKILL
    assert process.end == "was ended by SIGKILL"
    until = time.monotonic() + 5
    while child.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not child.exists()


def test_the_environment_is_in_no_command_line(tmp_path: Path) -> None:
    process = python(
        tmp_path, "import time; print('up', flush=True); time.sleep(60)", env={"SECRET": "sesame"}
    )
    await_output(process, "up")
    assert b"sesame" not in Path(f"/proc/{process.keeper.pid}/cmdline").read_bytes()
    process.stop()


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalServiceError, match=f"port {port} is in use by another program"):
            require_free(port)
    require_free(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_one_clear_line(port: int) -> None:
    with pytest.raises(LocalServiceError, match="is not between 1 and 65535"):
        require_free(port)


def test_nothing_answers_on_a_free_port() -> None:
    assert http_get(free_port(), "/") is None


def test_without_a_jdk_or_maven_the_error_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match="Maven is missing: install it"):
        find_maven()
    old = tmp_path / "jdk"
    (old / "bin").mkdir(parents=True)
    (old / "bin" / "javac").touch()
    (old / "release").write_text('JAVA_VERSION="17.0.1"\n')
    monkeypatch.setenv("JAVA_HOME", str(old))
    assert find_jdk_or_none() != old, "a JDK of 17 is too old"
    (old / "release").write_text('JAVA_VERSION="25.0.1"\n')
    assert find_jdk() == old


def find_jdk_or_none() -> Path | None:
    try:
        return find_jdk()
    except MissingToolError:
        return None
