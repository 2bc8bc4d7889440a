"""Ảnh chân dung 3 × 4: whatever camera it came from, a small clean JPEG goes in.

The picture is decoded and written anew, so nothing but its points remains: no place, no time, no
camera, no hidden content.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

# 3 × 4 cm at 300 points to the inch.
WIDTH, HEIGHT = 354, 472
SMALLEST_WIDTH, SMALLEST_HEIGHT = 180, 240
MOST_POINTS = 50_000_000
QUALITY = 82
# A face stands in the upper half of what is cut to 3 × 4.
UPPER_MIDDLE = (0.5, 0.35)
FORMATS = ("JPEG", "PNG")

NOT_A_PICTURE = "Tệp không phải ảnh JPEG hoặc PNG đọc được. Hãy chọn ảnh khác hoặc lưu lại ảnh."
TOO_SMALL = "Ảnh nhỏ hơn {width} × {height} điểm nên in ra sẽ mờ. Hãy chọn ảnh lớn hơn."
TOO_LARGE = "Ảnh có quá nhiều điểm ({points} triệu). Hãy thu nhỏ ảnh rồi tải lên lại."


class NotAPicture(ValueError):
    """Bytes that cannot become a portrait; `sentence` tells the person why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def portrait(content: bytes) -> bytes:
    """Ảnh 3 × 4: upright, cut to 3 × 4 around the face, JPEG without any data beside the points."""
    picture = _opened(content)
    upright = ImageOps.exif_transpose(picture)
    _require_size(upright)
    return _written(ImageOps.fit(_on_white(upright), (WIDTH, HEIGHT), centering=UPPER_MIDDLE))


def _opened(content: bytes) -> Image.Image:
    """The picture, decoded whole; its claimed size is looked at before anything is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(BytesIO(content), formats=FORMATS)
            _require_few_points(picture)
            picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))
            picture.load()
    except NotAPicture:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NotAPicture(NOT_A_PICTURE) from error
    return picture


def _require_few_points(picture: Image.Image) -> None:
    points = picture.width * picture.height
    if points > MOST_POINTS:
        raise NotAPicture(TOO_LARGE.format(points=points // 1_000_000))


def _require_size(picture: Image.Image) -> None:
    if picture.width < SMALLEST_WIDTH or picture.height < SMALLEST_HEIGHT:
        raise NotAPicture(TOO_SMALL.format(width=SMALLEST_WIDTH, height=SMALLEST_HEIGHT))


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA", "P"}:
        shown = picture.convert("RGBA")
        white = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(white, shown).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image) -> bytes:
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
