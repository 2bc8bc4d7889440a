"""Signatures in PDF files: what poppler, pyHanko and qpdf say of them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from khue.signing.rules.algorithms import Weak
from khue.signing.rules.cms.reading import open_cms
from khue.signing.rules.looks import organisation_look, personal_look
from khue.signing.rules.pades import (
    UnfitPdf,
    finish_pades,
    lengthen_pades,
    pdf_faults,
    prepare_pades,
    read_pades,
)
from khue.signing.rules.pades.file import HAS_PASSWORD, NOT_PDF, PdfFile
from khue.signing.rules.pades.forms import LOCKED
from khue.signing.rules.pades.signing import NO_ROOM, TIMESTAMP_ROOM
from khue.signing.rules.pades.syntax import BROKEN
from khue.signing.rules.shapes import Level, PdfLook
from khue.signing.tests.pdfs import (
    NOW,
    WRITERS,
    hanko_verdicts,
    paper,
    pdfsig,
    sign,
    sign_with_hanko,
    through_qpdf,
    value_of,
    written_by,
)
from khue.signing.tests.pki import Pki

ONE_AFTER_ANOTHER = [
    ("hoa", Level.B_B),
    ("binh", Level.B_T),
    ("mai", Level.B_LT),
    ("sao_khue", Level.B_B),
]
BOX = (300.0, 300.0, 480.0, 360.0)


def whole(content: bytes, tmp_path: Path) -> bool:
    """Whether qpdf finds nothing wrong with the structure."""
    file = tmp_path / "checked.pdf"
    file.write_bytes(content)
    return subprocess.run(["qpdf", "--check", str(file)], capture_output=True).returncode == 0


@pytest.mark.parametrize("writer", [*WRITERS, "pypdf"])
def test_four_sign_one_after_another(pki: Pki, tmp_path: Path, writer: str) -> None:
    content = written_by(writer)
    for number, (label, level) in enumerate(ONE_AFTER_ANOTHER, 1):
        longer = sign(content, pki, label, level=level)
        assert longer.startswith(content)
        content = longer
        found = read_pades(content)
        assert [one.intact and not one.fault for one in found] == [True] * number
        assert pdfsig(content, tmp_path)[0] == number
    assert pdf_faults(content) == ()
    assert hanko_verdicts(content, pki) == [True] * 4
    assert whole(content, tmp_path)


@pytest.mark.parametrize("label", ["hoa", "binh"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_every_key_and_digest(pki: Pki, tmp_path: Path, label: str, digest: str) -> None:
    content = sign(paper(), pki, label, digest=digest)
    assert pdfsig(content, tmp_path)[0] == 1
    assert hanko_verdicts(content, pki) == [True]
    assert read_pades(content)[0].facts["digest"] == digest


def test_what_a_signature_tells(pki: Pki) -> None:
    look = PdfLook(reason="Ban hành", location="Xã Thử Nghiệm", field_name="HieuTruong")
    (found,) = read_pades(sign(paper(), pki, "mai", look=look))
    assert found.id == "HieuTruong"
    assert found.claimed_at == NOW
    assert found.covers == ("toàn bộ tệp",)
    assert found.certificate == pki.certificate("mai")
    assert set(pki.chain("mai")) <= set(found.chain)
    assert found.facts["stated_reason"] == "Ban hành"
    assert found.facts["location"] == "Xã Thử Nghiệm"
    assert found.facts["name"] == "Lương Thị Mai"
    assert found.facts["subfilter"] == "ETSI.CAdES.detached"


def test_a_timestamp_covers_the_value(pki: Pki) -> None:
    (found,) = read_pades(sign(paper(), pki, level=Level.B_T))
    (token,) = found.timestamps
    assert open_cms(token).content
    assert found.stamped


def test_proof_stands_in_the_file(pki: Pki) -> None:
    content = sign(sign(paper(), pki, "hoa", level=Level.B_LT), pki, "binh", level=Level.B_LT)
    for found in read_pades(content):
        assert len(found.evidence.ocsp) == 2
        assert len(found.evidence.crls) >= 1
        assert pki.certificate("root") in found.evidence.certificates
    pdf = PdfFile(content)
    store = pdf.entries(pdf.catalog[b"/DSS"])
    assert len(pdf.entries(store[b"/VRI"])) == 2
    root = pki.certificate("root")
    assert content.count(root) == 1


def test_proof_may_come_later(pki: Pki, tmp_path: Path) -> None:
    signed = sign(paper(), pki, level=Level.B_T)
    longer = lengthen_pades(signed, evidence=pki.evidence("hoa"))
    assert longer.startswith(signed)
    assert read_pades(longer)[0].evidence.ocsp
    assert pdf_faults(longer) == ()
    assert pdfsig(longer, tmp_path)[0] == 1
    assert hanko_verdicts(longer, pki) == [True]


def test_nothing_to_prove_in_an_unsigned_file(pki: Pki) -> None:
    with pytest.raises(UnfitPdf) as unfit:
        lengthen_pades(paper(), evidence=pki.evidence("hoa"))
    assert unfit.value.sentence.startswith("Tệp PDF chưa có chữ ký nào")


def test_an_empty_field_of_the_file_is_filled(pki: Pki, tmp_path: Path) -> None:
    signed = sign_with_hanko(paper(), pki, new_field_spec=hanko_field("Hanko"))
    waiting = add_empty_field(paper(), "GiamHieu")
    filled = sign(waiting, pki, look=PdfLook(field_name="GiamHieu"))
    assert [one.id for one in read_pades(filled)] == ["GiamHieu"]
    assert pdfsig(filled, tmp_path)[0] == 1
    assert hanko_verdicts(filled, pki) == [True]
    with pytest.raises(UnfitPdf, match="đã có trường tên “Hanko”"):
        sign(signed, pki, look=PdfLook(field_name="Hanko"))


def hanko_field(name: str, box: tuple[int, int, int, int] | None = None) -> Any:
    from pyhanko.sign.fields import SigFieldSpec

    return SigFieldSpec(name, box=box)


def add_empty_field(content: bytes, name: str) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import append_signature_field

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    append_signature_field(writer, hanko_field(name, (50, 50, 200, 100)))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_behind_a_signature_of_pyhanko(pki: Pki, tmp_path: Path) -> None:
    """Its form stands in the catalog or by itself; both grow, and its signature stays whole."""
    content = sign(sign_with_hanko(paper(), pki), pki, "binh")
    assert pdfsig(content, tmp_path)[0] == 2
    assert hanko_verdicts(content, pki) == [True, True]
    assert [one.id for one in read_pades(content)] == ["Hanko", "ChuKySo1"]


def test_before_a_signature_of_pyhanko(pki: Pki, tmp_path: Path) -> None:
    content = sign_with_hanko(sign(paper(), pki), pki, "binh")
    assert pdfsig(content, tmp_path)[0] == 2
    assert hanko_verdicts(content, pki) == [True, True]
    assert pdf_faults(content) == ()


def test_looks_show_on_their_page(pki: Pki, tmp_path: Path) -> None:
    look = personal_look(None, "Nông Thị Hoa", "Giáo viên", NOW, box=BOX, page=0)
    content = sign(paper(), pki, look=look)
    seal = organisation_look(None, "Trường THCS Sao Khuê", "", NOW, box=BOX)
    content = sign(content, pki, "sao_khue", look=seal)
    assert pdfsig(content, tmp_path)[0] == 2
    assert hanko_verdicts(content, pki) == [True, True]
    assert "Người ký: Nông Thị Hoa" in shown(content, tmp_path, page=1)
    assert "2026-11-22T10:04:05+07:00" in shown(content, tmp_path, page=1)
    assert "Cơ quan ký: Trường THCS Sao Khuê" in shown(content, tmp_path, page=2)
    assert "Cơ quan" not in shown(content, tmp_path, page=1)


def shown(content: bytes, tmp_path: Path, *, page: int) -> str:
    file = tmp_path / "shown.pdf"
    file.write_bytes(content)
    wanted = ["pdftotext", "-f", str(page), "-l", str(page), str(file), "-"]
    return subprocess.run(wanted, capture_output=True, text=True, check=True).stdout


def test_the_file_of_an_archive_keeps_its_promises(pki: Pki) -> None:
    """PDF/A-2: the field prints, its font is embedded with meanings, old metadata stand."""
    look = personal_look(None, "Nông Thị Hoa", "Giáo viên", NOW, box=BOX)
    content = sign(paper(), pki, look=look)
    reader = PdfReader(io.BytesIO(content))
    page: Any = reader.pages[-1]
    field = page["/Annots"][-1].get_object()
    assert field["/F"] & 4
    assert field["/TU"].startswith("Chữ ký số")
    font = field["/AP"]["/N"]["/Resources"]["/Font"]["/Chu"]
    assert "/ToUnicode" in font
    assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]
    assert reader.xmp_metadata is not None
    assert "<pdfaid:part>2" in paper().decode("latin-1")


def test_a_file_of_500_pages_is_signed_at_its_last(pki: Pki, tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(500):
        writer.add_blank_page(595, 842)
    made = io.BytesIO()
    writer.write(made)
    content = sign(through_qpdf(made.getvalue(), "--object-streams=generate"), pki)
    assert read_pades(content)[0].intact
    assert "/Annots" in PdfReader(io.BytesIO(content)).pages[499]
    assert pdfsig(content, tmp_path)[0] == 1


def test_weak_keys_are_refused(pki: Pki) -> None:
    signer, _ = pki.signer("weak")
    with pytest.raises(Weak) as weak:
        prepare_pades(paper(), signer, PdfLook(), at=NOW)
    assert "1024" in weak.value.sentence
    strong, _ = pki.signer("hoa")
    with pytest.raises(Weak):
        prepare_pades(paper(), strong, PdfLook(), at=NOW, digest="sha1")


def locked_by_its_maker(pki: Pki) -> bytes:
    from pyhanko.sign.fields import MDPPerm

    return sign_with_hanko(paper(), pki, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)


def test_what_cannot_be_signed_is_told(pki: Pki) -> None:
    with_password = through_qpdf(paper(), "--encrypt", "", "chu", "256", "--")
    cases = {
        b"": NOT_PDF,
        b"PK\x03\x04 a zip": NOT_PDF,
        paper()[:2000]: BROKEN,
        paper().replace(b"startxref", b"startxxxx"): BROKEN,
        with_password: HAS_PASSWORD,
        locked_by_its_maker(pki): LOCKED,
    }
    for content, sentence in cases.items():
        with pytest.raises(UnfitPdf) as unfit:
            sign(content, pki)
        assert unfit.value.sentence == sentence


def test_a_page_that_is_not_there(pki: Pki) -> None:
    with pytest.raises(UnfitPdf, match="chỉ có 2 trang"):
        sign(paper(), pki, look=PdfLook(page=2))


def test_a_timestamp_beyond_the_room_is_told(pki: Pki) -> None:
    signer, key = pki.signer("hoa")
    prepared = prepare_pades(paper(), signer, PdfLook(), at=NOW, level=Level.B_T)
    value = value_of(key, prepared)
    with pytest.raises(UnfitPdf) as unfit:
        finish_pades(prepared, value, timestamp=b"\x30\x82\x40\x00" + bytes(TIMESTAMP_ROOM + 4096))
    assert unfit.value.sentence == NO_ROOM
