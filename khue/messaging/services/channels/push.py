"""Thông báo đẩy tới trình duyệt (RFC 8030, RFC 8291, RFC 8292)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from django.utils import timezone
from pywebpush import WebPushException, webpush

from khue.messaging.rules.outcomes import Letter, Outcome, Verdict
from khue.messaging.services.providers import Provider, Sender
from khue.messaging.services.pushing import Subscribed, forget_subscription, subscriptions_of

GONE = frozenset({404, 410})
NOBODY = "Người nhận chưa bật thông báo trên máy nào."
LIVES_SECONDS = 24 * 3600


class PushSender:
    """To every browser of an account; the topic makes a repeated one replace the first."""

    window = 20

    def __init__(self, provider: Provider) -> None:
        self.options = provider.options
        self.timeout = float(self.options.get("timeout", 10))
        self.session = requests.Session()

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        return {letter.id: self._one(letter) for letter in letters}

    def _one(self, letter: Letter) -> Outcome:
        said = [self._to(one, letter) for one in subscriptions_of(letter.account_id)]
        if Verdict.DELIVERED in said:
            return Outcome(Verdict.DELIVERED)
        if Verdict.LATER in said:
            return Outcome(Verdict.LATER, {}, "Dịch vụ thông báo đẩy đang bận.")
        return Outcome(Verdict.FAILED, {}, NOBODY)

    def _to(self, browser: Subscribed, letter: Letter) -> Verdict:
        try:
            webpush(
                subscription_info=browser.info,
                data=json.dumps(_shown(letter), ensure_ascii=False),
                vapid_private_key=str(self.options["private_key"]),
                vapid_claims={"sub": str(self.options["contact"])},
                ttl=LIVES_SECONDS,
                timeout=self.timeout,
                headers={"Topic": letter.reference[:32], "Urgency": "normal"},
                requests_session=self.session,
            )
        except WebPushException as trouble:
            return self._refused(browser, trouble)
        except requests.RequestException:
            return Verdict.LATER
        return Verdict.DELIVERED

    @staticmethod
    def _refused(browser: Subscribed, trouble: WebPushException) -> Verdict:
        code = trouble.response.status_code if trouble.response is not None else 503
        if code in GONE:
            forget_subscription(browser.id)
            return Verdict.FAILED
        return Verdict.LATER if code == 429 or code >= 500 else Verdict.FAILED

    def ask(self, letter: Letter) -> Outcome | None:
        """Sending once more replaces the first one, so nothing is shown twice."""
        return Outcome(Verdict.LATER, {}, f"Gửi lại lúc {timezone.localtime():%H:%M}.")

    def listen(self, seconds: float) -> None:
        return

    def close(self) -> None:
        self.session.close()


def _shown(letter: Letter) -> dict[str, Any]:
    return {
        "title": str(letter.data.get("subject") or "Tin từ nhà trường")[:80],
        "body": letter.text[:300],
        "url": str(letter.data.get("url") or "/"),
        "tag": letter.reference,
    }


def open_push(provider: Provider) -> Sender:
    """The push services of browsers."""
    return PushSender(provider)
