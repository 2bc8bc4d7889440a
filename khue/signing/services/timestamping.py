"""Cấp dấu thời gian (RFC 3161): the token is asked for, and everything in it is checked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from khue.signing.rules import verdicts
from khue.signing.rules.shapes import Evidence
from khue.signing.rules.timestamps import (
    BadToken,
    Token,
    request_for,
    require_trusted_maker,
    token_in,
)
from khue.signing.services.authority import DEMONSTRATION, AuthorityRefused, demonstration_time
from khue.signing.services.fetching import Unreachable, fetch
from khue.signing.services.trust import trusted

MOST_BYTES = 200_000
NONCE_BITS = 63
LATER = "Chữ ký được giữ lại và hoàn tất khi dịch vụ trả lời."


class TimestampDown(Exception):
    """Không lấy được dấu thời gian lúc này; `sentence` says why and what happens next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ClockWrong(Exception):
    """The clock of this machine and that of the timestamp authority are too far apart."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def stamp(data: bytes, *, now: datetime) -> bytes:
    """Dấu thời gian của dữ liệu: an RFC 3161 token, DER, over its SHA-256.

    Raises TimestampDown when no token that holds can be had, ClockWrong when `now` is more than
    `KHUE_CLOCK_TOLERANCE` seconds away from the authority's time.

    Law: NĐ 174/2026/NĐ-CP, Điều 85
    """
    nonce = secrets.randbits(NONCE_BITS)
    try:
        content, token = token_in(_answer(request_for(data, nonce), now), data, nonce)
        require_trusted_maker(token, trusted(), now=max(now, token.at), evidence=Evidence())
    except (AuthorityRefused, BadToken, Unreachable) as trouble:
        sentence = f"Chưa lấy được dấu thời gian. {trouble.sentence} {LATER}"
        raise TimestampDown(sentence) from trouble
    _require_same_time(token, now)
    return content


def _answer(request: bytes, now: datetime) -> bytes:
    address = settings.TSA_URL
    if not address:
        raise Unreachable("Chưa cấu hình dịch vụ cấp dấu thời gian (KHUE_TSA_URL).")
    if address == DEMONSTRATION:
        return demonstration_time(request, now=now)
    return fetch(
        address,
        seconds=settings.TSA_TIMEOUT,
        most_bytes=MOST_BYTES,
        body=request,
        kind="application/timestamp-query",
    )


def _require_same_time(token: Token, now: datetime) -> None:
    if abs(token.at - now) <= timedelta(seconds=settings.CLOCK_TOLERANCE):
        return
    raise ClockWrong(
        f"Đồng hồ của máy chủ ({verdicts.print_instant(now)}) lệch với dịch vụ cấp dấu thời gian "
        f"({verdicts.print_instant(token.at)}). Hãy báo người quản trị chỉnh giờ máy chủ rồi ký "
        "lại; chữ ký chưa được tạo."
    )
