"""Cổng tiếp nhận của ngành over HTTP: one way to push, one way to ask.

A package carries personal data: it goes over TLS, to the address of the settings and nowhere else
(no redirect is followed), and is never written to a log.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
from requests.auth import HTTPBasicAuth

from khue.sector.queries.gateways import GatewayAddress
from khue.sector.rules.answers import Answer, read_answer
from khue.sector.rules.packages import Package, body_of
from khue.sector.rules.states import Kind, Push

PUSH, STATE = "/dong-bo/goi", "/dong-bo/trang-thai"


class Outcome(StrEnum):
    """How a push ended."""

    ANSWERED = "answered"
    SCHOOL_REFUSED = "school_refused"
    UNAUTHORISED = "unauthorised"
    LATER = "later"


@dataclass(frozen=True)
class Reply:
    """What came back. `wait`: the seconds that the gateway asks for."""

    outcome: Outcome
    answer: Answer | None = None
    code: str = ""
    wait: float | None = None
    trouble: str = ""


AWAY = Reply(Outcome.LATER, trouble="Không kết nối được với cổng tiếp nhận.")
CUT = Reply(Outcome.LATER, trouble="Cổng tiếp nhận không trả lời trong thời gian chờ.")
UNREADABLE = Reply(Outcome.LATER, trouble="Không đọc được câu trả lời của cổng tiếp nhận.")
BROKEN = "Cổng tiếp nhận đang gặp sự cố (mã {status})."
BUSY = "Cổng tiếp nhận yêu cầu gửi chậm lại."


class Gateway:
    """An open way to the gateway of a province."""

    def __init__(self, address: GatewayAddress) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.auth = HTTPBasicAuth(address.account.encode(), address.password.encode())
        self.session.trust_env = False
        self.session.verify = address.ca or True

    def push(self, package: Package) -> Reply:
        """Send a package; every trouble on the way is a reply, so that it can be tried again."""
        try:
            answer = self._post(package)
        except requests.Timeout:
            return CUT
        except requests.ConnectionError:
            return AWAY
        except requests.RequestException:
            return UNREADABLE
        return _judge(answer)

    def _post(self, package: Package) -> requests.Response:
        return self.session.post(
            f"{self.address.url}{PUSH}",
            json=body_of(package),
            headers={"Idempotency-Key": package.id},
            timeout=self.address.timeout,
            allow_redirects=False,
        )

    def state_of(self, school_code: str, year: int, reception: int, kind: Kind) -> Push | None:
        """What the gateway made of a kind of data meanwhile; None when it cannot say."""
        asked = {
            "MaTruongHoc": school_code,
            "NamHoc": year,
            "LoaiDongBo": reception,
            "LoaiDuLieu": int(kind),
        }
        try:
            answer = self.session.get(
                f"{self.address.url}{STATE}",
                params={key: str(value) for key, value in asked.items()},
                timeout=self.address.timeout,
                allow_redirects=False,
            )
            return Push(answer.json()["TrangThai"]) if answer.status_code == 200 else None
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return None

    def close(self) -> None:
        self.session.close()


def _judge(answer: requests.Response) -> Reply:
    if answer.status_code == 200:
        read = read_answer(_json(answer))
        return Reply(Outcome.ANSWERED, read) if read else UNREADABLE
    if answer.status_code == 401:
        return Reply(Outcome.UNAUTHORISED)
    if answer.status_code == 429:
        return Reply(Outcome.LATER, wait=_asked_wait(answer), trouble=BUSY)
    if answer.status_code in {403, 409, 422}:
        told = _json(answer)
        code = str(told.get("MaLoi", "")) if isinstance(told, dict) else ""
        return Reply(Outcome.SCHOOL_REFUSED, code=code or str(answer.status_code))
    return Reply(
        Outcome.LATER, wait=_asked_wait(answer), trouble=BROKEN.format(status=answer.status_code)
    )


def _asked_wait(answer: requests.Response) -> float | None:
    told = answer.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else None


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
