"""/api/v1: each room's endpoints stand in its own urls module."""

from django.urls import include, path

from api.routing import grouped

urlpatterns = grouped(
    [
        path("", include("api.v1.accounts.urls")),
        path("", include("api.v1.experts.urls")),
        path("", include("api.v1.experts.contact_urls")),
        path("", include("api.v1.networks.urls")),
        path("", include("api.v1.forums.urls")),
        path("", include("api.v1.moderation.urls")),
        path("", include("api.v1.notices.urls")),
        path("", include("api.v1.search.urls")),
    ]
)
