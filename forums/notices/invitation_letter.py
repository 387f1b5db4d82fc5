"""The letter with the link of an invitation, in the language of who invites (the reader's is not known)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from babel.dates import format_datetime
from django.conf import settings
from django.core.mail import EmailMessage

from experts import site
from forums import invitation_links, text
from forums.models import Invitation


class Words(NamedTuple):
    """What the letter says."""

    subject: str
    opening: str
    how: str
    closing: str


_WORDS: Mapping[str, Words] = {
    "en": Words(
        "{who} invites you to “{space}”",
        "{who} invites you to the space “{space}” at {site}.",
        "To come in, sign in and open this link. It holds until {until}. "
        "If you have no account yet, ask for one there first.",
        "If you do not know why you get this message, you need not do anything.",
    ),
    "fr": Words(
        "{who} vous invite dans « {space} »",
        "{who} vous invite dans l’espace « {space} » sur {site}.",
        "Pour y entrer, connectez-vous et ouvrez ce lien. Il est valable jusqu’au {until}. "
        "Si vous n’avez pas encore de compte, demandez-en d’abord un.",
        "Si vous ne savez pas pourquoi vous recevez ce message, vous n’avez rien à faire.",
    ),
    "de": Words(
        "{who} lädt Sie in „{space}“ ein",
        "{who} lädt Sie in den Bereich „{space}“ auf {site} ein.",
        "Um hineinzukommen, melden Sie sich an und öffnen Sie diesen Link. Er gilt bis {until}. "
        "Wenn Sie noch kein Konto haben, beantragen Sie dort zuerst eines.",
        "Wenn Sie nicht wissen, warum Sie diese Nachricht bekommen, brauchen Sie nichts zu tun.",
    ),
    "it": Words(
        "{who} La invita in «{space}»",
        "{who} La invita nello spazio «{space}» su {site}.",
        "Per entrare, acceda e apra questo collegamento. È valido fino al {until}. "
        "Se non ha ancora un account, ne chieda prima uno.",
        "Se non sa perché riceve questo messaggio, non deve fare nulla.",
    ),
    "ru": Words(
        "Приглашение в «{space}» от {who}",
        "Вас приглашают в пространство «{space}» на {site}. Приглашает: {who}.",
        "Чтобы войти, авторизуйтесь и откройте эту ссылку. Она действует до {until}. "
        "Если у вас ещё нет учётной записи, сначала запросите её там.",
        "Если вы не знаете, почему получили это письмо, ничего делать не нужно.",
    ),
    "es": Words(
        "{who} le invita a «{space}»",
        "{who} le invita al espacio «{space}» en {site}.",
        "Para entrar, inicie sesión y abra este enlace. Es válido hasta el {until}. "
        "Si aún no tiene cuenta, solicite primero una allí.",
        "Si no sabe por qué recibe este mensaje, no tiene que hacer nada.",
    ),
}


def letter(invitation: Invitation) -> EmailMessage:
    """The message; space and inviter are loaded."""
    inviter = invitation.created_by
    language = inviter.language if inviter.language in _WORDS else "en"
    words = _WORDS[language]
    told = {
        "who": inviter.name,
        "space": invitation.space.title,
        "site": site.host(),
        "until": format_datetime(invitation.expires_at, "d MMMM y, HH:mm 'UTC'", locale=language),
    }
    link = f"{settings.BASE_URL}/invitations/{invitation_links.secret(invitation.pk)}"
    parts = [words.opening.format(**told), invitation.message, words.how.format(**told), link]
    return EmailMessage(
        subject=text.shortened(" ".join(words.subject.format(**told).split()), 150),
        body="\n\n".join([*filter(None, parts), f"--\n{words.closing}\n"]),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
