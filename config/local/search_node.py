"""A real Elasticsearch or OpenSearch node on the loopback address, laid out from Maven Central.

    with search_node("elasticsearch", Path(".local/search")) as url:
        ...                       # http://127.0.0.1:41234

or, in the foreground until Ctrl-C: `python -m config.local.search_node elasticsearch [FOLDER] [--port 9200]`.

The first start sets the engine up in .local/nodes (45 to 60 MB from Maven Central), which needs Maven and a
JDK of 21 or later. The node ends with the process that started it, killed or not. It has no authentication,
being for development and tests. See nodes/ for what goes into one.
"""

import argparse
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Literal, cast, get_args

from config.local.processes import (
    LocalServiceError,
    Process,
    free_port,
    http_get,
    locked,
    require_free,
    start,
    tail,
)

Engine = Literal["elasticsearch", "opensearch"]
PROJECT = Path(__file__).parents[2]
RECIPES = Path(__file__).parent / "nodes"
SET_UP = PROJECT / ".local" / "nodes"
LEAST_JAVA = 21
HEAP = "512m"
START_SECONDS = 180.0
STOP = ((signal.SIGTERM, 30.0),)
JVM = (
    "-XX:+AutoCreateSharedArchive",  # the second start takes half the time
    "-Xlog:cds=off",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
)
FAILURES = {
    "No space left on device": "no room is left on the disk that holds {folder}",
    "Address already in use": "port {port} is in use by another program",
    "BindHttpException": "port {port} is in use by another program",
    "Could not reserve enough space": "not enough memory for a heap of {heap}",
    "Cannot allocate memory": "not enough memory for a heap of {heap}",
    "AccessDeniedException": "{folder} cannot be read or written",
}


class MissingToolError(LocalServiceError):
    """Maven or a JDK, which a search node is made with, is missing; the text names what to install."""


@contextmanager
def search_node(
    engine: Engine, folder: Path, *, port: int | None = None, heap: str = HEAP, keep: bool = True
) -> Iterator[str]:
    """A node that answers; yields its URL. Its data are in `folder`, emptied first when `keep` is false.

    Without `port` any free one is taken. Raises MissingToolError where Maven or a JDK is missing, otherwise
    LocalServiceError, with one clear line, when the node cannot be had.
    """
    with search_process(engine, folder, port=port, heap=heap, keep=keep) as (url, _):
        yield url


@contextmanager
def search_process(
    engine: Engine, folder: Path, *, port: int | None = None, heap: str = HEAP, keep: bool = True
) -> Iterator[tuple[str, Process]]:
    """As `search_node`; yields the URL and the process, for whoever must know when it ends."""
    with starting_process(engine, folder, port=port, heap=heap, keep=keep) as starting:
        starting.await_ready()
        yield starting.url, starting.process


@dataclass(frozen=True, kw_only=True)
class Starting:
    """A node that was started; `await_ready` comes back when it answers, or raises LocalServiceError."""

    url: str
    process: Process
    await_ready: Callable[[], None]


@contextmanager
def starting_process(
    engine: Engine, folder: Path, *, port: int | None = None, heap: str = HEAP, keep: bool = True
) -> Iterator[Starting]:
    """As `search_process`, without waiting for the node to answer, which takes several seconds."""
    with ExitStack() as stack:
        try:
            starting = _start(
                engine, folder.absolute(), stack, port=port or free_port(), heap=heap, keep=keep
            )
        except OSError as error:
            raise LocalServiceError(f"{engine}: {error.filename or folder}: {error.strerror}") from error
        yield starting


def find_jdk() -> Path:
    """The home of a JDK of 21 or later: JAVA_HOME, the PATH, then what is installed in the usual places."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if compiler := shutil.which("javac"):
        homes.append(Path(compiler).resolve().parents[1])
    homes += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    homes += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"), reverse=True)
    for home in homes:
        if (home / "bin" / "javac").is_file() and _java_version(home) >= LEAST_JAVA:
            return home
    raise MissingToolError(
        f"a JDK of {LEAST_JAVA} or later is missing: install one (such as openjdk-{LEAST_JAVA}-jdk-headless) "
        "or set JAVA_HOME"
    )


def find_maven() -> str:
    """The Maven command."""
    command = shutil.which("mvn")
    if command is None:
        raise MissingToolError(
            "Maven is missing: install it (the package maven, or the command mvn on the PATH)"
        )
    return command


def set_up(engine: Engine) -> Path:
    """Lay the engine out in .local/nodes, unless it is there already; the folder it is in."""
    jdk = find_jdk()
    recipe = RECIPES / engine
    files = sorted(path for path in recipe.iterdir() if path.is_file())
    fingerprint = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]
    target = SET_UP / engine / fingerprint
    if target.exists():
        return target
    maven = find_maven()
    target.parent.mkdir(parents=True, exist_ok=True)
    with locked(target.parent, owner=f"{engine}'s set-up"):
        for former in target.parent.iterdir():
            if former.is_dir():
                shutil.rmtree(former)
        unfinished = target.with_name("unfinished")
        unfinished.mkdir()
        _fetch(maven, recipe, unfinished)
        LAYOUTS[engine](jdk, recipe, unfinished)
        unfinished.rename(target)
    return target


def _start(engine: Engine, folder: Path, stack: ExitStack, *, port: int, heap: str, keep: bool) -> Starting:
    require_free(port)
    installed = set_up(engine)
    folder.mkdir(parents=True, exist_ok=True)
    lock = stack.enter_context(locked(folder, owner=engine))
    home = folder / engine
    if not keep:
        shutil.rmtree(home, ignore_errors=True)
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    node = _Node(engine=engine, installed=installed, home=home, port=port, heap=heap)
    process = node.start(lock)
    stack.callback(process.stop)
    return Starting(url=node.url, process=process, await_ready=partial(node.await_ready, process))


@dataclass(frozen=True, kw_only=True)
class _Node:
    engine: Engine
    installed: Path
    home: Path
    port: int
    heap: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, lock: int) -> Process:
        java: list[str | Path] = [
            find_jdk() / "bin" / "java",
            f"-Xms{self.heap}",
            f"-Xmx{self.heap}",
            f"-XX:SharedArchiveFile={self.installed / 'classes.jsa'}",
            f"-Djava.io.tmpdir={self.home / 'tmp'}",
            *JVM,
            "-cp",
            f"{self.installed / 'lib'}/*",
            "LocalNode",
        ]
        log = self.home / "node.log"
        log.unlink(missing_ok=True)
        return start(
            self.engine,
            [*java, *ARGUMENTS[self.engine](self)],
            log=log,
            cwd=self.home,
            env={name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ},
            stop=STOP,
            hold=(lock,),
        )

    def await_ready(self, process: Process) -> None:
        until = time.monotonic() + START_SECONDS
        while process.returncode is None:
            answer = http_get(self.port, "/_cluster/health?wait_for_status=yellow&timeout=1s")
            if answer and answer[0] == HTTPStatus.OK:
                return
            time.sleep(0.1)
            if time.monotonic() > until:
                raise LocalServiceError(
                    f"{self.engine} does not answer after {START_SECONDS:.0f} s (see {process.log})"
                )
        raise self._failure(process.log)

    def _failure(self, log: Path) -> LocalServiceError:
        output = tail(log)
        for symptom, line in FAILURES.items():
            if symptom in output:
                text = line.format(folder=self.home, port=self.port, heap=self.heap)
                return LocalServiceError(f"{self.engine}: {text}")
        last = [line for line in output.splitlines() if line.strip()][-1:] or ["it printed nothing"]
        return LocalServiceError(f"{self.engine} did not start: {last[0].strip()} (see {log})")


def _elasticsearch_arguments(node: _Node) -> list[str]:
    for name in ("config", "data", "logs", "plugins"):
        (node.home / name).mkdir(exist_ok=True)
    modules = node.home / "modules"
    modules.unlink(missing_ok=True)
    modules.symlink_to(node.installed / "modules")
    settings = (RECIPES / "elasticsearch" / "elasticsearch.yml").read_text()
    (node.home / "config" / "elasticsearch.yml").write_text(f"{settings}http.port: {node.port}\n")
    return [str(node.home)]


def _opensearch_arguments(node: _Node) -> list[str]:
    config = node.home / "node_1" / "config"
    config.mkdir(parents=True, exist_ok=True)
    shutil.copy(RECIPES / "opensearch" / "opensearch.yml", config)
    first_port = str(node.port - 1)  # the runner adds the number of the node, which is 1
    return [
        "-basePath",
        str(node.home),
        "-numOfNode",
        "1",
        "-baseHttpPort",
        first_port,
        "-clusterName",
        "local",
        "-useLogger",
    ]


ARGUMENTS = {"elasticsearch": _elasticsearch_arguments, "opensearch": _opensearch_arguments}


def _fetch(maven: str, recipe: Path, target: Path) -> None:
    """Bring the jars of the recipe's pom.xml into `target`/lib."""
    command: list[str | Path] = [maven, "-q", "-B", "-f", recipe / "pom.xml", "dependency:copy-dependencies"]
    command += [f"-DoutputDirectory={target / 'lib'}", "-DincludeScope=runtime", *_maven_repository()]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        errors = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line] or [
            "no reason given"
        ]
        raise LocalServiceError(f"Maven could not fetch {recipe.name}: {errors[0]}")


def _maven_repository() -> list[str]:
    """Maven keeps what it fetched in the account's home, whatever HOME is; if it cannot, in the project."""
    home = Path(pwd.getpwuid(os.geteuid()).pw_dir)
    where = next(
        path for path in (home / ".m2" / "repository", home / ".m2", home, home.parent) if path.exists()
    )
    if home != Path("/") and os.access(where, os.W_OK):
        return []
    return [f"-Dmaven.repo.local={PROJECT / '.local' / 'm2'}"]


def _lay_out_elasticsearch(jdk: Path, recipe: Path, target: Path) -> None:
    """In lib the server's class path, in modules the network transport and the stand-in plugin."""
    lib = target / "lib"
    netty = target / "modules" / "transport-netty4"
    plugin = target / "modules" / "stand-in"
    netty.mkdir(parents=True)
    plugin.mkdir()
    for pattern in ("netty-*.jar", "transport-netty4-*.jar", "elasticsearch-ssl-config-*.jar"):
        for jar in lib.glob(pattern):
            jar.rename(netty / jar.name)
    (transport,) = netty.glob("transport-netty4-*.jar")
    version = transport.stem.removeprefix("transport-netty4-")
    descriptor = zipfile.ZipFile(transport).read(
        "META-INF/es-plugins/transport-netty4/plugin-descriptor.properties"
    )
    lines = [line for line in descriptor.decode().splitlines() if not line.startswith("modulename=")]
    (netty / "plugin-descriptor.properties").write_text("\n".join(lines) + "\n")
    own = (recipe / "plugin-descriptor.properties").read_text().replace("@version@", version)
    (plugin / "plugin-descriptor.properties").write_text(own)
    _compile(jdk, recipe / "StandInPlugin.java", lib, plugin / "stand-in.jar")
    _compile(jdk, recipe / "LocalNode.java", lib, lib / "local-node.jar")


def _lay_out_opensearch(jdk: Path, recipe: Path, target: Path) -> None:
    """Everything on the class path."""
    for natives in (target / "lib").glob(
        "netty-codec-native-quic-*-*.jar"
    ):  # HTTP/3 for five platforms, unused
        natives.unlink()
    _compile(jdk, recipe / "LocalNode.java", target / "lib", target / "lib" / "local-node.jar")


LAYOUTS = {"elasticsearch": _lay_out_elasticsearch, "opensearch": _lay_out_opensearch}


def _compile(jdk: Path, source: Path, lib: Path, jar: Path) -> None:
    """Compile one source file into a jar (the JVM's shared archives refuse folders on the class path)."""
    classes = jar.with_suffix(".classes")
    compiler: list[str | Path] = [
        jdk / "bin" / "javac",
        "--release",
        str(LEAST_JAVA),
        "-nowarn",
        "-cp",
        f"{lib}/*",
        "-d",
        classes,
        source,
    ]
    done = subprocess.run(compiler, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LocalServiceError(f"{source.name} does not compile: {done.stderr.strip().splitlines()[0]}")
    with zipfile.ZipFile(jar, "w") as archive:
        for path in sorted(classes.rglob("*.class")):
            archive.write(path, path.relative_to(classes))
    shutil.rmtree(classes)


def _java_version(home: Path) -> int:
    """The major version, from the file that every JDK carries; 0 where there is none."""
    try:
        lines = (home / "release").read_text().splitlines()
    except OSError:
        return 0
    version = next((line.split('"')[1] for line in lines if line.startswith("JAVA_VERSION=")), "0")
    major = version.split(".")[0]
    return int(major) if major.isdigit() else 0


def main(arguments: list[str] | None = None) -> int:
    """Run a node in the foreground until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m config.local.search_node", description=main.__doc__)
    parser.add_argument("engine", choices=get_args(Engine))
    parser.add_argument("folder", nargs="?", type=Path, help="where the data are (.local/ENGINE)")
    parser.add_argument("--port", type=int, help="any free one when left out")
    parser.add_argument("--heap", default=HEAP)
    options = parser.parse_args(arguments)
    engine = cast(Engine, options.engine)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        folder = options.folder or PROJECT / ".local" / engine
        with search_node(engine, folder, port=options.port, heap=options.heap) as url:
            print(f"{engine} answers at {url}", flush=True)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        return 0
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
