from django.urls import path

from api.v1.accounts.admission import AccountViewSet, RegistrationViewSet
from api.v1.accounts.life import CredentialsViewSet, OwnSessionViewSet, SecondFactorViewSet
from api.v1.accounts.personal import PersonalViewSet
from api.v1.accounts.views import MeViewSet, SessionViewSet, TokenViewSet

urlpatterns = [
    path("session", SessionViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"})),
    path("me", MeViewSet.as_view({"get": "retrieve"})),
    path("me/export", PersonalViewSet.as_view({"post": "export"})),
    path("me/erase", PersonalViewSet.as_view({"post": "erase"})),
    path("me/tokens", TokenViewSet.as_view({"get": "list", "post": "create"})),
    path("me/tokens/<uuid:id>", TokenViewSet.as_view({"delete": "destroy"})),
    path("me/sessions", OwnSessionViewSet.as_view({"get": "list", "delete": "destroy_all"})),
    path("me/sessions/<uuid:id>", OwnSessionViewSet.as_view({"delete": "destroy"})),
    path("me/password", CredentialsViewSet.as_view({"post": "change_password"})),
    path("me/email", CredentialsViewSet.as_view({"post": "change_email"})),
    path("me/second-factor", SecondFactorViewSet.as_view({"get": "retrieve", "post": "begin"})),
    path("me/second-factor/confirm", SecondFactorViewSet.as_view({"post": "confirm"})),
    path("me/second-factor/recovery-codes", SecondFactorViewSet.as_view({"post": "renew_recovery_codes"})),
    path("me/second-factor/remove", SecondFactorViewSet.as_view({"post": "remove"})),
    path("email-confirmations", CredentialsViewSet.as_view({"post": "confirm_email"})),
    path("password-resets", CredentialsViewSet.as_view({"post": "ask_reset"})),
    path("password-resets/confirm", CredentialsViewSet.as_view({"post": "reset"})),
    path("activations", CredentialsViewSet.as_view({"post": "activate"})),
    path("registrations", RegistrationViewSet.as_view({"get": "list", "post": "create"})),
    path("registrations/<uuid:id>", RegistrationViewSet.as_view({"get": "retrieve"})),
    path("registrations/<uuid:id>/accept", RegistrationViewSet.as_view({"post": "accept"})),
    path("registrations/<uuid:id>/refuse", RegistrationViewSet.as_view({"post": "refuse"})),
    path("accounts", AccountViewSet.as_view({"get": "list", "post": "create"})),
    path("accounts/<uuid:id>", AccountViewSet.as_view({"get": "retrieve"})),
    path("accounts/<uuid:id>/remind", AccountViewSet.as_view({"post": "remind"})),
    path("accounts/<uuid:id>/suspend", AccountViewSet.as_view({"post": "suspend"})),
    path("accounts/<uuid:id>/reinstate", AccountViewSet.as_view({"post": "reinstate"})),
    path(
        "accounts/<uuid:id>/remove-second-factor",
        AccountViewSet.as_view({"post": "remove_second_factor"}),
    ),
]
