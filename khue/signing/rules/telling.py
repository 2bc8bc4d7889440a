"""Kết quả kiểm tra bằng lời: what a page and the verifier that stands alone show of a signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khue.signing.rules.shapes import SignatureReport, Status
from khue.signing.rules.verdicts import print_instant
from khue.signing.rules.verifying import Examined
from kit.dates import print_date

GOOD, DOUBTFUL, BAD = "success", "warning", "danger"
MOST_WORDS = 40
SIGNS: Mapping[Status, tuple[str, str]] = {
    Status.VALID: ("Hợp lệ", GOOD),
    Status.VALID_THEN: ("Hợp lệ khi ký", GOOD),
    Status.BROKEN: ("Đã bị thay đổi", BAD),
    Status.MISPLACED: ("Không đúng chỗ", BAD),
    Status.WEAK: ("Không an toàn", BAD),
    Status.UNTRUSTED: ("Chưa tin cậy", DOUBTFUL),
    Status.EXPIRED: ("Hết hạn", BAD),
    Status.NOT_YET_VALID: ("Chưa có hiệu lực", BAD),
    Status.REVOKED: ("Đã thu hồi", BAD),
    Status.WRONG_USAGE: ("Sai mục đích", BAD),
    Status.STATUS_UNKNOWN: ("Chưa đủ bằng chứng", DOUBTFUL),
}


@dataclass(frozen=True, slots=True)
class ToldSignature:
    """One signature as it is shown: a word, its colour, the sentence, the facts behind it."""

    name: str
    word: str
    kind: str
    sentence: str
    facts: tuple[tuple[str, str], ...]


def kind_of_verdict(examined: Examined) -> str:
    """Green, doubtful or bad."""
    if examined.is_good:
        return GOOD
    kinds = {SIGNS[one.status][1] for one in examined.report.signatures}
    doubtful = not examined.report.faults and BAD not in kinds
    return DOUBTFUL if doubtful else BAD


def tell_signatures(examined: Examined) -> list[ToldSignature]:
    return [_told(one, examined.words) for one in examined.report.signatures]


def _told(one: SignatureReport, words: Mapping[str, str]) -> ToldSignature:
    word, kind = SIGNS[one.status]
    name = one.signer.name or "Người ký không rõ"
    return ToldSignature(name, word, kind, one.sentence, tuple(_facts(one, words)))


def _facts(one: SignatureReport, words: Mapping[str, str]) -> list[tuple[str, str]]:
    signer = one.signer
    told = [
        ("Ký với tư cách", one.role),
        ("Ghi trên chứng thư", ", ".join(filter(None, [signer.title, signer.organisation]))),
        ("Thời điểm ký", _moment(one)),
        ("Phần đã ký", _in_words(one.covers, words)),
        ("Phần đã bị thay đổi", _in_words(one.broken, words)),
        ("Nơi cấp chứng thư", signer.issuer),
        ("Số chứng thư", signer.serial),
        ("Hiệu lực chứng thư", _validity(one)),
        ("Khóa", signer.key),
        ("Mức chữ ký", one.level.value),
    ]
    return [(term, value) for term, value in told if value]


def _moment(one: SignatureReport) -> str:
    if one.at is None:
        return ""
    source = "theo dấu thời gian" if one.time_is_trusted else "người ký tự khai"
    return f"{print_instant(one.at)} ({source})"


def _validity(one: SignatureReport) -> str:
    if not one.signer.serial:
        return ""
    return f"{print_date(one.signer.valid_from)} – {print_date(one.signer.valid_to)}"


def _in_words(parts: tuple[str, ...], words: Mapping[str, str]) -> str:
    told = ["toàn bộ tệp" if part == "/" else words.get(part, part) for part in parts]
    more = len(told) - MOST_WORDS
    return "; ".join(told[:MOST_WORDS]) + (f"; và {more} phần khác" if more > 0 else "")
