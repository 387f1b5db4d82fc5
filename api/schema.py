"""The OpenAPI 3.1 schema: read from the declarations of `api.operations`, nothing is said twice."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    inline_serializer,
)
from rest_framework import serializers

from api import operations
from api.operations import Operation
from api.pagination import DEFAULT_LIMIT, MAX_LIMIT
from api.renderers import encode
from api.serializers import Input

if TYPE_CHECKING:
    from api.viewsets import ApiViewSet

CONVENTIONS = Path(__file__).with_name("conventions.md")
ERRORS = {
    400: "The request makes no sense; `errors` names the fields.",
    401: "Nobody is signed in, or the token is not valid.",
    403: "You may see it but not do this, or the token lacks the scope; `detail` gives the reason.",
    404: "It is not there, or not for you.",
    406: "None of the accepted media types is offered.",
    409: "Its present state does not permit this, or the first request with this Idempotency-Key still runs.",
    412: "It was changed meanwhile: If-Match did not match.",
    413: "The body is too large.",
    415: "The body's media type is not accepted.",
    422: "The Idempotency-Key was used for another request.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    503: "The database, or a service behind it, does not answer now.",
}


class AutoSchema(BaseAutoSchema):
    """Describes one operation from its declaration."""

    view: ApiViewSet  # type: ignore[override]

    @property
    def declared(self) -> Operation:
        """The operation's declaration."""
        found = operations.of(self.view)
        if found is None:
            raise TypeError(
                f"{type(self.view).__name__}.{self.view.action} is not decorated with @operation."
            )
        return found

    def get_summary(self) -> str:
        return self.declared.summary

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_operation_id(self) -> str:
        """``spaces_discussions_list``: the path's words, then the view's method."""
        words = [word.replace("-", "_") for word in self.path.split("/")[3:] if word and "{" not in word]
        return "_".join([*words, self.view.action])

    def get_auth(self) -> list[dict[str, Any]]:
        auth: list[dict[str, Any]] = super().get_auth()
        return auth if self.declared.needs_sign_in(self.method) else [*auth, {}]

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": self.declared.needs_scope(self.method)}

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002 - pages are declared as such below
        return False

    def _postprocess_serializer_schema(self, schema: Any, serializer: Any, direction: str) -> dict[str, Any]:
        described: dict[str, Any] = super()._postprocess_serializer_schema(schema, serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Input):
            described["additionalProperties"] = False
        return described

    # Requests -----------------------------------------------------------------------------------------------

    def get_override_parameters(self) -> list[Any]:
        declared = self.declared
        parameters: list[Any] = [declared.query] if declared.query else []
        if self.method in operations.SAFE and declared.paginated:
            limits = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            parameters += [
                OpenApiParameter("limit", limits, description="How many results a page has."),
                OpenApiParameter(
                    "cursor", str, description="From `next` or `previous` of a page of this list."
                ),
            ]
        if declared.selectable:
            parameters.append(_names("fields", "Only these fields", declared.selectable))
        if declared.expand:
            parameters.append(_names("expand", "Related objects to include", declared.expand))
        if self.method == "POST" and declared.idempotent:
            parameters.append(_IDEMPOTENCY_KEY)
        if self.method in {"PATCH", "PUT", "DELETE"}:
            parameters.append(_if_match(required=self.method != "DELETE"))
        if self.method in operations.SAFE and declared.response is not None:
            parameters.append(_IF_NONE_MATCH)
        return parameters

    def get_request_serializer(self) -> Any:
        declared = self.declared
        if declared.body is None:
            return None
        media_type = "multipart/form-data" if declared.files else "application/json"
        return {media_type: OpenApiRequest(declared.body, examples=_examples(declared.body_example))}

    # Responses ----------------------------------------------------------------------------------------------

    def get_response_serializers(self) -> Any:
        declared = self.declared
        if declared.response is None and not declared.also:
            return {declared.status: OpenApiResponse(description="Done.")} | self._redirects()
        shape: Any = declared.response
        example = declared.example
        if declared.paginated or declared.whole:
            shape = _page_of(declared.response)
            example = {"results": [example], "next": None, "previous": None} if example else None
        responses: dict[Any, Any] = {}
        if declared.response is not None:
            responses[declared.status, "application/json"] = OpenApiResponse(
                shape, declared.summary, examples=_examples(example)
            )
        for media_type, description in declared.also.items():
            responses[declared.status, media_type] = OpenApiResponse(OpenApiTypes.STR, description)
        return responses | self._redirects()

    def _redirects(self) -> dict[Any, Any]:
        if self.declared.moved is None:
            return {}
        status = 301 if self.method in operations.SAFE else 308
        return {status: OpenApiResponse(description="It is elsewhere now: see Location.")}


def _names(parameter: str, what: str, names: Iterable[str]) -> OpenApiParameter:
    listed = ", ".join(f"`{name}`" for name in names)
    return OpenApiParameter(parameter, str, description=f"{what}, separated by commas: {listed}.")


_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="Within 24 hours, the same request with the same key takes effect once.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of an answer that the client has: 304 if it would be the same.",
)


def _if_match(*, required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "If-Match",
        str,
        OpenApiParameter.HEADER,
        required=required,
        description="The ETag of what is changed, or `*`.",
    )


def _examples(value: object) -> list[OpenApiExample]:
    return [OpenApiExample("Example", value=value)] if value is not None else []


@functools.cache  # one shape, however many operations answer with it
def _page_of(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    def address(which: str) -> serializers.Field[Any, Any, Any, Any]:
        return serializers.URLField(allow_null=True, help_text=f"The {which} page; null where there is none.")

    return inline_serializer(
        f"{shape.__name__}Page",
        {"results": shape(many=True), "next": address("next"), "previous": address("previous")},
    )


# What all operations share ----------------------------------------------------------------------------------


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: what holds for all operations, and which problems each can answer with."""
    result["info"]["description"] = CONVENTIONS.read_text()
    for kind, components in COMPONENTS.items():
        result["components"].setdefault(kind, {}).update(components)
    for path, methods in result["paths"].items():
        for method, described in methods.items():
            for status in _problems(path, method.upper(), described):
                reference = {"$ref": f"#/components/responses/Problem{status}"}
                described["responses"].setdefault(str(status), reference)
            if any(parameter["name"] == "If-None-Match" for parameter in described.get("parameters", ())):
                described["responses"]["304"] = {"$ref": "#/components/responses/Unchanged"}
    return result


def _problems(path: str, method: str, described: dict[str, Any]) -> list[int]:
    statuses = {400, 401, 403, 406, 429, 503}
    own_query = any(
        parameter["in"] == "query" and parameter["name"] not in operations.SELECTING | operations.PAGING
        for parameter in described.get("parameters", ())
    )
    if "{" in path or own_query or "requestBody" in described:
        statuses.add(404)
    if method not in operations.SAFE:
        statuses.add(409)
    if "requestBody" in described:
        statuses |= {413, 415}
    if method == "POST":
        statuses.add(422)
    if method in {"PATCH", "PUT", "DELETE"}:
        statuses.add(412)
    if method in {"PATCH", "PUT"}:
        statuses.add(428)
    return sorted(statuses)


_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Decide by `code`; `detail` is for people and may change.",
    "properties": {
        "type": _TEXT
        | {"format": "uri-reference", "description": "Where this kind of problem is explained."},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": _TEXT | {"description": "The path that was asked."},
        "code": _TEXT | {"description": "Stable.", "pattern": "^[a-z0-9_-]+$"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": _TEXT
                    | {"description": "JSON pointer into the body, or `/name` of a parameter or header."},
                    "code": _TEXT,
                    "detail": _TEXT,
                },
                "required": ["pointer", "code", "detail"],
            },
        },
        "request_id": _TEXT | {"description": "Name it when you report the problem."},
        "current": {"type": "object", "description": "Of an edit that came too late: as it is now."},
        "yours": {"type": "object", "description": "Of an edit that came too late: as you sent it."},
    },
    "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
}
_PROBLEM_BODY = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

COMPONENTS: dict[str, dict[str, Any]] = {
    "schemas": {"Problem": _PROBLEM},
    "responses": {"Unchanged": {"description": "What the client has is still right (If-None-Match)."}}
    | {
        f"Problem{status}": {"description": description, "content": _PROBLEM_BODY}
        for status, description in ERRORS.items()
    },
}


# Where it is read -------------------------------------------------------------------------------------------


@functools.cache
def document() -> dict[str, Any]:
    """The whole schema; it does not change while this process lives."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@functools.cache
def _yaml() -> bytes:
    rendered: bytes = OpenApiYamlRenderer().render(document())  # type: ignore[no-untyped-call]
    return rendered


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """GET /api/schema: OpenAPI 3.1 as YAML, or as JSON for who accepts that rather."""
    preferred = request.get_preferred_type(["application/yaml", "application/json"])
    if preferred == "application/json":
        return HttpResponse(encode(document()), content_type="application/json")
    return HttpResponse(_yaml(), content_type="application/yaml")
