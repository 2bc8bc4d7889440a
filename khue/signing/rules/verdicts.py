"""Câu kết luận khi kiểm tra chữ ký số: who signed, when, by which certificate, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.signing.rules.shapes import CertificateFacts, Holder, SignatureReport, Status
from kit.dates import print_date, vietnam_time

NO_CERTIFICATE = "chữ ký không kèm chứng thư số đọc được"
ISSUER_ENDED = "chứng thư của nơi cấp không còn hiệu lực khi ký"
ISSUER_REVOKED = "chứng thư của nơi cấp đã bị thu hồi"
ISSUER_UNKNOWN = "chưa rõ chứng thư của nơi cấp có bị thu hồi hay không"
ROOT_REMOVED = "nơi cấp đã được gỡ khỏi danh sách tin cậy"
ON_HOLD = "tạm dừng"
REVOKED_SINCE = "đã bị thu hồi"
EXPIRED_SINCE = "đã hết hạn"
SHOWN_CHANGES = 5
_UNPROVEN = (
    "còn nguyên vẹn và do nơi cấp tin cậy, nhưng chưa có bằng chứng chứng thư không bị thu hồi"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence is made of."""

    status: Status
    signer: CertificateFacts
    holder: Holder
    at: datetime | None
    is_trusted_time: bool
    judged_at: datetime
    detail: str = ""
    since: datetime | None = None
    broken: tuple[str, ...] = ()
    stamp_fault: str = ""


def print_instant(moment: datetime) -> str:
    """A moment as a verifier tells it, in Vietnam time: "09:00:05 ngày 20/11/2026"."""
    local = vietnam_time(moment)
    return f"{local:%H:%M:%S} ngày {print_date(local)}"


def who(signer: CertificateFacts, holder: Holder = Holder.PERSON) -> str:
    """The signer with what the certificate says of office: NĐ 174/2026, Điều 82."""
    if not signer.name:
        return "người ký không rõ"
    is_seal = holder is Holder.ORGANISATION
    office = [] if is_seal else [part for part in (signer.title, signer.organisation) if part]
    return f"{signer.name} ({', '.join(office)})" if office else signer.name


def sentence(told: Told) -> str:
    """Câu kết luận đầy đủ, ending with a stop."""
    said = _SENTENCES[told.status](told)
    if told.stamp_fault:
        return f"{said} Dấu thời gian kèm theo không dùng được: {_lower(told.stamp_fault)}"
    return said


def _when(told: Told) -> str:
    if told.at is None:
        return "không rõ thời điểm ký"
    source = "giờ của dịch vụ cấp dấu thời gian" if told.is_trusted_time else "giờ người ký tự khai"
    return f"ký lúc {print_instant(told.at)} ({source})"


def _signed(told: Told) -> str:
    verb = "con dấu số của " if told.holder is Holder.ORGANISATION else ""
    return f"{verb}{who(told.signer, told.holder)} {_when(told)}"


def _issued(told: Told) -> str:
    return f"chứng thư số do {told.signer.issuer} cấp"


def _opening(told: Told) -> str:
    if told.holder is Holder.ORGANISATION:
        return f"Con dấu số của {who(told.signer, told.holder)}"
    return f"Chữ ký số của {who(told.signer, told.holder)}"


def _valid(told: Told) -> str:
    still = "còn hiệu lực khi ký" if told.is_trusted_time else "còn hiệu lực"
    return f"Hợp lệ: {_signed(told)}; {_issued(told)}, {still}."


def _valid_then(told: Told) -> str:
    since = f" từ {print_instant(told.since)}, sau khi ký" if told.since else ""
    return (
        f"Hợp lệ tại thời điểm ký: {_signed(told)}; {_issued(told)}, còn hiệu lực khi ký, "
        f"nay {told.detail}{since}."
    )


def _broken(told: Told) -> str:
    if told.detail:
        return f"{_opening(told)} không hợp lệ: {_lower(told.detail).rstrip('.')}."
    changed = ", ".join(told.broken[:SHOWN_CHANGES])
    more = len(told.broken) - SHOWN_CHANGES
    rest = f" và {more} chỗ khác" if more > 0 else ""
    where = f" ({changed}{rest})" if changed else ""
    return f"{_opening(told)} không hợp lệ: nội dung đã bị thay đổi sau khi ký{where}."


def _misplaced(told: Told) -> str:
    if told.detail:
        return f"{_opening(told)} không hợp lệ: {_lower(told.detail).rstrip('.')}."
    return (
        f"{_opening(told)} không hợp lệ: phần được ký không nằm đúng chỗ trong tệp, "
        "có thể tệp đã bị ghép từ tệp khác."
    )


def _weak(told: Told) -> str:
    why = told.detail or "Chữ ký dùng khóa hoặc thuật toán không còn an toàn."
    return f"{_opening(told)} không được chấp nhận. {why}"


def _untrusted(told: Told) -> str:
    why = told.detail or "nơi cấp không nằm trong danh sách tin cậy"
    return f"{_opening(told)} chưa đủ tin cậy: {_issued(told)}; {why}."


def _expired(told: Told) -> str:
    ended = print_instant(told.since) if told.since else ""
    if told.is_trusted_time:
        why = f"đã hết hạn từ {ended}, trước khi ký ({print_instant(told.judged_at)})"
    else:
        why = (
            f"đã hết hạn từ {ended}, và không có dấu thời gian chứng tỏ chữ ký được tạo khi "
            "chứng thư còn hiệu lực"
        )
    return f"{_opening(told)} không hợp lệ: {_issued(told)} {why}."


def _not_yet_valid(told: Told) -> str:
    starts = print_instant(told.since) if told.since else ""
    return (
        f"{_opening(told)} không hợp lệ: {_issued(told)} tới {starts} mới có hiệu lực, "
        f"sau thời điểm ký ({print_instant(told.judged_at)})."
    )


def _revoked(told: Told) -> str:
    what = "bị tạm dừng" if told.detail == ON_HOLD else "bị thu hồi"
    since = print_instant(told.since) if told.since else ""
    if told.is_trusted_time:
        why = f"đã {what} từ {since}, trước khi ký ({print_instant(told.judged_at)})"
    else:
        why = f"đã {what} từ {since}, và không có dấu thời gian chứng tỏ chữ ký được tạo trước đó"
    return f"{_opening(told)} không hợp lệ: {_issued(told)} {why}."


def _wrong_usage(told: Told) -> str:
    return f"{_opening(told)} không hợp lệ: {_issued(told)} không được cấp để ký tài liệu."


def _status_unknown(told: Told) -> str:
    why = told.detail or "chưa có bằng chứng chứng thư không bị thu hồi khi ký"
    return (
        f"{_opening(told)} còn nguyên vẹn và do nơi cấp tin cậy, nhưng {why}: "
        f"{_issued(told)}, {_when(told)}. Hãy kiểm tra lại khi có kết nối tới nơi cấp."
    )


_SENTENCES: dict[Status, Callable[[Told], str]] = {
    Status.VALID: _valid,
    Status.VALID_THEN: _valid_then,
    Status.BROKEN: _broken,
    Status.MISPLACED: _misplaced,
    Status.WEAK: _weak,
    Status.UNTRUSTED: _untrusted,
    Status.EXPIRED: _expired,
    Status.NOT_YET_VALID: _not_yet_valid,
    Status.REVOKED: _revoked,
    Status.WRONG_USAGE: _wrong_usage,
    Status.STATUS_UNKNOWN: _status_unknown,
}


def file_sentence(reports: Sequence[SignatureReport], faults: Sequence[str]) -> str:
    """Câu kết luận về cả tệp, naming every signer whose signature is not good.

    A whole signature that only lacks proof about its certificate is not among those named.
    """
    if not reports:
        return "Tệp không có chữ ký số nào."
    bad = [one for one in reports if not one.status.is_good]
    unproven = [one for one in bad if one.status is Status.STATUS_UNKNOWN]
    if not bad:
        return _all_good(len(reports), faults)
    if len(unproven) == len(bad):
        return _all_whole(len(reports), len(unproven), faults)
    wrong = [one for one in bad if one.status is not Status.STATUS_UNKNOWN]
    names = "; ".join(dict.fromkeys(who(one.signer, one.holder) for one in wrong))
    count = f"{len(wrong)} trong {len(reports)}"
    rest = f" {len(unproven)} chữ ký khác {_UNPROVEN}." if unproven else ""
    return f"{count} chữ ký số không hợp lệ hoặc chưa đủ tin cậy: {names}.{rest}"


def _all_good(count: int, faults: Sequence[str]) -> str:
    if faults:
        return "Các chữ ký số hợp lệ, nhưng tệp có phần không được chữ ký nào bảo vệ."
    return "Chữ ký số hợp lệ." if count == 1 else f"Cả {count} chữ ký số đều hợp lệ."


def _all_whole(count: int, unproven: int, faults: Sequence[str]) -> str:
    """No signature is bad; some wait for proof that a certificate was not revoked."""
    rest = " Tệp có phần không được chữ ký nào bảo vệ." if faults else ""
    if count == 1:
        return f"Chữ ký số {_UNPROVEN}.{rest}"
    if unproven == count:
        return f"Cả {count} chữ ký số {_UNPROVEN}.{rest}"
    return f"{count - unproven} chữ ký số hợp lệ, {unproven} chữ ký {_UNPROVEN}.{rest}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
