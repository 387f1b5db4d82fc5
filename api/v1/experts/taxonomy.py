"""Topics: shapes and endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from api.operations import operation
from api.requests import ApiRequest
from api.serializers import Input, Output
from api.viewsets import ApiViewSet
from config.errors import NotFound
from experts import directory
from experts.actions import topics
from experts.models import Topic
from experts.references import topics_by_slug


class TopicNode(Output):
    slug = serializers.CharField()
    label = serializers.CharField(help_text="In the asker's language.")  # type: ignore[assignment]
    parent = serializers.CharField(allow_null=True, help_text="Slug.")  # type: ignore[assignment]
    depth = serializers.IntegerField(help_text="1 at the top.")
    expert_count = serializers.IntegerField(help_text="How many you can find, those of sub-topics included.")


class TopicDetail(TopicNode):
    labels = serializers.DictField(child=serializers.CharField(), help_text="By working language.")
    synonyms = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="By working language."
    )
    above = TopicNode(many=True, help_text="From the top down.")
    below = TopicNode(many=True, help_text="The sub-topics.")
    allowed_actions = serializers.ListField(child=serializers.CharField())


def _labels() -> serializers.DictField:
    return serializers.DictField(
        child=serializers.CharField(max_length=120), help_text="By working language; English at least."
    )


class TopicChanges(Input):
    slug = serializers.RegexField(r"^[a-z0-9-]{1,80}$", max_length=80, required=False)
    labels = _labels()
    synonyms = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=120), max_length=40),
        required=False,
        help_text="By working language.",
    )


class NewTopic(TopicChanges):
    slug = serializers.RegexField(r"^[a-z0-9-]{1,80}$", max_length=80)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=80, required=False, allow_null=True, help_text="Slug; null for the top."
    )


class TopicMove(Input):
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=80, allow_null=True, help_text="Slug; null for the top."
    )


class TopicMerge(Input):
    into = serializers.CharField(max_length=80, help_text="Slug of the topic that stays.")


NODE = {
    "slug": "forged-documents",
    "label": "Forged documents",
    "parent": "travel-document-security",
    "depth": 2,
    "expert_count": 41,
}
DETAIL = NODE | {
    "labels": {"en": "Forged documents", "fr": "Faux documents"},
    "synonyms": {"en": ["fakes"]},
    "above": [],
    "below": [],
    "allowed_actions": [],
}


class TopicViewSet(ApiViewSet):
    """The taxonomy."""

    tag = "Topics"

    @operation("Topics", response=TopicNode, whole=True, example=NODE)
    def list(self, request: ApiRequest) -> HttpResponse:
        """The whole tree, each topic after the one above it. Counts are exact for you."""
        counts = directory.counts_by_topic(request.viewer)
        return self.whole(_nodes(list(Topic.objects.order_by("path")), counts, request.language))

    @operation("A topic", response=TopicDetail, example=DETAIL)
    def retrieve(self, request: ApiRequest, slug: str) -> HttpResponse:
        """By its slug, or by one that it, or a topic merged into it, had before."""
        topic = topics_by_slug([slug]).get(slug)
        if topic is None:
            raise NotFound
        return self._detail(request, topic)

    @operation(
        "Add a topic",
        scope="moderate",
        status=201,
        body=NewTopic,
        response=TopicDetail,
        example=DETAIL,
        body_example={"slug": "forged-documents", "labels": {"en": "Forged documents"}, "parent": None},
    )
    def create(self, request: ApiRequest) -> HttpResponse:
        """The secretariat keeps the tree; at most five levels."""
        values = dict(request.input)
        topic = topics.create(acting_user=request.person, names=values.pop("labels"), **values)
        return self._detail(request, topic, status=201)

    @operation(
        "Change a topic",
        scope="moderate",
        body=TopicChanges,
        response=TopicDetail,
        example=DETAIL,
        body_example={"synonyms": {"en": ["fakes", "fraudulent documents"]}},
    )
    def partial_update(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Labels and synonyms are given whole. A former slug keeps working."""
        topic = topics.edit(
            slug,
            acting_user=request.person,
            changes=request.input,
            expected_version=request.expected_version,
        )
        return self._detail(request, topic)

    @operation(
        "Move a topic",
        scope="moderate",
        body=TopicMove,
        response=TopicDetail,
        example=DETAIL,
        body_example={"parent": "travel-document-security"},
    )
    def move(self, request: ApiRequest, slug: str) -> HttpResponse:
        """With everything below it."""
        topic = topics.move(slug, acting_user=request.person, **request.input)
        return self._detail(request, topic)

    @operation(
        "Merge a topic into another",
        scope="moderate",
        body=TopicMerge,
        response=TopicDetail,
        example=DETAIL,
        body_example={"into": "forged-documents"},
    )
    def merge(self, request: ApiRequest, slug: str) -> HttpResponse:
        """Whatever had this topic has the other; its slugs lead there. It cannot be undone."""
        topic = topics.merge(slug, acting_user=request.person, **request.input)
        return self._detail(request, topic)

    def _detail(self, request: ApiRequest, topic: Topic, *, status: int = 200) -> HttpResponse:
        ancestors = [topic.path[:end] for end in range(Topic.steplen, len(topic.path), Topic.steplen)]
        family = Topic.objects.filter(path__startswith=topic.path, depth__lte=topic.depth + 1)
        tree = list((family | Topic.objects.filter(path__in=ancestors)).order_by("path"))
        nodes = _nodes(tree, directory.counts_by_topic(request.viewer), request.language)
        [itself] = (node for node in nodes if node["depth"] == topic.depth)
        actions = ["edit", "move", "merge"] if request.viewer.is_secretariat else []
        body = {
            **itself,
            "labels": topic.labels,
            "synonyms": topic.synonyms,
            "above": [node for node in nodes if node["depth"] < topic.depth],
            "below": [node for node in nodes if node["depth"] > topic.depth],
            "allowed_actions": actions,
        }
        version = topic.version if actions else None
        if status == 201:
            return self.created(body, location=f"/api/v1/topics/{topic.slug}", version=version)
        return self.answer(body, version=version)


def _nodes(tree: Sequence[Topic], counts: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    by_path = {topic.path: topic for topic in tree}
    nodes = []
    for topic in tree:
        parent = by_path.get(topic.path[: -Topic.steplen])
        nodes.append(
            {
                "slug": topic.slug,
                "label": topic.labels.get(language) or topic.labels["en"],
                "parent": parent.slug if parent else None,
                "depth": topic.depth,
                "expert_count": counts.get(topic.path, 0),
            }
        )
    return nodes
