"""manage.py receive_mail: hands a mail for a masked address in; called by the mail server, one mail a
call."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import OperationalError

from config.errors import Invalid, NotFound
from experts import contact_mail
from experts.actions.contact_mail import receive

log = structlog.get_logger("experts.receive_mail")


class Command(BaseCommand):
    help = (
        "Reads a mail from standard input and relays it to who has the masked address. "
        "Exits with the codes of sysexits.h: 0 taken in, 67 no such address, 65 no mail, 75 try again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recipient", help="The address of the envelope, e.g. Postfix's ${recipient}.")

    def handle(self, *_: Any, recipient: str, **__: Any) -> None:
        """The log says what became of it, and no address."""
        raw = sys.stdin.buffer.read(contact_mail.MAX_BYTES + 1)
        try:
            outcome = receive(raw, recipient=recipient)
        except NotFound:
            log.info("mail", outcome="unknown_address")
            sys.exit(os.EX_NOUSER)
        except Invalid as error:
            log.info("mail", outcome=error.code)
            sys.exit(os.EX_DATAERR)
        except OperationalError:
            log.exception("mail", outcome="try_again")
            sys.exit(os.EX_TEMPFAIL)
        log.info("mail", outcome=outcome.value)
