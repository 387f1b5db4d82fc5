"""`make check`: everything that is proven about the code without running the product's tests.

All steps run, two at a time; what failed is printed whole, and the exit code is 1 then.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.local.postgres import postgres
from config.local.processes import LocalServiceError

PROJECT = Path(__file__).parents[2]
CODE = ("api", "experts", "forums", "search", "config")
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "no",
    "SECURE_HTTPS": "yes",
    "ALLOWED_HOSTS": "community.example.org",
    "BASE_URL": "https://community.example.org",
    "MAIL_HOST": "mail.example.org",
}


@dataclass(frozen=True)
class Step:
    """A command of the virtual environment, by what it proves."""

    name: str
    command: tuple[str, ...]


def tool(name: str) -> str:
    """The path of a command beside this Python."""
    return str(Path(sys.executable).with_name(name))


PYTHON = sys.executable
STEPS = (
    Step("types", (PYTHON, "-m", "mypy")),
    Step("layout", (tool("ruff"), "format", "--check")),
    Step("lint", (tool("ruff"), "check")),
    Step("imports between rooms", (tool("lint-imports"), "--no-logo")),
    Step("security", (PYTHON, "-m", "bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *CODE)),
    Step("production settings", (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING")),
    Step("models have migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    Step("migrations beside a former release", (PYTHON, "-m", "config.local.migrations")),
    Step("openapi.yaml", (PYTHON, "-m", "config.local.schema", "--check")),
)


def main() -> int:
    """Run all steps; 1 when any failed."""
    try:
        with postgres(PROJECT / ".local" / "check-postgres", durable=False) as url:
            environment = (
                os.environ | PRODUCTION | {"DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(64)}
            )
            environment.pop("ELASTICSEARCH_URL", None)
            with ThreadPoolExecutor(max_workers=2) as pool:
                passed = list(pool.map(lambda step: _run(step, environment), STEPS))
    except LocalServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return int(not all(passed))


def _run(step: Step, environment: Mapping[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    report = f"{step.name}: {verdict} ({time.monotonic() - began:.0f} s)"
    print(report if done.returncode == 0 else f"{report}\n{done.stdout.rstrip()}\n", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
