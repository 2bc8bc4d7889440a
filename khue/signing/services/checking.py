"""Kiểm tra chứng thư số trước khi ký: the duties of signing software, TT 22/2020/TT-BTTTT."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from khue.signing.models import Credential
from khue.signing.rules import chains, verdicts
from khue.signing.rules.certificates import NOBODY, facts_of, is_for_signing
from khue.signing.rules.shapes import CertificateFacts, Holder, SigningCertificate
from khue.signing.services.evidence import CertificateRevoked, EvidenceDown, collect_evidence
from khue.signing.services.trust import trusted

NO_OFFICE = (
    "Chứng thư số không ghi {missing}. Người được giao thẩm quyền của tổ chức phải dùng chứng thư "
    "có ghi chức danh và tên tổ chức (NĐ 174/2026/NĐ-CP, Điều 82); hãy đề nghị nơi cấp bổ sung."
)


class CredentialUnfit(Exception):
    """The certificate must not sign; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate that may sign. `warnings`: sentences that the signer should read."""

    warnings: tuple[str, ...] = ()
    status_known: bool = True
    """False: neither OCSP nor CRL answered; levels that promise proof wait for it."""


def check_before_signing(credential_id: int, *, now: datetime) -> Checked:
    """Từ chối chứng thư hết hạn, bị thu hồi, tạm dừng, không tin cậy, sai mục đích.

    Raises CredentialUnfit. A certificate whose status cannot be asked now may sign: what its
    level promises is fetched before the signature counts as complete.

    Law: TT 22/2020/TT-BTTTT
    """
    row = Credential.objects.get(pk=credential_id)
    if row.retired_at is not None:
        raise CredentialUnfit("Chứng thư số này đã được ngừng dùng. Hãy chọn chứng thư khác.")
    chain = tuple(base64.b64decode(one) for one in row.chain)
    return check_certificate(
        SigningCertificate(bytes(row.certificate), chain), Holder(row.holder), now=now
    )


def check_certificate(signer: SigningCertificate, holder: Holder, *, now: datetime) -> Checked:
    """The same check for a certificate that is not registered yet; raises CredentialUnfit."""
    fault = fault_of(signer, now=now)
    if fault:
        raise CredentialUnfit(fault)
    warnings = office_warnings(facts_of(signer.certificate), holder)
    try:
        collect_evidence(signer, now=now)
    except CertificateRevoked as revoked:
        raise CredentialUnfit(revoked.sentence) from revoked
    except EvidenceDown as down:
        return Checked((*warnings, down.sentence), status_known=False)
    return Checked(warnings)


def fault_of(signer: SigningCertificate, *, now: datetime) -> str:
    """Why a certificate may not sign now, as far as it shows by itself; "" when it may."""
    held, facts = signer.certificate, facts_of(signer.certificate)
    if facts is NOBODY:
        return "Chứng thư số không đọc được. Hãy chọn chứng thư khác."
    if now > facts.valid_to:
        ended = verdicts.print_instant(facts.valid_to)
        return f"Chứng thư số đã hết hạn từ {ended}. Hãy gia hạn hoặc dùng chứng thư khác."
    if now < facts.valid_from:
        starts = verdicts.print_instant(facts.valid_from)
        return f"Chứng thư số tới {starts} mới có hiệu lực. Hãy kiểm tra giờ máy chủ."
    if weakness := chains.weakness_of(held):
        return weakness
    if not (is_for_signing(held) and chains.purposes_allow_signing(held)):
        return "Chứng thư số không được cấp để ký tài liệu. Hãy chọn chứng thư ký số."
    return _untrusted(signer, facts, now)


def _untrusted(signer: SigningCertificate, facts: CertificateFacts, now: datetime) -> str:
    trust = trusted()
    others = (*trust.others, *chains.readable(signer.chain))
    path = chains.path_at(signer.certificate, others, trust.roots, now)
    if not path:
        return (
            f"Nơi cấp chứng thư số ({facts.issuer}) không nằm trong danh sách tin cậy. Hãy báo "
            "cán bộ phụ trách ký số của Sở hoặc Bộ kiểm tra và bổ sung nơi cấp."
        )
    return next(filter(None, map(chains.weakness_of, path[1:])), "")


def office_warnings(facts: CertificateFacts, holder: Holder) -> tuple[str, ...]:
    """Cảnh báo chứng thư thiếu chức danh, tổ chức.

    Law: NĐ 174/2026/NĐ-CP, Điều 82
    """
    wanted = [("tên tổ chức", facts.organisation)]
    if holder is Holder.PERSON:
        wanted.insert(0, ("chức danh", facts.title))
    missing = [name for name, value in wanted if not value]
    return (NO_OFFICE.format(missing=" và ".join(missing)),) if missing else ()
