"""Reading signed PDF files: those of others, and every way to spoil one."""

from __future__ import annotations

import hashlib
import io
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pypdf import PdfWriter

from khue.signing.rules.cms.making import packed, signed_attributes, unpacked
from khue.signing.rules.pades import UnfitPdf, finish_pades, pdf_faults, prepare_pades, read_pades
from khue.signing.rules.pades.additions import opens_hidden_door
from khue.signing.rules.pades.file import HAS_PASSWORD, NOT_PDF, PdfFile
from khue.signing.rules.pades.ranges import NOT_SEAMLESS, STRANGE_RANGE
from khue.signing.rules.pades.reading import STRANGE_TAIL, UNLINKED
from khue.signing.rules.pades.syntax import BROKEN, dictionary
from khue.signing.rules.pades.update import Increment
from khue.signing.rules.shapes import FoundSignature, Level, PdfLook, Prepared, Status
from khue.signing.tests.pdfs import (
    NOW,
    hanko_signer,
    made_by_openssl,
    paper,
    pdfsig,
    sign,
    sign_with_hanko,
    through_qpdf,
    value_of,
)
from khue.signing.tests.pki import Pki

Writer = IncrementalPdfFileWriter


def is_good(found: FoundSignature) -> bool:
    return found.intact and not found.fault and not found.broken


def stamper(pki: Pki) -> Any:
    """The test authority as pyHanko asks it."""
    from pyhanko.sign.timestamps import TimeStamper

    class Own(TimeStamper):
        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        async def async_request_tsa_response(self, req: Any) -> Any:
            return pki.answer_time("tsa", req, NOW)

    return Own()


@pytest.mark.parametrize(
    "told",
    [
        {"subfilter": SigSeedSubFilter.ADOBE_PKCS7_DETACHED},
        {"subfilter": SigSeedSubFilter.PADES},
        {"subfilter": SigSeedSubFilter.PADES, "md_algorithm": "sha512"},
        {"subfilter": SigSeedSubFilter.PADES, "certify": True},
    ],
)
@pytest.mark.parametrize("label", ["hoa", "binh"])
def test_signatures_of_others(pki: Pki, label: str, told: dict[str, Any]) -> None:
    content = sign_with_hanko(paper(), pki, label, **told, timestamper=stamper(pki))
    (found,) = read_pades(content)
    assert is_good(found)
    assert found.certificate == pki.certificate(label)
    assert found.claimed_at is not None
    assert len(found.timestamps) == 1
    assert pdf_faults(content) == ()


def test_a_signature_with_pss_padding(pki: Pki) -> None:
    signer = hanko_signer(pki)
    signer.prefer_pss = True
    made = signers.sign_pdf(
        Writer(io.BytesIO(paper())),
        signers.PdfSignatureMetadata(field_name="Pss", md_algorithm="sha384"),
        signer=signer,
    )
    assert is_good(read_pades(bytes(made.getbuffer()))[0])


def with_document_timestamp(content: bytes, pki: Pki) -> bytes:
    made = signers.PdfTimeStamper(stamper(pki)).timestamp_pdf(Writer(io.BytesIO(content)), "sha256")
    return bytes(made.getbuffer())


def test_a_document_timestamp_dates_what_stands_before_it(pki: Pki) -> None:
    signed = sign(paper(), pki)
    stamped = with_document_timestamp(signed, pki)
    (found,) = read_pades(stamped)
    assert is_good(found)
    assert pdf_faults(stamped) == ()
    (token,) = found.timestamps
    assert hashlib.sha256(found.stamped).digest() in token
    own = sign(paper(), pki, level=Level.B_T)
    assert (
        read_pades(with_document_timestamp(own, pki))[0].timestamps == read_pades(own)[0].timestamps
    )


def test_any_byte_changed_in_what_is_covered(pki: Pki) -> None:
    signed = sign(paper(1), pki)
    start, end = _hole(signed)
    covered = [*range(0, start, 23), *range(end, len(signed), 5)]
    for place in covered:
        spoiled = bytearray(signed)
        spoiled[place] ^= 1 << (place % 8)
        assert not is_trusted_whole(bytes(spoiled)), place


def _hole(content: bytes) -> tuple[int, int]:
    start = content.rindex(b"/Contents <") + len(b"/Contents ")
    return start, content.index(b">", start) + 1


def is_trusted_whole(content: bytes) -> bool:
    """Whether anybody could take the file as signed and unchanged."""
    try:
        found = read_pades(content)
    except UnfitPdf:
        return False
    return bool(found) and all(is_good(one) for one in found) and not pdf_faults(content)


def test_a_byte_of_the_value_changed(pki: Pki) -> None:
    signed = bytearray(sign(paper(), pki))
    start, _ = _hole(bytes(signed))
    for place in range(start + 1, start + 3000, 37):
        spoiled = signed.copy()
        spoiled[place] = ord("1") if spoiled[place] != ord("1") else ord("2")
        found = read_pades(bytes(spoiled))
        assert not is_good(found[0]) or found[0].certificate == pki.certificate("hoa")


def changed(content: bytes, change: Callable[[Writer], None]) -> bytes:
    """The file with an increment that does something else than sign."""
    writer = Writer(io.BytesIO(content))
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def repaint(writer: Writer) -> None:
    stream = generic.StreamObject(stream_data=b"0 0 1 rg 100 500 300 200 re f")
    page, _ = writer.find_page_for_modification(1)
    page.get_object()["/Contents"] = writer.add_object(stream)
    writer.update_container(page.get_object())


def repaint_in_place(writer: Writer) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = page["/Contents"]
    stream = stream if isinstance(stream, generic.StreamObject) else stream[0].get_object()
    stream._data = b"1 0 0 rg 0 0 600 900 re f"
    stream._encoded_data = None
    writer.update_container(stream)


def add_note(writer: Writer) -> None:
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Điểm 10"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                map(generic.NumberObject, (10, 10, 300, 100))
            ),
        }
    )
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))


def add_page(writer: Writer) -> None:
    from pyhanko.pdf_utils.writer import PageObject

    blank = generic.StreamObject(stream_data=b"")
    page = PageObject(contents=writer.add_object(blank), media_box=(0, 0, 595, 842))
    writer.insert_page(page)


def unlink_signature(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[generic.pdf_name("/Fields")] = generic.ArrayObject()
    writer.update_container(form)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (repaint, "trang 2"),
        (repaint_in_place, "trang 1"),
        (add_note, "trang 1"),
        (add_page, "số trang"),
    ],
)
@pytest.mark.parametrize("later", ["", "binh"])
def test_what_was_changed_after_signing(
    pki: Pki, change: Callable[[Writer], None], word: str, later: str
) -> None:
    """Whether the change stands alone or hides behind a further signature."""
    spoiled = changed(sign(paper(), pki), change)
    spoiled = sign(spoiled, pki, later) if later else spoiled
    first, *others = read_pades(spoiled)
    assert first.fault == Status.BROKEN
    assert word in first.broken
    assert all(is_good(one) for one in others)
    (sentence,) = pdf_faults(spoiled)
    assert word in sentence
    assert sentence.startswith("Tệp đã bị sửa sau khi ký")


def test_a_signature_taken_out_of_the_list(pki: Pki) -> None:
    both = sign(sign(paper(), pki), pki, "binh")
    spoiled = changed(both, unlink_signature)
    assert read_pades(spoiled) == []
    assert UNLINKED in pdf_faults(spoiled)


def test_content_prepared_to_appear_later(pki: Pki) -> None:
    """Shadow attack: a page that points at an object which only a later increment brings."""
    increment = Increment(PdfFile(paper()))
    from khue.signing.rules.pades.pages import page_at

    page = page_at(increment.pdf, 0)
    told = increment.pdf.entries(page)
    hidden = increment.pdf.size + 6
    told[b"/Contents"] = b"[" + told[b"/Contents"].strip(b"[]") + b" %d 0 R]" % hidden
    increment.replace(page, dictionary(told))
    signed = sign(bytes(increment.written()), pki)
    later = Increment(PdfFile(signed))
    while (made := later.reserve()) != b"%d 0 R" % hidden:
        later.replace(made, b"null")
    later.replace(made, b"<</Length 9>>stream\n0 0 m S  \nendstream")
    spoiled = bytes(later.written())
    assert opens_hidden_door(PdfFile(signed), PdfFile(spoiled))
    assert read_pades(spoiled)[0].broken == ("trang 1",)
    assert not is_trusted_whole(spoiled)


def test_data_behind_the_last_signature(pki: Pki) -> None:
    spoiled = sign(paper(), pki) + b"MZ\x90 something else"
    assert pdf_faults(spoiled) == (STRANGE_TAIL,)
    assert not is_trusted_whole(spoiled)
    assert is_trusted_whole(sign(paper(), pki) + b"\r\n\n")


def signed_with_a_gap(pki: Pki, spoil: Callable[[bytearray, int, int], tuple[int, int]]) -> bytes:
    """A signer who leaves more out of the range than the value."""
    signer, key = pki.signer("hoa")
    prepared = prepare_pades(paper(), signer, PdfLook(), at=NOW)
    whole, start, end, *certificates = unpacked(prepared.state)
    data = bytearray(whole)
    first, second = spoil(data, int(start), int(end))
    at = data.rindex(b"/ByteRange [") + len(b"/ByteRange ")
    told = b"[0 %d %d %d" % (first, second, len(data) - second)
    data[at : at + len(told) + 1] = told + b"]"
    close = data.index(b"]", at + len(told) + 1)
    data[at + len(told) : close + 1] = b" " * (close - at - len(told)) + b"]"
    covered = hashlib.sha256(bytes(data[:first]) + bytes(data[second:])).digest()
    again = replace(
        prepared,
        to_be_signed=signed_attributes(covered, signer.certificate, None),
        state=packed(bytes(data), start, end, *certificates),
    )
    return finish_pades(again, value_of(key, again))


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda _, start, end: (start - 1, end), NOT_SEAMLESS),
        (lambda _, start, end: (start, end + 4), NOT_SEAMLESS),
        (lambda _, start, end: (end, start), STRANGE_RANGE),
        (lambda _, start, end: (start - 200, end), NOT_SEAMLESS),
    ],
)
def test_a_range_that_leaves_something_out(
    pki: Pki, spoil: Callable[[bytearray, int, int], tuple[int, int]], word: str
) -> None:
    (found,) = read_pades(signed_with_a_gap(pki, spoil))
    assert not found.intact
    assert found.fault == Status.BROKEN
    assert found.broken == (word,)


def test_a_range_that_ends_before_the_revision_does(pki: Pki) -> None:
    def cut(_: bytearray, start: int, end: int) -> tuple[int, int]:
        return start, end

    content = signed_with_a_gap(pki, cut)
    assert is_trusted_whole(content)
    spoiled = content.replace(b"%%EOF\n", b"%%EOF\n", 1)[:-6] + b"\n%%EOF\n"
    assert not is_trusted_whole(spoiled)


def test_a_value_of_another_key(pki: Pki) -> None:
    signer, _ = pki.signer("hoa")
    _, other = pki.signer("mai")
    prepared = prepare_pades(paper(), signer, PdfLook(), at=NOW)
    (found,) = read_pades(finish_pades(prepared, value_of(other, prepared)))
    assert (found.intact, found.fault) == (False, Status.BROKEN)


def test_another_certificate_for_the_same_key(pki: Pki) -> None:
    """The signed attributes name the certificate; a swapped one does not fit."""
    signer, key = pki.signer("expired")
    prepared = prepare_pades(paper(), signer, PdfLook(), at=NOW)
    whole, start, end, _, *chain = unpacked(prepared.state)
    swapped: Prepared = replace(
        prepared, state=packed(whole, start, end, pki.certificate("revoked"), *chain)
    )
    (found,) = read_pades(finish_pades(swapped, value_of(key, prepared)))
    assert found.certificate == pki.certificate("revoked")
    assert (found.intact, found.fault) == (False, Status.BROKEN)


@pytest.mark.parametrize("told", [{"md_algorithm": "sha1"}, {"label": "weak"}])
def test_weak_signatures_are_told_as_weak(pki: Pki, told: dict[str, str]) -> None:
    content = sign_with_hanko(paper(), pki, **told)
    (found,) = read_pades(content)
    assert found.fault == Status.WEAK
    assert found.intact


def test_the_old_kind_that_holds_a_sha1(pki: Pki, tmp_path: Path) -> None:
    prepared = prepare_pades(paper(), pki.signer("hoa")[0], PdfLook(), at=NOW, level=Level.B_T)
    whole, start, end, *_ = unpacked(prepared.state)
    whole = whole.replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1    ")
    first, second = int(start), int(end)
    covered = hashlib.sha1(whole[:first] + whole[second:]).digest()
    value = made_by_openssl(pki, tmp_path, "-outform", "DER", "-nodetach", content=covered)
    room = second - first - 2
    signed = whole[: first + 1] + value.hex().encode().ljust(room, b"0") + whole[second - 1 :]
    (found,) = read_pades(signed)
    assert (found.intact, found.fault) == (True, Status.WEAK)
    (changed,) = read_pades(signed.replace(b"/Type/Page/", b"/Type/Page "))
    assert not changed.intact


def test_files_that_cannot_be_read_say_why(pki: Pki) -> None:
    signed = sign(paper(), pki)
    locked = through_qpdf(paper(), "--encrypt", "", "chu", "256", "--")
    assert pdf_faults(signed[:-100]) == (STRANGE_TAIL,)
    for content, sentence in [
        (b"", NOT_PDF),
        (b"xin chao", NOT_PDF),
        (paper()[:3000], BROKEN),
        (locked, HAS_PASSWORD),
        (paper().replace(b"/Pages ", b"/Pagez ").replace(b"/Root", b"/Raat"), BROKEN),
    ]:
        assert pdf_faults(content) == (sentence,)
        with pytest.raises(UnfitPdf) as unfit:
            read_pades(content)
        assert unfit.value.sentence == sentence


@pytest.mark.parametrize("rubbish", [b"\0", b"<<", b"]", b"%%EOF", b"startxref 0 %%EOF", b"99 0 R"])
def test_rubbish_anywhere_is_never_taken_for_whole(pki: Pki, rubbish: bytes) -> None:
    signed = sign(paper(1), pki)
    for at in range(0, len(signed) - 1, 173):
        assert not is_trusted_whole(signed[:at] + rubbish + signed[at:]), at
        assert not is_trusted_whole(signed[:at]), at


def with_index(told: bytes, rows: bytes = b"") -> bytes:
    """A file that is nothing but an index."""
    head = b"1 0 obj\n<</Type /XRef/Root 2 0 R/Size 9/Length %d" % len(rows)
    body = head + told + b">>stream\n" + rows + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + body + b"startxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    "content",
    [
        with_index(b"/W [1 2 1]/Index [0 999999999]"),
        with_index(b"/W [0 0 0]/Index [0 999999999]"),
        with_index(b"/W [1 2 1]/Index [0 1]/Prev 9", b"\0" * 4),
        with_index(b"/W [1 -2 1]", b"\0" * 40),
        with_index(b"/W [1 2 1]/Filter /FlateDecode", zlib.compress(bytes(1 << 26))),
        with_index(
            b"/W [1 2 1]/Filter /FlateDecode/DecodeParms <</Predictor 12/Columns 4>>",
            zlib.compress(bytes(9 << 20)),
        ),
        b"%PDF-1.7\nxref\n0 9999999999\ntrailer<<>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer" + b"<<" * 9000 + b"\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer<</A " + b"[" * 9000 + b">>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nxref\n0 0\ntrailer<</Root " + b"9" * 9000 + b" 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nstartxref\n" + b"9" * 9000 + b"\n%%EOF",
    ],
)
def test_bombs_are_told_at_once(content: bytes) -> None:
    started = time.thread_time()
    assert pdf_faults(content) == (BROKEN,)
    assert time.thread_time() - started < 2


def test_a_file_without_signatures(pki: Pki) -> None:
    assert read_pades(paper()) == []
    assert pdf_faults(paper()) == ()


def test_500_pages_are_read_at_once(pki: Pki) -> None:
    writer = PdfWriter()
    for _ in range(500):
        writer.add_blank_page(595, 842)
    made = io.BytesIO()
    writer.write(made)
    content = sign(sign(made.getvalue(), pki), pki, "binh")
    started = time.thread_time()
    assert [is_good(one) for one in read_pades(content)] == [True, True]
    assert time.thread_time() - started < 2


def test_a_signature_read_here_is_read_by_poppler(pki: Pki, tmp_path: Any) -> None:
    """Both see the same broken one."""
    spoiled = bytearray(sign(paper(), pki))
    spoiled[spoiled.index(b"/Type /Sig") + 7] ^= 1
    told = pdfsig(bytes(spoiled), tmp_path)[0]
    assert told == 0
    assert not is_trusted_whole(bytes(spoiled))
