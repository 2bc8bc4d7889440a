"""Chứng thư dùng được không: what speaks against a certificate when it is registered or used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from khue.signing.rules.algorithms import Weak, require_strong_key
from khue.signing.rules.certificates import (
    facts_of,
    is_for_signing,
    is_self_signed,
    public_key_of,
)
from khue.signing.rules.chains import is_issued_by, readable
from khue.signing.rules.shapes import CertificateFacts, Holder, SigningCertificate
from kit.dates import print_date
from kit.vietnamese import search_key

ENDS_SOON = timedelta(days=30)


class NotACertificate(ValueError):
    """Bytes that are no certificate; `sentence` is for the user."""

    sentence = (
        "Tệp không phải chứng thư số đọc được. Hãy xuất chứng thư từ phần mềm của thiết bị ký "
        "(tệp .cer, .crt hoặc .pem) rồi tải lên lại."
    )


@dataclass(frozen=True)
class Fitness:
    """What the certificate says, why it cannot be used, and what its holder should know."""

    facts: CertificateFacts
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def fitness_of(der: bytes, holder: Holder, name: str, now: datetime | None) -> Fitness:
    """Judge a certificate for a holder called `name` ("" = do not compare); `now` None = any time.

    Law: NĐ 174/2026/NĐ-CP, Điều 82 (title and organisation); TT 22/2020/TT-BTTTT.
    """
    try:
        public_key = public_key_of(der)
    except ValueError:
        raise NotACertificate from None
    facts = facts_of(der)
    refusals = [*_key_refusals(public_key), *_usage_refusals(der)]
    refusals += _name_refusals(facts, holder, name)
    refusals += _ended(facts, now) if now else []
    warnings = [*_time_warnings(facts, now), *_missing(facts, holder)]
    return Fitness(facts, tuple(refusals), tuple(warnings + _other_name(facts, holder, name)))


def _key_refusals(public_key: object) -> list[str]:
    try:
        require_strong_key(public_key)
    except Weak as trouble:
        return [trouble.sentence]
    return []


def _usage_refusals(der: bytes) -> list[str]:
    if is_for_signing(der):
        return []
    return ["Chứng thư này không được cấp để ký số. Hãy chọn chứng thư có mục đích ký số."]


def _name_refusals(facts: CertificateFacts, holder: Holder, name: str) -> list[str]:
    """A person registers only what stands in her own name; diacritics may be missing."""
    if holder is not Holder.PERSON or not name or search_key(facts.name) == search_key(name):
        return []
    return [
        f"Chứng thư đứng tên “{facts.name}”, còn tài khoản này là của {name}. Mỗi người chỉ "
        "đăng ký chứng thư của chính mình."
    ]


def _ended(facts: CertificateFacts, now: datetime) -> list[str]:
    if now <= facts.valid_to:
        return []
    return [
        f"Chứng thư đã hết hạn ngày {print_date(facts.valid_to.date())}. Hãy gia hạn hoặc dùng "
        "chứng thư mới."
    ]


def _time_warnings(facts: CertificateFacts, now: datetime | None) -> list[str]:
    if now is None:
        return []
    if now < facts.valid_from:
        return [f"Chứng thư chỉ dùng được từ ngày {print_date(facts.valid_from.date())}."]
    if now <= facts.valid_to <= now + ENDS_SOON:
        return [
            f"Chứng thư sắp hết hạn, ngày {print_date(facts.valid_to.date())}. Hãy xin gia hạn."
        ]
    return []


def _missing(facts: CertificateFacts, holder: Holder) -> list[str]:
    if holder is not Holder.PERSON:
        return []
    named = {"chức danh": facts.title, "tên cơ quan": facts.organisation}
    missing = [word for word, value in named.items() if not value]
    if not missing:
        return []
    return [
        f"Chứng thư không ghi {' và '.join(missing)} của người ký. Chứng thư dùng cho công vụ "
        "phải ghi rõ (Nghị định 174/2026/NĐ-CP, Điều 82); hãy hỏi nơi cấp chứng thư."
    ]


def _other_name(facts: CertificateFacts, holder: Holder, name: str) -> list[str]:
    if holder is not Holder.ORGANISATION or not name:
        return []
    if search_key(name) in {search_key(facts.name), search_key(facts.organisation)}:
        return []
    return [f"Chứng thư đứng tên “{facts.name}”, khác tên đơn vị “{name}”. Hãy xem kỹ."]


def with_chain(der: bytes, others: Iterable[bytes]) -> SigningCertificate:
    """Chuỗi chứng thư: the certificate with what stands above it, as far as `others` know it."""
    known = list(dict.fromkeys(readable(others)))
    chain: list[bytes] = []
    below = der
    while not is_self_signed(below):
        above = next((one for one in known if is_issued_by(below, one)), None)
        if above is None or above in chain:
            break
        chain.append(above)
        below = above
    return SigningCertificate(der, tuple(chain))
