"""Run one command and stop it when told to, or when the process that asked for it is gone, however it went.

Run as a script (`python -I -S keeper.py`), never imported; it uses the standard library alone and starts in
milliseconds. Its standard input is a pipe whose other end only the asking process holds. The first line from
it is the order; the end of it means stop, and a `kill -9` of the asking process ends it too. Should this
process itself be killed, the kernel sends the command its first stop signal (Linux).

The order is JSON (in a pipe, since arguments are for everybody to see): `command` (list), `cwd`, `env`, `uid`
and `gid` (or null: unchanged), `stop` (list of [signal name, seconds to wait]; SIGKILL to the command's group
follows the last) and `remove` (folders to delete after it). The exit code is its own, or 128 + signal.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

PARENT_CHECK_SECONDS = 1.0
PR_SET_PDEATHSIG = 1


def main() -> int:
    asked_by = os.getppid()
    order = _read_order()
    if order is None:
        return 0
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: told.append(number))
    signal.signal(signal.SIGCHLD, lambda *_: None)

    try:
        child = _start(order)
        while child.poll() is None and not told:
            ready, _, _ = select.select([0, wake_read], [], [], PARENT_CHECK_SECONDS)
            if wake_read in ready:
                os.read(wake_read, 4096)
            if 0 in ready or os.getppid() != asked_by:
                break
        if child.poll() is None:
            _stop(child, order["stop"])
        _kill_group(child.pid)
    finally:
        for folder in order["remove"]:
            shutil.rmtree(folder, ignore_errors=True)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _read_order() -> dict[str, Any] | None:
    """The order, or None when whoever asks was gone before it was given. Reads no byte beyond its line."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 65536)
        if not chunk:
            return None
        line += chunk
    order: dict[str, Any] = json.loads(line)
    return order


def _start(order: dict[str, Any]) -> "subprocess.Popen[bytes]":
    keeper = os.getpid()
    first_signal = signal.Signals[order["stop"][0][0]]

    def die_with_keeper() -> None:  # runs after the change of user, which would clear the setting
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(first_signal), 0, 0, 0)
            if os.getppid() != keeper:
                os._exit(1)

    credentials: dict[str, Any] = {}
    if order["uid"] is not None:
        credentials = {"user": order["uid"], "group": order["gid"], "extra_groups": []}
    return subprocess.Popen(
        order["command"],
        cwd=order["cwd"],
        env=order["env"],
        stdin=subprocess.DEVNULL,
        close_fds=False,  # a lock held by the asking process is held by the command as well
        process_group=0,
        preexec_fn=die_with_keeper,  # noqa: PLW1509 - this process has one thread
        **credentials,
    )


def _stop(child: "subprocess.Popen[bytes]", steps: list[tuple[str, float]]) -> None:
    for name, seconds in steps:
        child.send_signal(signal.Signals[name])
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if child.poll() is not None:
                return
            time.sleep(0.02)
    _kill_group(child.pid)
    child.wait()


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left in it
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
