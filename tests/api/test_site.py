"""What stands beside the API: health, metrics, the schema and its pages."""

from __future__ import annotations

import pytest
import yaml
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.contracts import schema


def test_live_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/health/live")
    assert (response.status_code, response.json()["status"]) == (200, "alive")


def test_ready_tells_what_it_needs(client: Client, db: None) -> None:
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["database"]) == (200, "ok")
    assert response.json()["search"]


@pytest.mark.django_db(transaction=True)
def test_not_ready_while_the_database_does_not_answer(client: Client, settings: Settings) -> None:
    connection.close()
    elsewhere = connection.settings_dict | {"HOST": "/nowhere", "PORT": "1"}
    before, connection.settings_dict = connection.settings_dict, elsewhere
    try:
        response = client.get("/health/ready")
    finally:
        connection.close()
        connection.settings_dict = before
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert client.get("/health/ready").status_code == 200


def test_metrics_are_for_the_token_or_for_this_machine(client: Client, settings: Settings, db: None) -> None:
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    assert "# TYPE community_jobs gauge" in client.get("/metrics").content.decode()
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 404
    authorization = {"Authorization": "Bearer secret"}
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1", headers=authorization).status_code == 200


def test_schema_is_given_as_yaml_and_as_json(client: Client) -> None:
    assert yaml.safe_load(client.get("/api/schema").content)["openapi"].startswith("3.1")
    response = client.get("/api/schema", headers={"Accept": "application/json"})
    assert response.json()["paths"].keys() == schema.document()["paths"].keys()


@pytest.mark.parametrize("page", ["/api/docs", "/api/redoc"])
def test_pages_of_the_schema_load_nothing_from_elsewhere(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    assert "://" not in response.content.decode().replace("http://www.w3.org", "")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_styles_and_scripts_of_the_pages_are_served(client: Client) -> None:
    for file in ("swagger-ui-dist/swagger-ui-bundle.js", "redoc/bundles/redoc.standalone.js"):
        response = client.get(f"/static/drf_spectacular_sidecar/{file}")
        assert response.status_code == 200
        response.close()
