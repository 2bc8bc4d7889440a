"""Tin nhắn giữa gia đình và giáo viên: how long, how many, in which words they are refused."""

from __future__ import annotations

from datetime import timedelta

from kit.refusal import Refusal

LONGEST_MESSAGE = 2000
LONGEST_SUBJECT = 150
MOST_AN_HOUR = 20
ONE_HOUR = timedelta(hours=1)
EMPTY = "Tin chưa có nội dung. Hãy viết rồi gửi lại."
TOO_LONG = (
    f"Tin dài {{length}} chữ, nhiều nhất là {LONGEST_MESSAGE}. "
    "Hãy viết ngắn lại hoặc chia thành nhiều tin."
)
TOO_MANY = (
    f"Gia đình đã gửi {MOST_AN_HOUR} tin trong một giờ qua về em này nên tin chưa được gửi. "
    "Hãy gộp nội dung và gửi lại sau, hoặc gọi điện cho nhà trường nếu gấp."
)


def tidy_message(text: str) -> str:
    """As it is kept: one kind of line end, no control characters, no empty edges."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in lines if one == "\n" or one.isprintable())
    return kept.strip()


def check_message(text: str) -> Refusal | None:
    """Why a tidied message cannot be sent."""
    if not text:
        return Refusal("EMPTY", EMPTY)
    if len(text) > LONGEST_MESSAGE:
        return Refusal("TOO_LONG", TOO_LONG.format(length=len(text)))
    return None
