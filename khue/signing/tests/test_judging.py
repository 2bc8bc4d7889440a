"""Whom the judge believes: every status, at a trusted time and without one."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from asn1crypto import crl, ocsp
from certomancer.registry import CertLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis.strategies import DataObject, binary, data, integers, sampled_from
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

from khue.signing.rules import chains
from khue.signing.rules.authorities import Subject, Validity, make_root
from khue.signing.rules.judging import judge, judge_file
from khue.signing.rules.revocation import Standing, read_crl, read_ocsp, standing_of
from khue.signing.rules.shapes import (
    Evidence,
    Format,
    FoundSignature,
    Holder,
    Level,
    Status,
    Trust,
)
from khue.signing.tests.pki import FAULTY, PEOPLE, SEALS, Pki

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SPRING = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
"""Before anything was revoked or ended."""
VALUE = b"the value of a signature"


def found(
    pki: Pki, label: str = "hoa", *, stamped_at: datetime | None = None, proven_at: datetime | None
) -> FoundSignature:
    """A whole signature; with a timestamp, and with the proof of a moment, when asked."""
    evidence = Evidence() if proven_at is None else pki.evidence(label, at=proven_at)
    return FoundSignature(
        id="s1",
        format=Format.XADES,
        certificate=pki.certificate(label),
        chain=pki.chain(label),
        claimed_at=SPRING,
        intact=True,
        timestamps=(pki.stamp(VALUE, at=stamped_at),) if stamped_at else (),
        stamped=VALUE,
        evidence=evidence,
    )


def test_a_good_signature_names_signer_office_time_and_issuer(pki: Pki) -> None:
    report = judge(found(pki, stamped_at=SPRING, proven_at=SPRING), pki.trust, now=NOW)
    assert report.status is Status.VALID
    assert report.level is Level.B_LT
    assert (report.at, report.time_is_trusted) == (SPRING, True)
    assert report.sentence == (
        "Hợp lệ: Nông Thị Hoa (Giáo viên, Trường THCS Sao Khuê) ký lúc 10:00:00 ngày 01/03/2026 "
        "(giờ của dịch vụ cấp dấu thời gian); chứng thư số do CA thử nghiệm cho cá nhân cấp, "
        "còn hiệu lực khi ký."
    )


def test_without_a_timestamp_the_claimed_time_proves_nothing(pki: Pki) -> None:
    report = judge(found(pki, proven_at=NOW), pki.trust, now=NOW)
    assert report.status is Status.VALID
    assert (report.at, report.time_is_trusted, report.level) == (SPRING, False, Level.B_B)
    assert "giờ người ký tự khai" in report.sentence


def test_the_seal_of_a_school_is_named_as_one(pki: Pki) -> None:
    report = judge(found(pki, "sao_khue", proven_at=NOW), pki.trust, now=NOW)
    assert (report.status, report.holder) == (Status.VALID, Holder.ORGANISATION)
    assert report.sentence.startswith("Hợp lệ: con dấu số của Trường THCS Sao Khuê ký lúc")


@pytest.mark.parametrize(
    ("label", "stamped", "status", "words"),
    [
        ("ended", True, Status.VALID_THEN, "nay đã hết hạn từ 07:00:00 ngày 01/06/2026"),
        ("ended", False, Status.EXPIRED, "không có dấu thời gian chứng tỏ"),
        ("expired", True, Status.EXPIRED, "trước khi ký (10:00:00 ngày 01/03/2026)"),
        ("expired", False, Status.EXPIRED, "đã hết hạn từ 07:00:00 ngày 01/01/2025"),
        ("revoked", True, Status.VALID_THEN, "nay đã bị thu hồi từ 07:00:00 ngày 01/06/2026"),
        ("revoked", False, Status.REVOKED, "đã bị thu hồi từ 07:00:00 ngày 01/06/2026"),
        ("suspended", False, Status.REVOKED, "đã bị tạm dừng từ 07:00:00 ngày 01/06/2026"),
        ("future", True, Status.NOT_YET_VALID, "07:00:00 ngày 01/01/2045 mới có hiệu lực"),
        ("future", False, Status.NOT_YET_VALID, "mới có hiệu lực"),
        ("usage", True, Status.WRONG_USAGE, "không được cấp để ký tài liệu"),
        ("weak", True, Status.WEAK, "Khóa RSA 1024 bit quá ngắn"),
        ("sha1", True, Status.WEAK, "thuật toán SHA1, không còn an toàn"),
        ("stranger", True, Status.UNTRUSTED, "không nằm trong danh sách tin cậy"),
        ("people", True, Status.WRONG_USAGE, "không được cấp để ký tài liệu"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(
    pki: Pki, label: str, *, stamped: bool, status: Status, words: str
) -> None:
    kept = {"people": "hoa", "stranger": "hoa"}.get(label, label)
    moment = SPRING if stamped else NOW
    signature = replace(
        found(pki, label, stamped_at=SPRING if stamped else None, proven_at=None),
        evidence=Evidence(
            certificates=pki.chain(label),
            ocsp=(pki.ocsp(kept, at=moment),),
            crls=(pki.crl("root", at=moment), pki.crl("people", at=NOW)),
        ),
    )
    report = judge(signature, pki.trust, now=NOW)
    assert (report.status, report.sentence) == (status, report.sentence)
    assert words in report.sentence
    assert report.status.is_good is (status is Status.VALID_THEN)


def test_revoked_before_the_trusted_time_is_never_good(pki: Pki) -> None:
    later = datetime(2026, 8, 1, tzinfo=UTC)
    report = judge(found(pki, "revoked", stamped_at=later, proven_at=later), pki.trust, now=NOW)
    assert report.status is Status.REVOKED
    assert "trước khi ký" in report.sentence


def test_changed_content_is_broken_and_names_what_changed(pki: Pki) -> None:
    signature = replace(
        found(pki, stamped_at=SPRING, proven_at=SPRING), intact=False, broken=("mh-12", "hs")
    )
    report = judge(signature, pki.trust, now=NOW)
    assert report.status is Status.BROKEN
    assert report.sentence == (
        "Chữ ký số của Nông Thị Hoa (Giáo viên, Trường THCS Sao Khuê) không hợp lệ: nội dung đã "
        "bị thay đổi sau khi ký (mh-12, hs)."
    )


@pytest.mark.parametrize("fault", [Status.BROKEN, Status.MISPLACED, Status.WEAK])
def test_a_fault_seen_while_reading_is_the_verdict(pki: Pki, fault: Status) -> None:
    signature = replace(found(pki, stamped_at=SPRING, proven_at=SPRING), fault=fault.value)
    assert judge(signature, pki.trust, now=NOW).status is fault


@pytest.mark.parametrize(
    ("fault", "reason", "told"),
    [
        (Status.BROKEN, "Chữ ký không bảo vệ nội dung nào.", "không hợp lệ: chữ ký không bảo vệ"),
        (Status.MISPLACED, "Phần “môn Toán” là của học bạ khác.", "không hợp lệ: phần “môn Toán”"),
        (Status.WEAK, "Chữ ký dùng thuật toán RSA-SHA1.", "không được chấp nhận. Chữ ký dùng"),
    ],
)
def test_the_sentence_says_what_was_seen_while_reading(
    pki: Pki, fault: Status, reason: str, told: str
) -> None:
    whole = found(pki, stamped_at=SPRING, proven_at=SPRING)
    spoilt = replace(whole, fault=fault.value, facts={"fault": reason})
    assert told in judge(spoilt, pki.trust, now=NOW).sentence


def test_bytes_that_are_no_certificate_are_a_broken_signature(pki: Pki) -> None:
    signature = replace(found(pki, proven_at=None), certificate=b"\x30\x03abc", chain=(b"rac",))
    report = judge(signature, pki.trust, now=NOW)
    assert report.status is Status.BROKEN
    assert "không kèm chứng thư số đọc được" in report.sentence


class TestProof:
    """What proves that a certificate was not revoked, and what does not."""

    def test_without_any_the_status_is_unknown(self, pki: Pki) -> None:
        report = judge(found(pki, stamped_at=SPRING, proven_at=None), pki.trust, now=NOW)
        assert report.status is Status.STATUS_UNKNOWN
        assert "chưa có bằng chứng" in report.sentence

    def test_what_was_fresh_at_the_time_of_signing_stays_proof(self, pki: Pki) -> None:
        signature = found(pki, stamped_at=SPRING, proven_at=SPRING - timedelta(minutes=5))
        assert judge(signature, pki.trust, now=NOW).status is Status.VALID

    def test_what_was_stale_at_the_time_of_signing_is_none(self, pki: Pki) -> None:
        signature = found(pki, stamped_at=SPRING, proven_at=SPRING - timedelta(days=3))
        assert judge(signature, pki.trust, now=NOW).status is Status.STATUS_UNKNOWN

    def test_proof_fetched_later_counts_while_the_certificate_lives(self, pki: Pki) -> None:
        signature = found(pki, stamped_at=SPRING, proven_at=None)
        fetched = pki.evidence("hoa", at=NOW)
        assert judge(signature, pki.trust, now=NOW, evidence=fetched).status is Status.VALID

    def test_after_its_end_a_certificate_may_have_left_the_lists(self, pki: Pki) -> None:
        signature = found(pki, "ended", stamped_at=SPRING, proven_at=None)
        fetched = pki.evidence("ended", at=NOW)
        report = judge(signature, pki.trust, now=NOW, evidence=fetched)
        assert report.status is Status.STATUS_UNKNOWN

    def test_a_revoked_authority_spoils_what_it_issued(self, pki: Pki) -> None:
        signature = found(pki, proven_at=NOW)
        unknown = replace(signature.evidence, crls=())
        report = judge(replace(signature, evidence=unknown), pki.trust, now=NOW)
        assert report.status is Status.STATUS_UNKNOWN
        assert "chứng thư của nơi cấp" in report.sentence

    def test_an_answer_about_another_or_tampered_with_proves_nothing(self, pki: Pki) -> None:
        hoa, issuer = pki.certificate("hoa"), pki.certificate("people")
        right = pki.ocsp("hoa", at=NOW)
        assert read_ocsp(right, hoa, issuer) is not None
        assert read_ocsp(pki.ocsp("mai", at=NOW), hoa, issuer) is None
        assert read_ocsp(right, hoa, pki.certificate("organisations")) is None
        assert read_ocsp(right[:-1] + bytes([right[-1] ^ 1]), hoa, issuer) is None
        assert read_ocsp(b"rac", hoa, issuer) is None
        spoilt = bytearray(right)
        spoilt[right.index(b"\x18\x0f") + 10] ^= 1
        assert read_ocsp(bytes(spoilt), hoa, issuer) is None

    def test_a_list_of_another_issuer_or_tampered_with_proves_nothing(self, pki: Pki) -> None:
        hoa, issuer = pki.certificate("hoa"), pki.certificate("people")
        right = pki.crl("people", at=NOW)
        assert read_crl(right, hoa, issuer) is not None
        assert read_crl(pki.crl("organisations", at=NOW), hoa, issuer) is None
        assert read_crl(right[:-1] + bytes([right[-1] ^ 1]), hoa, issuer) is None
        assert read_crl(b"", hoa, issuer) is None

    def test_lists_and_answers_agree(self, pki: Pki) -> None:
        issuer = pki.certificate("people")
        for label in ("hoa", "revoked", "suspended"):
            by_list = Evidence(crls=(pki.crl("people", at=NOW),))
            by_answer = Evidence(ocsp=(pki.ocsp(label, at=NOW),))
            held = pki.certificate(label)
            one = standing_of(held, issuer, by_list, at=NOW, now=NOW)
            other = standing_of(held, issuer, by_answer, at=NOW, now=NOW)
            assert one == other
            assert one.standing is (Standing.GOOD if label == "hoa" else Standing.REVOKED)


class TestTimestamps:
    """A timestamp counts only when it is whole, of this signature and of a trusted authority."""

    def test_of_another_signature(self, pki: Pki) -> None:
        other = replace(
            found(pki, "ended", proven_at=SPRING), timestamps=(pki.stamp(b"khac", at=SPRING),)
        )
        report = judge(other, pki.trust, now=NOW)
        assert (report.status, report.time_is_trusted) == (Status.EXPIRED, False)
        assert report.sentence.endswith(
            "Dấu thời gian kèm theo không dùng được: dấu thời gian không phải của chữ ký số này."
        )

    def test_of_an_authority_nobody_trusts(self, pki: Pki) -> None:
        token = pki.stamp(VALUE, at=SPRING, by="stranger-tsa")
        signature = replace(found(pki, proven_at=NOW), timestamps=(token,))
        report = judge(signature, pki.trust, now=NOW)
        assert not report.time_is_trusted
        assert "không nằm trong danh sách tin cậy" in report.sentence

    def test_tampered_with(self, pki: Pki) -> None:
        token = bytearray(pki.stamp(VALUE, at=SPRING))
        where = token.index(b"20260301")
        token[where + 5] = ord("2")
        signature = replace(found(pki, proven_at=NOW), timestamps=(bytes(token),))
        report = judge(signature, pki.trust, now=NOW)
        assert not report.time_is_trusted
        assert "không còn đúng" in report.sentence

    def test_from_the_future_or_unreadable(self, pki: Pki) -> None:
        ahead = pki.stamp(VALUE, at=NOW + timedelta(hours=2))
        for token in (ahead, b"", b"rac", pki.certificate("hoa")):
            signature = replace(found(pki, proven_at=NOW), timestamps=(token,))
            assert not judge(signature, pki.trust, now=NOW).time_is_trusted

    def test_the_earliest_good_one_counts(self, pki: Pki) -> None:
        tokens = (pki.stamp(VALUE, at=SPRING + timedelta(days=9)), pki.stamp(VALUE, at=SPRING))
        signature = replace(found(pki, proven_at=SPRING), timestamps=(*tokens, b"rac"))
        report = judge(signature, pki.trust, now=NOW)
        assert (report.at, report.sentence.count("không dùng được")) == (SPRING, 0)


class TestTrust:
    def test_nobody_is_trusted_by_default(self, pki: Pki) -> None:
        signature = found(pki, stamped_at=SPRING, proven_at=SPRING)
        report = judge(signature, Trust(time_roots=pki.trust.time_roots), now=NOW)
        assert report.status is Status.UNTRUSTED

    def test_a_root_that_was_removed_keeps_what_was_signed_before(self, pki: Pki) -> None:
        removed = datetime(2026, 10, 1, tzinfo=UTC)
        trust = Trust(time_roots=pki.trust.time_roots, former=((pki.certificate("root"), removed),))
        before = found(pki, stamped_at=SPRING, proven_at=SPRING)
        after = found(pki, stamped_at=NOW, proven_at=NOW)
        assert judge(before, trust, now=NOW).status is Status.VALID
        report = judge(after, trust, now=NOW)
        assert report.status is Status.UNTRUSTED
        assert "đã được gỡ khỏi danh sách tin cậy" in report.sentence
        without_time = judge(found(pki, proven_at=NOW), trust, now=NOW)
        assert without_time.status is Status.UNTRUSTED

    def test_a_person_cannot_issue_certificates(self, pki: Pki) -> None:
        forged = _issued_by_a_person(pki)
        assert (
            chains.paths(forged, (pki.certificate("hoa"), *pki.chain("hoa")), pki.trust.roots) == ()
        )

    def test_authorities_in_a_circle_end_the_search(self) -> None:
        """Thirty authorities of one name and one key, each certified by every other."""
        key = ec.generate_private_key(ec.SECP256R1())
        lasts = Validity(SPRING, NOW + timedelta(days=30))
        circle = tuple(make_root(Subject("Vòng tròn"), key, lasts) for _ in range(30))
        started = time.thread_time()
        assert chains.paths(circle[0], circle, ()) == ()
        assert time.thread_time() - started < 5

    def test_our_paths_are_those_of_an_independent_validator(self, pki: Pki) -> None:
        # The other validator asks for long keys of issuers only, so "weak" is for us alone.
        for label in [*PEOPLE, *SEALS, *(FAULTY.keys() - {"weak"})]:
            ours = chains.path_at(
                pki.certificate(label), pki.trust.others, pki.trust.roots, NOW
            ) and chains.is_valid_at(pki.certificate(label), NOW)
            strong = not chains.weakness_of(pki.certificate(label))
            assert bool(ours and strong) is _accepted_elsewhere(pki, label), label


@pytest.mark.parametrize("by", ["answer", "list", "stale list", "nothing"])
@pytest.mark.parametrize("label", ["hoa", "binh", "sao_khue", "revoked", "suspended", "ended"])
def test_our_verdicts_are_those_of_an_independent_validator(pki: Pki, label: str, by: str) -> None:
    issuer = "organisations" if label == "sao_khue" else "people"
    then = NOW - timedelta(days=3) if by == "stale list" else NOW
    proof = Evidence(
        ocsp=(pki.ocsp(label, at=NOW),) if by == "answer" else (),
        crls=(pki.crl("root", at=then), *([pki.crl(issuer, at=then)] if "list" in by else [])),
    )
    report = judge(found(pki, label, proven_at=None), pki.trust, now=NOW, evidence=proof)
    assert (report.status is Status.VALID) is _accepted_elsewhere(pki, label, proof)


def _accepted_elsewhere(pki: Pki, label: str, evidence: Evidence | None = None) -> bool:
    root = pki.arch.get_cert(CertLabel("root"))
    between = [pki.arch.get_cert(CertLabel(one)) for one in ("people", "organisations")]
    strict: Any = DisallowWeakAlgorithmsPolicy
    proof = evidence or Evidence()
    context = ValidationContext(
        trust_roots=[root],
        other_certs=between,
        moment=NOW,
        ocsps=[ocsp.OCSPResponse.load(one) for one in proof.ocsp],
        crls=[crl.CertificateList.load(one) for one in proof.crls],
        revocation_mode="hard-fail" if evidence else "soft-fail",
        algorithm_usage_policy=strict(),
    )
    validator = CertificateValidator(pki.arch.get_cert(CertLabel(label)), [], context)
    try:
        asyncio.run(validator.async_validate_path())
    except (PathError, ValidationError):
        return False
    return True


def _issued_by_a_person(pki: Pki) -> bytes:
    issuer, key = pki.person("hoa")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kẻ Giả Mạo")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(x509.load_der_x509_certificate(issuer.certificate).subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(SPRING)
        .not_valid_after(NOW + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return built.public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def whole(pki: Pki) -> FoundSignature:
    """A signature with everything, made once."""
    return found(pki, stamped_at=SPRING, proven_at=SPRING)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@settings(deadline=None, max_examples=200)
@given(data())
def test_spoilt_bytes_never_stop_the_judge(
    pki: Pki, whole: FoundSignature, draw: DataObject
) -> None:
    """One byte of a token, an answer, a list or a certificate changed, cut off or put in."""
    signature = whole
    evidence = signature.evidence
    part = draw.draw(sampled_from(["token", "ocsp", "crl", "certificate", "chain"]))
    spoil = partial(_spoilt, draw)
    if part == "token":
        signature = replace(signature, timestamps=(spoil(signature.timestamps[0]),))
    elif part == "ocsp":
        signature = replace(signature, evidence=replace(evidence, ocsp=(spoil(evidence.ocsp[0]),)))
    elif part == "crl":
        signature = replace(signature, evidence=replace(evidence, crls=(spoil(evidence.crls[0]),)))
    elif part == "certificate":
        signature = replace(signature, certificate=spoil(signature.certificate))
    else:
        signature = replace(signature, chain=tuple(map(spoil, signature.chain)))
    report = judge(signature, pki.trust, now=NOW)
    assert report.sentence
    if part == "certificate":
        assert not report.status.is_good


def _spoilt(draw: DataObject, content: bytes) -> bytes:
    at = draw.draw(integers(0, 99_999)) % len(content)
    how = draw.draw(sampled_from(["change", "cut", "insert"]))
    if how == "change":
        return content[:at] + bytes([content[at] ^ draw.draw(integers(1, 255))]) + content[at + 1 :]
    if how == "cut":
        return content[:at]
    return content[:at] + draw.draw(binary(min_size=1, max_size=4)) + content[at:]


def test_a_file_is_good_when_every_signature_is(pki: Pki) -> None:
    good = found(pki, stamped_at=SPRING, proven_at=SPRING)
    # The second brings no proof of its own and lives on what the first brings for the authority.
    second = replace(
        found(pki, "mai", stamped_at=SPRING, proven_at=None),
        id="s2",
        evidence=Evidence(ocsp=(pki.ocsp("mai", at=SPRING),)),
    )
    report = judge_file("xml", [good, second], pki.trust, now=NOW)
    assert report.is_good
    assert report.sentence == "Cả 2 chữ ký số đều hợp lệ."


def test_a_file_names_exactly_the_broken_signatures(pki: Pki) -> None:
    good = found(pki, stamped_at=SPRING, proven_at=SPRING)
    bad = replace(found(pki, "mai", stamped_at=SPRING, proven_at=SPRING), id="s2", intact=False)
    report = judge_file("xml", [good, bad], pki.trust, now=NOW)
    assert [one.status for one in report.signatures] == [Status.VALID, Status.BROKEN]
    assert report.sentence == (
        "1 trong 2 chữ ký số không hợp lệ hoặc chưa đủ tin cậy: "
        "Lương Thị Mai (Hiệu trưởng, Trường THCS Sao Khuê)."
    )


def test_a_whole_signature_without_proof_is_not_named_among_the_broken(pki: Pki) -> None:
    good = found(pki, stamped_at=SPRING, proven_at=SPRING)
    bare = replace(found(pki, "binh", stamped_at=SPRING, proven_at=None), id="s3")
    bad = replace(found(pki, "mai", stamped_at=SPRING, proven_at=SPRING), id="s2", intact=False)
    told = judge_file("xml", [good, bad, bare], pki.trust, now=NOW).sentence
    assert told.startswith("1 trong 3 chữ ký số không hợp lệ hoặc chưa đủ tin cậy: Lương Thị Mai")
    assert "Lý Văn Bình" not in told
    assert "1 chữ ký khác còn nguyên vẹn" in told
    told = judge_file("xml", [good, bare], pki.trust, now=NOW).sentence
    assert told.startswith("1 chữ ký số hợp lệ, 1 chữ ký còn nguyên vẹn")
    told = judge_file("xml", [bare], pki.trust, now=NOW, faults=("x",)).sentence
    assert told.startswith("Chữ ký số còn nguyên vẹn")
    assert told.endswith("Tệp có phần không được chữ ký nào bảo vệ.")


def test_a_file_without_signatures_or_with_more_than_was_signed_is_not_good(pki: Pki) -> None:
    assert judge_file("pdf", [], pki.trust, now=NOW).sentence == "Tệp không có chữ ký số nào."
    good = found(pki, stamped_at=SPRING, proven_at=SPRING)
    report = judge_file("pdf", [good], pki.trust, now=NOW, faults=["Có nội dung thêm sau khi ký."])
    assert not report.is_good
    assert "không được chữ ký nào bảo vệ" in report.sentence
