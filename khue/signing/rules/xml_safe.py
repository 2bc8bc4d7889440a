"""Tệp XML đưa từ ngoài vào: read without a document type, entities, bombs or anything external."""

from __future__ import annotations

import re

from lxml import etree

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
MOST_TAGS = 800_000
MOST_ATTRIBUTES = 1_000_000
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_UTF8_NAMES = {b"utf-8", b"utf8", b"us-ascii"}
_BOM = b"\xef\xbb\xbf"


class UnsafeXml(ValueError):
    """Tệp XML không đọc được hoặc không an toàn; `sentence` is for the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse_xml(content: bytes, *, limit: int = MOST_BYTES) -> etree._Element:
    """Đọc tệp XML; the root element. Raises UnsafeXml.

    UTF-8 only. A document type is refused whole, and with it every entity; elements nest 256 deep
    at most. Comments are left out, so that none can hide a piece of a text. `limit` in bytes.
    """
    require_plain(content, limit=limit)
    try:
        return etree.fromstring(content.removeprefix(_BOM), _parser())
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise unreadable(broken) from broken


def require_plain(content: bytes, *, limit: int = MOST_BYTES) -> None:
    """Kiểm tra trước khi đọc: size, encoding, no document type. Raises UnsafeXml."""
    _refuse_by_size(content, limit)
    _refuse_by_encoding(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnsafeXml(_TYPED)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=False,
        strip_cdata=False,
        collect_ids=False,
    )


_TYPED = (
    "Tệp XML có phần khai báo kiểu tài liệu (DOCTYPE), có thể dùng để tấn công máy chủ, nên không "
    "được nhận. Hãy xuất lại tệp từ phần mềm gốc, không kèm phần này."
)
_DEEP = "Tệp XML có các phần lồng nhau quá sâu, không phải hồ sơ bình thường. Hãy kiểm tra lại tệp."
_LONG = "Tệp XML có một phần dữ liệu dài quá mức cho phép. Hãy kiểm tra lại tệp."


def _refuse_by_size(content: bytes, limit: int) -> None:
    if len(content) > limit:
        raise UnsafeXml(
            f"Tệp XML lớn hơn {limit / MEGABYTE:g} MB nên không được đọc. Hãy chia nhỏ tệp rồi thử "
            "lại."
        )
    if content.count(b"<") > MOST_TAGS or _attributes(content) > MOST_ATTRIBUTES:
        raise UnsafeXml(
            "Tệp XML có quá nhiều phần tử, không phải hồ sơ bình thường. Hãy kiểm tra lại tệp."
        )


def _attributes(content: bytes) -> int:
    return content.count(b'="') + content.count(b"='")


def _refuse_by_encoding(content: bytes) -> None:
    declared = _DECLARED.match(content.removeprefix(_BOM))
    try:
        if declared is None or declared[1].lower() in _UTF8_NAMES:
            content.decode("utf-8")
            return
    except UnicodeDecodeError:
        pass
    raise UnsafeXml("Tệp XML phải dùng bảng mã UTF-8. Hãy xuất lại tệp với bảng mã UTF-8.")


def unreadable(broken: Exception) -> UnsafeXml:
    """What to raise when a reader gave up."""
    return UnsafeXml(_sentence(broken))


def _sentence(broken: Exception) -> str:
    if "Excessive depth" in str(broken):
        return _DEEP
    if "limit" in str(broken):
        return _LONG
    line = getattr(broken, "lineno", None)
    where = f" (dòng {line})" if line else ""
    return f"Tệp không phải XML đúng quy cách{where}. Hãy kiểm tra lại tệp hoặc xuất lại từ nguồn."
