from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "experts"
    verbose_name = "Experts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell search of experts and topics, and notices how they read."""
        from experts import (  # noqa: PLC0415 - models load first
            contact_notices,
            designation_notices,
            documents,
            lookups,
            personal_records,
            roster_notices,
            search_filters,
            trust_notices,
        )
        from search import registry  # noqa: PLC0415

        lookups.register()
        registry.register(
            registry.Source(documents.KIND, documents.load, documents.visible_ids, documents.all_ids)
        )
        registry.register_topic_labels(documents.topic_labels)
        search_filters.register()
        designation_notices.register()
        roster_notices.register()
        personal_records.register()
        trust_notices.register()
        contact_notices.register()
