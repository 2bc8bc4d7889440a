"""SMS qua HTTP, and Zalo ZNS: one POST for each message, with our own reference in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import requests

from khue.messaging.rules.filling import fill, find
from khue.messaging.rules.outcomes import Letter, Outcome, Report, Verdict
from khue.messaging.services.providers import Provider, Sender
from kit.phone import phone_e164

ZNS_URL = "https://business.openapi.zalo.me/message/template"
AWAY = "Không kết nối được với nhà cung cấp."
CUT = "Nhà cung cấp không trả lời khi đang gửi."
BUSY = frozenset({429, 503})


class HttpSender:
    """Posts a JSON body made from the template of the settings."""

    window = 5

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.options = provider.options
        self.timeout = float(self.options.get("timeout", 10))
        self.session = requests.Session()

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        return {letter.id: self._one(letter) for letter in letters}

    def _one(self, letter: Letter) -> Outcome:
        try:
            answer = self._post(letter)
        except requests.ConnectTimeout:
            return Outcome(Verdict.LATER, {}, AWAY, counts=False)
        except requests.ConnectionError as trouble:
            return self._broken(trouble)
        except requests.RequestException:
            return self._may_have_gone()
        return self._judge(answer, letter)

    def _broken(self, trouble: requests.ConnectionError) -> Outcome:
        """Refused before anything was said, or cut while it may have been heard."""
        if "NewConnectionError" in repr(trouble):
            return Outcome(Verdict.LATER, {}, AWAY, counts=False)
        return self._may_have_gone()

    def _may_have_gone(self) -> Outcome:
        """A provider that knows our reference takes the same one twice without sending twice."""
        if self.options.get("idempotent"):
            return Outcome(Verdict.LATER, {}, CUT)
        return Outcome(Verdict.UNKNOWN, {}, CUT)

    def _post(self, letter: Letter) -> requests.Response:
        return self.session.post(
            str(self.options["url"]),
            json=fill(self.options["body"], self._values(letter)),
            headers={"Idempotency-Key": letter.reference, **self.options.get("headers", {})},
            timeout=self.timeout,
        )

    def _values(self, letter: Letter) -> dict[str, str]:
        return {
            "phone": phone_e164(letter.address).removeprefix("+"),
            "local_phone": letter.address,
            "text": letter.text,
            "reference": letter.reference,
            "sender": str(self.options.get("sender", "")),
        }

    def _judge(self, answer: requests.Response, letter: Letter) -> Outcome:
        if answer.status_code in BUSY:
            return Outcome(Verdict.LATER, {}, "Nhà cung cấp nhận chậm lại.", counts=False)
        if answer.status_code >= 500:
            return self._may_have_gone()
        told = _read(answer)
        accepted = self.options.get("accepted")
        fine = answer.ok and (
            not accepted or str(find(told, accepted["path"])) == str(accepted["value"])
        )
        if not fine:
            said = str(find(told, str(self.options.get("error_path", "message"))) or "")[:100]
            return Outcome(Verdict.FAILED, {}, f"Nhà cung cấp từ chối. {said}".strip())
        found = find(told, str(self.options.get("id_path", "id")))
        return Outcome(Verdict.ACCEPTED, {str(found or letter.reference): Report.UNDERWAY})

    def ask(self, letter: Letter) -> Outcome | None:
        """By our own reference, where the provider has an address for it."""
        address = self.options.get("status_url")
        if not address:
            return Outcome(Verdict.LATER) if self.options.get("idempotent") else None
        try:
            answer = self.session.get(
                fill(str(address), {"reference": letter.reference}),
                headers=self.options.get("headers", {}),
                timeout=self.timeout,
            )
        except requests.RequestException:
            return None
        if answer.status_code == 404:
            return Outcome(Verdict.LATER, {}, "Nhà cung cấp chưa nhận tin này.")
        return self._status(_read(answer), letter) if answer.ok else None

    def _status(self, told: Any, letter: Letter) -> Outcome | None:
        said = str(find(told, str(self.options.get("status_path", "status"))))
        report = Report.DELIVERED if said in self.options.get("delivered", ["delivered"]) else None
        if said in self.options.get("failed", ["failed"]):
            return Outcome(Verdict.FAILED, {}, "Nhà cung cấp báo không đến được máy nhận.")
        found = str(find(told, str(self.options.get("id_path", "id"))) or letter.reference)
        verdict = Verdict.DELIVERED if report else Verdict.ACCEPTED
        return Outcome(verdict, {found: report or Report.UNDERWAY})

    def listen(self, seconds: float) -> None:
        """Nothing comes by itself; what is not reported is asked for."""

    def close(self) -> None:
        self.session.close()


class ZnsSender(HttpSender):
    """Zalo ZNS: an approved template with its data; the body is Zalo's own."""

    def _post(self, letter: Letter) -> requests.Response:
        body = {
            "phone": phone_e164(letter.address).removeprefix("+"),
            "template_id": str(letter.data.get("template_id", "")),
            "template_data": dict(letter.data.get("template_data", {})),
            "tracking_id": letter.reference,
        }
        return self.session.post(
            str(self.options.get("url", ZNS_URL)),
            json=body,
            headers={"access_token": str(self.options["access_token"])},
            timeout=self.timeout,
        )

    def _judge(self, answer: requests.Response, letter: Letter) -> Outcome:
        told = _read(answer)
        code = find(told, "error")
        if answer.status_code >= 500 or code is None:
            return self._may_have_gone()
        if code == 0:
            found = find(told, "data.msg_id") or letter.reference
            return Outcome(Verdict.ACCEPTED, {str(found): Report.UNDERWAY})
        if code in self.options.get("passing", []):
            return Outcome(Verdict.LATER, {}, "Zalo tạm thời không nhận tin.")
        return Outcome(Verdict.FAILED, {}, f"Zalo không gửi được (mã {code}).")


def _read(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def open_http(provider: Provider) -> Sender:
    """An HTTP provider of SMS."""
    return HttpSender(provider)


def open_zns(provider: Provider) -> Sender:
    """Zalo's own address, or a stand-in."""
    return ZnsSender(provider)
