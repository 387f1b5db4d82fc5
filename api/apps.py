from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        import config.checks  # noqa: F401, PLC0415 - registers itself, once models are there
