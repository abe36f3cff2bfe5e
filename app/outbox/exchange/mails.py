"""A mail as a message, with headers that nothing typed can break out of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.outbox.exchange.paper import Letter
from app.outbox.policies import is_mail_address, on_one_line


class UnfitMail(Exception):
    """Something in it cannot stand in a mail."""


@dataclass(frozen=True)
class Mail:
    """A letter that goes by mail. `identity` is the same at every attempt, so that a second copy can be recognised."""

    letter: Letter
    to: str
    identity: str


def make_message(mail: Mail, *, sender: str, at: datetime) -> EmailMessage:
    """Return the message from an address; raise `UnfitMail` for an address that is none."""
    if not (is_mail_address(mail.to) and is_mail_address(sender)):
        raise UnfitMail("an address is not usable")
    letter = mail.letter
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(on_one_line(letter.sender.organisation), addr_spec=sender)
        message["To"] = Address(on_one_line(letter.addressee), addr_spec=mail.to)
        message["Subject"] = on_one_line(letter.title)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{mail.identity}@{sender.rpartition('@')[2]}>"
        # Keeps holiday answers and other machines from answering a machine (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n".join(_lines(letter)), charset="utf-8")
    except ValueError as error:
        raise UnfitMail(type(error).__name__) from error
    return message


def _lines(letter: Letter) -> list[str]:
    lines = [letter.salutation, ""]
    for paragraph in letter.paragraphs:
        lines += [paragraph, ""]
    if letter.address:
        lines += ["次のページをひらいてください。", letter.address]
        lines += [letter.validity_text] if letter.validity_text else []
        lines += [""]
    return [*lines, "わからないときは、お電話ください。", letter.contact_text, ""]
