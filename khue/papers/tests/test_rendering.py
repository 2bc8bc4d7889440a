"""Data become pages: text stays text, the bytes stay the same, threads wait for each other."""

from __future__ import annotations

import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from khue.papers.api import (
    PaperBroken,
    keep_file,
    kept_until,
    render_pdf,
    render_to_sign,
    take_file,
)
from khue.papers.services import clear_shelf
from khue.papers.services.rendering import as_shown

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Letter:
    lines: tuple[str, ...]


def printed(*lines: str, at: datetime = NOW) -> bytes:
    return render_pdf(HERE / "paper.typ", Letter(lines), title="Thư", at=at)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(
    "text",
    [
        "#eval(1 + 1)",
        "$x^2$ và *đậm* và _nghiêng_",
        "@nguồn <nhãn> `mã` \\ // ghi chú",
        "#read(/etc/hostname) [a] {b} ~ --- ...",
        '"ngoặc" và \\u0041 và \\\\',
        "Đặng Thùy Dương, Phường Ỷ La, 7,5",
    ],
)
def test_what_a_person_typed_is_shown_and_never_read_as_markup(text: str) -> None:
    assert text in text_of(printed(text))


def test_letters_in_pieces_come_out_whole() -> None:
    pieces = unicodedata.normalize("NFD", "Nguyễn Thị Hường Ở Ỷ")
    assert "Nguyễn Thị Hường Ở Ỷ" in text_of(printed(pieces))


def test_what_no_typeface_shows_leaves_a_sign_and_invisible_signs_go() -> None:
    shown = text_of(printed("An 😀 漢 \u202e\u200bBình\x00\x07\u0301"))
    assert "An \ufffd \ufffd Bình" in shown


def test_a_line_break_stays_and_a_tab_is_a_blank() -> None:
    assert as_shown(["a\nb\tc\\n\x0b"]) == '["a\\nb c\\\\n"]'


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_text_at_all_stops_a_paper(text: str) -> None:
    assert printed(text).startswith(b"%PDF-1.7")


def test_the_same_data_at_the_same_time_are_the_same_bytes() -> None:
    first = printed("Một")
    assert printed("Hai") != first
    assert printed("Một") == first
    assert printed("Một", at=NOW + timedelta(days=1)) != first


def test_the_file_is_for_archives_and_for_screen_readers() -> None:
    reader = PdfReader(io.BytesIO(printed("Một")))
    root: Any = reader.root_object
    packet = root["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in packet
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert b"<pdfuaid:part>1</pdfuaid:part>" in packet
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("Thư", NOW)


def test_threads_wait_for_each_other() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: text_of(printed(f"Số {number}")), range(24)))
    assert [f"Số {number}" in text for number, text in enumerate(found)] == [True] * 24


def test_a_mistake_in_a_template_names_the_template() -> None:
    with pytest.raises(PaperBroken, match=r"broken\.typ"):
        render_pdf(HERE / "broken.typ", {}, title="", at=NOW)


def test_a_file_waits_a_day_sealed_for_its_owner(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    key = uuid4()
    keep_file(key, b"%PDF", now=NOW)
    (kept,) = (tmp_path / "papers").iterdir()
    assert (kept.stat().st_mode & 0o777, b"%PDF" in kept.read_bytes()) == (0o600, False)
    assert take_file(key, now=NOW) == b"%PDF"
    assert kept_until(key, now=NOW) == NOW + timedelta(hours=24)
    later = NOW + timedelta(hours=24)
    assert (take_file(key, now=later), take_file(uuid4(), now=NOW)) == (None, None)
    assert (clear_shelf(now=NOW), clear_shelf(now=later)) == (0, 1)
    assert not list((tmp_path / "papers").iterdir())


def test_places_to_sign_stand_between_the_words_and_the_name() -> None:
    content, places = render_to_sign(HERE / "signed_paper.typ", Letter(()), title="Sổ", at=NOW)
    assert [(one.who, one.page) for one in places] == [
        ("GIÁO VIÊN CHỦ NHIỆM", 1),
        ("HIỆU TRƯỞNG", 1),
    ]
    left, bottom, right, top = places[0].box
    assert round(top - bottom) == 43
    assert right == pytest.approx(places[1].box[0])
    page = PdfReader(io.BytesIO(content)).pages[1]
    assert 0 < left < right < float(page.mediabox.width)
    assert 0 < bottom < top < float(page.mediabox.height)
