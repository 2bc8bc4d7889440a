"""Everything listed on screen can be taken along: each page with a table offers its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from python_calamine import load_workbook

from kit.sheets.screens import tables_of
from tests.places import World
from tests.walks import Answer, walk_of

FILE = re.compile(r'href="([^"]*(?:format=xlsx|/excel/|/tep/|/tai-ve/)[^"]*)"')
# The board of assignments has a row for each class, its file one for each assignment; the week of
# a diary shows days without a lesson, its file the lessons.
OTHER_SHAPE = ("/phan-cong/", "/so-dau-bai/lop/", "/thong-bao/")
# What one is asked to sign, shown inside the page of the signature: the document itself.
SHOWN_TO_SIGN = ("/hoc-ba/phan/",)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What each of these people must at least find with a table in it, so that the walk sees the site.
LEAST = {"mai": 25, "dung": 8, "hoa": 6, "lan": 1}


def pages_with_tables(person: str, world: World) -> Iterator[Answer]:
    """Every page of this person that lists something."""
    for step in walk_of(person, world):
        answer = step.answer
        if not step.is_first or not answer.is_page or answer.address.startswith(SHOWN_TO_SIGN):
            continue
        if "<main" in answer.text and any(table.rows for table in tables_of(answer.text)):
            yield answer


def rows_of_file(content: bytes) -> list[list[Any]]:
    book = load_workbook(BytesIO(content))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


def trouble_with(client: Client, address: str, text: str) -> str:
    """What is wrong with the file of a page; "" when it holds what the page lists."""
    links = [unescape(one) for one in FILE.findall(text)]
    answers = {one: client.get(urljoin(address, one)) for one in links}
    broken = [one for one, answer in answers.items() if answer.status_code != 200]
    if broken:
        return f"{broken} do not open"
    sheets = [one for one, answer in answers.items() if answer.headers["Content-Type"] == EXCEL]
    if not sheets:
        return "offers no sheet"
    answer = answers[sheets[0]]
    listed = sum(len(list(table.rows)) for table in tables_of(text))
    kept = len(rows_of_file(answer.content))
    return (
        ""
        if kept > listed or address.startswith(OTHER_SHAPE)
        else f"{sheets[0]} holds {kept} rows, the page {listed}"
    )


@pytest.mark.parametrize("person", LEAST)
def test_every_list_is_offered_as_a_file(person: str, world: World) -> None:
    client, wrong, seen = world.cast.client(person), [], 0
    for page in pages_with_tables(person, world):
        seen += 1
        if trouble := trouble_with(client, page.address, page.text):
            wrong.append(f"{page.address}: {trouble}")
    assert not wrong, "\n".join(wrong)
    assert seen >= LEAST[person]


def test_the_file_of_any_page_says_what_the_page_says(world: World) -> None:
    client = world.cast.client("mai")
    answer = client.get(f"/so-diem/lop/{world.own.ids['class_id']}/?format=xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="danh-sach.xlsx"'
    rows = rows_of_file(answer.content)
    assert rows[0][0].startswith("Sổ điểm lớp")
    assert ["Môn học", "Học kì I", "Học kì II"] in rows
    assert "Toán" in {str(row[0]).split(";")[0] for row in rows}


def test_what_may_not_be_seen_may_not_be_taken_along(world: World) -> None:
    address = f"/so-diem/lop/{world.neighbour.ids['class_id']}/?format=xlsx"
    assert world.cast.client("hoa").get(address).status_code == 404
    assert world.cast.client("lan").get("/tai-khoan/?format=xlsx").status_code == 403
