from django.urls import path

from api.v1.search.saved import SavedSearchViewSet
from api.v1.search.views import SearchViewSet

urlpatterns = [
    path("search", SearchViewSet.as_view({"get": "search"})),
    path("search/suggest", SearchViewSet.as_view({"get": "suggest"})),
    path("me/searches", SavedSearchViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "me/searches/<uuid:id>",
        SavedSearchViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("me/searches/<uuid:id>/matches", SavedSearchViewSet.as_view({"get": "matches"})),
]
