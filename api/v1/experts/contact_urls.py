from django.urls import path

from api.v1.experts.contact import (
    BlockViewSet,
    ContactViewSet,
    ConversationViewSet,
    MessageViewSet,
    ReportViewSet,
)

urlpatterns = [
    path("experts/<uuid:id>/contact", ContactViewSet.as_view({"post": "write"})),
    path(
        "experts/<uuid:id>/contact-settings",
        ContactViewSet.as_view({"get": "contact_settings", "put": "set_contact"}),
    ),
    path("me/conversations", ConversationViewSet.as_view({"get": "list"})),
    path("me/conversations/<uuid:id>", ConversationViewSet.as_view({"get": "retrieve"})),
    path("me/conversations/<uuid:id>/messages", MessageViewSet.as_view({"get": "list", "post": "create"})),
    path("me/conversations/<uuid:id>/messages/<uuid:message_id>", MessageViewSet.as_view({"get": "message"})),
    path(
        "me/conversations/<uuid:id>/messages/<uuid:message_id>/report",
        MessageViewSet.as_view({"post": "report"}),
    ),
    path("me/contact-blocks", BlockViewSet.as_view({"get": "list", "post": "create"})),
    path("me/contact-blocks/<uuid:person>", BlockViewSet.as_view({"get": "block", "delete": "destroy"})),
    path("contact-reports", ReportViewSet.as_view({"get": "list"})),
    path("contact-reports/<uuid:id>", ReportViewSet.as_view({"get": "retrieve"})),
    path("contact-reports/<uuid:id>/decide", ReportViewSet.as_view({"post": "decide"})),
    path("contact-bars/<uuid:person>", ReportViewSet.as_view({"delete": "lift_bar"})),
]
