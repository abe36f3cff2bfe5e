"""Handing a message to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol

from app.config import MailServer, MailTls
from app.outbox.vocabulary import MailTrouble

_SECONDS = 20.0


class MailFailed(Exception):
    """A message was not taken; `trouble` says why."""

    def __init__(self, trouble: MailTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Mailer(Protocol):
    """Whatever takes messages to their addressees."""

    @property
    def sender(self) -> str:
        """The address that messages come from."""
        ...

    def send(self, message: EmailMessage) -> None:
        """Hand over one message; raise `MailFailed` when it was not taken."""
        ...


class SmtpMailer:
    """A mail server, asked anew for each message: a town sends a few a day."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    @property
    def sender(self) -> str:
        """The address that messages come from."""
        return self._server.sender

    def send(self, message: EmailMessage) -> None:
        """Hand over one message; raise `MailFailed` when it was not taken."""
        try:
            with self._connect() as connection:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            # A number from 500 is final; from 400 it is the server's way to say "not now".
            is_final = all(code >= 500 for code, _ in error.recipients.values())
            raise MailFailed(
                MailTrouble.ADDRESS_REFUSED if is_final else MailTrouble.SERVER_REFUSED
            ) from error
        except smtplib.SMTPSenderRefused as error:
            raise MailFailed(MailTrouble.SENDER_REFUSED) from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise MailFailed(MailTrouble.SIGN_IN_REFUSED) from error
        except (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, OSError) as error:
            # The library's own errors are OSErrors too, so those with a better word stand above.
            if isinstance(error, smtplib.SMTPResponseException):
                raise MailFailed(MailTrouble.SERVER_REFUSED) from error
            raise MailFailed(MailTrouble.UNREACHABLE) from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.tls is MailTls.TLS:
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
        connection = smtplib.SMTP(host, port, timeout=_SECONDS)
        if self._server.tls is MailTls.STARTTLS:
            try:
                connection.starttls(context=ssl.create_default_context())
            except BaseException:
                connection.close()
                raise
        return connection
