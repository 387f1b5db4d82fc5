"""The message to who asked to be erased: until when, and how to come back. In the six working languages."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from babel.dates import format_date
from django.conf import settings
from django.core.mail import send_mail
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from experts.models import Erasure

type Words = Mapping[str, str]

_TEXTS: Mapping[str, Words] = {
    "en": {
        "subject": "Your account will be erased on {day}",
        "text": "You asked for your account to be erased. It is shut and hidden since then. On {day} "
        "everything personal will be deleted for good; what you wrote in discussions stays, by “Former "
        "member”.\n\nTo keep your account, sign in before that day, or open this address:\n\n{link}",
        "ask": "Keep your account? It is as it was before you asked for it to be erased.",
        "yes": "Keep my account",
        "done": "Your account is kept. Sign in to go on.",
        "wrong": "This address does not work any more.",
    },
    "fr": {
        "subject": "Votre compte sera effacé le {day}",
        "text": "Vous avez demandé l’effacement de votre compte. Il est fermé et masqué depuis. Le {day}, "
        "toutes vos données personnelles seront supprimées définitivement ; ce que vous avez écrit dans les "
        "discussions reste, signé « Former member ».\n\nPour garder votre compte, connectez-vous avant ce "
        "jour ou ouvrez cette adresse :\n\n{link}",
        "ask": "Garder votre compte ? Il redevient tel qu’il était avant votre demande.",
        "yes": "Garder mon compte",
        "done": "Votre compte est conservé. Connectez-vous pour continuer.",
        "wrong": "Cette adresse n’est plus valable.",
    },
    "de": {
        "subject": "Ihr Konto wird am {day} gelöscht",
        "text": "Sie haben um die Löschung Ihres Kontos gebeten. Seitdem ist es geschlossen und verborgen. "
        "Am {day} wird alles Persönliche endgültig gelöscht; was Sie in Diskussionen geschrieben haben, "
        "bleibt unter „Former member“ stehen.\n\nWenn Sie Ihr Konto behalten möchten, melden Sie sich vorher "
        "an oder öffnen Sie diese Adresse:\n\n{link}",
        "ask": "Möchten Sie Ihr Konto behalten? Es ist dann wieder wie vor Ihrer Bitte.",
        "yes": "Mein Konto behalten",
        "done": "Ihr Konto bleibt bestehen. Melden Sie sich an, um fortzufahren.",
        "wrong": "Diese Adresse gilt nicht mehr.",
    },
    "it": {
        "subject": "Il Suo account sarà cancellato il {day}",
        "text": "Ha chiesto la cancellazione del Suo account, che da allora è chiuso e nascosto. Il {day} "
        "tutti i dati personali saranno eliminati definitivamente; ciò che ha scritto nelle discussioni "
        "resta, firmato «Former member».\n\nPer conservare l’account acceda prima di quel giorno, oppure "
        "apra questo indirizzo:\n\n{link}",
        "ask": "Conservare l’account? Torna com’era prima della richiesta.",
        "yes": "Conserva il mio account",
        "done": "L’account è conservato. Acceda per continuare.",
        "wrong": "Questo indirizzo non è più valido.",
    },
    "ru": {
        "subject": "Ваша учётная запись будет удалена {day}",
        "text": "Вы попросили удалить вашу учётную запись. С этого времени она закрыта и скрыта. {day} все "
        "личные данные будут удалены окончательно; написанное вами в обсуждениях останется под именем "
        "«Former member».\n\nЧтобы сохранить учётную запись, войдите до этого дня или откройте этот "
        "адрес:\n\n{link}",
        "ask": "Сохранить учётную запись? Она станет такой, какой была до вашей просьбы.",
        "yes": "Сохранить учётную запись",
        "done": "Учётная запись сохранена. Войдите, чтобы продолжить.",
        "wrong": "Этот адрес больше не действует.",
    },
    "es": {
        "subject": "Su cuenta se borrará el {day}",
        "text": "Usted pidió que se borrara su cuenta. Desde entonces está cerrada y oculta. El {day} se "
        "eliminarán definitivamente todos sus datos personales; lo que escribió en las discusiones "
        "permanece, firmado «Former member».\n\nPara conservar su cuenta, inicie sesión antes de ese día o "
        "abra esta dirección:\n\n{link}",
        "ask": "¿Conservar su cuenta? Quedará como estaba antes de su solicitud.",
        "yes": "Conservar mi cuenta",
        "done": "Su cuenta se conserva. Inicie sesión para continuar.",
        "wrong": "Esta dirección ya no es válida.",
    },
}


def words(language: str) -> Words:
    """The texts in a language; in English for one that is not a working language."""
    return _TEXTS.get(language, _TEXTS["en"])


@app.task(name="experts.send_erasure_letter", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def send(user_id: str, token: str) -> None:
    """Send it, if the person has not come back meanwhile."""
    erasure = Erasure.objects.select_related("user").filter(pk=UUID(user_id)).first()
    if erasure is None:
        return
    say = words(erasure.user.language)
    day = format_date(erasure.due_at, "long", locale=erasure.user.language)
    link = f"{settings.BASE_URL}/keep-account/{token}"
    subject = say["subject"].format(day=day)
    send_mail(subject, say["text"].format(day=day, link=link), None, [erasure.user.email])
