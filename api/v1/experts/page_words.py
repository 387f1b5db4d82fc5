"""What the one-page profile says beside the profile's own content, in the six working languages."""

from __future__ import annotations

from collections.abc import Mapping

_KEYS = (
    "nationality",
    "duty_country",
    "contact",
    "topics",
    "languages",
    "affiliations",
    "missions",
    "trainings",
    "publications",
    "networks",
    "availability",
    "awareness",
    "practitioner",
    "specialist",
    "trainer",
    "native",
    "since",
    "until",
    "more",
    "footer",
)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("Nationality", "Duty country", "Contact", "Topics", "Languages", "Affiliations", "Missions"),
        *("Trainings", "Publications", "Networks", "Availability"),
        *("awareness", "practitioner", "specialist", "trainer", "first language"),
        *("since {}", "until {}", "and {} more", "As {} may see it on {}"),
    ),
    "fr": (
        *("Nationalité", "Pays d’affectation", "Contact", "Domaines", "Langues", "Fonctions", "Missions"),
        *("Formations", "Publications", "Réseaux", "Disponibilité"),
        *("sensibilisation", "praticien", "spécialiste", "formateur", "langue première"),
        *("depuis {}", "jusqu’à {}", "et {} de plus", "Tel que {} peut le voir le {}"),
    ),
    "de": (
        *("Staatsangehörigkeit", "Dienstland", "Kontakt", "Themen", "Sprachen", "Tätigkeiten", "Einsätze"),
        *("Schulungen", "Veröffentlichungen", "Netzwerke", "Verfügbarkeit"),
        *("Grundkenntnisse", "Praxis", "Fachwissen", "Lehrbefähigung", "Erstsprache"),
        *("seit {}", "bis {}", "und {} weitere", "Wie es {} am {} sehen darf"),
    ),
    "it": (
        *("Nazionalità", "Paese di servizio", "Contatto", "Temi", "Lingue", "Incarichi", "Missioni"),
        *("Formazione", "Pubblicazioni", "Reti", "Disponibilità"),
        *("conoscenza di base", "pratica", "specializzazione", "docenza", "prima lingua"),
        *("dal {}", "fino al {}", "e altri {}", "Come {} può vederlo il {}"),
    ),
    "ru": (
        *("Гражданство", "Страна службы", "Контакты", "Темы", "Языки", "Места работы", "Миссии"),
        *("Обучение", "Публикации", "Сети", "Занятость"),
        *("общее знакомство", "практика", "специализация", "преподавание", "родной язык"),
        *("с {}", "до {}", "и ещё {}", "Как это может видеть {} на {}"),
    ),
    "es": (
        *("Nacionalidad", "País de servicio", "Contacto", "Temas", "Idiomas", "Cargos", "Misiones"),
        *("Formación", "Publicaciones", "Redes", "Disponibilidad"),
        *("nociones", "práctica", "especialización", "docencia", "lengua materna"),
        *("desde {}", "hasta {}", "y {} más", "Tal como puede verlo {} el {}"),
    ),
}
_ANYBODY: Mapping[str, str] = {
    "en": "anybody",
    "fr": "tout le monde",
    "de": "jeder",
    "it": "chiunque",
    "ru": "любой",
    "es": "cualquiera",
}


def words(language: str) -> Mapping[str, str]:
    """Every text by its key; in English for a language that is not a working one."""
    known = language if language in _TEXTS else "en"
    return dict(zip(_KEYS, _TEXTS[known], strict=True)) | {"anybody": _ANYBODY[known]}
