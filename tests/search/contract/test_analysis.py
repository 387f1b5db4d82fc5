"""Elasticsearch's analyzers make the same words as `search.analysis`."""

from __future__ import annotations

import pytest

from search import analysis
from search.engines import elasticsearch_index as index
from search.engines.mappings import FORMS
from tests.search.conftest import ALL_ENGINES
from tests.search.worlds import World

TEXTS = [
    "L’accord: don't on-line 3.14 ISO_9303 Ёлка, «безопасность границ» и пограничный режим",
    "Müller, häuser grüßen Straße Grenzüberwachung haeuser ungarische Löhne höchste Beamte",
    "sécurité et gestion des frontières œuvre formations naïve déjà-vu Île-de-France",
    "The trainings' calibrations organised policing women's women travelling travelled",
    "gestión de fronteras niños señores información capacitación continúa",
    "l'immigrazione dell'Unione più città perché controlli documenti",
    "пограничники обучались контрабанде оружия сотрудничество противодействие терроризму",
    "Łódź Şırnak Đorđe Þór İstanbul ĲSSEL Ångström",
    "FTF VERLT SALW THB API/PNR a1b2 ①② ﬁnal ＡＢＣ x² 第一 🙂 x" + "y" * 150,
]


@pytest.mark.parametrize("world", ALL_ENGINES[1:], indirect=True)
@pytest.mark.parametrize("form", FORMS)
def test_both_engines_compare_the_same_words(world: World, form: str) -> None:
    for text in TEXTS:
        words = analysis.WORD.findall(text)
        expected = [analysis.fold(w) if form == "folded" else analysis.stem(w, form) for w in words]
        analyzer = "folded" if form == "folded" else f"stemmed_{form}"
        answer = index.client().indices.analyze(index=index.read_alias(), analyzer=analyzer, text=text)
        assert [token["token"] for token in answer["tokens"]] == expected
