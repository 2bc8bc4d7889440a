"""The paper of a year and of a whole transcript: what it tells, what it never tells, its looks."""

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils import timezone
from pypdf import PdfReader

from khue.signing.rules.looks import organisation_look, personal_look
from khue.signing.rules.pades import finish_pades, prepare_pades, read_pades
from khue.signing.rules.shapes import PdfLook, SigningCertificate
from khue.signing.tests.pki import Pki
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.papers import SEAL_TEXT, SIGNATURE_TEXT, corrections_told
from khue.transcripts.services.printing import (
    PaperYear,
    render_transcript_pdf,
    render_year_pdf,
)
from khue.transcripts.tests.samples import (
    AT,
    PRIMARY_YEAR,
    SECONDARY,
    portrait_of_nobody,
    signers_of,
)

DIGEST = "a1b2c3d4e5f60718" * 4


def paper(facts: YearFacts, *, finished: bool = True) -> PaperYear:
    return PaperYear(facts=facts, body_digest=DIGEST, signers=signers_of(facts, finished=finished))


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def year() -> bytes:
    return render_year_pdf(paper(SECONDARY, finished=False), photo=portrait_of_nobody(), at=AT)


def test_a_year_tells_who_what_and_who_signed(year: bytes) -> None:
    identity, marks, results = pages_of(year)
    assert "HỌC BẠ TRUNG HỌC CƠ SỞ" in identity
    assert "TRIỆU QUANG MINH" in identity
    assert "Dân tộc: Dao" in identity
    assert "Trang này có sửa chữa ở 3 chỗ, thuộc các môn học: Toán, Khoa học tự nhiên." in marks
    assert "Lý Văn Bình – ký số lúc 09:00 ngày 28/05/2027" in marks
    assert "6,5 4,0 4,8 6,0" in marks
    assert "Số buổi nghỉ học trong năm: 5 (có phép 4, không phép 1)" in results
    assert "Kết luận: Được lên lớp 9" in results
    assert "Phê duyệt của hiệu trưởng" in results


def test_every_page_leads_to_the_signed_file(year: bytes) -> None:
    for number, page in enumerate(pages_of(year), start=1):
        assert "Mã xác thực: K7QM 2NXA 4TRD Z5WC" in page
        assert "A1B2 C3D4 E5F6 0718" in page
        assert f"Trang {number}/3" in page


def test_no_personal_number_is_printed(year: bytes) -> None:
    assert SECONDARY.pupil.personal_number not in " ".join(pages_of(year))
    assert SECONDARY.pupil.personal_number.encode() not in year


def test_the_same_year_makes_the_same_file(year: bytes) -> None:
    again = render_year_pdf(paper(SECONDARY, finished=False), photo=portrait_of_nobody(), at=AT)
    assert again == year


def test_a_year_of_primary_has_levels_tests_qualities_and_strands() -> None:
    _, marks, results = pages_of(render_year_pdf(paper(PRIMARY_YEAR), photo=None, at=AT))
    assert "Điểm KTĐK" in marks
    assert "Trang này không có sửa chữa." in marks
    assert "– Tin học T 9" in marks
    assert "Trung thực T" in results
    assert "Tính toán Đ" in results
    assert "Đánh giá kết quả giáo dục: Hoàn thành" in results
    assert "Kết luận: Hoàn thành chương trình tiểu học" in results


def test_learners_of_continuing_education_are_called_so() -> None:
    facts = replace(
        SECONDARY, head=replace(SECONDARY.head, level="05", leader_title=""), regime="TT43"
    )
    identity, marks, _ = pages_of(render_year_pdf(paper(facts), photo=None, at=AT))
    assert "HỌC BẠ GIÁO DỤC THƯỜNG XUYÊN" in identity
    assert "GIÁM ĐỐC" in marks
    assert "Học viên: Triệu Quang Minh" in marks


def test_a_whole_transcript_has_cover_course_and_every_year() -> None:
    years = [paper(PRIMARY_YEAR), paper(SECONDARY)]
    pages = pages_of(render_transcript_pdf(years, photo=portrait_of_nobody(), at=AT))
    assert "HỌC BẠ (Học bạ số)" in pages[0]
    assert "Các trường đã học: Trường Tiểu học Bản Lầu, Trường THCS Sao Khuê" in pages[0]
    assert "QUÁ TRÌNH HỌC TẬP" in pages[2]
    assert "Trường Tiểu học Bản Lầu 05/09/2023 – 24/05/2024 Lương Thị Mai" in pages[2]
    assert "P3WD B6KC N2VA XQ7T" in pages[3]
    assert "K7QM 2NXA 4TRD Z5WC" in pages[-1]


def test_the_line_on_corrections_counts_the_history() -> None:
    assert corrections_told(PRIMARY_YEAR) == "Trang này không có sửa chữa."


def test_long_remarks_keep_the_place_of_the_signatures_on_the_last_page() -> None:
    facts = replace(SECONDARY, remark="Rất dài. " * 400)
    pages = pages_of(render_year_pdf(paper(facts), photo=None, at=AT))
    assert len(pages) > 3
    assert "(Ký số, đóng dấu số của trường)" in pages[-1]
    assert "(Ký số, đóng dấu số của trường)" not in " ".join(pages[:-1])


def signed(pdf: bytes, signer: SigningCertificate, key: rsa.RSAPrivateKey, look: PdfLook) -> bytes:
    prepared = prepare_pades(pdf, signer, look, at=timezone.now())
    value = key.sign(prepared.to_be_signed, padding.PKCS1v15(), hashes.SHA256())
    return finish_pades(prepared, value)


def test_the_leader_and_the_school_sign_it(year: bytes, pki: Pki, tmp_path: Path) -> None:
    person, person_key = pki.person("mai")
    school, school_key = pki.seal("sao_khue")
    assert isinstance(person_key, rsa.RSAPrivateKey)
    assert isinstance(school_key, rsa.RSAPrivateKey)
    blue = personal_look(
        None, "Lương Thị Mai", "Hiệu trưởng", AT, box=SIGNATURE_TEXT, field_name="KyHieuTruong"
    )
    red = organisation_look(
        None, "Trường THCS Sao Khuê", "", AT, box=SEAL_TEXT, field_name="KyDonVi"
    )
    made = signed(signed(year, person, person_key, blue), school, school_key, red)
    found = read_pades(made)
    assert [one.id for one in found] == ["KyHieuTruong", "KyDonVi"]
    assert all(one.intact and not one.fault for one in found)
    place = tmp_path / "hoc-ba.pdf"
    place.write_bytes(made)
    told = subprocess.run(["pdfsig", "-nocert", place], capture_output=True, check=False, text=True)
    assert told.stdout.count("Signature is Valid.") == 2
