"""Kiểu tệp đã biết: what the elements of an XML container are called, and where each must stand.

Signing knows no container by itself; a context that writes one registers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

Words = Callable[[etree._Element], str]


@dataclass(frozen=True, slots=True)
class Container:
    """An XML container by the namespace of its root.

    `title`: what the file is, for people. `describe`: what an element is called ("môn Toán").
    `position`: a sentence on what is wrong with where a covered element stands, "" if nothing is.
    `code`: the code by which the record is looked up, "" when it has none.
    """

    namespace: str
    title: Words
    describe: Words
    position: Words | None = None
    code: Words | None = None


def namespace_of(root: etree._Element) -> str:
    return etree.QName(root).namespace or ""


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def plain_description(element: etree._Element) -> str:
    """An element of a container that nobody registered."""
    return f"phần {local_name(element)} ({element.get('Id', '')})"
