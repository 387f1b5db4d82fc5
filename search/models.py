"""Tables of search: the outbox (what must be indexed), and what the PostgreSQL engine keeps."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OutboxRow(models.Model):
    """One thing to (re)index in one engine.

    ``restricting`` rows also withdraw at once: until they are drained, a query excludes every document that
    carries ``key`` (see `search.documents.Document.keys`).
    """

    id = models.BigAutoField(primary_key=True)
    engine = models.TextField()
    kind = models.TextField()
    object_id = models.UUIDField()
    key = models.TextField(help_text="Withdrawal handle, e.g. discussion:<id>; the object's own by default.")
    restricting = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now(), help_text="When a failed one is tried again.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "search_outbox"
        indexes = [
            models.Index(fields=["engine", "-restricting", "id"], name="search_outbox_drain"),
            models.Index(
                fields=["engine", "key"], condition=Q(restricting=True), name="search_outbox_restricting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} for {self.engine}"


class SearchDocument(models.Model):
    """A document in the PostgreSQL engine, with its open layer (see `search.layers`).

    ``vector`` holds folded words (``training``), stems by language (``en/train``) and terms (``=topic:x``),
    so that one index answers words, phrases and filters together. One without ``audience`` is a tombstone:
    it keeps the version of a removal, so that an older writer cannot bring the document back."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    object_id = models.UUIDField()
    version = models.BigIntegerField()
    digest = models.TextField()
    container = models.UUIDField(null=True)
    group = models.UUIDField(null=True)
    author = models.UUIDField(null=True)
    audience = ArrayField(models.TextField())
    keys = ArrayField(models.TextField())
    title = models.TextField()
    title_words = SearchVectorField(null=True, help_text="Only of things that are suggested while typing.")
    created_at = models.DateTimeField()
    likes = models.IntegerField(default=0)
    accepted = models.BooleanField(default=False)
    findable_by_author = models.BooleanField(default=True)
    vector = SearchVectorField()
    terms = ArrayField(models.TextField(), help_text="field:value, for facets")
    passages = models.JSONField()
    written_at = models.DateTimeField(db_default=Now())
    changed = models.BigIntegerField(db_default=0, help_text="The version that last made it another one.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_document_unique")]
        indexes = [
            GinIndex(fields=["vector"], name="search_document_vector", fastupdate=False),
            GinIndex(
                fields=["title_words"],
                condition=Q(title_words__isnull=False),
                name="search_document_title",
                fastupdate=False,
            ),
            models.Index(fields=["changed"], name="search_document_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchLayer(models.Model):
    """A narrow layer of a document: what only its ``audience`` may read."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="layers")
    audience = ArrayField(models.TextField())
    vector = SearchVectorField()
    terms = ArrayField(models.TextField())
    passages = models.JSONField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="search_layer_vector", fastupdate=False)]

    def __str__(self) -> str:
        return f"layer of {self.document_id}"


class SearchWord(models.Model):
    """Words that were ever indexed, to guess at what was misspelt. Never shown before the engine has found
    them in a text that the viewer may read."""

    word = models.TextField(primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_trigrams")]

    def __str__(self) -> str:
        return self.word


class SearchFrequency(models.Model):
    """In what share of the documents a common word stands (see `search.frequencies`)."""

    word = models.TextField(primary_key=True)
    share = models.FloatField()

    def __str__(self) -> str:
        return self.word


class SearchSweep(models.Model):
    """What a sweep of an engine found; what differed was mended, unless it only looked."""

    id = models.BigAutoField(primary_key=True)
    engine = models.TextField()
    finished_at = models.DateTimeField(db_default=Now())
    compared = models.PositiveBigIntegerField()
    missing = models.PositiveBigIntegerField()
    stale = models.PositiveBigIntegerField()
    orphaned = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["engine", "-id"], name="search_sweep_latest")]

    def __str__(self) -> str:
        return f"sweep of {self.engine}"


class SearchRebuild(models.Model):
    """One run of ``search_rebuild`` for an engine; an unfinished one goes on from where it stopped.

    ``kinds`` are those that are done, ``after`` the last id done of the next one.
    """

    id = models.BigAutoField(primary_key=True)
    engine = models.TextField()
    target = models.TextField(help_text="Where it writes: the name of an index")
    fingerprint = models.TextField(help_text="Of the way documents are analyzed and kept")
    version = models.BigIntegerField(help_text="Taken before the first document was read")
    kinds = ArrayField(models.TextField(), default=list)
    after = models.UUIDField(null=True)
    documents = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["engine", "-id"], name="search_rebuild_latest")]

    def __str__(self) -> str:
        return f"rebuild of {self.target}"
