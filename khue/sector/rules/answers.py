"""Trả lời của cổng tiếp nhận: one row of it, and what a refusal says in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Kết quả tiếp nhận một bản ghi."""

    TAKEN = "NHAN"
    IGNORED = "BO_QUA"
    REFUSED = "LOI"


@dataclass(frozen=True)
class RowAnswer:
    """What became of one record; `code` is what the Ministry calls it."""

    record_id: str
    version: int
    verdict: Verdict
    code: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def is_held(self) -> bool:
        """The gateway has this version, or already had it."""
        return self.verdict in {Verdict.TAKEN, Verdict.IGNORED}


@dataclass(frozen=True)
class Answer:
    """A receipt (biên nhận) with its rows."""

    number: str
    rows: tuple[RowAnswer, ...]


# Codes of refusal of the gateway -> sentences for the school.
REASONS = {
    "BAT_BUOC": "Cổng tiếp nhận báo thiếu dữ liệu bắt buộc.",
    "DANH_MUC": "Cổng tiếp nhận báo mã không có trong danh mục.",
    "KIEU_DU_LIEU": "Cổng tiếp nhận báo sai kiểu dữ liệu.",
    "PHIEN_BAN": "Cổng tiếp nhận không nhận phiên bản bằng 0.",
    "THAM_CHIEU": "Cổng tiếp nhận chưa có bản ghi được nhắc tới.",
}
UNKNOWN_REASON = "Cổng tiếp nhận trả lại bản ghi (mã lỗi {code})."
SCHOOL_REASONS = {
    "TRUONG_NGUNG": (
        "Cổng tiếp nhận báo trường không hoạt động. Hãy đề nghị Sở kiểm tra mã trường với Bộ."
    ),
    "NGOAI_DOT": (
        "Cổng tiếp nhận báo ngoài thời gian nhận dữ liệu. "
        "Hãy đề nghị Sở kiểm tra thời gian của đợt."
    ),
    "NAM_HOC": "Cổng tiếp nhận chưa cấu hình năm học này. Hãy báo Sở.",
}
UNKNOWN_SCHOOL_REASON = "Cổng tiếp nhận từ chối cả gói dữ liệu (mã {code}). Hãy báo Sở."


def sentence_of(code: str) -> str:
    return REASONS.get(code, UNKNOWN_REASON.format(code=code[:40]))


def school_sentence_of(code: str) -> str:
    return SCHOOL_REASONS.get(code, UNKNOWN_SCHOOL_REASON.format(code=code[:40]))


def read_answer(body: object) -> Answer | None:
    """A receipt as the gateway writes it; None when it cannot be read."""
    if not isinstance(body, Mapping) or not isinstance(body.get("KetQua"), Sequence):
        return None
    rows = [_row(one) for one in body["KetQua"]]
    if any(one is None for one in rows):
        return None
    return Answer(str(body.get("MaBienNhan", ""))[:60], tuple(one for one in rows if one))


def _row(told: object) -> RowAnswer | None:
    if not isinstance(told, Mapping):
        return None
    try:
        return RowAnswer(
            record_id=str(told["IdBanGhi"]),
            version=int(told["PhienBan"]),
            verdict=Verdict(told["TrangThai"]),
            code=str(told.get("Ma") or "")[:40],
            faults=tuple((str(one["Truong"])[:60], str(one["MaLoi"])) for one in _faults(told)),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _faults(told: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    given = told.get("Loi") or ()
    return given if isinstance(given, list) else ()
