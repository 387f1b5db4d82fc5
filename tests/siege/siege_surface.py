"""The site as it is deployed, seen from outside: headers, cookies, other origins, and what its logs hold."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.siege.site import FOLDER, Answer, Site, site

AS_DEPLOYED = {
    "DEBUG": "no",
    "SECURE_HTTPS": "yes",
    "BEHIND_PROXY": "yes",
    "ALLOWED_HOSTS": "community.example.org,127.0.0.1",
    "BASE_URL": "https://community.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://community.example.org",
    "ACCESS_LOG": "yes",
    "LOG_LEVEL": "DEBUG",
}
OVER_HTTPS = {"Host": "community.example.org", "X-Forwarded-Proto": "https"}
PASSWORD = "a secret of one person only 8841"


@pytest.fixture(scope="module")
def deployed() -> Iterator[Site]:
    """Served as in production, behind a proxy that speaks HTTPS; the member has a password."""
    with site(FOLDER, settings=AS_DEPLOYED, with_worker=False) as made:
        made.query(
            "UPDATE experts_user SET password = %s WHERE id = %s",
            Argon2PasswordHasher().encode(PASSWORD, "of this test only"),
            made.cast["people"]["member"],
        )
        yield made


def ask(
    community: Site, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Answer:
    """A request as the proxy passes it on."""
    connection = http.client.HTTPConnection("127.0.0.1", community.port, timeout=20)
    try:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, content, OVER_HTTPS | kind | (headers or {}))
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def sign_in(community: Site, password: str = PASSWORD) -> tuple[Answer, dict[str, str]]:
    """The answer and the cookies, name to what follows it."""
    [(email,)] = community.query(
        "SELECT email FROM experts_user WHERE id = %s", community.cast["people"]["member"]
    )
    connection = http.client.HTTPConnection("127.0.0.1", community.port, timeout=20)
    body = json.dumps({"email": email, "password": password}).encode()
    connection.request("POST", "/api/v1/session", body, OVER_HTTPS | {"Content-Type": "application/json"})
    response = connection.getresponse()
    cookies = dict(line.split("=", 1) for line in response.headers.get_all("Set-Cookie") or [])
    answer = Answer(response.status, dict(response.getheaders()), response.read())
    connection.close()
    return answer, cookies


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/spaces",
        "/api/v1/experts/00000000-0000-4000-8000-000000000000",
        "/api/v1/nothing-here",
        "/api/docs",
        "/api/schema",
        "/admin/login/",
        "/health/ready",
        "/nowhere",
    ],
)
def test_every_answer_forbids_what_no_client_needs(deployed: Site, path: str) -> None:
    headers = ask(deployed, "GET", path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", "")  # Swagger UI, Redoc
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert re.fullmatch(r"max-age=31536000; includeSubDomains; preload", headers["Strict-Transport-Security"])
    assert "Permissions-Policy" in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "X-Powered-By" not in headers
    assert not re.search(r"\d", headers.get("Server", ""))


def test_plain_http_is_sent_to_https(deployed: Site) -> None:
    answer = ask(deployed, "GET", "/api/v1/spaces", headers={"X-Forwarded-Proto": "http"})
    assert answer.status == 301
    assert answer.headers["Location"] == "https://community.example.org/api/v1/spaces"


def test_other_hosts_are_refused(deployed: Site) -> None:
    answer = ask(deployed, "GET", "/api/v1/spaces", headers={"Host": "evil.example"})
    assert answer.status == 400
    assert b"evil.example" not in answer.body
    assert b"Traceback" not in answer.body


def test_trace_is_not_answered(deployed: Site) -> None:
    assert ask(deployed, "TRACE", "/api/v1/spaces").status == 405


def test_other_origins_get_no_leave(deployed: Site) -> None:
    for origin in ("https://evil.example", "null", "https://community.example.org.evil.example"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for method in ("GET", "OPTIONS"):
            headers = ask(deployed, method, "/api/v1/spaces", headers=asked).headers
            assert not [name for name in headers if name.startswith("Access-Control-")], (method, origin)


def test_cookies_are_for_this_site_over_https_only(deployed: Site) -> None:
    answer, cookies = sign_in(deployed)
    assert answer.status < 300
    session = cookies["__Host-sessionid"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(session.split("; "))
    assert "Secure" in cookies["__Host-csrftoken"].split("; ")
    assert "SameSite=Lax" in cookies["__Host-csrftoken"].split("; ")
    assert "Domain=" not in "".join(cookies.values())
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]


def test_a_session_writes_from_this_site_only(deployed: Site) -> None:
    _, cookies = sign_in(deployed)
    token = cookies["__Host-csrftoken"].partition(";")[0]
    cookie = f"__Host-sessionid={cookies['__Host-sessionid'].partition(';')[0]}; __Host-csrftoken={token}"
    body = {"name": "Of a form elsewhere"}
    here, elsewhere = "https://community.example.org", "https://evil.example"
    for headers in (
        {},
        {"X-CSRFToken": token, "Origin": elsewhere},
        {"X-CSRFToken": token, "Referer": f"{elsewhere}/page"},
        {"X-CSRFToken": "x" * 32, "Origin": here},
        {"Origin": here},
    ):
        refused = ask(deployed, "POST", "/api/v1/me/tokens", body, headers={"Cookie": cookie, **headers})
        assert (refused.status, refused.json()["code"]) == (403, "csrf_failed"), headers


def test_what_is_in_the_logs_opens_nothing(deployed: Site) -> None:
    """Passwords, tokens, cookies, queries, bodies and addresses stay out of them, at every level."""
    sent = {"query": "zebraquery1", "body": "zebrabody2", "header": "zebraheader3"}
    sign_in(deployed, "zebrapassword4")
    _, cookies = sign_in(deployed)
    session = cookies["__Host-sessionid"].partition(";")[0]
    token = deployed.cast["tokens"]["member"]
    bearer = {"Authorization": f"Bearer {token}"}
    ask(deployed, "GET", f"/api/v1/search?q={sent['query']}", headers=bearer)
    ask(deployed, "GET", "/api/v1/me", headers={"Authorization": f"Bearer {sent['header']}"})
    ask(deployed, "GET", "/api/v1/me", headers={"Cookie": f"__Host-sessionid={session}"})
    path = f"/api/v1/discussions/{deployed.cast['discussions']['commons']}/posts"
    assert ask(deployed, "POST", path, {"body": sent["body"]}, headers=bearer).status == 201
    ask(deployed, "POST", path, {"body": 5, sent["body"]: 1}, headers=bearer)
    [(email,)] = deployed.query(
        "SELECT email FROM experts_user WHERE id = %s", deployed.cast["people"]["member"]
    )
    log = (deployed.folder / "api.log").read_text()
    assert "/api/v1/me" in log, "nothing was logged"
    for secret in (*sent.values(), "zebrapassword4", PASSWORD, token, session, email):
        assert secret not in log
