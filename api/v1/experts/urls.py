from django.urls import path, register_converter
from django.urls.converters import StringConverter

from api.v1.experts.imports import ImportRowViewSet, ImportViewSet
from api.v1.experts.jobs import JobViewSet
from api.v1.experts.parts import FileViewSet, HistoryViewSet, PhotoViewSet
from api.v1.experts.places import CountryViewSet, OrganisationViewSet
from api.v1.experts.taxonomy import TopicViewSet
from api.v1.experts.trust import (
    ConsentTextViewSet,
    EndorsementViewSet,
    MyConsentViewSet,
    TrustViewSet,
)
from api.v1.experts.views import DelegateViewSet, ExpertViewSet, ItemViewSet, VisibilityViewSet
from experts.models import ProfileItem


class ItemSection(StringConverter):
    """A section that is a list of items."""

    regex = "|".join(section.value for section in ProfileItem.SECTIONS)


register_converter(ItemSection, "item_section")

urlpatterns = [
    path("topics", TopicViewSet.as_view({"get": "list", "post": "create"})),
    path("topics/<slug:slug>", TopicViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("topics/<slug:slug>/move", TopicViewSet.as_view({"post": "move"})),
    path("topics/<slug:slug>/merge", TopicViewSet.as_view({"post": "merge"})),
    path("countries", CountryViewSet.as_view({"get": "list"})),
    path("countries/<slug:code>", CountryViewSet.as_view({"get": "retrieve"})),
    path("countries/<slug:code>/discussions", CountryViewSet.as_view({"get": "discussions"})),
    path("organisations", OrganisationViewSet.as_view({"get": "list"})),
    path("organisations/<slug:slug>", OrganisationViewSet.as_view({"get": "show"})),
    path("experts", ExpertViewSet.as_view({"get": "list", "post": "create"})),
    path("experts/<uuid:id>", ExpertViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("experts/<uuid:id>/publish", ExpertViewSet.as_view({"post": "publish"})),
    path("experts/<uuid:id>/unpublish", ExpertViewSet.as_view({"post": "unpublish"})),
    path("experts/<uuid:id>/hide", ExpertViewSet.as_view({"post": "hide"})),
    path("experts/<uuid:id>/unhide", ExpertViewSet.as_view({"post": "unhide"})),
    path("experts/<uuid:id>/preview", ExpertViewSet.as_view({"get": "preview"})),
    path(
        "experts/<uuid:id>/visibility",
        VisibilityViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
    path("experts/<uuid:id>/delegates", DelegateViewSet.as_view({"get": "list", "post": "create"})),
    path("experts/<uuid:id>/delegates/<uuid:delegate_id>", DelegateViewSet.as_view({"delete": "destroy"})),
    path("experts/<uuid:id>/history", HistoryViewSet.as_view({"get": "list"})),
    path(
        "experts/<uuid:id>/photo",
        PhotoViewSet.as_view({"get": "photo", "put": "set_photo", "delete": "remove_photo"}),
    ),
    path(
        "experts/<uuid:id>/documents/<uuid:item_id>/file",
        FileViewSet.as_view({"get": "file", "put": "attach", "delete": "detach"}),
    ),
    path(
        "experts/<uuid:id>/<item_section:section>",
        ItemViewSet.as_view({"get": "items", "post": "add_item"}),
    ),
    path("experts/<uuid:id>/<item_section:section>/order", ItemViewSet.as_view({"put": "reorder"})),
    path(
        "experts/<uuid:id>/<item_section:section>/<uuid:item_id>",
        ItemViewSet.as_view({"get": "item", "patch": "edit_item", "delete": "remove_item"}),
    ),
    path("experts/exports", ExpertViewSet.as_view({"post": "export"})),
    path("jobs/<uuid:id>", JobViewSet.as_view({"get": "retrieve"})),
    path("jobs/<uuid:id>/cancel", JobViewSet.as_view({"post": "cancel"})),
    path("jobs/<uuid:id>/file", JobViewSet.as_view({"get": "file"})),
    path("experts/<uuid:id>/confirm", TrustViewSet.as_view({"post": "confirm"})),
    path("experts/<uuid:id>/verify", TrustViewSet.as_view({"post": "verify"})),
    path("experts/<uuid:id>/unverify", TrustViewSet.as_view({"post": "unverify"})),
    path("experts/<uuid:id>/endorsements", EndorsementViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "experts/<uuid:id>/endorsements/<uuid:endorsement_id>",
        EndorsementViewSet.as_view({"get": "endorsement", "delete": "destroy"}),
    ),
    path("me/endorsements", EndorsementViewSet.as_view({"get": "mine"})),
    path("me/consents", MyConsentViewSet.as_view({"get": "list", "post": "create"})),
    path("me/consents/history", MyConsentViewSet.as_view({"get": "history"})),
    path("me/consents/<slug:purpose>", MyConsentViewSet.as_view({"get": "consent", "delete": "destroy"})),
    path("consent-texts", ConsentTextViewSet.as_view({"get": "list", "post": "create"})),
    path("consent-texts/<uuid:id>", ConsentTextViewSet.as_view({"get": "retrieve"})),
    path("imports", ImportViewSet.as_view({"get": "list", "post": "create"})),
    path("imports/fields", ImportViewSet.as_view({"get": "fields"})),
    path(
        "imports/<uuid:id>",
        ImportViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("imports/<uuid:id>/rows", ImportRowViewSet.as_view({"get": "list"})),
    path("imports/<uuid:id>/check", ImportViewSet.as_view({"post": "check"})),
    path("imports/<uuid:id>/run", ImportViewSet.as_view({"post": "run"})),
    path("imports/<uuid:id>/undo", ImportViewSet.as_view({"post": "undo"})),
    path("imports/<uuid:id>/cancel", ImportViewSet.as_view({"post": "cancel"})),
]
