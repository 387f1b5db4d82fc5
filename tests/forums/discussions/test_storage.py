"""Files in a bucket: brought to one host, read from another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from config import env
from forums.actions import attachments
from tests.contracts.client import ApiClient
from tests.factories import files as made
from tests.factories import forums as make

type Api = Callable[..., ApiClient]


class Objects(BaseHTTPRequestHandler):
    """What the S3 protocol needs for objects of one bucket: PUT, GET, HEAD, DELETE."""

    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        content = self.kept.get(self.path.split("?")[0])
        self._answer(404 if content is None else 200, content or b"")

    do_HEAD = do_GET  # noqa: N815

    def do_DELETE(self) -> None:
        self.kept.pop(self.path, None)
        self._answer(204)

    def log_message(self, *_: object) -> None:
        """Silent."""

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Mon, 02 Mar 2026 08:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What is in a bucket, which is where files are kept meanwhile."""
    kept: dict[str, bytes] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Objects,), {"kept": kept}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("S3_BUCKET", "community")
    monkeypatch.setenv("S3_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("S3_REGION", "eu-central-1")
    monkeypatch.setenv("S3_ACCESS_KEY", "key")
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    with override_settings(STORAGES=settings.STORAGES | {"default": env.storage()}):
        yield kept
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_a_bucket_files_are_kept_in_a_folder() -> None:
    assert env.storage() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_file_in_a_bucket_is_brought_read_and_deleted(
    api: Api,
    bucket: dict[str, bytes],
    tmp_path: Path,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    space = make.space()
    author = make.join(space)
    with override_settings(MEDIA_ROOT=tmp_path):
        used = made.attachment(author, b"%PDF-1.7 the plan", name="plan.pdf")
        unused = made.attachment(author, b"%PDF-1.7 another", name="plan.pdf")
    assert list(tmp_path.iterdir()) == []
    assert sorted(bucket.values()) == [b"%PDF-1.7 another", b"%PDF-1.7 the plan"]
    make.reply(make.discussion(space), author, attachments=[used.pk])
    response = api().get(f"/attachments/{used.pk}/content")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 the plan"  # type: ignore[attr-defined]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        attachments.remove(unused.pk, acting_user=author)
    assert list(bucket.values()) == [b"%PDF-1.7 the plan"]
