"""Conditions on arrays."""

from __future__ import annotations

from django.db import models
from django.db.models import Func


class IsOneOf(Func):
    """``IsOneOf(F("pk"), OuterRef("post_ids"))``: whether a value is in an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()
