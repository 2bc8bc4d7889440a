"""Kết luận về một minh chứng sổ cái, in sentences: what is proved, and by what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from khue.ledger.rules.proofs import ProofReport, ProvedEntry
from kit.dates import print_date, print_moment

SHOWN = 12


def sentence_of(report: ProofReport) -> str:
    """The one sentence that stands on top."""
    if not report.holds:
        return f"Minh chứng không hợp lệ. {report.fault}"
    asked = next(one for one in report.entries if one.id == report.asked)
    return (
        f"Minh chứng hợp lệ: dòng số {asked.id} do {asked.name} ghi lúc {_moment(asked.at)} có "
        "trong sổ cái và không bị sửa từ khi niêm phong."
    )


def notes_of(report: ProofReport) -> tuple[str, ...]:
    """What else the file proves, and what it only states."""
    if not report.holds:
        return ()
    return (
        *(_entry(one) for one in report.entries[-SHOWN:]),
        *_more(report),
        _complete(report),
        *_gaps(report),
        _key(report),
    )


def tell_proof(report: ProofReport) -> tuple[str, tuple[str, ...]]:
    """The sentence and the notes."""
    return sentence_of(report), notes_of(report)


def _moment(text: str) -> str:
    return print_moment(datetime.fromisoformat(text))


def _day(text: str) -> str:
    return print_date(datetime.fromisoformat(text).date())


def _entry(one: ProvedEntry) -> str:
    reason = f", lý do: {one.reason}" if one.reason else ""
    root = f", gốc ngày {_day(one.day)}" if one.day else ", gốc ngày chưa công bố"
    return (
        f"Dòng {one.id}: {one.label or one.action}, {_value(one.old)} → {_value(one.new)}; "
        f"{one.name}, {_moment(one.at)}{reason}; niêm phong {_moment(one.sealed_at)}{root}."
    )


def _value(value: Any) -> str:
    if value is None or value == "":
        return "(trống)"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_value(one)}" for name, one in value.items()) or "(trống)"
    return f"“{value}”"


def _more(report: ProofReport) -> tuple[str, ...]:
    hidden = len(report.entries) - SHOWN
    return (f"Và {hidden} dòng cũ hơn, đều còn nguyên.",) if hidden > 0 else ()


def _complete(report: ProofReport) -> str:
    at = _moment(report.made_at)
    if not report.complete:
        return (
            f"Tệp lập lúc {at} không kèm đủ các dòng của mục này, nên không cho biết sau đó "
            "giá trị có thay đổi hay không."
        )
    waiting = f" {report.waiting} dòng mới đang chờ niêm phong không có ở đây." * bool(
        report.waiting
    )
    return (
        f"Đơn vị vận hành ký xác nhận: tính đến {at}, đây là tất cả các dòng đã niêm phong của "
        f"mục này.{waiting}"
    )


def _gaps(report: ProofReport) -> tuple[str, ...]:
    numbers = ", ".join(str(one) for one in report.gaps)
    note = f"Giá trị cũ ở dòng {numbers} không nối với giá trị mới liền trước; hãy hỏi lại đơn vị."
    return (note,) if report.gaps else ()


def _key(report: ProofReport) -> str:
    keys = ", ".join(report.key_ids)
    if report.key_known:
        return f"Khóa niêm phong {keys} nằm trong danh sách tin cậy."
    return f"Hãy đối chiếu khóa niêm phong {keys} với khóa mà đơn vị vận hành công bố."
