from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as BaseAdminConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        import config.checks  # noqa: F401, PLC0415 - registers itself, once models are there


class AdminConfig(BaseAdminConfig):
    """Django's admin with our own site."""

    default = False
    default_site = "api.admin_site.CommunityAdmin"
