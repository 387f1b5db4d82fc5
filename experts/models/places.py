"""States, Partners and organisations."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7


class Country(models.Model):
    """A participating State or a Partner for Co-operation."""

    class Standing(models.TextChoices):
        PARTICIPATING = "participating", "participating State"
        MEDITERRANEAN = "mediterranean_partner", "Mediterranean Partner for Co-operation"
        ASIAN = "asian_partner", "Asian Partner for Co-operation"

    code = models.CharField(primary_key=True, max_length=2, help_text="ISO 3166-1 alpha-2")
    status = models.CharField(max_length=24, choices=Standing)
    region = models.SlugField(max_length=40)
    names = models.JSONField(help_text='{"en": "…", "fr": "…", …} in the six working languages')

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return str(self.names.get("en", self.code))


class Organisation(models.Model):
    """A service, ministry, academy, international organisation or other body that experts work for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, blank=True, help_text='In the working languages: {"en": "…", …}')
    slug = models.SlugField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    country = models.ForeignKey(
        Country, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
