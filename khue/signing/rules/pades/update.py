"""Phần thêm vào cuối tệp PDF (incremental update): what stood before keeps its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.syntax import Entries, dictionary

_KEPT = (b"/Root", b"/Info", b"/ID")


class Increment:
    """New and changed objects of one file, then written behind it."""

    def __init__(self, pdf: PdfFile) -> None:
        self.pdf = pdf
        self._next = pdf.size
        self._bodies: dict[int, tuple[int, bytes]] = {}
        self.offsets: dict[int, int] = {}

    def reserve(self) -> bytes:
        """A reference to an object that is told later with `replace`."""
        self._next += 1
        return b"%d 0 R" % (self._next - 1)

    def add(self, body: bytes) -> bytes:
        made = self.reserve()
        self.replace(made, body)
        return made

    def add_stream(self, told: Entries, data: bytes) -> bytes:
        head = dictionary({**told, b"/Length": b"%d" % len(data)})
        return self.add(head + b"stream\n" + data + b"\nendstream")

    def replace(self, meant: bytes, body: bytes) -> None:
        number, generation, _ = meant.split()
        self._bodies[int(number)] = (int(generation), body)

    def written(self) -> bytearray:
        """The whole file; `offsets` then tells where each new object's body begins."""
        whole = bytearray(self.pdf.data)
        if not whole.endswith((b"\n", b"\r")):
            whole += b"\n"
        starts: dict[int, int] = {}
        for number, (generation, body) in sorted(self._bodies.items()):
            starts[number] = len(whole) - self.pdf.shift
            whole += b"%d %d obj\n" % (number, generation)
            self.offsets[number] = len(whole)
            whole += body
            whole += b"\nendobj\n"
        self._write_index(whole, starts)
        return whole

    def _write_index(self, whole: bytearray, starts: dict[int, int]) -> None:
        start = len(whole) - self.pdf.shift
        if self.pdf.last.is_stream:
            self._write_stream(whole, starts | {self._next: start})
        else:
            self._write_table(whole, starts)
        whole += b"startxref\n%d\n%%%%EOF\n" % start

    def _trailer(self, size: int) -> Entries:
        kept = {key: self.pdf.trailer[key] for key in _KEPT if key in self.pdf.trailer}
        return {b"/Size": b"%d" % size, **kept, b"/Prev": b"%d" % self.pdf.startxref}

    def _write_table(self, whole: bytearray, starts: dict[int, int]) -> None:
        whole += b"xref\n"
        for run in _runs(starts):
            whole += b"%d %d\n" % (run[0], len(run))
            for number in run:
                whole += b"%010d %05d n \n" % (starts[number], self._generation(number))
        whole += b"trailer\n" + dictionary(self._trailer(self._next)) + b"\n"

    def _write_stream(self, whole: bytearray, starts: dict[int, int]) -> None:
        rows = b"".join(
            b"\1" + starts[number].to_bytes(5, "big") + self._generation(number).to_bytes(2, "big")
            for number in sorted(starts)
        )
        index = b" ".join(b"%d %d" % (run[0], len(run)) for run in _runs(starts))
        told = {b"/Type": b"/XRef", b"/W": b"[1 5 2]", b"/Index": b"[" + index + b"]"}
        told |= self._trailer(self._next + 1) | {b"/Length": b"%d" % len(rows)}
        whole += b"%d 0 obj\n" % self._next + dictionary(told)
        whole += b"stream\n" + rows + b"\nendstream\nendobj\n"

    def _generation(self, number: int) -> int:
        return self._bodies[number][0] if number in self._bodies else 0


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers that follow each other, together."""
    placed = enumerate(sorted(numbers))
    return [[one for _, one in run] for _, run in groupby(placed, lambda pair: pair[1] - pair[0])]
