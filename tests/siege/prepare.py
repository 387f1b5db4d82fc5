"""``python -m tests.siege.prepare``: a small community in an empty database; prints who and what is in it."""

from __future__ import annotations

import json
import os

import django


def main() -> None:
    """Make it, and print it as one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from experts.models import User  # noqa: PLC0415 - models need Django to be set up
    from tests.contracts.client import token_for  # noqa: PLC0415
    from tests.factories import experts, forums  # noqa: PLC0415

    people = {name: forums.person(name.capitalize()) for name in ("owner", "member", "writer", "outsider")}
    people["secretariat"] = forums.person("Secretariat", is_staff=True)
    for name in ("member", "writer"):
        experts.profile(people[name], given_name=name.capitalize(), family_name="Siege")
    commons = forums.space("members_only", owner=people["owner"], slug="commons", title="Commons")
    secret = forums.space("secret", owner=people["owner"], slug="secret", title="Secret")
    for name in ("member", "writer"):
        forums.join(commons, "member", people[name])
        forums.join(secret, "member", people[name])
    discussions = {
        "commons": forums.discussion(commons, people["owner"], title="Commons discussion"),
        "secret": forums.discussion(secret, people["owner"], title="Secret discussion xylophone"),
    }
    many = [
        User.objects.create_user(f"many{n}@example.org", name=f"Many {n}", status="active") for n in range(4)
    ]
    print(
        json.dumps(
            {
                "people": {name: str(user.pk) for name, user in people.items()},
                "tokens": {name: token_for(user) for name, user in people.items()}
                | {f"many{n}": token_for(user) for n, user in enumerate(many)},
                "discussions": {name: str(one.pk) for name, one in discussions.items()},
                "spaces": {"commons": commons.slug, "secret": secret.slug},
            }
        )
    )


if __name__ == "__main__":
    main()
