from django.urls import path

from api.v1.search.own import RecentSearchViewSet, SearchChoicesViewSet
from api.v1.search.saved import SavedSearchViewSet
from api.v1.search.similar import SimilarViewSet
from api.v1.search.views import SearchViewSet

urlpatterns = [
    path("search", SearchViewSet.as_view({"get": "search"})),
    path("search/suggest", SearchViewSet.as_view({"get": "suggest"})),
    path("search/similar", SimilarViewSet.as_view({"post": "text"})),
    path("discussions/<uuid:id>/similar", SimilarViewSet.as_view({"get": "discussion"})),
    path("posts/<uuid:id>/similar", SimilarViewSet.as_view({"get": "post"})),
    path("experts/<uuid:id>/similar", SimilarViewSet.as_view({"get": "expert"})),
    path("me/search-choices", SearchChoicesViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path(
        "me/searches/recent",
        RecentSearchViewSet.as_view({"get": "list", "post": "remember", "delete": "destroy"}),
    ),
    path("me/searches", SavedSearchViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "me/searches/<uuid:id>",
        SavedSearchViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("me/searches/<uuid:id>/matches", SavedSearchViewSet.as_view({"get": "matches"})),
]
