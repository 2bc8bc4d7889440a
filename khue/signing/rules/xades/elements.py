"""Phần tử XML: found by their ids, and read strictly."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import cast

from lxml import etree

from khue.signing.rules.xades.names import DS, XADES, XML

Element = etree._Element
ById = dict[str, list[Element]]
_IDENTIFIED = etree.XPath("//*[@Id or @ID or @id or @xml:id]", namespaces={"xml": XML})
_ID_NAMES = ("Id", "ID", "id", f"{{{XML}}}id")


def ds(name: str) -> str:
    return f"{{{DS}}}{name}"


def xades(name: str) -> str:
    return f"{{{XADES}}}{name}"


def elements_by_id(root: Element) -> ById:
    """Every element that has an id in any spelling; a value that stands twice has two."""
    found: ById = {}
    for one in cast("list[Element]", _IDENTIFIED(root)):
        for value in {one.get(name) for name in _ID_NAMES} - {None}:
            found.setdefault(cast("str", value), []).append(one)
    return found


def only_child(parent: Element, name: str) -> Element | None:
    """The one child of this name; None when there is none or more than one."""
    found = parent.findall(name)
    return found[0] if len(found) == 1 else None


def plain_text(node: Element | None) -> str:
    """The text of an element that holds nothing but text, "" otherwise."""
    return "" if node is None or len(node) else (node.text or "")


def decoded(node: Element | None) -> bytes:
    """The bytes of a base64 text, b"" when it is none."""
    try:
        return b64decode("".join(plain_text(node).split()), validate=True)
    except (NotBase64, ValueError):
        return b""
