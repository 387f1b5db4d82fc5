"""Answering with a file that is kept in the storage."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import HttpResponse
from rest_framework import serializers

from api.serializers import Query


class FileVersion(Query):
    """What makes the address of a changed file another one, so that no cache answers with the old one."""

    v = serializers.CharField(max_length=64, required=False, help_text="As in the `url` that was given.")


def stored_file(file: FieldFile, media_type: str) -> HttpResponse:
    """The whole file; browsers are told not to guess what it is."""
    with file.open() as stored:
        response = HttpResponse(stored.read(), content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
