"""The README's conversation is run as it is printed, line by line, against a server with the demo data."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from search import indexer

README = Path(__file__).parents[1] / "README.md"


def conversation() -> str:
    """The README's shell block."""
    block = re.search(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert block
    return block[1]


def said(script: str, settings: dict[str, str]) -> list[tuple[str, Any]]:
    """Run the script and give every request made at the top level, with the JSON it was answered."""
    lines = []
    for line in script.splitlines():
        if line.startswith("as "):
            lines.append(f"printf '\\n>>> %s\\n' {shlex.quote(line)}; {line}")
        else:
            lines.append(line)
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(lines)],
        env=settings,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    answers = []
    for part in done.stdout.split("\n>>> ")[1:]:
        request, _, body = part.partition("\n")
        answers.append((request, json.loads(body) if body.strip() else None))
    return answers


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_the_readme_s_conversation_goes_as_it_says(live_server: LiveServer, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    call_command("load_demo", output=str(demo), base_url=live_server.url)
    indexer.drain()
    settings = {"API": f"{live_server.url}/api/v1", "DEMO": str(demo), "PATH": "/usr/local/bin:/usr/bin:/bin"}

    answers = said(conversation(), settings)

    (
        (_, me),
        (_, found),
        (_, peers),
        (_, summary),
        (_, table),
        (_, thread),
        (_, answered),
        (_, secret),
        (_, nothing),
        (_, closed),
        (_, refused),
        (_, reopened),
    ) = answers
    assert me["name"]
    assert found["results"], "peers are found across languages"
    assert len(peers["results"]) == 3
    assert summary["discussions"] >= 3
    columns = {"topic", "status", "author", "likes", "views", "replies", "created", "last_reply"}
    assert columns <= table["results"][0].keys()
    assert thread["results"]
    assert answered["author"]["id"] == me["id"]
    assert secret["code"] == "not_found"
    assert nothing["results"] == []
    assert closed["status"] == "closed"
    assert refused["status"] == 403
    assert reopened["status"] == "open"
