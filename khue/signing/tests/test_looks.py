"""How signatures look: colours, places, words (NĐ 30/2020/NĐ-CP, phụ lục I)."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from khue.signing.rules.looks import (
    A4,
    Box,
    attachment_look,
    copy_look,
    organisation_look,
    personal_look,
    seal_box,
    signing_time,
    true_size,
)
from khue.signing.rules.pades import UnfitPdf, page_size
from khue.signing.rules.pades.fonts import letters_for
from khue.signing.rules.pades.images import NOT_PNG, TOO_BIG, picture_of
from khue.signing.rules.shapes import Holder, PdfLook
from khue.signing.tests.pdfs import NOW, paper, sign
from khue.signing.tests.pki import Pki

BOX: Box = (100.0, 400.0, 280.0, 460.0)
SCALE = 2
BLUE, RED = (16, 52, 166), (210, 20, 30)
Colour = tuple[int, int, int]


def png(colour: Colour, size: tuple[int, int] = (300, 100), **saved: object) -> bytes:
    """A disc on transparent ground."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=(*colour, 255))
    made = io.BytesIO()
    image.save(made, "PNG", **saved)
    return made.getvalue()


def page_of(content: bytes, folder: Path, page: int = 2) -> Image.Image:
    """A page as poppler paints it, two pixels for a point."""
    file, made = folder / "page.pdf", folder / "page"
    file.write_bytes(content)
    wanted = ["-r", str(72 * SCALE), "-f", str(page), "-l", str(page), "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *wanted, str(file), str(made)], check=True)
    return Image.open(made.with_suffix(".png")).convert("RGB")


def painted(page: Image.Image, is_meant: object) -> Box:
    """The box, in points, of all pixels that are meant."""
    assert callable(is_meant)
    marks = Image.new("1", page.size)
    marks.putdata([bool(is_meant(one)) for one in pixels(page)])
    found = marks.getbbox()
    assert found
    height = page.size[1]
    left, top, right, bottom = found
    return left / SCALE, (height - bottom) / SCALE, right / SCALE, (height - top) / SCALE


def pixels(page: Image.Image) -> Iterator[Colour]:
    raw = page.tobytes()
    return zip(raw[0::3], raw[1::3], raw[2::3], strict=True)


def is_blue(pixel: Colour) -> bool:
    return pixel[2] > 120 and pixel[0] < 110


def is_red(pixel: Colour) -> bool:
    return pixel[0] > 160 and pixel[1] < 110


def test_a_person_is_blue_and_stands_in_the_middle(pki: Pki, tmp_path: Path) -> None:
    look = personal_look(png(BLUE), "Lương Thị Mai", "Hiệu trưởng", NOW, box=BOX)
    assert look.lines == ()
    found = painted(page_of(sign(paper(), pki, look=look), tmp_path), is_blue)
    assert found == pytest.approx(BOX, abs=1.5)


def test_an_image_keeps_its_proportions(pki: Pki, tmp_path: Path) -> None:
    look = personal_look(png(BLUE, (100, 100)), "Lương Thị Mai", "", NOW, box=BOX)
    found = painted(page_of(sign(paper(), pki, look=look), tmp_path), is_blue)
    assert found == pytest.approx((160, 400, 220, 460), abs=1.5)


def test_the_seal_is_red_over_a_third_on_the_left(pki: Pki, tmp_path: Path) -> None:
    """True size: 850 pixels at 600 dots per inch are 36 mm, that is 102 points."""
    seal = png(RED, (850, 850), dpi=(600, 600))
    content = sign(paper(), pki, look=personal_look(png(BLUE), "Mai", "", NOW, box=BOX))
    look = organisation_look(seal, "Trường THCS Sao Khuê", "", NOW, box=seal_box(BOX, seal))
    page = page_of(sign(content, pki, "sao_khue", look=look), tmp_path)
    left, bottom, right, top = painted(page, is_red)
    assert right == pytest.approx(160, abs=1.5)
    assert right - left == pytest.approx(102, abs=2)
    assert top - bottom == pytest.approx(102, abs=2)
    assert (top + bottom) / 2 == pytest.approx(430, abs=1.5)


def test_where_a_seal_stands_when_its_size_is_not_told() -> None:
    assert true_size(png(RED)) is None
    assert true_size(b"") is None
    assert seal_box(BOX) == (100, 400, 160, 460)
    assert seal_box(BOX, side=102) == (58, 379, 160, 481)


@pytest.mark.parametrize(
    ("look", "is_meant", "words"),
    [
        (
            personal_look(None, "Nông Thị Hoa", "Giáo viên", NOW, box=BOX),
            is_blue,
            ["Người ký: Nông Thị Hoa", "Chức vụ: Giáo viên", "Thời gian ký:"],
        ),
        (
            organisation_look(None, "Trường THCS Sao Khuê", "", NOW, box=BOX),
            is_red,
            ["Cơ quan ký: Trường THCS Sao Khuê", "Thời gian ký:"],
        ),
    ],
)
def test_text_instead_of_an_image(
    pki: Pki, tmp_path: Path, look: PdfLook, is_meant: object, words: list[str]
) -> None:
    content = sign(paper(), pki, look=look)
    left, bottom, right, top = painted(page_of(content, tmp_path), is_meant)
    assert left >= BOX[0] - 1
    assert bottom >= BOX[1] - 1
    assert right <= BOX[2] + 1
    assert top <= BOX[3] + 1
    text = " ".join(PdfReader(io.BytesIO(content)).pages[1].extract_text().split())
    appearance = " ".join(shown_in(content).split())
    assert "Dòng" in text
    assert all(word in appearance for word in words)
    assert "2026-11-22T10:04:05+07:00" in appearance


def shown_in(content: bytes) -> str:
    """The text of the newest look, by the meanings that its font tells."""
    page: Any = PdfReader(io.BytesIO(content)).pages[-1]
    field = page["/Annots"][-1].get_object()
    form = field["/AP"]["/N"]
    meanings = form["/Resources"]["/Font"]["/Chu"]["/ToUnicode"].get_data().decode()
    told = dict(re.findall(r"<([0-9A-F]{4})> <([0-9A-F]{4})>", meanings))
    rows = re.findall(r"<([0-9A-F]+)> Tj", form.get_data().decode("latin-1"))
    codes = [[row[at : at + 4] for at in range(0, len(row), 4)] for row in rows]
    return "\n".join("".join(chr(int(told[one], 16)) for one in row) for row in codes)


def turned(content: bytes, degrees: int) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        page.rotate(degrees)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_looks_stand_upright_on_a_turned_page(pki: Pki, tmp_path: Path, degrees: int) -> None:
    """As on a scan that lies on its side; the box is told as the reader sees the page."""
    content = turned(paper(), degrees)
    across, up = page_size(content)
    assert (across > up) == (degrees in {90, 270})
    look = personal_look(png(BLUE), "Lương Thị Mai", "", NOW, box=BOX)
    signed = sign(content, pki, look=look)
    assert painted(page_of(signed, tmp_path), is_blue) == pytest.approx(BOX, abs=1.5)


def test_an_attachment_tells_number_and_time_at_the_top_right(pki: Pki, tmp_path: Path) -> None:
    look = attachment_look("15/QĐ-THCSSK", NOW)
    assert look.lines == ("15/QĐ-THCSSK", "2026-11-22T10:04:05+07:00")
    assert (look.page, look.image, look.plain) == (0, b"", True)
    assert look.box[2] < A4[0]
    assert look.box[3] < A4[1]
    assert look.box[0] > A4[0] / 2
    before = page_of(paper(), tmp_path, page=1)
    after = page_of(sign(paper(), pki, "sao_khue", look=look), tmp_path, page=1)
    top = (0, 0, after.size[0], 100)
    assert before.crop(top).tobytes() != after.crop(top).tobytes()
    assert not any(is_red(one) or is_blue(one) for one in pixels(after.crop(top)))


def test_a_copy_tells_its_kind_and_who_made_it() -> None:
    look = copy_look("SAO Y", "Trường THCS Sao Khuê", NOW)
    assert look.lines == ("SAO Y", "Trường THCS Sao Khuê", "2026-11-22T10:04:05+07:00")
    assert look.holder is Holder.ORGANISATION


def test_long_names_shrink_and_break(pki: Pki, tmp_path: Path) -> None:
    name = "Trường phổ thông dân tộc bán trú tiểu học và trung học cơ sở Nguyễn Thị Minh Khai"
    look = organisation_look(None, name, "", NOW, box=(100, 400, 200, 450))
    found = painted(page_of(sign(paper(), pki, look=look), tmp_path), is_red)
    assert found[0] >= 99
    assert found[2] <= 201


def test_every_vietnamese_letter_has_a_shape() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợ"
    letters += "ùủũúụừửữứựỳỷỹýỵ"
    found = letters_for((letters, letters.upper()))
    assert set(letters + letters.upper()) <= set(found.codes)
    assert all(found.widths[one] for one in letters)


def test_decomposed_letters_are_joined() -> None:
    import unicodedata

    name = "Nguyễn Thị Ước"
    told = letters_for((name,))
    assert told.shown(unicodedata.normalize("NFD", name)) == told.shown(name)


def test_characters_without_a_shape_do_not_stop_a_signature() -> None:
    told = letters_for(("Lớp 8A 你",))
    assert told.shown("你") == told.shown("?")


@pytest.mark.parametrize("rubbish", [b"GIF89a", b"\x89PNG\r\n\x1a\n", png(BLUE)[:60]])
def test_an_image_that_is_no_png_is_told(pki: Pki, rubbish: bytes) -> None:
    with pytest.raises(UnfitPdf) as unfit:
        sign(paper(), pki, look=personal_look(rubbish, "Hoa", "", NOW, box=BOX))
    assert unfit.value.sentence == NOT_PNG


def test_a_huge_image_is_refused_and_a_large_one_shrinks() -> None:
    with pytest.raises(UnfitPdf) as unfit:
        picture_of(png(BLUE, (4001, 10)))
    assert unfit.value.sentence == TOO_BIG
    assert picture_of(png(RED, (2000, 1000))).width <= 950


def test_the_time_of_signing_is_vietnams() -> None:
    assert signing_time(NOW) == "2026-11-22T10:04:05+07:00"
