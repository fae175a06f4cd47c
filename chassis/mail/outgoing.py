"""Sends one mail by SMTP, or says why it was not sent: now, or not at all."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from chassis.errors import Conflict, Unavailable

_SECONDS: Final = 10.0
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text to one address."""

    to: str
    subject: str
    text: str


class Outgoing:
    """A mail server by its `url`: `smtps://user:password@host:465`, or `smtp://host:587`, where TLS
    is used as soon as the server offers it, and without which nobody signs in."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Hand `mail` over. Unavailable when another attempt may succeed, Conflict when not."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mail.to, mail.subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(code for code, _ in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _refusal(0) from error

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2].rstrip(">")

    def _connected(self) -> smtplib.SMTP:
        host, port, secure = (
            self._server.hostname or "",
            self._server.port,
            ssl.create_default_context(),
        )
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=_SECONDS, context=secure
            )
        else:
            server = smtplib.SMTP(host, port or 587, timeout=_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
            elif self._server.username and host not in _LOCAL:
                server.close()
                raise smtplib.SMTPException("no TLS, so that no password may be sent")
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server


def _refusal(code: int) -> Conflict | Unavailable:
    # 535 and the like tell of how we sign in, which an operator mends; 55x of the address.
    if 550 <= code <= 559:
        return Conflict("The mail server does not take this mail.", code="mail_refused")
    return Unavailable("The mail could not be sent.", code="mail_unsent")
