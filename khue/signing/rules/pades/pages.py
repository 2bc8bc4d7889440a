"""Trang PDF: found by number, and how a reader sees them (size, turned or not)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.syntax import UnfitPdf, integer, reference

Box = tuple[float, float, float, float]

DEEPEST = 64
A4: Box = (0, 0, 595.28, 841.89)


def no_such_page(count: int) -> UnfitPdf:
    return UnfitPdf(f"Tệp PDF chỉ có {count} trang nên không có trang để đặt chữ ký.")


def page_count(pdf: PdfFile) -> int:
    return _leaves(pdf, pdf.catalog.get(b"/Pages", b"null"))


def page_at(pdf: PdfFile, index: int) -> bytes:
    """The reference of a page; -1 is the last. Only the way to it is read."""
    node, count = pdf.catalog.get(b"/Pages", b"null"), page_count(pdf)
    wanted = count + index if index < 0 else index
    if not 0 <= wanted < count:
        raise no_such_page(count)
    for _ in range(DEEPEST):
        kids = pdf.items(pdf.entries(node).get(b"/Kids", b"[]"))
        if len(kids) == count and _is_page(pdf, kids[wanted]):
            return kids[wanted]
        node, wanted = _towards(pdf, kids, wanted)
        if _is_page(pdf, node):
            return node
        count = _leaves(pdf, node)
    raise UnfitPdf


def _is_page(pdf: PdfFile, node: bytes) -> bool:
    told = pdf.entries(node)
    return bool(told) and b"/Kids" not in told and reference(node) is not None


def _towards(pdf: PdfFile, kids: list[bytes], wanted: int) -> tuple[bytes, int]:
    for kid in kids:
        count = _leaves(pdf, kid)
        if wanted < count:
            return kid, wanted
        wanted -= count
    raise UnfitPdf


def _leaves(pdf: PdfFile, node: bytes) -> int:
    if reference(node) is None:
        raise UnfitPdf
    told = pdf.entries(node)
    if not told:
        raise UnfitPdf
    return integer(told.get(b"/Count", b"")) if b"/Kids" in told else 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The seen part of a page in its own coordinates, and by how much it is turned clockwise."""

    box: Box
    turned: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as a reader sees them."""
        across, up = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return (up, across) if self.turned in {90, 270} else (across, up)

    @property
    def matrix(self) -> bytes:
        """What turns a look so that it stands upright for the reader."""
        return _MATRICES[self.turned]

    def placed(self, box: Box) -> Box:
        """A box as the reader sees it, in the coordinates of the page."""
        (left, bottom), (right, top) = self._point(*box[:2]), self._point(*box[2:])
        return min(left, right), min(bottom, top), max(left, right), max(bottom, top)

    def _point(self, right: float, up: float) -> tuple[float, float]:
        left, bottom, far, top = self.box
        return {
            0: (left + right, bottom + up),
            90: (far - up, bottom + right),
            180: (far - right, top - up),
            270: (left + up, top - right),
        }[self.turned]


_MATRICES = {
    0: b"[1 0 0 1 0 0]",
    90: b"[0 1 -1 0 0 0]",
    180: b"[-1 0 0 -1 0 0]",
    270: b"[0 -1 1 0 0 0]",
}


def sheet_of(pdf: PdfFile, page: bytes) -> Sheet:
    """How a page is seen; what it does not tell itself stands above it in the tree."""
    told: dict[bytes, bytes] = {}
    node = page
    for _ in range(DEEPEST):
        here = pdf.entries(node)
        told = {**here, **told}
        if b"/Parent" not in here:
            break
        node = here[b"/Parent"]
    box = _box(pdf, told.get(b"/CropBox", told.get(b"/MediaBox", b"null")))
    turned = integer(pdf.resolve(told.get(b"/Rotate", b"0"))) % 360
    return Sheet(box, turned if turned in _MATRICES else 0)


def _box(pdf: PdfFile, raw: bytes) -> Box:
    try:
        sides = [_points(pdf.resolve(one)) for one in pdf.items(raw)]
    except (ValueError, ArithmeticError):
        raise UnfitPdf from None
    if len(sides) != 4:
        return A4
    across, up = sorted(sides[::2]), sorted(sides[1::2])
    return across[0], up[0], across[1], up[1]


def _points(raw: bytes) -> float:
    """A number of the file, to a thousandth of a point."""
    return int(Decimal(raw.decode("ascii")) * 1000) / 1000


def page_size(pdf: bytes, page: int = 0) -> tuple[float, float]:
    """Khổ trang: width and height in points, as a reader sees the page."""
    file = PdfFile(pdf)
    return sheet_of(file, page_at(file, page)).size
