"""Child processes that never outlive their parent, and the one exception of this package."""

import ctypes
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")
LOCK_PATIENCE_SECONDS = 5.0  # a former server may still be writing its last checkpoint
LOG_LIMIT = 20 * 1024 * 1024
HTTP_SECONDS = 5.0
PR_SET_PDEATHSIG = 1
SIGNALLED = 128  # an exit code above it tells the signal
TAIL_BYTES = 64 * 1024


class LocalServiceError(Exception):
    """A service cannot be brought up; its one line tells the person at the terminal why and what to do."""


@dataclass(kw_only=True)
class Process:
    """A running command (see `start`). Its output is in `log`."""

    name: str
    log: Path
    keeper: "subprocess.Popen[bytes]"
    lifeline: int | None = field(repr=False)

    @property
    def returncode(self) -> int | None:
        """The command's exit code, None while it runs."""
        return self.keeper.poll()

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self.returncode or 0
        if code > SIGNALLED:
            return f"was ended by {signal.Signals(code - SIGNALLED).name}"
        return f"ended with exit code {code}"

    def stop(self) -> int:
        """Order the command to stop, wait until it has, and return its exit code. May be called twice."""
        if self.lifeline is not None:
            os.close(self.lifeline)
            self.lifeline = None
        return self.keeper.wait()

    def last_lines(self, count: int = 20) -> str:
        """The end of what the command printed."""
        return "\n".join(tail(self.log).splitlines()[-count:])


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stop: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 20.0),),
    user: tuple[int, int] | None = None,
    hold: Sequence[int] = (),
    remove: Sequence[Path] = (),
) -> Process:
    """Start `command` under a keeper process, which stops it when this process ends, killed or not.

    `stop` are the signals to send, each with the seconds to wait after it before the next; SIGKILL is the
    last. `user` is (uid, gid) to run as, `hold` are descriptors (locks) the command keeps open, `remove` are
    folders to delete once it has ended. `env` replaces the environment. What it prints is appended to `log`.
    """
    order = {
        "command": [str(part) for part in command],
        "cwd": str(cwd),
        "env": dict(os.environ if env is None else env),
        "uid": user and user[0],
        "gid": user and user[1],
        "stop": [(number.name, seconds) for number, seconds in stop],
        "remove": [str(folder) for folder in remove],
    }
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.unlink()
    read_end, lifeline = os.pipe()
    try:
        with log.open("ab") as output:
            keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(KEEPER)],
                stdin=read_end,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the parent, which stops things in order
                pass_fds=tuple(hold),
            )
    except OSError:
        os.close(lifeline)
        raise
    finally:
        os.close(read_end)
    os.write(lifeline, json.dumps(order).encode() + b"\n")
    return Process(name=name, log=log, keeper=keeper, lifeline=lifeline)


@contextmanager
def locked(folder: Path, *, owner: str) -> Iterator[int]:
    """Hold `folder` for one server; yields the descriptor of the lock, which the server is to hold too.

    So the folder is free only when all who used it have gone. Raises LocalServiceError when it stays in use.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + LOCK_PATIENCE_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > until:
                holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
                raise LocalServiceError(
                    f"{owner}: {folder} is in use by another running server (started by process {holder})"
                )
            time.sleep(0.1)
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield descriptor
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def end_with_parent() -> None:
    """Have the kernel send this process SIGTERM when its parent ends (Linux)."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def tail(path: Path) -> str:
    """The last 64 KiB of a text file, or nothing where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def require_free(port: int) -> None:
    """Raise LocalServiceError when something listens on that port of the loopback address, or we may not."""
    if not 0 < port < 65536:
        raise LocalServiceError(f"port {port} is not between 1 and 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LocalServiceError(
                f"port {port} is for the system's own use: choose one above 1023"
            ) from None
        except OSError:
            raise LocalServiceError(f"port {port} is in use by another program") from None


def http_get(port: int, path: str) -> tuple[int, bytes] | None:
    """Status and body of what answers on the loopback address, None when nothing does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HTTP_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def free_port() -> int:
    """A TCP port on the loopback address that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
