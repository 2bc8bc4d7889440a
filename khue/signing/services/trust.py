"""Danh sách tin cậy: the authorities whose certificates this installation accepts.

Law: TT 22/2020/TT-BTTTT
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import TrustedCertificate
from khue.signing.queries.trust import permit_trust
from khue.signing.rules import chains
from khue.signing.rules.authorities import is_demonstration
from khue.signing.rules.certificates import NOBODY, facts_of, is_self_signed
from khue.signing.rules.shapes import CertificateFacts, Trust

Kind = TrustedCertificate.Kind
COMMAND = Author(None, "Dòng lệnh")
MOST_CERTIFICATES = 20
KINDS = tuple((one.value, str(one.label)) for one in (Kind.ROOT, Kind.TIME, Kind.BETWEEN))
NOT_AN_AUTHORITY = "Đây không phải chứng thư của nơi cấp, không dùng làm gốc tin cậy được."
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class TrustRefused(Exception):
    """A certificate cannot be added or removed; `field` names the field of the form."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, slots=True)
class Offered:
    """A certificate in a file that somebody wants to add, with what to know before."""

    certificate: bytes
    facts: CertificateFacts
    is_root: bool
    kind: str
    """The kind that fits it: root, between or time."""
    warnings: tuple[str, ...]
    already: bool
    may_be_trusted: bool

    @property
    def can_add(self) -> bool:
        return self.may_be_trusted and not self.already


def trusted() -> Trust:
    """Danh sách tin cậy hiện hành; removed roots still count for what was signed before."""
    rows = TrustedCertificate.objects.order_by("pk").values_list(
        "kind", "certificate", "removed_at", "keeps_past"
    )
    known = [(kind, bytes(held), ended, past) for kind, held, ended, past in rows]
    if not settings.DEMO:
        known = [one for one in known if not is_demonstration(one[1])]
    return Trust(
        roots=tuple(held for kind, held, ended, _ in known if kind == Kind.ROOT and not ended),
        others=tuple(held for kind, held, ended, _ in known if kind == Kind.BETWEEN and not ended),
        time_roots=tuple(held for kind, held, ended, _ in known if kind == Kind.TIME and not ended),
        former=tuple(
            (held, ended)
            for kind, held, ended, past in known
            if ended and past and kind != Kind.BETWEEN
        ),
    )


def read_certificates(content: bytes) -> tuple[bytes, ...]:
    """The certificates in a file: PEM, DER, or PKCS#7 (.p7b); raises TrustRefused."""
    found = _certificates_in(content)
    if not found:
        sentence = (
            "Tệp không có chứng thư nào đọc được. Hãy chọn tệp .cer, .crt, .pem hoặc .p7b do nơi "
            "cấp công bố."
        )
        raise TrustRefused(sentence, "file")
    return tuple(dict.fromkeys(found))[:MOST_CERTIFICATES]


def _certificates_in(content: bytes) -> tuple[bytes, ...]:
    if blocks := _PEM.findall(content):
        try:
            read = [x509.load_pem_x509_certificate(one) for one in blocks]
        except ValueError:
            return ()
        return chains.readable(one.public_bytes(Encoding.DER) for one in read)
    return chains.readable([content]) or chains.readable(_bundled(content))


def _bundled(content: bytes) -> Iterable[bytes]:
    try:
        bundle = cms.ContentInfo.load(content)["content"]["certificates"]
        return [bytes(one.chosen.dump()) for one in bundle if one.name == "certificate"]
    except (ValueError, TypeError, KeyError):
        return []


def offered_certificates(*, actor: Actor, now: datetime, content: bytes) -> tuple[Offered, ...]:
    """Xem trước khi thêm: what stands in a file, before anything is trusted."""
    permit_trust(actor)
    return tuple(_offer(one, now) for one in read_certificates(content))


def _offer(certificate: bytes, now: datetime) -> Offered:
    kind = kind_of(certificate)
    return Offered(
        certificate,
        facts_of(certificate),
        is_self_signed(certificate),
        kind,
        tuple(warnings_about(certificate, now)),
        is_trusted(certificate, kind),
        _may_be_trusted(certificate),
    )


def kind_of(certificate: bytes) -> str:
    """The kind that fits a certificate: TSA certificates may be trusted themselves."""
    if chains.is_for_time(certificate):
        return str(Kind.TIME)
    return str(Kind.ROOT if is_self_signed(certificate) else Kind.BETWEEN)


def warnings_about(certificate: bytes, now: datetime) -> Iterable[str]:
    """What a person should know before trusting."""
    facts = facts_of(certificate)
    if now > facts.valid_to:
        yield "Chứng thư đã hết hạn; chỉ dùng để kiểm tra chữ ký cũ."
    if now < facts.valid_from:
        yield "Chứng thư chưa tới ngày có hiệu lực."
    if weakness := chains.weakness_of(certificate):
        yield weakness
    elif not _may_be_trusted(certificate):
        yield NOT_AN_AUTHORITY
    if is_demonstration(certificate):
        yield "Đây là nơi cấp trình diễn, chữ ký không có giá trị pháp lý."


def add_trusted(
    *, actor: Actor, now: datetime, certificate: bytes, kind: str, note: str = ""
) -> int:
    """Thêm vào danh sách tin cậy; the id. Raises TrustRefused.

    Law: TT 22/2020/TT-BTTTT
    """
    permit_trust(actor)
    return keep_trusted(
        Operation(Author(actor.account_id, actor.name), now), certificate, kind, note
    )


@transaction.atomic
def keep_trusted(operation: Operation, certificate: bytes, kind: str, note: str = "") -> int:
    """The same for a command, which nobody is asked to permit."""
    require_fit(certificate, kind)
    facts = facts_of(certificate)
    row = TrustedCertificate.objects.create(
        kind=kind,
        certificate=certificate,
        fingerprint=facts.fingerprint,
        name=facts.name[:300],
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        note=note.strip()[:300],
        added_by=operation.author.name,
        added_at=operation.at,
    )
    new: dict[str, object] = {"kind": kind, "fingerprint": facts.fingerprint, "note": row.note}
    _note(operation, row, "add", new=new)
    return int(row.pk)


def require_fit(certificate: bytes, kind: str) -> None:
    """Raises TrustRefused for a certificate that must not be trusted as this kind."""
    if kind not in Kind.values:
        raise TrustRefused("Hãy chọn loại chứng thư.", "kind")
    if facts_of(certificate) is NOBODY:
        raise TrustRefused("Chứng thư không đọc được.", "file")
    if not _may_be_trusted(certificate):
        sentence = chains.weakness_of(certificate) or NOT_AN_AUTHORITY
        raise TrustRefused(sentence, "file")
    if kind != Kind.TIME and not chains.may_issue(certificate, below=0):
        raise TrustRefused("Chứng thư này chỉ để cấp dấu thời gian.", "kind")
    if kind == Kind.ROOT and not is_self_signed(certificate):
        raise TrustRefused("Gốc tin cậy phải là chứng thư tự ký của nơi cấp gốc.", "kind")
    if is_demonstration(certificate) and not settings.DEMO:
        raise TrustRefused("Không tin nơi cấp trình diễn ngoài bản trình diễn.", "file")
    if is_trusted(certificate, kind):
        raise TrustRefused("Chứng thư này đã có trong danh sách tin cậy.", "file")


def _may_be_trusted(certificate: bytes) -> bool:
    issues = chains.may_issue(certificate, below=0)
    return not chains.weakness_of(certificate) and (issues or chains.is_for_time(certificate))


def is_trusted(certificate: bytes, kind: str) -> bool:
    """Whether a certificate stands in the list now, as this kind."""
    return _standing_row(certificate, kind) is not None


def _standing_row(certificate: bytes, kind: str) -> TrustedCertificate | None:
    fingerprint = facts_of(certificate).fingerprint
    rows = TrustedCertificate.objects.filter(fingerprint=fingerprint, removed_at__isnull=True)
    return rows.filter(kind=kind).first()


def remove_trusted(
    *, actor: Actor, now: datetime, trusted_id: int, reason: str, keeps_past: bool
) -> None:
    """Gỡ khỏi danh sách tin cậy, with a reason; nothing is deleted.

    `keeps_past`: signatures with a trusted time before now stay good (an authority that ended);
    False when it can no longer be believed at all (its key was stolen).
    """
    permit_trust(actor)
    operation = Operation(Author(actor.account_id, actor.name), now)
    end_trust(operation, trusted_id, reason, keeps_past=keeps_past)


@transaction.atomic
def end_trust(operation: Operation, trusted_id: int, reason: str, *, keeps_past: bool) -> None:
    """The same for a command."""
    if not reason.strip():
        raise TrustRefused("Hãy ghi lý do gỡ.", "reason")
    row = TrustedCertificate.objects.select_for_update().filter(pk=trusted_id).first()
    if row is None or row.removed_at is not None:
        raise TrustRefused("Chứng thư này không còn trong danh sách tin cậy.")
    row.removed_by, row.removed_at = operation.author.name, operation.at
    row.removed_reason, row.keeps_past = reason.strip()[:300], keeps_past
    row.save(update_fields=["removed_by", "removed_at", "removed_reason", "keeps_past"])
    _note(operation, row, "remove", reason=row.removed_reason, new={"keeps_past": keeps_past})


def _note(
    operation: Operation,
    row: TrustedCertificate,
    action: str,
    *,
    new: dict[str, object],
    reason: str = "",
) -> None:
    subject = f"trusted_certificate:{row.pk}"
    change = Change(subject=subject, action=action, label=row.name, new=new, reason=reason)
    append_changes(operation, [change])
