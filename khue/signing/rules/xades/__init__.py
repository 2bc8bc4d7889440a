"""Chữ ký XML (XAdES B-B, B-T, B-LT): prepared, finished, placed, lengthened, read."""

from khue.signing.rules.xades.coverage import xml_faults
from khue.signing.rules.xades.lengthening import lengthen_xades
from khue.signing.rules.xades.names import WHOLE
from khue.signing.rules.xades.placing import (
    place_signature,
    replace_signature,
    signature_element,
    take_out_signature,
)
from khue.signing.rules.xades.preparing import (
    NoSuchPart,
    finish_xades,
    prepare_xades,
    prepare_xades_parts,
    xades_stamped,
)
from khue.signing.rules.xades.reading import read_xades

__all__ = [
    "WHOLE",
    "NoSuchPart",
    "finish_xades",
    "lengthen_xades",
    "place_signature",
    "prepare_xades",
    "prepare_xades_parts",
    "read_xades",
    "replace_signature",
    "signature_element",
    "take_out_signature",
    "xades_stamped",
    "xml_faults",
]
