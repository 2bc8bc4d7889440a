"""Chữ ký số PAdES: made, lengthened and read in PDF files."""

from khue.signing.rules.pades.pages import page_size
from khue.signing.rules.pades.proofs import lengthen_pades
from khue.signing.rules.pades.reading import pdf_faults, read_pades, read_pades_and_faults
from khue.signing.rules.pades.signing import finish_pades, pades_stamped, prepare_pades
from khue.signing.rules.pades.syntax import UnfitPdf

__all__ = [
    "UnfitPdf",
    "finish_pades",
    "lengthen_pades",
    "pades_stamped",
    "page_size",
    "pdf_faults",
    "prepare_pades",
    "read_pades",
    "read_pades_and_faults",
]
