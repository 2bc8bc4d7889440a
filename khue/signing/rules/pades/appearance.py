"""Hình thức chữ ký trên trang PDF."""

from __future__ import annotations

from khue.signing.rules.pades.update import Increment
from khue.signing.rules.shapes import PdfLook


def draw(increment: Increment, look: PdfLook) -> bytes:
    left, bottom, right, top = look.box
    box = b"[0 0 %.2f %.2f]" % (right - left, top - bottom)
    told = {b"/Type": b"/XObject", b"/Subtype": b"/Form", b"/BBox": box}
    return increment.add_stream(told, b"")
