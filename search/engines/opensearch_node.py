"""Lets the client of Elasticsearch talk to OpenSearch:
SEARCH_NODE_CLASS=search.engines.opensearch_node.OpenSearchNode.

OpenSearch knows the same requests, but not the media types by which Elasticsearch's clients name their
version, and does not introduce itself as Elasticsearch.
"""

from __future__ import annotations

import re

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT, DefaultType

_MEDIA_TYPE = re.compile(r"application/vnd\.elasticsearch\+([\w-]+); *compatible-with=\d+")


class OpenSearchNode(Urllib3HttpNode):
    """A node class for ``Elasticsearch(url, node_class=OpenSearchNode)``."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send a request with plain media types; the answer passes for Elasticsearch's."""
        sent = HttpHeaders(headers or {})
        for name in ("accept", "content-type"):
            if name in sent:
                sent[name] = _MEDIA_TYPE.sub(r"application/\1", sent[name])
        response = super().perform_request(method, target, body, sent, request_timeout)
        response.meta.headers["x-elastic-product"] = "Elasticsearch"
        return response
