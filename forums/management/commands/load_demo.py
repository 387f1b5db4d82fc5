"""``manage.py load_demo``: a community of fictitious persons, and the accounts to try it with."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from experts import demo as people
from experts.actions import tokens
from experts.models import PersonalToken, User
from forums import demo as community
from forums import demo_events

# The roles that a front-end developer gets an account for (api.md of the design: `.local/demo.json`).
ROLES = ("expert", "peer", "coordinator", "moderator", "owner", "banned", "secretariat")
TOKEN = "demo"  # noqa: S105 - what the token is called


class Command(BaseCommand):
    help = "Loads the demo data (again: adds what is missing) and writes the demo accounts with fresh tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", default=str(settings.BASE_DIR / ".local" / "demo.json"))
        parser.add_argument("--base-url", default=settings.BASE_URL)

    def handle(self, *args: Any, output: str, base_url: str, **options: Any) -> None:  # noqa: ARG002
        users = people.load(timezone.localdate())
        community.load(users)
        demo_events.load()
        keys = people.roles()
        accounts = {role: _account(users[keys[role]]) for role in ROLES}
        path = Path(output)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        content = {"base_url": base_url, "auth_scheme": "Bearer", "roles": accounts}
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for role, account in accounts.items():
            self.stdout.write(f"{role:<12} {account['username']}")


def _account(user: User) -> dict[str, str]:
    """The account as demo.json tells it; its former demo token is revoked."""
    for token in PersonalToken.objects.filter(user=user, name=TOKEN, revoked_at=None):
        tokens.revoke(token.pk, acting_user=user)
    scopes = PersonalToken.Scope.values
    expires_at = timezone.now() + timedelta(days=360)
    _, secret = tokens.create(
        acting_user=user, name=TOKEN, scopes=scopes, expires_at=expires_at, password=people.PASSWORD
    )
    return {"username": user.email, "password": people.PASSWORD, "name": user.name, "token": secret}
