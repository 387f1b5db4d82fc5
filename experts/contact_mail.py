"""Messages as mail: out under the sender's alias, in by the receiver's reply. No address in either direction.

What goes out is made anew from the stored text: nothing of a mail that came in is passed on, no header, no
attachment, no HTML, and of its text not what it quotes nor the two accounts' addresses.
"""

from __future__ import annotations

import email
import email.policy
import re
from email.headerregistry import Address
from email.message import EmailMessage as ParsedMail
from email.message import MIMEPart
from html.parser import HTMLParser

from django.conf import settings
from django.core.mail import EmailMessage

from config.errors import Invalid
from experts.models import ContactMessage, User
from experts.words import WORDS, say

MAX_BYTES = 5 * 1024 * 1024
# Above this line one writes; what is below it in a reply is quoted. In every language, as it stands in
# `relayed`.
_LINES = tuple(words["contact.line"] for words in WORDS.values())


def relayed(
    message: ContactMessage, sender: User, receiver: User, *, previous: ContactMessage | None
) -> EmailMessage:
    """The mail to ``receiver``, in their language. ``message`` has ``conversation`` loaded."""
    conversation, language = message.conversation, receiver.language
    site = settings.CONTACT_MAIL_DOMAIN
    url = f"{settings.BASE_URL}/me/conversations/{conversation.pk}"
    name = _one_line(say(language, "contact.from", person=sender.name, site=site))
    address = str(Address(name, conversation.alias_of(sender.pk), site))
    lines = [
        f"--- {say(language, 'contact.line')} ---",
        say(language, "contact.intro", person=_one_line(sender.name), site=site),
        "",
        message.text,
        "",
        "-- ",
        say(language, "contact.reply", url=url),
        say(language, "contact.refuse"),
    ]
    headers = {
        "Message-ID": _message_id(message),
        "Content-Language": language,
        # Vacation notes and receipts would only be thrown away.
        "X-Auto-Response-Suppress": "All",
    }
    subject = conversation.subject
    if previous is not None:
        headers |= {"In-Reply-To": _message_id(previous), "References": _message_id(previous)}
        subject = f"Re: {subject}"
    return EmailMessage(
        subject=_one_line(subject),
        body="\n".join(lines),
        from_email=address,  # also the envelope's: what cannot be delivered comes back to the alias
        to=[receiver.email],
        reply_to=[address],
        headers=headers,
    )


def parse(raw: bytes) -> ParsedMail:
    """A mail as it came; `Invalid` (``unreadable``) for what is none, or is too large."""
    if len(raw) > MAX_BYTES:
        raise Invalid(f"At most {MAX_BYTES} bytes.", code="too_large")
    try:
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        parsed.get_body(("plain", "html"))
    except (RecursionError, ValueError, LookupError, AttributeError, IndexError) as error:
        raise Invalid("The mail cannot be read.", code="unreadable") from error
    return parsed


def sent_by(parsed: ParsedMail) -> str:
    """The one address that it says it is from, in lower case; empty where there is none, or several."""
    try:
        found = [address.addr_spec for address in parsed["From"].addresses]
    except (AttributeError, ValueError, IndexError):
        return ""
    return found[0].lower() if len(found) == 1 else ""


def is_automatic(parsed: ParsedMail) -> bool:
    """Whether no person wrote it (RFC 3834): vacation notes, receipts, bounces, lists."""

    def said(name: str) -> str:
        return str(parsed.get(name, "")).strip().lower()

    return (
        said("Auto-Submitted").split(";")[0] not in {"", "no"}
        or said("Precedence") in {"bulk", "junk", "list", "auto_reply"}
        or said("Return-Path") == "<>"
        or bool(
            said("List-Id") or said("X-Autoreply") or said("X-Autorespond") or said("X-Failed-Recipients")
        )
        or parsed.get_content_type() in {"multipart/report", "message/delivery-status"}
    )


def written(parsed: ParsedMail, *, withhold: tuple[str, ...], language: str) -> str:
    """What its author wrote above the quotation, as plain text; ``withhold`` are addresses that are replaced
    wherever they stand."""
    part = parsed.get_body(("plain", "html"))
    if part is None:
        return ""
    text = _decoded(part)
    if part.get_content_type() == "text/html":
        text = _plain(text)
    text = _above_the_line(text.replace("\r\n", "\n").replace("\x00", ""))
    for address in withhold:
        text = re.sub(re.escape(address), say(language, "contact.withheld"), text, flags=re.IGNORECASE)
    return text.strip()


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that there is not, or content that is not in it
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _above_the_line(text: str) -> str:
    """Without our line and what follows it, and without the "On … wrote:" that mail programs put before
    it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if any(marker in line for marker in _LINES):
            lines = lines[:number]
            break
    while lines and not lines[-1].strip(" >\t\xa0"):
        lines.pop()
    return "\n".join(_without_attribution(lines))


def _without_attribution(lines: list[str]) -> list[str]:
    """The last lines tell who wrote the quoted: one that names the masked address, or the block of headers
    that some programs put there, which begins with it and names the writer's own address, too."""
    domain = f"@{settings.CONTACT_MAIL_DOMAIN}".lower()
    for number in range(max(0, len(lines) - 8), len(lines)):
        if domain in lines[number].lower():
            return lines[:number]
    return lines


def _message_id(message: ContactMessage) -> str:
    return f"<{message.pk}@{settings.CONTACT_MAIL_DOMAIN}>"


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class _Text(HTMLParser):
    """The text of HTML, with a line for each block, without what is quoted or not shown."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table"})
    LEFT_OUT = frozenset({"style", "script", "head", "title", "blockquote"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag in self.LEFT_OUT:
            self.inside += 1
        elif tag in self.BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.LEFT_OUT:
            self.inside = max(0, self.inside - 1)
        elif tag in self.BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.found.append(" ".join(data.split("\n")))


def _plain(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = [" ".join(line.split()) for line in "".join(parser.found).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
