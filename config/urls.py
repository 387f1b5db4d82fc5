"""All URLs of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView

from api import account_pages, come_back, confirm_profile, health, problems, schema, unsubscribe

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", health.metrics),
    path("problems/<slug:kind>", problems.explain),
    path("unsubscribe/<str:token>", unsubscribe.page),
    path("keep-account/<str:token>", come_back.page),
    path("confirm-profile/<str:token>", confirm_profile.page),
    re_path(r"^account/(?P<purpose>activate|reset|email)$", account_pages.page),
    path("api/schema", schema.openapi, name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path(
        "api/redoc",
        SpectacularRedocView.as_view(url_name="schema", template_name="api/redoc.html"),
        name="redoc",
    ),
    path("api/v1/", include("api.v1.urls")),
]

handler400 = "api.errors.bad_request"
handler403 = "api.errors.permission_denied"
handler404 = "api.errors.not_found"
handler500 = "api.errors.server_error"
