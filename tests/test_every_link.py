"""Whoever follows what a page offers arrives: no link leads to a refusal, to nothing or a fault."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.places import World

LINK = re.compile(r'<a [^>]*?href="([^"#]+)')
FILES = re.compile(r"/tep/|/excel/|/pdf/|/tai-ve/|format=xlsx")
"""What is taken along has a test of its own (test_take_along)."""
LEAST = {"mai": 60, "thu": 60, "dung": 35, "binh": 30, "hoa": 30, "lan": 15}


def kind_of(address: str) -> str:
    """Addresses of one kind differ only in the record and in what was asked."""
    at = urlsplit(address)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "…", at.path)
    return path + "?" + "&".join(sorted(one.partition("=")[0] for one in at.query.split("&")))


def links_of(address: str, text: str) -> list[str]:
    found = [urljoin(address, unescape(one)) for one in LINK.findall(text)]
    return [one for one in found if one.startswith("/") and not FILES.search(one)]


def follow(client: Client) -> tuple[int, list[str]]:
    """How many kinds of pages were opened from the first page on, and what did not open."""
    waiting, known, wrong = deque([("/", "")]), {"/?"}, []
    while waiting:
        address, came_from = waiting.popleft()
        answer = client.get(address, follow=True)
        if answer.status_code >= 400:
            wrong.append(f"{answer.status_code}: {address}, offered by {came_from}")
        elif not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            for link in links_of(answer.request["PATH_INFO"], answer.content.decode()):
                if kind_of(link) not in known:
                    known.add(kind_of(link))
                    waiting.append((link, address))
    return len(known), wrong


@pytest.mark.parametrize("person", LEAST)
def test_every_link_arrives(person: str, world: World) -> None:
    opened, wrong = follow(world.cast.client(person))
    assert not wrong, "\n".join(wrong)
    assert opened >= LEAST[person]
