"""Hình ảnh chữ ký, con dấu: a transparent PNG becomes colours and a mask in the file."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from khue.signing.rules.pades.syntax import Entries, UnfitPdf
from khue.signing.rules.pades.update import Increment

NOT_PNG = (
    "Hình ảnh chữ ký hoặc con dấu không đọc được. Hãy đăng kí lại hình ảnh ở định dạng PNG có nền "
    "trong suốt."
)
TOO_BIG = "Hình ảnh chữ ký hoặc con dấu quá lớn. Hãy dùng hình không quá 4.000 × 4.000 điểm ảnh."
LONGEST_SIDE = 4000
# A seal of 40 mm at 600 dots per inch.
LONGEST_KEPT = 950


@dataclass(frozen=True, slots=True)
class Picture:
    """Size in pixels; colours and transparency, compressed."""

    width: int
    height: int
    colours: bytes
    mask: bytes


@lru_cache(maxsize=256)
def picture_of(image: bytes) -> Picture:
    """Raises UnfitPdf with a sentence for what is no PNG, or too big."""
    try:
        with Image.open(io.BytesIO(image), formats=["PNG"]) as opened:
            if max(opened.size) > LONGEST_SIDE:
                raise UnfitPdf(TOO_BIG)
            shown = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise UnfitPdf(NOT_PNG) from None
    shown.thumbnail((LONGEST_KEPT, LONGEST_KEPT))
    colours = zlib.compress(shown.convert("RGB").tobytes(), 9)
    return Picture(*shown.size, colours, zlib.compress(shown.getchannel("A").tobytes(), 9))


def embed_picture(increment: Increment, picture: Picture) -> bytes:
    told: Entries = {
        b"/Type": b"/XObject",
        b"/Subtype": b"/Image",
        b"/Width": b"%d" % picture.width,
        b"/Height": b"%d" % picture.height,
        b"/BitsPerComponent": b"8",
        b"/Filter": b"/FlateDecode",
    }
    grey = told | {b"/ColorSpace": b"/DeviceGray"}
    mask = increment.add_stream(grey, picture.mask)
    rgb = told | {b"/ColorSpace": b"/DeviceRGB", b"/SMask": mask}
    return increment.add_stream(rgb, picture.colours)
