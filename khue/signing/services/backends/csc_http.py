"""Dịch vụ ký số từ xa (CSC API v2): requests, access tokens, and what their errors mean.

Only requests that change nothing are sent a second time. No request, answer or secret is logged,
and no exception of the library underneath travels on: it would carry the body of the request.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings

from khue.signing.services.backends.troubles import (
    KeyLocked,
    KeyTrouble,
    KeyUnfit,
    ServiceDown,
    WrongSecret,
)

CONNECT_SECONDS = 5
TRIES = 3
LARGEST_ANSWER = 5 * 1024 * 1024
EARLY_SECONDS = 30
SAFE = {"info", "credentials/list", "credentials/info"}
DOWN = "Dịch vụ ký số từ xa “{title}” không trả lời. Hãy thử lại sau ít phút."
BUSY = "Dịch vụ ký số từ xa “{title}” đang quá tải hoặc bảo trì. Hãy thử lại sau ít phút."
CUT = (
    "Mất kết nối với dịch vụ ký số từ xa “{title}” khi đang ký. Chữ ký chưa nhận về thì không "
    "được tính; hãy ký lại phần còn thiếu."
)
STRANGE = "Dịch vụ ký số từ xa “{title}” trả lời không đúng chuẩn. Hãy báo người quản trị."
TURNED_AWAY = (
    "Dịch vụ ký số từ xa “{title}” không chấp nhận hệ thống này. Hãy báo người quản trị xem lại "
    "khóa kết nối với dịch vụ."
)
NOT_SET_UP = "Máy chủ chưa kết nối dịch vụ ký số từ xa này. Hãy báo người quản trị hệ thống."
LOCKED = (
    "Dịch vụ ký số từ xa đã khóa chứng thư này vì nhập sai nhiều lần. Hãy liên hệ nơi cấp để mở."
)
DISABLED = "Dịch vụ ký số từ xa đã ngừng khóa này. Hãy liên hệ nơi cấp chứng thư."
OVER = "Lượt cho phép ký đã hết hạn. Hãy nhập lại mã để ký tiếp."
REFUSED = "Dịch vụ ký số từ xa “{title}” từ chối yêu cầu. Hãy thử lại hoặc báo người quản trị."
WRONG = {
    "invalid_authentication_data": "Mã PIN hoặc mã xác nhận",
    "invalid_pin": "Mã PIN",
    "invalid_otp": "Mã xác nhận",
}
_tokens: dict[str, tuple[str, float]] = {}
_tokens_lock = threading.Lock()


class _Unauthorised(Exception):
    """The access token is no longer good."""


@dataclass(frozen=True)
class CscService:
    """One configured service; `keys` is its row of the setting CSC_SERVICES."""

    name: str
    title: str
    url: str
    keys: dict[str, Any]

    def ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST a method of the API; returns the JSON object ({} for 204)."""
        try:
            return self._ask(method, body)
        except _Unauthorised:
            forget_token(self)
        try:
            return self._ask(method, body)
        except _Unauthorised:
            raise self.down(TURNED_AWAY) from None

    def _ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token(self)}"}
        answer = self.post(f"{self.url}/{method}", safe=method in SAFE, json=body, headers=headers)
        if answer.status_code == 401:
            raise _Unauthorised
        return self.read(answer)

    def post(self, url: str, *, safe: bool, **content: Any) -> requests.Response:
        """One request, or up to three when it changes nothing."""
        for attempt in range(TRIES if safe else 1):
            if attempt:
                time.sleep(0.2 * attempt)
            answer = self._post_once(url, content)
            if answer is not None and answer.status_code not in {502, 503, 504}:
                return answer
        if answer is None:
            raise self.down(DOWN if safe else CUT)
        return answer

    def _post_once(self, url: str, content: dict[str, Any]) -> requests.Response | None:
        limits = (CONNECT_SECONDS, float(self.keys.get("timeout", 20)))
        try:
            answer = requests.post(
                url, timeout=limits, allow_redirects=False, stream=True, **content
            )
            answer._content = _whole(answer)
        except (requests.RequestException, OSError, ValueError):
            return None
        return answer

    def read(self, answer: requests.Response) -> dict[str, Any]:
        """The object in an answer; an error of the API becomes the trouble that it means."""
        if answer.status_code == 204:
            return {}
        if answer.status_code == 429 or answer.status_code >= 500:
            raise self.down(BUSY)
        try:
            read = answer.json()
        except ValueError:
            raise self.down(STRANGE) from None
        if not isinstance(read, dict):
            raise self.down(STRANGE)
        if answer.status_code >= 300 or "error" in read:
            raise self.trouble(str(read.get("error", "")), str(read.get("error_description", "")))
        return read

    def trouble(self, error: str, description: str) -> KeyTrouble:
        told = description.lower()
        if "locked" in told:
            return KeyLocked(LOCKED)
        if error in WRONG:
            return WrongSecret(what=WRONG[error])
        if "disabled" in told or "certificate is expired" in told:
            return KeyUnfit(DISABLED)
        if "sad" in told.split() or "sad expired" in told:
            return ServiceDown(OVER)
        if error in {"access_denied", "invalid_client", "unauthorized_client"}:
            return self.down(TURNED_AWAY)
        return self.down(REFUSED)

    def down(self, sentence: str) -> ServiceDown:
        return ServiceDown(sentence.format(title=self.title))


def _whole(answer: requests.Response) -> bytes:
    """All of an answer that says how long it is; one that never ends is not read to its end."""
    content = b""
    for part in answer.iter_content(65536):
        content += part
        if len(content) > LARGEST_ANSWER:
            raise ValueError("too long")
    return content


def services() -> list[CscService]:
    """The services that this installation is connected to."""
    return [_service(name, keys) for name, keys in settings.CSC_SERVICES.items()]


def service(name: str) -> CscService:
    keys = settings.CSC_SERVICES.get(name)
    if keys is None:
        raise KeyUnfit(NOT_SET_UP)
    return _service(name, keys)


def _service(name: str, keys: dict[str, Any]) -> CscService:
    url = str(keys.get("url", "")).rstrip("/")
    return CscService(name, str(keys.get("title", name)), url, keys)


def access_token(of: CscService) -> str:
    """The token of this installation, fetched when there is none or it is about to end."""
    if of.keys.get("auth") == "token":
        return str(of.keys.get("token", ""))
    with _tokens_lock:
        kept = _tokens.get(of.name)
        if kept and kept[1] > time.monotonic():
            return kept[0]
        token, lasts = _fetch_token(of)
        _tokens[of.name] = (token, time.monotonic() + max(lasts - EARLY_SECONDS, 1))
        return token


def forget_token(of: CscService) -> None:
    with _tokens_lock:
        _tokens.pop(of.name, None)


def _fetch_token(of: CscService) -> tuple[str, int]:
    """By `auth`: "client_credentials" (OAuth 2.0) or "login" (auth/login with HTTP Basic)."""
    keys = of.keys
    if keys.get("auth") == "login":
        who = (str(keys.get("user", "")).encode(), str(keys.get("password", "")).encode())
        answer = of.post(f"{of.url}/auth/login", safe=True, json={"rememberMe": False}, auth=who)
    else:
        asked = {
            "grant_type": "client_credentials",
            "scope": "service",
            "client_id": str(keys.get("client_id", "")),
            "client_secret": str(keys.get("client_secret", "")),
        }
        base = str(keys.get("oauth2", of.url)).rstrip("/")
        answer = of.post(f"{base}/oauth2/token", safe=True, data=asked)
    if answer.status_code in {400, 401, 403}:
        raise of.down(TURNED_AWAY)
    read = of.read(answer)
    token = read.get("access_token")
    if not isinstance(token, str) or not token:
        raise of.down(STRANGE)
    return token, _seconds(read.get("expires_in"))


def _seconds(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 3600
