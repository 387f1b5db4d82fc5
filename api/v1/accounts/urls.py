from django.urls import path

from api.v1.accounts.personal import PersonalViewSet
from api.v1.accounts.views import MeViewSet, SessionViewSet, TokenViewSet

urlpatterns = [
    path("session", SessionViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"})),
    path("me", MeViewSet.as_view({"get": "retrieve"})),
    path("me/export", PersonalViewSet.as_view({"post": "export"})),
    path("me/erase", PersonalViewSet.as_view({"post": "erase"})),
    path("me/tokens", TokenViewSet.as_view({"get": "list", "post": "create"})),
    path("me/tokens/<uuid:id>", TokenViewSet.as_view({"delete": "destroy"})),
]
