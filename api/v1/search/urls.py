from django.urls import path

from api.v1.search.views import SearchViewSet

urlpatterns = [
    path("search", SearchViewSet.as_view({"get": "search"})),
    path("search/suggest", SearchViewSet.as_view({"get": "suggest"})),
]
