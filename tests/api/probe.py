"""A URL configuration with endpoints that go wrong on purpose, beside the real ones.

They stand outside of /api/v1, because they are no part of the contract; everything else about them is real.
"""

from __future__ import annotations

import time

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Input, Output, Query
from api.viewsets import ApiViewSet
from config.errors import Conflict
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as real
from experts.models import Organisation

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Thing(Output):
    name = serializers.CharField()
    count = serializers.IntegerField()


class PartInput(Input):
    name = serializers.CharField(max_length=10)
    weight = serializers.IntegerField(min_value=0, max_value=9, default=1)


class ThingInput(Input):
    name = serializers.CharField(max_length=10)
    parts = PartInput.list_of(max_length=3, required=False)


class Filters(Query):
    topic = serializers.ListField(child=serializers.CharField(max_length=5), required=False, max_length=3)
    kind = serializers.CharField(max_length=5, required=False)
    open = serializers.BooleanField(required=False)


class ProbeViewSet(ApiViewSet):
    tag = "Probe"

    @operation("Echo", response=Thing, query=Filters, expand=("author", "author.country"), sign_in=False)
    def echo(self, request: ApiRequest) -> HttpResponse:
        return self.answer(
            {"name": str(sorted(request.query.items())), "count": len(request.expand)},
            version=request.query.get("v"),
        )

    @operation("Take", response=Thing, body=ThingInput, sign_in=False)
    def take(self, request: ApiRequest) -> HttpResponse:
        return self.answer({"name": repr(request.input), "count": request.expected_version or 0})

    @operation("Sleep past the statement timeout", response=Thing)
    def sleep(self, request: ApiRequest) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(5)")
        return self.nothing()

    @operation("A number that no column holds", response=Thing)
    def out_of_range(self, request: ApiRequest) -> HttpResponse:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 10000000000::int")
        return self.nothing()

    @operation("A duplicate", response=Thing)
    def duplicate(self, request: ApiRequest) -> HttpResponse:
        with transaction.atomic():
            Organisation.objects.create(name="A", slug="same", kind="ngo")
            Organisation.objects.create(name="B", slug="same", kind="ngo")
        return self.nothing()

    @operation("A bug", response=Thing)
    def bug(self, request: ApiRequest) -> HttpResponse:
        return self.answer({"name": 1 / 0})

    @operation("Changes something, then is refused", body=ThingInput)
    def half_done(self, request: ApiRequest) -> HttpResponse:
        Organisation.objects.create(name=request.input["name"], slug=request.input["name"], kind="ngo")
        raise Conflict

    @operation("Changes something, slowly", body=ThingInput, response=Thing, status=201)
    def slow(self, request: ApiRequest) -> HttpResponse:
        with transaction.atomic():
            made = Organisation.objects.create(
                name=request.input["name"], slug=request.input["name"], kind="ngo"
            )
        time.sleep(0.3)
        return self.created({"name": made.name, "count": 1}, location="/probe/slow")


def forbidden(request: object) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: object) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("probe/echo", ProbeViewSet.as_view({"get": "echo"})),
    path(
        "probe/take", ProbeViewSet.as_view({"post": "take", "patch": "take", "put": "take", "delete": "take"})
    ),
    path("probe/sleep", ProbeViewSet.as_view({"get": "sleep"})),
    path("probe/out-of-range", ProbeViewSet.as_view({"get": "out_of_range"})),
    path("probe/duplicate", ProbeViewSet.as_view({"get": "duplicate"})),
    path("probe/bug", ProbeViewSet.as_view({"get": "bug"})),
    path("probe/half-done", ProbeViewSet.as_view({"post": "half_done"})),
    path("probe/slow", ProbeViewSet.as_view({"post": "slow"})),
    path("probe/forbidden", forbidden),
    path("probe/suspicious", suspicious),
    *real,
]
