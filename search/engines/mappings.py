"""How Elasticsearch analyzes and keeps a document: explicit mappings, nothing added by itself.

    kind, id, container, group, author, audience, keys, created_at, likes …   the document, as keywords
    open.text.<weight>_<form>, open.terms.<field>                             what all its readers may read
    narrow[] (nested): audience, text.…, terms.…                              what only some may
    title_words                                                               for typing help, edge n-grams

``form`` is ``folded`` or a language. The analyzers make the same words as `search.analysis`: the contract
suite compares them.
"""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import (
    Boolean,
    Date,
    Field,
    Integer,
    Keyword,
    Mapping,
    Nested,
    Object,
    Text,
    analyzer,
    token_filter,
    tokenizer,
)

from search.analysis import LANGUAGES, LONGEST_WORD, SNOWBALL
from search.documents import TERM_FIELDS, Weight

OWN_TERMS = ("type", "year", "space", "author")
FORMS = ("folded", *LANGUAGES)
WEIGHT_NAMES = tuple(weight.name.lower() for weight in Weight)
LONGEST_BEGINNING = 20  # letters of a word being typed

_words = tokenizer("words", "pattern", pattern=r"[^\p{L}\p{N}]+")
_cut = token_filter("cut", "truncate", length=LONGEST_WORD)
_yo = token_filter("yo", "pattern_replace", pattern="ё", replacement="е")
_beginnings = token_filter("beginnings", "edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING)


def _analyzers() -> dict[str, Any]:
    folded = analyzer("folded", tokenizer=_words, filter=["lowercase", _cut, "asciifolding", _yo])
    beginnings = analyzer(
        "beginnings", tokenizer=_words, filter=["lowercase", _cut, "asciifolding", _yo, _beginnings]
    )
    made = {"folded": folded, "beginnings": beginnings}
    for language in LANGUAGES:
        stemmer = token_filter(f"stem_{language}", "snowball", language=SNOWBALL[language])
        made[language] = analyzer(
            f"stemmed_{language}", tokenizer=_words, filter=["lowercase", _cut, _yo, stemmer, "asciifolding"]
        )
    return made


ANALYZERS = _analyzers()


def mapping() -> Mapping:
    """The mapping with its analyzers."""
    made = Mapping()
    made.meta("dynamic", "strict")
    # Text is indexed by language and weight, but kept once, in ``passages``.
    made.meta("_source", excludes=["open.text", "narrow.text", "title_words"])
    for name in ("kind", "id", "container", "group", "author", "audience", "keys"):
        made.field(name, Keyword())
    for name in ("title", "digest"):
        made.field(name, Keyword(index=False, doc_values=False))
    made.field("created_at", Date(format="epoch_millis"))
    made.field("likes", Integer())
    made.field("accepted", Boolean())
    made.field("findable_by_author", Boolean())
    made.field("title_words", Text(analyzer=ANALYZERS["beginnings"], search_analyzer=ANALYZERS["folded"]))
    made.field("open", Object(properties=_layer(*TERM_FIELDS, *OWN_TERMS)))
    made.field("narrow", Nested(properties={"audience": Keyword(), **_layer(*TERM_FIELDS)}))
    return made


def _layer(*term_fields: str) -> dict[str, Field]:
    text = {f"{weight}_{form}": Text(analyzer=ANALYZERS[form]) for weight in WEIGHT_NAMES for form in FORMS}
    return {
        "text": Object(properties=text),
        "terms": Object(properties={name: Keyword() for name in term_fields}),
        "passages": Object(enabled=False),
    }
