"""Chuẩn hóa XML (canonical XML 1.0, 1.1 and exclusive 1.0), always without comments."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from khue.signing.rules.xades.names import EXCLUSIVE, INCLUSIVE, INCLUSIVE_11, XML
from khue.signing.rules.xml_safe import UnsafeXml


class Unsupported(UnsafeXml):
    """A way of writing, canonicalising or transforming XML that is not carried out here."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Tệp XML dùng cách ghi không được hỗ trợ ({what}).")
        self.what = what


@dataclass(frozen=True, slots=True)
class Method:
    """A canonicalisation as a signature names it; `prefixes` as in InclusiveNamespaces."""

    exclusive: bool = True
    version_11: bool = False
    prefixes: tuple[str, ...] = ()


_DEFAULT = "#default"
EXCLUSIVE_METHOD = Method()
INCLUSIVE_METHOD = Method(exclusive=False)
_METHODS = {
    EXCLUSIVE: EXCLUSIVE_METHOD,
    f"{EXCLUSIVE}WithComments": EXCLUSIVE_METHOD,
    INCLUSIVE: INCLUSIVE_METHOD,
    f"{INCLUSIVE}#WithComments": INCLUSIVE_METHOD,
    INCLUSIVE_11: Method(exclusive=False, version_11=True),
    f"{INCLUSIVE_11}#WithComments": Method(exclusive=False, version_11=True),
}


def method_of(node: etree._Element | None) -> Method:
    """The method that ds:CanonicalizationMethod or ds:Transform names; none means inclusive 1.0.

    Raises Unsupported for any other.
    """
    if node is None:
        return INCLUSIVE_METHOD
    method = _METHODS.get(node.get("Algorithm", ""))
    if method is None:
        raise Unsupported(node.get("Algorithm", ""))
    if not method.exclusive:
        return method
    named = node.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    prefixes = () if named is None else tuple(named.get("PrefixList", "").split())
    if _DEFAULT in prefixes:  # lxml leaves this one out without a word
        raise Unsupported(_DEFAULT)
    return Method(prefixes=prefixes)


def canonical(element: etree._Element, method: Method = EXCLUSIVE_METHOD) -> bytes:
    """An element in canonical form, as it stands in its document, without what follows it."""
    if method == EXCLUSIVE_METHOD:
        return _write(element, method)
    return _write(_alone(element, method), method)


def canonical_document(root: etree._Element, method: Method = EXCLUSIVE_METHOD) -> bytes:
    """The whole document with the instructions around its root, in canonical form."""
    return _write(root.getroottree(), method)


def _write(what: etree._Element | etree._ElementTree, method: Method) -> bytes:
    try:
        return etree.tostring(
            what,
            method="c14n",
            exclusive=method.exclusive,
            with_comments=False,
            with_tail=False,
            inclusive_ns_prefixes=list(method.prefixes) or None,
        )
    except (etree.LxmlError, ValueError) as broken:
        raise Unsupported(str(broken)) from broken


def _alone(element: etree._Element, method: Method) -> etree._Element:
    """The element as a document of its own, with the namespaces and xml: attributes around it."""
    try:
        alone = etree.fromstring(
            etree.tostring(element, with_tail=False),
            etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False),
        )
    except etree.XMLSyntaxError as broken:
        raise Unsupported(str(broken)) from broken
    if not method.exclusive:
        _inherit(alone, element, method)
    return alone


def _inherit(alone: etree._Element, element: etree._Element, method: Method) -> None:
    """xml:lang and the like of the ancestors, which inclusive canonicalisation brings along."""
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if str(name).startswith(f"{{{XML}}}") and name not in alone.attrib:
                _take_over(alone, str(name), str(value), method)


def _take_over(alone: etree._Element, name: str, value: str, method: Method) -> None:
    if method.version_11 and name == f"{{{XML}}}id":
        return
    if method.version_11 and name == f"{{{XML}}}base":
        raise Unsupported(name)
    alone.set(name, value)
