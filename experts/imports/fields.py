"""What a column can mean, and which meaning its heading suggests, in the six working languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experts.cleaning import Faults

# Several columns may hold a part of one of these; every other field has one column.
REPEATABLE = frozenset({"topics", "languages", "networks"})


@dataclass(frozen=True, slots=True)
class Field:
    """A meaning. ``headings`` are what people write above such a column, in any working language."""

    name: str
    help: str
    headings: tuple[str, ...]


def _field(name: str, text: str, headings: str) -> Field:
    return Field(name, text, tuple(part.strip() for part in headings.split("|")))


_BIOGRAPHY = {
    "en": "Biography|Bio|About|CV summary",
    "fr": "Biographie|Notice biographique",
    "de": "Lebenslauf|Kurzbiografie|Biografie",
    "it": "Biografia",
    "ru": "Биография",
    "es": "Biografía|Semblanza",
}

FIELDS: tuple[Field, ...] = (
    _field(
        "external_id",
        "Your own key of the person; matches them again the next time.",
        "External id|Id|Person id|Staff number|Reference|Identifiant|Numéro|Kennung|Personalnummer|"
        "Identificativo|Matricola|Идентификатор|Номер|Identificador|Número",
    ),
    _field(
        "email",
        "The account's address, to sign in with. Needed for new people; never shown.",
        "E-mail|Mail|E-mail address|Email|Courriel|Adresse électronique|Adresse e-mail|E-Mail-Adresse|"
        "Posta elettronica|Indirizzo e-mail|Электронная почта|Эл. почта|Адрес электронной почты|"
        "Correo electrónico|Correo",
    ),
    _field(
        "account_language",
        "The working language in which they are written to: en, fr, de, it, ru or es.",
        "Account language|Correspondence language|Langue de correspondance|Korrespondenzsprache|"
        "Lingua di corrispondenza|Язык переписки|Idioma de correspondencia",
    ),
    _field(
        "honorific",
        "Dr, Col, …",
        "Honorific|Title|Rank|Titre|Grade|Anrede|Titel|Titolo|Обращение|Звание|Tratamiento|Título",
    ),
    _field(
        "given_name",
        "Needed for new people.",
        "Given name|First name|Forename|Prénom|Vorname|Nome|Имя|Nombre",
    ),
    _field(
        "family_name",
        "Needed for new people.",
        "Family name|Last name|Surname|Nom|Nom de famille|Nachname|Familienname|Cognome|Фамилия|"
        "Apellido|Apellidos",
    ),
    _field(
        "original_name",
        "The full name in its own script.",
        "Original name|Name in original script|Nom original|Nom d'origine|Originalname|Nome originale|"
        "Имя на родном языке|ФИО|Nombre original",
    ),
    _field(
        "gender", "female, male or other.", "Gender|Sex|Sexe|Genre|Geschlecht|Genere|Sesso|Пол|Género|Sexo"
    ),
    _field(
        "headline",
        "One line, e.g. what they do.",
        "Headline|Profile title|Accroche|Kurzbeschreibung|Presentazione|Заголовок|Titular",
    ),
    *(
        _field(f"biography_{language}", f"Markdown, in {language}.", headings)
        for language, headings in _BIOGRAPHY.items()
    ),
    _field(
        "nationality",
        "A State's code, or its name in any working language.",
        "Nationality|Citizenship|Nationalité|Staatsangehörigkeit|Nationalität|Nazionalità|Cittadinanza|"
        "Гражданство|Nacionalidad",
    ),
    _field(
        "duty_country",
        "A State's code, or its name in any working language.",
        "Duty country|Country|Country of duty|State|Pays|Pays d'affectation|Land|Einsatzland|Paese|"
        "Paese di servizio|Страна|Страна службы|País|País de destino",
    ),
    _field(
        "agency",
        "Kind of agency, e.g. border_police.",
        "Agency|Agency kind|Type of agency|Service|Type de service|Behörde|Behördenart|Ente|Tipo di ente|"
        "Ведомство|Organismo",
    ),
    _field(
        "organisation",
        "Slug or name, as it is in /organisations or not.",
        "Organisation|Organization|Institution|Employer|Employeur|Organisme|Arbeitgeber|Dienststelle|"
        "Organizzazione|Istituzione|Организация|Учреждение|Organización|Institución",
    ),
    _field(
        "position",
        "Their role in the organisation.",
        "Position|Role|Function|Job title|Fonction|Poste|Funktion|Amt|Posizione|Funzione|Incarico|Должность|"
        "Cargo|Puesto|Función",
    ),
    _field(
        "topics",
        "topic: level: years; several separated by semicolons, e.g. “risk-analysis: trainer: 10”.",
        "Topics|Topic|Expertise|Areas of expertise|Thèmes|Domaines d'expertise|Themen|Fachgebiete|Temi|"
        "Aree di competenza|Темы|Области знаний|Temas|Áreas de especialización",
    ),
    _field(
        "languages",
        "language: CEFR level; several separated by semicolons, e.g. “ru: B2; en: native”.",
        "Languages|Language skills|Langues|Sprachen|Sprachkenntnisse|Lingue|Языки|Идиомы|Idiomas",
    ),
    _field(
        "networks",
        "Slugs or names of networks to add them to, separated by semicolons.",
        "Networks|Network|Réseaux|Réseau|Netzwerke|Netzwerk|Reti|Rete|Сети|Сеть|Redes|Red",
    ),
    _field(
        "contact_email",
        "Shown as their contact data allow.",
        "Contact e-mail|Work e-mail|Courriel de contact|Kontakt-E-Mail|E-mail di contatto|"
        "Контактный адрес|Correo de contacto",
    ),
    _field(
        "contact_phone",
        "With its country code.",
        "Phone|Telephone|Mobile|Contact phone|Téléphone|Telefon|Telefono|Телефон|Teléfono",
    ),
    _field(
        "contact_address",
        "Postal address.",
        "Address|Postal address|Adresse|Adresse postale|Anschrift|Indirizzo|Адрес|Dirección",
    ),
    _field("orcid", "An ORCID iD.", "ORCID|ORCID iD"),
    _field(
        "website",
        "An http(s) address.",
        "Website|Web page|URL|Site web|Webseite|Sito web|Веб-сайт|Сайт|Sitio web|Página web",
    ),
    _field(
        "available_from",
        "A day: 2026-05-31 or 31.05.2026.",
        "Available from|Disponible à partir de|Verfügbar ab|Disponibile dal|Доступен с|Disponible desde",
    ),
    _field(
        "available_to",
        "A day: 2026-05-31 or 31.05.2026.",
        "Available to|Available until|Disponible jusqu'au|Verfügbar bis|Disponibile fino al|"
        "Доступен до|Disponible hasta",
    ),
    _field(
        "availability_share",
        "Percent of full time, 1 to 100.",
        "Share of time|Availability share|Taux de disponibilité|Zeitanteil|Quota di tempo|"
        "Доля времени|Porcentaje de tiempo",
    ),
    _field(
        "notice_days",
        "Days.",
        "Notice days|Notice period|Préavis|Vorlaufzeit|Preavviso|Срок уведомления|Preaviso",
    ),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}


def key(text: str) -> str:
    """A text as it is compared: lower case, letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(one for one in plain if not unicodedata.combining(one)))


_SUGGESTED: Mapping[str, str] = {
    key(heading): field.name for field in reversed(FIELDS) for heading in (field.name, *field.headings)
}


def suggest(headings: Sequence[str]) -> list[str]:
    """The field that each heading suggests; "" for none, and for a second column of the same."""
    found: list[str] = []
    for heading in headings:
        name = _SUGGESTED.get(key(heading), "")
        found.append("" if name in found and name not in REPEATABLE else name)
    return found


def check(mapping: Sequence[str], width: int) -> None:
    """Raise `Invalid` unless the mapping names a field, or none (""), for each column, and people can be
    found by it: by ``email`` or ``external_id``."""
    faults = Faults()
    if len(mapping) != width:
        faults.add("/mapping", "wrong_length", f"One field for each of the {width} columns, “” for none.")
    seen: set[str] = set()
    for column, name in enumerate(mapping):
        if name and name not in BY_NAME:
            faults.add(f"/mapping/{column}", "unknown_field", "There is no such field.")
        elif name and name in seen and name not in REPEATABLE:
            faults.add(f"/mapping/{column}", "repeated", "Another column has this field.")
        seen.add(name)
    if not seen & {"email", "external_id"}:
        faults.add("/mapping", "no_key", "People are found by email or external_id: map one of them.")
    faults.raise_any()
