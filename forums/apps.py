from django.apps import AppConfig

from search import viewer


class ForumsConfig(AppConfig):
    name = "forums"
    verbose_name = "Forums"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from forums import access, documents, personal_records  # noqa: PLC0415 - models load after the registry

        viewer.register_containers(access.readable_space_ids)
        documents.register()
        personal_records.register()
