"""The OpenAPI 3.1 schema: read from the declarations of `api.operations`, nothing is said twice."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
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
from api.serializers import Input

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
        """``space_discussions_list``: the path's words (without the version), then the view's method."""
        words = [
            word.replace("-", "_") for word in self.path.split("/")[3:] if word and not word.startswith("{")
        ]
        return "_".join([*words, self.view.action])

    def _is_list_view(self, serializer: Any = None) -> bool:  # noqa: ARG002 - pages are declared as such below
        return False

    def get_auth(self) -> list[dict[str, list[str]]]:
        auth: list[dict[str, list[str]]] = super().get_auth()
        return auth if self.declared.needs_sign_in(self.method) else [*auth, {}]

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": self.declared.needs_scope(self.method)}

    def _postprocess_serializer_schema(
        self, schema: dict[str, Any], serializer: Any, direction: str
    ) -> dict[str, Any]:
        described: dict[str, Any] = super()._postprocess_serializer_schema(schema, serializer, direction)
        if isinstance(serializer, Input):
            described["additionalProperties"] = False
        return described

    # Requests ------------------------------------------------------------------------------------------------

    def get_override_parameters(self) -> list[Any]:
        declared = self.declared
        parameters: list[Any] = [declared.query] if declared.query else []
        if self.method in operations.SAFE and declared.paginated:
            parameters += [
                OpenApiParameter(
                    "limit",
                    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                    description="How many results a page has.",
                ),
                OpenApiParameter(
                    "cursor", str, description="From `next` or `previous` of a page of this list."
                ),
            ]
        if declared.selectable:
            names = (
                ", ".join(f"`{name}`" for name in declared.response._declared_fields)
                if declared.response
                else ""
            )
            parameters.append(
                OpenApiParameter("fields", str, description=f"Only these, separated by commas: {names}.")
            )
        if declared.expand:
            names = ", ".join(f"`{name}`" for name in declared.expand)
            parameters.append(
                OpenApiParameter(
                    "expand", str, description=f"Related objects to include, separated by commas: {names}."
                )
            )
        header = OpenApiParameter.HEADER
        if self.method == "POST" and declared.idempotent:
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255},
                    header,
                    description="Within 24 hours, the same request with the same key takes effect once.",
                )
            )
        if self.method in {"PATCH", "PUT", "DELETE"}:
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    str,
                    header,
                    required=self.method != "DELETE",
                    description="The ETag of what is changed, or `*`.",
                )
            )
        return parameters

    def get_request_serializer(self) -> Any:
        declared = self.declared
        if declared.body is None:
            return None
        examples = (
            [OpenApiExample("Example", value=declared.body_example, request_only=True)]
            if declared.body_example
            else []
        )
        media_type = "multipart/form-data" if declared.files else "application/json"
        return {media_type: OpenApiRequest(declared.body, examples=examples)}

    # Responses -----------------------------------------------------------------------------------------------

    def get_response_serializers(self) -> Any:
        declared = self.declared
        if declared.response is None:
            return {declared.status: OpenApiResponse(description="Done.")}
        shape: Any = declared.response
        value = declared.example
        if declared.paginated:
            shape = _page_of(declared.response)
            value = {"results": [value], "next": None, "previous": None}
        examples = [OpenApiExample("Example", value=value, response_only=True)] if declared.example else []
        responses: dict[Any, Any] = {
            (declared.status, "application/json"): OpenApiResponse(shape, declared.summary, examples=examples)
        }
        for media_type, description in declared.also.items():
            responses[declared.status, media_type] = OpenApiResponse(OpenApiTypes.STR, description)
        return responses


def _page_of(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    address = {"allow_null": True, "help_text": "Its address; null where there is none."}
    return inline_serializer(
        f"{shape.__name__}Page",
        {
            "results": shape(many=True),
            "next": serializers.URLField(**address),
            "previous": serializers.URLField(**address),
        },
    )


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: every operation names the problems that it can answer with."""
    for kind, components in COMPONENTS.items():
        result["components"].setdefault(kind, {}).update(components)
    for path, methods in result["paths"].items():
        for method, described in methods.items():
            for status in _statuses(path, method.upper(), described):
                described["responses"].setdefault(
                    str(status), {"$ref": f"#/components/responses/Problem{status}"}
                )
    return result


def _statuses(path: str, method: str, described: dict[str, Any]) -> list[int]:
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
PROBLEM = {
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
    },
    "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
}

COMPONENTS = {
    "schemas": {"Problem": PROBLEM},
    "responses": {
        f"Problem{status}": {
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, description in ERRORS.items()
    },
}
