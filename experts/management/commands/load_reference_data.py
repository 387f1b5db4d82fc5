"""manage.py load_reference_data"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from experts import reference_data
from experts.models import Country, Network, Topic


class Command(BaseCommand):
    help = "Adds the States, topics, networks and rosters that are missing; changes none that is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        reference_data.load()
        counts = f"{Country.objects.count()} countries, {Topic.objects.count()} topics"
        self.stdout.write(f"There are {counts} and {Network.objects.count()} networks.")
