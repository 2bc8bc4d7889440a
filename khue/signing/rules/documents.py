"""Tệp được ký: how a file is signed, by its kind, and who signs it in which order."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from khue.signing.rules.shapes import Format, PdfLook, XmlPlace
from khue.signing.rules.xml_safe import parse_xml

WRAPPER = "urn:vn:oss-school:tep-ky:1"
NAMES: Any = {None: WRAPPER}
CONTENT_ID, SIGNATURES_ID = "noi-dung", "chu-ky"
PDF, XML = "application/pdf", "application/xml"
CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Một bước ký: exactly one of a person and an organisation's seal; `look` places it in a PDF.

    `role` is what the signer signs as ("Giáo viên bộ môn"); the picture and the name in the look
    come from the certificate when it signs.
    """

    role: str
    account_id: int | None = None
    seal_of: int | None = None
    look: PdfLook | None = None


def format_of(media_type: str) -> Format:
    """PDF is signed in itself, XML in itself, everything else beside itself."""
    kinds = {PDF: Format.PADES, XML: Format.XADES, "text/xml": Format.XADES}
    return kinds.get(media_type, Format.CMS)


def new_verify_code() -> str:
    """A code that nobody guesses, short enough to be typed: 16 letters and digits."""
    return base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode("ascii")


def wrap_xml(content: bytes) -> bytes:
    """An XML file inside an element that is signed whole, beside the place of the signatures.

    Raises UnsafeXml for what must not be read.
    """
    wrapper = etree.Element(f"{{{WRAPPER}}}TepKy", nsmap=NAMES)
    inside = etree.SubElement(wrapper, f"{{{WRAPPER}}}NoiDung", Id=CONTENT_ID)
    inside.append(parse_xml(content))
    etree.SubElement(wrapper, f"{{{WRAPPER}}}ChuKy", Id=SIGNATURES_ID)
    return etree.tostring(wrapper, encoding="UTF-8", xml_declaration=True)


def xml_place(step: int, role: str) -> XmlPlace:
    """Each signature covers the content and every signature before it."""
    earlier = tuple(f"{_signature_id(one)}-value" for one in range(1, step))
    return XmlPlace((CONTENT_ID, *earlier), SIGNATURES_ID, _signature_id(step), role)


def _signature_id(step: int) -> str:
    return f"ky-{step}"


def in_order(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """The steps with their numbers, from 1."""
    return list(enumerate(steps, start=1))
