"""What the product connects to is what its settings name: nothing that somebody sent is ever fetched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
CLIENTS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=modules):
                names |= {module.name for module in modules}
            case ast.ImportFrom(module=str(module), names=members):
                names |= {module, *(f"{module}.{member.name}" for member in members)}
    return names


@pytest.mark.parametrize("room", ["api", "experts", "forums", "search"])
def test_rooms_have_no_client_that_fetches_addresses(room: str) -> None:
    files = list((PROJECT / room).rglob("*.py"))
    assert files
    assert {str(path): found for path in files if (found := imported(path) & CLIENTS)} == {}
