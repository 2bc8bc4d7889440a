"""Before a certificate signs: what is refused, what is only said (TT 22/2020, NĐ 174/2026)."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from khue.ledger.api import Operation
from khue.signing.rules.certificates import facts_of, holder_of
from khue.signing.rules.shapes import Holder
from khue.signing.services.checking import Checked, CredentialUnfit, check_before_signing
from khue.signing.services.trust import COMMAND, end_trust, trusted
from khue.signing.tests.pki import Authority, Pki
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def services(trusting: Pki, authority: Authority, settings: Any) -> Authority:
    authority.clock = NOW
    settings.EVIDENCE_TIMEOUT = 20.0
    return authority


def registered(cast: Cast, pki: Pki, label: str, **more: Any) -> int:
    """A certificate as it stands in the table, whatever is wrong with it."""
    held = pki.certificate(label)
    facts = facts_of(held)
    is_seal = holder_of(held) is Holder.ORGANISATION
    owner = {"organisation": cast.school.organisation} if is_seal else {"account": cast.hoa.account}
    with scoped(EVERYTHING):
        row = table("signing.Credential").objects.create(
            holder="organisation" if is_seal else "person",
            backend="demo",
            certificate=held,
            chain=[b64encode(one).decode() for one in pki.chain(label)],
            fingerprint=facts.fingerprint,
            subject_name=facts.name,
            issuer=facts.issuer,
            serial=facts.serial,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            registered_by="Ai đó",
            registered_at=NOW,
            **owner,
            **more,
        )
    return int(row.pk)


def check(cast: Cast, services: Authority, label: str, now: datetime = NOW) -> Checked:
    held = registered(cast, services.pki, label)
    with scoped(EVERYTHING):
        return check_before_signing(held, now=now)


@pytest.mark.parametrize("label", ["hoa", "binh", "sao_khue"])
def test_a_good_certificate_signs_without_a_word(
    cast: Cast, services: Authority, label: str
) -> None:
    assert check(cast, services, label) == Checked()


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("expired", "đã hết hạn từ 07:00:00 ngày 01/01/2025"),
        ("future", "tới 07:00:00 ngày 01/01/2045 mới có hiệu lực"),
        ("revoked", "đã bị thu hồi từ 07:00:00 ngày 01/06/2026"),
        ("suspended", "đã bị tạm dừng"),
        ("stranger", "không nằm trong danh sách tin cậy"),
        ("usage", "không được cấp để ký tài liệu"),
        ("weak", "Khóa RSA 1024 bit quá ngắn"),
        ("sha1", "SHA1, không còn an toàn"),
    ],
)
def test_what_must_not_sign_is_refused(
    cast: Cast, services: Authority, label: str, words: str
) -> None:
    with pytest.raises(CredentialUnfit, match=words):
        check(cast, services, label)


def test_a_certificate_without_office_signs_with_a_warning(cast: Cast, services: Authority) -> None:
    checked = check(cast, services, "unnamed")
    (warning,) = checked.warnings
    assert warning.startswith("Chứng thư số không ghi chức danh và tên tổ chức.")
    assert "NĐ 174/2026/NĐ-CP, Điều 82" in warning


def test_when_nobody_can_be_asked_it_is_said_and_signing_goes_on(
    cast: Cast, services: Authority
) -> None:
    services.down("ocsp", "crls")
    checked = check(cast, services, "hoa")
    assert not checked.status_known
    assert "Chưa kiểm tra được" in checked.warnings[0]


def test_revocation_is_seen_again_after_minutes(cast: Cast, services: Authority) -> None:
    """A kept answer is not relied on for longer than its time."""
    held = registered(cast, services.pki, "hoa")
    with scoped(EVERYTHING):
        check_before_signing(held, now=NOW)
        services.asked.clear()
        services.clock = NOW + timedelta(minutes=11)
        check_before_signing(held, now=NOW + timedelta(minutes=11))
    assert any("/ocsp/" in path for path in services.asked)


def test_retired_is_refused(cast: Cast, services: Authority) -> None:
    held = registered(cast, services.pki, "hoa", retired_at=NOW)
    with scoped(EVERYTHING), pytest.raises(CredentialUnfit, match="ngừng dùng"):
        check_before_signing(held, now=NOW)


def test_what_an_authority_issued_ends_with_the_trust_in_it(
    cast: Cast, services: Authority
) -> None:
    root = table("signing.TrustedCertificate").objects.get(kind="root")
    end_trust(Operation(COMMAND, NOW), root.pk, "Thử", keeps_past=True)
    assert trusted().roots == ()
    with pytest.raises(CredentialUnfit, match="không nằm trong danh sách tin cậy"):
        check(cast, services, "hoa")
