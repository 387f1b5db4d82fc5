"""`make docker-dry-run`: the Dockerfile's steps, in order, without a container engine.

In place of the base image each stage has a copy-on-write view of this machine (an overlay over /, gone
afterwards) with this Python as its `python`. COPY obeys .dockerignore, RUN runs in a chroot, and at the end
CMD is started as USER and HEALTHCHECK must call it healthy. All but the base image is tried. Linux, as root.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config.local.processes import free_port

PROJECT = Path(__file__).parents[2]
BASE_IMAGE = re.compile(r"python:3\.\d+-slim")
FROM_OUTSIDE = re.compile(
    r"(?i)(PIP|UV|SSL|https?|no)_.*"
)  # how packages are reached; a build passes them as well
WITHOUT_EFFECT = {"EXPOSE", "VOLUME"}
HEALTHY_SECONDS = 30.0


class StepError(Exception):
    """A step failed; the text says which and why."""


@dataclass(kw_only=True)
class Stage:
    """One FROM: the root of its files and what the steps so far have set."""

    root: Path
    environment: dict[str, str]
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def start(self, command: list[str], **environment: str) -> "subprocess.Popen[bytes]":
        """Start a command in the stage, as its user, in its folder."""
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', self.folder, *command]
        chroot = ["chroot", f"--userspec={self.user}", str(self.root), *inside]
        return subprocess.Popen(chroot, env=self.environment | environment)

    def run(self, command: list[str]) -> None:
        """Run a command to its end. Raises StepError unless it succeeds."""
        if self.start(command).wait() != 0:
            raise StepError(f"failed: {shlex.join(command)}")


def main() -> int:
    """Try the Dockerfile; 1 and the step that failed when one does."""
    if sys.platform != "linux" or os.geteuid() != 0:
        print(
            "The Dockerfile can be tried without a container engine by root on Linux only.", file=sys.stderr
        )
        return 1
    os.unshare(os.CLONE_NEWNS)  # what is mounted from here on is seen by this process alone, and ends with it
    _mount("--make-rprivate", "/")
    scratch = Path(tempfile.mkdtemp(prefix="dockerfile-"))
    try:
        _mount("-t", "tmpfs", "none", str(scratch))
        stage = _build(scratch)
        _serve(stage)
    except StepError as error:
        print(f"Dockerfile: {error}", file=sys.stderr)
        return 1
    finally:
        subprocess.run(["umount", "--recursive", "--lazy", scratch], check=False)
        shutil.rmtree(scratch, ignore_errors=True)
    print("The Dockerfile's steps succeed, and what they make is healthy.")
    return 0


def _build(scratch: Path) -> Stage:
    arguments: dict[str, str] = {}
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for word, rest in _instructions((PROJECT / "Dockerfile").read_text()):
        print(f"--- {word} {rest}", flush=True)
        if word == "ARG":
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif word == "FROM":
            image, _, name = _expand(rest, arguments).partition(" AS ")
            if not BASE_IMAGE.fullmatch(image):
                raise StepError(f"FROM {image}: only python:3.N-slim can be stood in for")
            stage = stages[name or str(len(stages))] = _new_stage(scratch / f"stage{len(stages)}")
        elif stage is None:
            raise StepError(f"{word} before the first FROM")
        else:
            _step(word, _expand(rest, arguments), stage, stages)
    if stage is None:
        raise StepError("it has no FROM")
    return stage


def _step(word: str, rest: str, stage: Stage, stages: dict[str, Stage]) -> None:
    match word:
        case "ENV":
            for pair in shlex.split(rest):
                name, _, value = pair.partition("=")
                stage.environment[name] = _expand(value, stage.environment)
        case "WORKDIR":
            stage.folder = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "COPY":
            _copy(shlex.split(rest), stage, stages)
        case "RUN":
            stage.run(["sh", "-ec", rest])
        case "USER":
            stage.user = rest
        case "HEALTHCHECK":
            stage.healthcheck = json.loads(rest.partition("CMD")[2])
        case "CMD":
            stage.command = json.loads(rest)
        case _ if word not in WITHOUT_EFFECT:
            raise StepError(f"{word} is not known to this dry run")


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for instruction in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if instruction.strip():
            word, _, rest = instruction.strip().partition(" ")
            yield word.upper(), rest.strip()


def _expand(text: str, values: dict[str, str]) -> str:
    """Put in what is known; what is not is left for the shell."""
    return re.sub(r"\$\{?(\w+)\}?", lambda match: values.get(match[1], match[0]), text)


def _new_stage(folder: Path) -> Stage:
    upper, work, root = folder / "upper", folder / "work", folder / "root"
    for path in (upper, work, root):
        path.mkdir(parents=True)
    _mount("-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={upper},workdir={work}", str(root))
    for shared in ("proc", "dev", "sys"):
        _mount("--rbind", f"/{shared}", str(root / shared))
    for clean in ("app", "opt/uv", "media"):
        shutil.rmtree(root / clean, ignore_errors=True)
    python = Path(sys.executable).resolve()
    for name in ("python", "python3"):
        link = root / "usr" / "local" / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(python)
    for parent in python.parents:  # the image's Python is for everybody
        inside = root / parent.relative_to("/")
        inside.chmod(inside.stat().st_mode | 0o055)
    outside = {name: value for name, value in os.environ.items() if FROM_OUTSIDE.fullmatch(name)}
    return Stage(
        root=root, environment=outside | {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/root"}
    )


def _copy(words: list[str], stage: Stage, stages: dict[str, Stage]) -> None:
    source_stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    *sources, target = words
    base = stages[source_stage].root if source_stage else PROJECT
    destination = stage.root / os.path.normpath(f"{stage.folder}/{target}").lstrip("/")
    if target.startswith("/"):
        destination = stage.root / target.lstrip("/")
    for source in sources:
        path = base / source.lstrip("/")
        if not path.is_dir():
            destination.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, destination / path.name)
        elif source_stage:
            shutil.copytree(path, destination, symlinks=True, dirs_exist_ok=True)
        else:
            _copy_context(path, destination)


def _copy_context(path: Path, destination: Path) -> None:
    rules = _ignore_rules()
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if name not in {".git", ".venv", ".local"}]
        for name in files:
            relative = (Path(folder) / name).relative_to(PROJECT)
            if not _ignored(str(relative), rules):
                (destination / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / relative, destination / relative)


def _ignore_rules() -> list[tuple[bool, re.Pattern[str]]]:
    """Whether a match is left out, and the pattern, for each line of .dockerignore."""
    rules = []
    for line in (PROJECT / ".dockerignore").read_text().split():
        pattern = re.escape(line.removeprefix("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        rules.append((not line.startswith("!"), re.compile(f"{pattern}(/.*)?")))
    return rules


def _ignored(path: str, rules: list[tuple[bool, re.Pattern[str]]]) -> bool:
    verdict = False
    for leaves_out, pattern in rules:
        if pattern.fullmatch(path):
            verdict = leaves_out
    return verdict


def _serve(stage: Stage) -> None:
    """Start CMD and wait until HEALTHCHECK is content. No database is there: the API must live without."""
    print("--- start and health check", flush=True)
    settings = {
        "SECRET_KEY": "of-the-dry-run-which-lasts-a-few-seconds-and-is-no-secret",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "ALLOWED_HOSTS": "community.example.org",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }
    server = stage.start(stage.command, **settings)
    try:
        until = time.monotonic() + HEALTHY_SECONDS
        while stage.start(stage.healthcheck, **settings).wait() != 0:
            if server.poll() is not None:
                raise StepError(f"CMD ended with {server.returncode}")
            if time.monotonic() > until:
                raise StepError(f"not healthy after {HEALTHY_SECONDS:.0f} s")
            time.sleep(1)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepError(f"mount {shlex.join(arguments)}: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())
