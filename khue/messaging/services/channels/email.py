"""Thư điện tử: plain text by SMTP, one connection for a group."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.core.mail import EmailMessage, get_connection

from khue.messaging.rules.outcomes import Letter, Outcome, Verdict
from khue.messaging.services.providers import Provider, Sender

AWAY = "Không kết nối được với máy chủ thư."
CUT = "Máy chủ thư không trả lời khi đang gửi."
DELIVERED = Outcome(Verdict.DELIVERED)


class EmailSender:
    """Each letter is one mail; the Message-ID is the same at every attempt."""

    window = 20

    def __init__(self, provider: Provider) -> None:
        self.options = provider.options
        self.connection: Any = get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=str(self.options["host"]),
            port=int(self.options.get("port", 587)),
            username=self.options.get("user") or None,
            password=self.options.get("password") or None,
            use_tls=bool(self.options.get("starttls", False)),
            use_ssl=bool(self.options.get("tls", False)),
            timeout=float(self.options.get("timeout", 15)),
        )

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError):
            away = Outcome(Verdict.LATER, {}, AWAY, counts=False)
            return {letter.id: away for letter in letters}
        return {letter.id: self._one(letter) for letter in letters}

    def _one(self, letter: Letter) -> Outcome:
        try:
            self.connection.send_messages([self._mail(letter)])
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            return _refused(codes[0] if codes else 550)
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code)
        except (smtplib.SMTPException, OSError):
            self._let_go()
            return Outcome(Verdict.UNKNOWN, {}, CUT)
        return DELIVERED

    def _mail(self, letter: Letter) -> EmailMessage:
        domain = str(self.options["from"]).rpartition("@")[2].rstrip(">")
        return EmailMessage(
            subject=" ".join(str(letter.data.get("subject") or "Tin từ nhà trường").split()),
            body=letter.text,
            from_email=str(self.options["from"]),
            to=[letter.address],
            headers={"Message-ID": f"<{letter.reference}@{domain}>"},
        )

    def _let_go(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()

    def ask(self, letter: Letter) -> Outcome | None:
        """A mail server remembers nothing for us."""
        return None

    def listen(self, seconds: float) -> None:
        return

    def close(self) -> None:
        self._let_go()


def _refused(code: int) -> Outcome:
    if 400 <= code < 500:
        return Outcome(Verdict.LATER, {}, "Máy chủ thư bận.")
    return Outcome(Verdict.FAILED, {}, f"Máy chủ thư từ chối địa chỉ này (mã {code}).")


def open_email(provider: Provider) -> Sender:
    """A mail server."""
    return EmailSender(provider)
