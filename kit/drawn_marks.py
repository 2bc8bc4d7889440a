"""Hình chữ ký, hình con dấu: a PNG with transparency, written anew from its points.

NĐ 30/2020/NĐ-CP, Phụ lục I: the hand signature is blue, the seal red, both `.png` on a transparent
ground. What remains is cut to the drawing; no hidden content and no data beside the points.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

LARGEST_BYTES = 2 * 1024 * 1024
MOST_POINTS = 16_000_000
SMALLEST = 60
LARGEST = 900
NOT_PNG = "Tệp không phải ảnh PNG đọc được. Hãy lưu hình thành tệp .png rồi tải lên lại."
TOO_HEAVY = "Tệp hình lớn hơn 2 MB. Hãy thu nhỏ hình rồi tải lên lại."
TOO_LARGE = "Hình có quá nhiều điểm. Hãy thu nhỏ còn khoảng 900 điểm chiều ngang rồi tải lên lại."
TOO_SMALL = "Nét vẽ trong hình nhỏ hơn 60 điểm nên in ra sẽ mờ. Hãy chọn hình rõ hơn."
NOT_CLEAR = (
    "Nền của hình không trong suốt. Hãy chọn hình .png nền trong suốt, hoặc đánh dấu “Bỏ nền "
    "trắng” nếu hình được chụp, quét trên giấy trắng."
)
BLANK = "Hình không có nét nào. Hãy chọn lại tệp hình."


class NotAMark(ValueError):
    """Bytes that cannot stand beside a signature; `sentence` tells why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def drawn_mark(content: bytes, *, off_paper: bool = False) -> bytes:
    """A clean transparent PNG; `off_paper` makes the white of paper transparent first."""
    picture = _opened(content).convert("RGBA")
    if off_paper:
        picture = _without_paper(picture)
    elif picture.getchannel("A").getextrema()[0] == 255:
        raise NotAMark(NOT_CLEAR)
    return _written(_cut(picture))


def _opened(content: bytes) -> Image.Image:
    """Decoded whole; weight and claimed size are looked at before."""
    if len(content) > LARGEST_BYTES:
        raise NotAMark(TOO_HEAVY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(BytesIO(content), formats=("PNG",))
            if picture.width * picture.height > MOST_POINTS:
                raise NotAMark(TOO_LARGE)
            picture.load()
    except NotAMark:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NotAMark(NOT_PNG) from error
    return picture


def _without_paper(picture: Image.Image) -> Image.Image:
    """Paper of whatever lightness becomes clear, ink stays: darkness turns into opacity."""
    white = Image.new("RGBA", picture.size, "white")
    shown = Image.alpha_composite(white, picture).convert("RGB")
    darkness = ImageOps.autocontrast(ImageOps.invert(shown.convert("L")), cutoff=(2, 1))
    shown.putalpha(darkness.point(lambda value: 0 if value < 60 else min(255, value * 2)))
    return shown


def _cut(picture: Image.Image) -> Image.Image:
    drawn = picture.getchannel("A").point(lambda value: 255 if value > 16 else 0).getbbox()
    if drawn is None:
        raise NotAMark(BLANK)
    cut = picture.crop(drawn)
    if max(cut.size) < SMALLEST:
        raise NotAMark(TOO_SMALL)
    cut.thumbnail((LARGEST, LARGEST))
    return cut


def _written(picture: Image.Image) -> bytes:
    clean = Image.new("RGBA", picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()
