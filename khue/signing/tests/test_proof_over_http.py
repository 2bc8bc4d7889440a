"""Proof and time fetched over HTTP: in order, down, slow, lying, with a wrong clock."""

from __future__ import annotations

import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from khue.signing.models import KeptEvidence
from khue.signing.rules.cms import cms_stamped, finish_cms, prepare_cms
from khue.signing.rules.shapes import (
    Evidence,
    SignatureReport,
    SigningCertificate,
    Status,
    XmlPlace,
)
from khue.signing.rules.timestamps import check_token
from khue.signing.rules.xades import finish_xades, place_signature, prepare_xades
from khue.signing.services.evidence import CertificateRevoked, EvidenceDown, collect_evidence
from khue.signing.services.gathering import gather_evidence
from khue.signing.services.timestamping import ClockWrong, TimestampDown, stamp
from khue.signing.services.verifying import examine_file
from khue.signing.tests.pki import Authority, Pki

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CONTAINER = b'<a><b Id="mh-1"/><c Id="ky"/></a>'
DATA = "giá trị chữ ký".encode()


@pytest.fixture
def services(trusting: Pki, authority: Authority, settings: Any) -> Authority:
    """Trusted authorities that believe it is NOW, and the site configured to ask them."""
    authority.clock = NOW
    settings.TSA_URL = authority.tsa_url
    settings.TSA_TIMEOUT = settings.EVIDENCE_TIMEOUT = 20.0
    return authority


def asked(services: Authority, what: str) -> int:
    return sum(f"/{what}/" in path for path in services.asked)


class TestEvidence:
    def test_ocsp_for_the_signer_and_the_list_for_the_authority(self, services: Authority) -> None:
        signer, _ = services.pki.person("hoa")
        evidence = collect_evidence(signer, now=NOW)
        assert evidence.certificates == services.pki.chain("hoa")
        assert (len(evidence.ocsp), len(evidence.crls)) == (1, 1)

    def test_what_is_fresh_is_not_asked_again(self, services: Authority) -> None:
        signer, _ = services.pki.person("hoa")
        first = collect_evidence(signer, now=NOW)
        count = len(services.asked)
        assert collect_evidence(signer, now=NOW + timedelta(minutes=5)) == first
        assert len(services.asked) == count
        services.clock = later = NOW + timedelta(minutes=30)
        assert collect_evidence(signer, now=later) != first
        assert KeptEvidence.objects.count() == 2

    def test_everybody_shares_the_list_of_the_authority(self, services: Authority) -> None:
        for label in ("hoa", "mai"):
            collect_evidence(services.pki.signer(label)[0], now=NOW)
        assert (asked(services, "ocsp"), asked(services, "crls")) == (2, 1)

    @pytest.mark.parametrize("trouble", ["down", "failing", "garbled", "endless", "refusing"])
    def test_when_ocsp_is_no_use_the_list_is_asked(self, services: Authority, trouble: str) -> None:
        getattr(services, trouble)("ocsp")
        evidence = collect_evidence(services.pki.signer("hoa")[0], now=NOW)
        assert (len(evidence.ocsp), len(evidence.crls)) == (0, 2)

    def test_a_slow_responder_is_not_waited_for(self, services: Authority, settings: Any) -> None:
        # The list is kept from before, so that only the slow one is asked.
        collect_evidence(services.pki.signer("crl-only")[0], now=NOW)
        settings.EVIDENCE_TIMEOUT = 0.5
        services.slow("ocsp", 8)
        started = time.monotonic()
        assert collect_evidence(services.pki.signer("hoa")[0], now=NOW).crls
        assert time.monotonic() - started < 6

    def test_when_nobody_answers_it_says_so(self, services: Authority) -> None:
        services.down("ocsp", "crls")
        with pytest.raises(EvidenceDown) as down:
            collect_evidence(services.pki.signer("hoa")[0], now=NOW)
        assert down.value.sentence == (
            "Chưa kiểm tra được chứng thư số có bị thu hồi hay không (CA thử nghiệm cho cá nhân). "
            "Không kết nối được tới dịch vụ."
        )

    @pytest.mark.parametrize(
        ("label", "words"), [("revoked", "bị thu hồi"), ("suspended", "bị tạm dừng")]
    )
    def test_revoked_is_said_by_ocsp_and_by_the_list(
        self, services: Authority, label: str, words: str
    ) -> None:
        signer, _ = services.pki.signer(label)
        for broken in ([], ["ocsp"]):
            services.down(*broken) if broken else None
            with pytest.raises(CertificateRevoked, match=words) as revoked:
                collect_evidence(signer, now=NOW)
            assert "07:00:00 ngày 01/06/2026" in revoked.value.sentence

    def test_a_certificate_without_ocsp_lives_by_the_list(self, services: Authority) -> None:
        evidence = collect_evidence(services.pki.signer("crl-only")[0], now=NOW)
        assert (len(evidence.ocsp), len(evidence.crls)) == (0, 2)

    def test_a_certificate_that_names_nobody_to_ask(self, services: Authority) -> None:
        with pytest.raises(EvidenceDown, match="không ghi nơi kiểm tra"):
            collect_evidence(services.pki.signer("silent")[0], now=NOW)

    def test_a_stale_list_is_no_proof(self, services: Authority) -> None:
        services.clock = NOW - timedelta(days=3)
        with pytest.raises(EvidenceDown, match="đã quá hạn"):
            collect_evidence(services.pki.signer("crl-only")[0], now=NOW)

    def test_an_answer_from_the_future_is_no_proof(self, services: Authority) -> None:
        services.clock = NOW + timedelta(days=3)
        with pytest.raises(EvidenceDown):
            collect_evidence(services.pki.signer("hoa")[0], now=NOW)

    def test_addresses_of_untrusted_certificates_are_never_asked(self, services: Authority) -> None:
        with pytest.raises(EvidenceDown, match="không nằm trong danh sách tin cậy"):
            collect_evidence(services.pki.signer("stranger")[0], now=NOW)
        assert services.asked == []

    def test_a_signer_may_bring_no_chain(self, services: Authority) -> None:
        alone = SigningCertificate(services.pki.certificate("hoa"))
        assert collect_evidence(alone, now=NOW).certificates == services.pki.chain("hoa")


class TestTimestamps:
    def test_a_token_holds_for_us_and_for_openssl(
        self, services: Authority, tmp_path: Path
    ) -> None:
        token = stamp(DATA, now=NOW)
        trust = services.pki.trust
        assert check_token(token, DATA, trust, now=NOW, evidence=Evidence()) == NOW
        _require_openssl_agrees(token, services.pki.certificate("time-root"), tmp_path)

    def test_300_stamps_ask_for_300(self, services: Authority) -> None:
        tokens = {stamp(DATA, now=NOW) for _ in range(5)}
        assert (len(tokens), asked(services, "tsa")) == (5, 5)

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            ("down", "Không kết nối được"),
            ("failing", "lỗi HTTP 503"),
            ("garbled", "không đọc được"),
            ("endless", "quá dài"),
            ("refusing", "từ chối yêu cầu"),
        ],
    )
    def test_out_of_order(self, services: Authority, trouble: str, words: str) -> None:
        getattr(services, trouble)("tsa")
        with pytest.raises(TimestampDown, match=words) as down:
            stamp(DATA, now=NOW)
        assert down.value.sentence.endswith("hoàn tất khi dịch vụ trả lời.")
        services.up("tsa")
        assert stamp(DATA, now=NOW)

    def test_slow(self, services: Authority, settings: Any) -> None:
        settings.TSA_TIMEOUT = 0.5
        services.slow("tsa", 3)
        with pytest.raises(TimestampDown, match="không trả lời trong 0,5 giây"):
            stamp(DATA, now=NOW)

    def test_an_answer_to_another_question(self, services: Authority) -> None:
        services.nonce_shift = 1
        with pytest.raises(TimestampDown, match="nonce"):
            stamp(DATA, now=NOW)

    @pytest.mark.parametrize("minutes", [-20, 20])
    def test_clocks_apart(self, services: Authority, minutes: int) -> None:
        services.clock = NOW + timedelta(minutes=minutes)
        with pytest.raises(ClockWrong, match="Đồng hồ của máy chủ") as wrong:
            stamp(DATA, now=NOW)
        assert "09:00:00 ngày 20/11/2026" in wrong.value.sentence

    def test_clocks_a_little_apart_are_as_clocks_are(self, services: Authority) -> None:
        services.clock = NOW + timedelta(minutes=2)
        assert stamp(DATA, now=NOW)

    def test_an_authority_that_nobody_trusts(self, services: Authority, settings: Any) -> None:
        settings.TSA_URL = services.stranger_tsa_url
        with pytest.raises(TimestampDown, match="không nằm trong danh sách tin cậy"):
            stamp(DATA, now=NOW)

    def test_no_authority_at_all(self, services: Authority, settings: Any) -> None:
        settings.TSA_URL = ""
        with pytest.raises(TimestampDown, match="KHUE_TSA_URL"):
            stamp(DATA, now=NOW)


def _require_openssl_agrees(token: bytes, root: bytes, folder: Path) -> None:
    """`openssl ts -verify`, an independent reader of RFC 3161."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is a program that the tests need"
    (folder / "token.der").write_bytes(token)
    (folder / "data").write_bytes(DATA)
    pem = subprocess.run(
        [openssl, "x509", "-inform", "DER"], input=root, capture_output=True, check=True
    ).stdout
    (folder / "root.pem").write_bytes(pem)
    given = ["-in", "token.der", "-token_in", "-data", "data", "-CAfile", "root.pem"]
    told = subprocess.run(
        [openssl, "ts", "-verify", *given], cwd=folder, capture_output=True, check=False
    )
    assert b"Verification: OK" in told.stdout + told.stderr, told.stderr


class TestCheckingAFile:
    """A file that brings no proof is completed by asking the trusted authorities now."""

    def signed(self, services: Authority, label: str, at: datetime) -> bytes:
        signer, key = services.pki.signer(label)
        prepared = prepare_cms(DATA, signer, at=at, digest="sha256")
        assert isinstance(key, rsa.RSAPrivateKey)
        value = key.sign(prepared.to_be_signed, padding.PKCS1v15(), hashes.SHA256())
        token = services.pki.stamp(cms_stamped(prepared, value), at=at)
        return finish_cms(prepared, value, timestamp=token)

    def check(self, services: Authority, label: str, at: datetime = NOW) -> SignatureReport:
        beside = self.signed(services, label, at)
        examined = examine_file(DATA, name="diem.txt", detached=beside, now=NOW)
        (report,) = examined.report.signatures
        return report

    def test_proof_is_fetched(self, services: Authority) -> None:
        assert self.check(services, "hoa").status is Status.VALID
        assert (asked(services, "ocsp"), asked(services, "crls")) == (1, 1)

    def test_revocation_since_is_told(self, services: Authority) -> None:
        spring = datetime(2026, 3, 1, tzinfo=UTC)
        report = self.check(services, "revoked", spring)
        assert (report.status, report.at) == (Status.VALID_THEN, spring)
        assert self.check(services, "revoked").status is Status.REVOKED

    def test_when_nobody_answers_the_status_stays_unknown(self, services: Authority) -> None:
        services.down("ocsp", "crls")
        report = self.check(services, "hoa")
        assert report.status is Status.STATUS_UNKNOWN
        assert "Hãy kiểm tra lại khi có kết nối" in report.sentence

    def test_strangers_are_not_asked(self, services: Authority) -> None:
        assert self.check(services, "stranger").status is Status.UNTRUSTED
        assert services.asked == []


class TestGathering:
    """Proof for a package: what one service says is kept though another is silent."""

    def signed(self, services: Authority, label: str) -> tuple[str, bytes]:
        signer, key = services.pki.signer(label)
        assert isinstance(key, rsa.RSAPrivateKey)
        place = XmlPlace(("mh-1",), "ky", f"ck-{label}", "")
        prepared = prepare_xades(CONTAINER, place, signer, at=NOW)
        value = key.sign(prepared.to_be_signed, padding.PKCS1v15(), hashes.SHA256())
        return f"{label}.xml", place_signature(CONTAINER, "ky", finish_xades(prepared, value))

    def test_revocation_is_proof_too(self, services: Authority) -> None:
        files = [self.signed(services, label) for label in ("hoa", "revoked")]
        gathered = gather_evidence(files, now=NOW)
        assert len(gathered.ocsp) == 2
        assert set(gathered.certificates) == set(services.pki.chain("hoa"))
        told = examine_file(files[1][1], name="a.xml", now=NOW, evidence=gathered)
        assert [one.status for one in told.report.signatures] == [Status.REVOKED]

    def test_a_silent_service_takes_nothing_from_the_others(self, services: Authority) -> None:
        services.down("crls")
        gathered = gather_evidence([self.signed(services, "hoa")], now=NOW)
        assert (len(gathered.ocsp), len(gathered.crls)) == (1, 0)
        services.down("ocsp")
        nothing = gather_evidence([self.signed(services, "mai")], now=NOW)
        assert (nothing.ocsp, nothing.crls) == ((), ())
