"""Which passwords are taken."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from config.errors import FieldError, Invalid
from experts import site
from experts.models import User

# What this product and its kind of site are about: the first that somebody guesses. Documented in
# docs/operating.md; PASSWORD_WORDS adds a site's own.
WORDS = frozenset({
    *("expert", "experts", "forum", "forums", "community", "network", "networks", "profile", "member"),
    *("secretariat", "border", "borders", "police", "customs", "security", "focal", "point", "polis", "osce"),
    *("osze", "bsmu", "welcome", "password", "passwort", "login", "admin", "demo", "secret", "account"),
})  # fmt: skip
LEAST_BESIDE = 8
_ENDINGS = frozenset({"com", "org", "net", "int", "www", "localhost"})


class ContextWordsValidator:
    """Refuses a password that is little but words of this site: what is left without them, in letters and
    digits, must be as long as a password is by itself."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's signature
        """`ValidationError` (``password_of_context``) for such a one."""
        left = password.casefold()
        found = False
        for word in sorted(words(), key=len, reverse=True):
            found = found or word in left
            left = left.replace(word, " ")
        if found and len(re.sub(r"[\W_]", "", left)) < LEAST_BESIDE:
            raise ValidationError(self.get_help_text(), code="password_of_context")

    def get_help_text(self) -> str:
        """What Django's admin says beside the field."""
        return "The password is made of words that anybody here would guess."


def words() -> frozenset[str]:
    """All words: the product's, PASSWORD_WORDS, and the names in BASE_URL."""
    host = set(re.split(r"\W+", site.host().casefold()))
    own = {word.casefold() for word in settings.PASSWORD_WORDS}
    return WORDS | {word for word in own | (host - _ENDINGS) if len(word) >= 3}


def give(user: User, password: str, *, pointer: str = "/password") -> None:
    """Set a new password, which is saved with it. `Invalid` at ``pointer`` for one that is not taken."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        faults = [
            FieldError(pointer, fault.code or "invalid", str(fault.messages[0])) for fault in error.error_list
        ]
        raise Invalid(errors=faults) from None
    user.set_password(password)
    user.save(update_fields=["password"])
