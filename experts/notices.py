"""Telling people of what concerns them in the experts database: by e-mail, and wherever a room above listens.

Each reason has a composer. It is asked when a notice is delivered, not when the thing happened, as the person
then is: whoever may not see the thing (any more) is told nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from experts import viewers
from experts.models import User
from search.viewer import Viewer

type Data = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told: a line, a text, and the path of the thing it is about.

    ``mail_only`` stands in the e-mail alone: it holds an address that works for whoever has it.
    """

    subject: str
    text: str
    path: str
    mail_only: str = ""


type Composer = Callable[[Viewer, UUID, Data], Message | None]
type Listener = Callable[[User, str, UUID, Message], None]

_composers: dict[str, Composer] = {}
_listeners: list[Listener] = []


def register(reason: str, composer: Composer) -> None:
    """Say how a notice reads for a person; the composer gives None where there is nothing for them."""
    _composers[reason] = composer


def listen(listener: Listener) -> None:
    """Have every delivered notice also told to ``listener(user, reason, object_id, message)``, before the
    e-mail and in the same transaction; called once from an AppConfig.ready()."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(reason: str, object_id: UUID, recipients: Iterable[UUID], **data: str | int) -> None:
    """Have people told, once the transaction of the caller is committed; one job each, tried again by
    itself."""
    for recipient in sorted(set(recipients)):
        deliver.defer(reason=reason, object_id=str(object_id), recipient=str(recipient), data=data)


@app.task(name="experts.deliver_notice", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def deliver(reason: str, object_id: str, recipient: str, data: dict[str, str | int]) -> None:
    """Tell one person, if their account is active and the thing is (still) there for them."""
    user = User.objects.filter(pk=UUID(recipient), status=User.Status.ACTIVE, is_system=False).first()
    if user is None:
        return
    viewer = viewers.resolve(user, language=user.language)
    message = _composers[reason](viewer, UUID(object_id), data)
    if message is None:
        return
    for listener in _listeners:
        listener(user, reason, UUID(object_id), message)
    parts = [message.text, message.mail_only, f"{settings.BASE_URL}{message.path}\n"]
    send_mail(message.subject, "\n\n".join(filter(None, parts)), None, [user.email])
