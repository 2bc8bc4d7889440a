"""What pyHanko's difference analysis says of later increments; slow to load, so asked for late."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    ModificationLevel,
    SuspiciousModification,
)

from khue.signing.rules.pades.syntax import UnfitPdf

NOTES = "ghi chú trên trang"
FORM_FIELD = "ô nhập “{name}”"

logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.ERROR)


def differences(
    data: bytes, *, total: int, revisions: Sequence[int], signatures: Callable[[], set[str]]
) -> tuple[str, ...] | None:
    """What changed over these revisions of a file; None when it holds another total of them.

    Raises UnfitPdf where the analysis refuses what it finds.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.xrefs.total_revisions != total:
            return None
        resolvers = [reader.get_historical_resolver(one) for one in revisions]
        found = [word for pair in pairwise(resolvers) for word in _judged(*pair, signatures)]
    except (SuspiciousModification, PdfError) as refused:
        raise UnfitPdf(str(refused)) from refused
    return tuple(dict.fromkeys(found))


def _judged(
    old: HistoricalResolver, new: HistoricalResolver, signatures: Callable[[], set[str]]
) -> Iterator[str]:
    found = DEFAULT_DIFF_POLICY.apply(old, new)
    if found.modification_level >= ModificationLevel.ANNOTATIONS:
        yield NOTES
    own = signatures() if found.changed_form_fields else set[str]()
    for name in sorted(found.changed_form_fields - own):
        yield FORM_FIELD.format(name=name)
