"""Search: what is asked and answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from api.serializers import Input, Output, Query
from api.v1.experts.serializers import ExpertCard
from api.v1.forums.serializers.common import Person, SpaceLink
from api.v1.forums.serializers.discussions import DiscussionRow
from api.v1.forums.serializers.spaces import SpaceCard
from search.engines.base import Sort
from search.highlights import Highlight as Marked
from search.results import FACETS, Found, Results

TYPES = ("expert", "discussion", "post", "space")
SUGGESTED = ("topic", "expert", "discussion", "space", "saved_search", "recent_search")
# One by one, as the name of a type's own shape.
EXPERT, DISCUSSION, POST, SPACE = (["expert"], ["discussion"], ["post"], ["space"])
MOST_RESULTS = 100
FACET_FIELDS = (*FACETS, "author", "network", "agency")

# What is answered -------------------------------------------------------------------------------------------


class Highlight(Output):
    section = serializers.CharField(help_text="Of a profile or a post: biography, title, body …")
    text = serializers.CharField(help_text="HTML: escaped, with `<mark>` around what matched.")


class FoundDiscussionLink(Output):
    id = serializers.UUIDField()
    topic = serializers.CharField(help_text="The title.")


class FoundPost(Output):
    """A post, without its text."""

    id = serializers.UUIDField()
    discussion = FoundDiscussionLink()
    space = SpaceLink()
    position = serializers.IntegerField()
    author = Person()
    language = serializers.CharField()
    created = serializers.DateTimeField()
    likes = serializers.IntegerField()
    accepted = serializers.BooleanField()


class ReasonTopic(Output):
    slug = serializers.SlugField()
    label = serializers.CharField(help_text="In the language asked for.")  # type: ignore[assignment]


class ReasonPost(Output):
    post = FoundPost()
    highlights = Highlight(many=True)


class Reasons(Output):
    """Why it was found, beside the highlights."""

    topics = ReasonTopic(many=True, help_text="Topics it is about that the query names, in any language.")
    posts = ReasonPost(many=True, help_text="What an expert wrote, where you may read it.")


class _Result(Output):
    id = serializers.UUIDField()
    title = serializers.CharField()
    highlights = Highlight(many=True)
    reasons = Reasons()


class ExpertResult(_Result):
    type = serializers.ChoiceField(choices=EXPERT)
    object = ExpertCard()


class DiscussionResult(_Result):
    type = serializers.ChoiceField(choices=DISCUSSION)
    object = DiscussionRow()


class PostResult(_Result):
    type = serializers.ChoiceField(choices=POST)
    object = FoundPost()


class SpaceResult(_Result):
    type = serializers.ChoiceField(choices=SPACE)
    object = SpaceCard()


RESULT = PolymorphicProxySerializer(
    component_name="SearchResult",
    serializers={
        "expert": ExpertResult,
        "discussion": DiscussionResult,
        "post": PostResult,
        "space": SpaceResult,
    },
    resource_type_field_name="type",
    many=True,
)


class FacetValue(Output):
    value = serializers.CharField()
    label = serializers.CharField(help_text="In the language asked for.")  # type: ignore[assignment]
    count = serializers.IntegerField(help_text="Exact, of what you may read.")


class Facets(Output):
    """Only those that were asked for."""

    vars().update({name: FacetValue(many=True, required=False) for name in FACET_FIELDS})


class QueryWarning(Output):
    code = serializers.CharField(
        help_text="Stable: corrected, date_not_understood, empty, query_truncated, relaxed, "
        "unbalanced_quote, unknown_field, unknown_value, wildcard_ignored …"
    )
    detail = serializers.CharField()


class AdviceOutput(Output):
    """A change that finds something, where nothing was found."""

    change = serializers.ChoiceField(
        choices=["drop", "broaden", "drop_all"], help_text="What to do with a filter."
    )
    field = serializers.CharField(help_text="Of the filter; `created` for before and after.")
    values = serializers.ListField(child=serializers.CharField())
    to = serializers.CharField(allow_null=True, help_text="The topic above.")
    total = serializers.IntegerField(help_text="What there would be, of what you may read.")


class SearchAnswer(Output):
    """A page of results. All figures are of what you may read, and exact."""

    engine = serializers.ChoiceField(choices=["elasticsearch", "postgres"], help_text="Which one answered.")
    degraded = serializers.BooleanField(help_text="It is not the one that is set: that one does not answer.")
    total = serializers.IntegerField()
    results = RESULT
    facets = Facets()
    warnings = QueryWarning(many=True, help_text="What was not taken as typed.")
    did_you_mean = serializers.CharField(allow_null=True)
    advice = AdviceOutput(many=True, help_text="Where nothing is found: what finds something.")
    next = serializers.CharField(allow_null=True, help_text="The address of the next page.")
    previous = serializers.CharField(allow_null=True, help_text="Always null: results are read forward.")


class Suggestion(Output):
    type = serializers.ChoiceField(choices=SUGGESTED)
    id = serializers.CharField(help_text="A topic's slug, a recent search's query; otherwise the id.")
    title = serializers.CharField()
    query = serializers.CharField(allow_null=True, help_text="Of a search of your own: what to search for.")


class Suggestions(Output):
    engine = serializers.ChoiceField(choices=["elasticsearch", "postgres"])
    degraded = serializers.BooleanField()
    results = Suggestion(many=True)


def answer(found: Results, *, next_page: str | None) -> dict[str, Any]:
    """`SearchAnswer`."""
    return {
        "engine": found.engine,
        "degraded": found.degraded,
        "total": found.total,
        "results": [result(one) for one in found.found],
        "facets": {
            name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
            for name, values in found.facets.items()
        },
        "warnings": [{"code": warning.code, "detail": warning.detail} for warning in found.warnings],
        "did_you_mean": found.did_you_mean,
        "advice": [asdict(one) for one in found.advice],
        "next": next_page,
        "previous": None,
    }


def result(one: Found) -> dict[str, Any]:
    """`SearchResult`."""
    return {
        "id": one.id,
        "title": one.title,
        "highlights": _highlights(one.highlights),
        "reasons": {
            "topics": [{"slug": topic.topic, "label": topic.label} for topic in one.topics],
            "posts": [
                {"post": post.object, "highlights": _highlights(post.highlights)} for post in one.posts
            ],
        },
        "type": one.kind,
        "object": one.object,
    }


def _highlights(marked: Any) -> list[dict[str, str]]:
    pieces: list[Marked] = list(marked)
    return [{"section": piece.section, "text": piece.text} for piece in pieces]


# What is asked ----------------------------------------------------------------------------------------------


def _several(length: int, help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=length), required=False, max_length=20, help_text=help_text
    )


class SearchQuery(Query):
    """Values of one filter are alternatives, different filters must all hold; filters may also be typed into
    the query."""

    q = serializers.CharField(
        max_length=200_000,
        required=False,
        allow_blank=True,
        default="",
        trim_whitespace=False,
        help_text='Words, `"phrases"`, `-not`, `OR`, `prefix*`, `topic:` `country:` `language:` `level:` '
        "`network:` `space:` `author:` `kind:` `status:` `is:` `has:` `available:` `before:` `after:`.",
    )
    type = serializers.ListField(
        child=serializers.ChoiceField(choices=TYPES), required=False, max_length=len(TYPES)
    )
    topic = _several(80, "Topics, with their sub-topics.")
    country = _several(80, "ISO 3166-1 codes.")
    space = _several(80, "Slugs of spaces, with those below.")
    language = _several(40, "ISO 639 codes.")
    level = _several(40, "awareness, practitioner, specialist, trainer; in the topics, where some are given.")
    network = _several(80, "Slugs of networks.")
    agency = _several(40, "Kinds of agencies.")
    author = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=20)
    kind = _several(40, "question, announcement …")
    status = _several(40, "open, answered, closed …")
    before = serializers.DateField(required=False, help_text="Created before this day.")
    after = serializers.DateField(required=False, help_text="Created on this day or later.")
    sort = serializers.ChoiceField(choices=[one.value for one in Sort], default=Sort.RELEVANCE.value)
    group = serializers.ChoiceField(
        choices=["discussion"], required=False, help_text="Of each discussion only its best post."
    )
    facets = serializers.ListField(
        child=serializers.ChoiceField(choices=FACET_FIELDS),
        required=False,
        max_length=len(FACET_FIELDS),
        help_text=f"Which values to count; by default {', '.join(FACETS)}.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=MOST_RESULTS, default=20)
    cursor = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class SimilarAnswer(Output):
    """Best first; none that you may not read."""

    engine = serializers.ChoiceField(choices=["elasticsearch", "postgres"])
    degraded = serializers.BooleanField()
    results = RESULT


class SimilarQuery(Query):
    limit = serializers.IntegerField(min_value=1, max_value=20, default=5)


class SimilarText(Input):
    title = serializers.CharField(max_length=300, allow_blank=True)
    body = serializers.CharField(max_length=50_000, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=20, default=5)


class SuggestQuery(Query):
    q = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=10, default=5, help_text="Of each type.")
