"""XML from outside: what is read, and what is refused before it does harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.signing.rules.xades import place_signature, read_xades
from khue.signing.rules.xml_safe import MOST_TAGS, UnsafeXml, parse_xml

LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
)
BOMB = b'<!DOCTYPE l [<!ENTITY l0 "ha">' + LAUGHS + b"]><l>&l9;</l>"
EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


def sentence(content: bytes) -> str:
    with pytest.raises(UnsafeXml) as refused:
        parse_xml(content)
    return refused.value.sentence


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        EXTERNAL,
        EXTERNAL.replace(b"SYSTEM", b'PUBLIC "-"'),
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a>\n<a/>',
        b"<!-- <!DOCTYPE a> --><a/>",
    ],
)
def test_a_document_type_is_refused(content: bytes) -> None:
    assert "DOCTYPE" in sentence(content)
    for reader in (read_xades, lambda one: place_signature(one, "a", b"<b/>")):
        with pytest.raises(UnsafeXml):
            reader(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a>" * 300 + b"</a>" * 300, "lồng nhau quá sâu"),
        (b"<a>" * 2_000_00, "lồng nhau quá sâu"),
        (b"<a" + b' xmlns:a="b"' * 2 + b"/>", "không phải XML"),
        (b"<a>" + b"<b/>" * MOST_TAGS + b"</a>", "quá nhiều phần tử"),
        (b"<a>" + b"<b c=''/>" * 2 + b" " * 20 * 1024 * 1024 + b"</a>", "lớn hơn 20 MB"),
        (b"<a>" + b"x" * 11_000_000 + b"</a>", "dài quá mức"),
        ("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"), "UTF-8"),
        ("<?xml version='1.0' encoding='windows-1258'?><a>é</a>".encode("cp1258"), "UTF-8"),
        (b"<a>\xff</a>", "UTF-8"),
        (b"<a>&nbsp;</a>", "dòng 1"),
        (b"<a>\n<b></a>", "dòng 2"),
        (b"", "không phải XML"),
        (b"PK\x03\x04", "không phải XML"),
    ],
)
def test_what_is_no_ordinary_file_is_refused(content: bytes, words: str) -> None:
    began = time.thread_time()
    assert words in sentence(content)
    assert time.thread_time() - began < 5


def test_a_smaller_limit() -> None:
    with pytest.raises(UnsafeXml, match=r"0\.00097"):
        parse_xml(b"<a>" + b" " * 1100 + b"</a>", limit=1024)


def test_ordinary_files_are_read() -> None:
    content = '\ufeff<?xml version="1.0" encoding="UTF-8"?><a>Đ<!-- x -->ặ&#7863;<![CDATA[<]]></a>'
    root = parse_xml(content.encode())
    assert (root.text, len(root)) == ("Đặặ<", 0)


def test_entities_that_xml_knows_are_all() -> None:
    assert parse_xml(b"<a b='&quot;'>&lt;&amp;&#x41;</a>").text == "<&A"


def told(content: bytes) -> str:
    """The sentence of a refusal, "." for what is read."""
    try:
        read_xades(content)
    except UnsafeXml as refused:
        return refused.sentence
    return "."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    assert told(content).endswith(".")


@given(st.text(alphabet="<>&;/\"'= !-[]?axmlns:\n", max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(content: str) -> None:
    assert told(content.encode()).endswith(".")
    assert told(b"<a>" + content.encode()).endswith(".")
