"""Pages of primary and preschool: page × person, what they show, save and take along."""

from __future__ import annotations

import json
import uuid
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khue.access.api import Role, child_place
from khue.gradebook.models import PrimaryRow
from khue.gradebook.services.preschool import enter_children
from khue.gradebook.tests.primary_cast import Primary, cell, make_preschool, make_primary
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast, make_account, make_grant

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
OUTSIDE = [403, 403, 403, 403, 403, 302]
TABLE = {
    "/tieu-hoc/mon/{maths}/1/": [200, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/mon/{maths}/4/": [200, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/mon/{maths}/5/": [200, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/mon/{maths}/6/": [404, 404, 404, 404, 404, *OUTSIDE],
    "/tieu-hoc/mon/{arts}/1/": [404, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/mon/{secondary}/1/": [404, 404, 404, 404, 404, *OUTSIDE],
    "/tieu-hoc/mon/{maths}/1/lich-su/{an}/level/": [200, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/mon/{maths}/1/lich-su/{an}/tx1/": [404, 404, 404, 404, 404, *OUTSIDE],
    "/tieu-hoc/lop/{room}/pham-chat/1/": [403, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/lop/{room}/tong-hop/4/": [403, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/lop/{room}/tong-hop/4/excel/": [403, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/lop/{room}/tong-hop/5/": [404, 404, 404, 404, 404, *OUTSIDE],
    "/tieu-hoc/lop/{room}/cach-tinh/{an}/": [403, 404, 200, 200, 200, *OUTSIDE],
    "/tieu-hoc/lop/{room}/cach-tinh/999999/": [403, 404, 404, 404, 404, *OUTSIDE],
    "/mam-non/lop/{children}/1/": [404, 404, 200, 200, 200, *OUTSIDE],
    "/mam-non/lop/{children}/109/": [404, 404, 200, 200, 200, *OUTSIDE],
    "/mam-non/lop/{children}/50/": [404, 404, 404, 404, 404, *OUTSIDE],
    "/mam-non/lop/{children}/hoan-thanh/": [404, 404, 200, 200, 200, *OUTSIDE],
    "/mam-non/lop/{room}/1/": [404, 404, 404, 404, 404, *OUTSIDE],
}


@pytest.fixture
def primary(cast: Cast) -> Primary:
    with scoped(EVERYTHING):
        return make_primary(cast)


@pytest.fixture
def nursery(cast: Cast) -> tuple[Any, list[Any]]:
    with scoped(EVERYTHING):
        return make_preschool(cast)


@pytest.mark.parametrize("page", TABLE)
def test_page_by_person(primary: Primary, nursery: tuple[Any, list[Any]], page: str) -> None:
    address = page.format(
        maths=primary.maths.pk,
        arts=primary.arts.pk,
        secondary=primary.cast.maths.pk,
        room=primary.room.pk,
        an=primary.pupils[0].pk,
        children=nursery[0].pk,
    )
    found = [primary.cast.client(one).get(address).status_code for one in EVERYONE]
    assert dict(zip(EVERYONE, found, strict=True)) == dict(zip(EVERYONE, TABLE[page], strict=True))


def send(primary: Primary, who: str, address: str, cells: list[dict[str, Any]]) -> Any:
    body = {
        "operation": str(uuid.uuid4()),
        "account": primary.cast.people[who].account.pk,
        "changes": cells,
    }
    client = primary.cast.client(who)
    return client.post(address, json.dumps(body), content_type="application/json")


def test_a_save_answers_cell_by_cell(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    address = f"/tieu-hoc/mon/{primary.maths.pk}/1/luu/"
    cells = [
        {"student": an.pk, "slot": "level", "base": None, "text": "T"},
        {"student": an.pk, "slot": "test", "base": None, "text": "7,5"},
        {"student": bao.pk, "slot": "comment", "base": None, "text": "Cẩn thận."},
    ]
    answer = send(primary, "hoa", address, cells).json()
    assert [(one["status"], one["text"]) for one in answer["cells"]] == [
        ("saved", "T"),
        ("refused", ""),
        ("saved", "Cẩn thận."),
    ]
    assert answer["progress"] == {"due": 6, "entered": 1}
    assert send(primary, "binh", address, cells).status_code == 403
    assert send(primary, "nam", address, cells).status_code == 404
    broken = primary.cast.client("hoa").post(address, "[", content_type="application/json")
    assert broken.status_code == 400


def test_a_page_opened_by_somebody_else_saves_nothing(primary: Primary) -> None:
    address = f"/tieu-hoc/lop/{primary.room.pk}/pham-chat/1/luu/"
    body = {"operation": str(uuid.uuid4()), "account": 1, "changes": []}
    client = primary.cast.client("binh")
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 409


def test_the_books_lead_to_the_primary_page(primary: Primary) -> None:
    client = primary.cast.client("hoa")
    page = client.get("/so-diem/").content.decode()
    assert f"/tieu-hoc/mon/{primary.maths.pk}/" in page
    moved: Any = client.get(f"/so-diem/{primary.maths.pk}/1/")
    assert moved.url == f"/tieu-hoc/mon/{primary.maths.pk}/"
    now = client.get(moved.url)
    assert now.status_code == 302
    assert (
        "Bảng tổng hợp"
        in primary.cast.client("binh").get(f"/so-diem/lop/{primary.room.pk}/").content.decode()
    )


def test_a_preschool_class_opens_its_own_sheet(
    primary: Primary, nursery: tuple[Any, list[Any]]
) -> None:
    client = primary.cast.client("binh")
    assert nursery[0].name in client.get("/so-diem/").content.decode()
    moved: Any = client.get(f"/so-diem/lop/{nursery[0].pk}/")
    assert moved.url == f"/mam-non/lop/{nursery[0].pk}/"


def test_the_summary_shows_counts_and_the_year(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    primary.fill(an)
    primary.fill(bao, level="H", mark="6")
    address = f"/tieu-hoc/lop/{primary.room.pk}/tong-hop/4/"
    page = primary.cast.client("binh").get(address).content.decode()
    assert "Hoàn thành xuất sắc" in page
    assert "Học sinh Xuất sắc" in page
    sheet = CalamineWorkbook.from_filelike(
        BytesIO(primary.cast.client("binh").get(f"{address}excel/").content)
    ).get_sheet_by_index(0)
    rows = sheet.to_python()
    head = next(row for row in rows if "Họ và tên" in row)
    line = next(row for row in rows if an.name in row)
    told = dict(zip(head, line, strict=False))
    assert (told["Toán: mức"], str(told["Toán: KTĐK"])[0]) == ("T", "9")
    assert told["Đánh giá kết quả giáo dục"] == "Hoàn thành xuất sắc"
    count = next(row for row in rows if "Số học sinh mức T" in str(row[2]))
    assert str(dict(zip(head, count, strict=False))["Toán: mức"]) == "1"


def test_how_the_year_was_made_names_what_stands_in_the_way(primary: Primary) -> None:
    an = primary.pupils[0]
    primary.fill(an)
    primary.levels(primary.arts, 4, [cell(an, "level", "H", 1)])
    address = f"/tieu-hoc/lop/{primary.room.pk}/cach-tinh/{an.pk}/"
    page = primary.cast.client("binh").get(address).content.decode()
    assert "Âm nhạc H" in page
    for words in ["Điều 9", "Điều 11", "Điều 13", "Không có danh hiệu", "Hoàn thành chương trình"]:
        assert words in page


def test_recognition_and_decision_by_form(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    primary.fill(an, mark="8")
    primary.fill(bao, mark="4")
    primary.levels(primary.maths, 5, [cell(bao, "test", "3")])
    room = primary.room.pk
    assert primary.cast.client("hoa").post(f"/tieu-hoc/lop/{room}/cong-nhan/").status_code == 403
    primary.cast.client("binh").post(f"/tieu-hoc/lop/{room}/cong-nhan/", {"ids": [an.pk]})
    assert primary.result(an).award == "TIEUBIEU"
    address = f"/tieu-hoc/lop/{room}/quyet-dinh/{bao.pk}/"
    given = {"decision": "RETAINED", "reason": "Cần học lại để vững hơn."}
    assert primary.cast.client("binh").post(address, given).status_code == 403
    primary.cast.client("mai").post(address, given)
    assert primary.result(bao).decided == "RETAINED"
    page = primary.cast.client("mai").get(f"/tieu-hoc/lop/{room}/tong-hop/4/").content.decode()
    assert "Cần học lại để vững hơn." in page


def test_a_family_reads_its_own_child_only(primary: Primary) -> None:
    cast, (an, bao, _) = primary.cast, primary.pupils
    primary.levels(primary.maths, 1, [cell(an, "level", "T"), cell(an, "test", "9")])
    primary.levels(primary.maths, 1, [cell(bao, "level", "C"), cell(bao, "test", "2")])
    with scoped(EVERYTHING):
        an.account = make_account("hs.an", an.name, "student")
        an.save(update_fields=["account"])
        make_grant(
            an.account,
            Role.STUDENT,
            child_place(an.pk),
            an.name,
            school=cast.school,
            province=cast.department,
        )
    cast.people["an"] = type(cast.minh)(an.name, an.account, student=an)
    page = cast.client("an").get(f"/con/{an.pk}/ket-qua/?thoi-diem=1").content.decode()
    assert "Hoàn thành tốt" in page
    assert "Chưa hoàn thành" not in page.replace("Hoàn thành hoặc Chưa hoàn thành", "")
    assert bao.name not in page
    assert len(page.encode()) < 30_000
    assert cast.client("an").get(f"/con/{bao.pk}/").status_code == 404
    assert cast.client("an").get(f"/tieu-hoc/mon/{primary.maths.pk}/1/").status_code == 403


def test_the_family_of_a_small_child_reads_its_stages(
    cast: Cast, nursery: tuple[Any, list[Any]]
) -> None:
    room, (child, *_) = nursery
    with scoped(EVERYTHING):
        enter_children(
            actor=cast.binh.actor,
            now=NOW,
            class_id=room.pk,
            stage=1,
            changes=[cell(child, "physical", "Đ"), cell(child, "height", "110")],
        )
        child.account = make_account("tre", child.name, "student")
        child.save(update_fields=["account"])
        place = child_place(child.pk)
        where = {"school": cast.school, "province": cast.department}
        make_grant(child.account, Role.STUDENT, place, child.name, **where)
    cast.people["child"] = type(cast.minh)(child.name, child.account, student=child)
    page = cast.client("child").get(f"/con/{child.pk}/ket-qua/").content.decode()
    assert "Phát triển thể chất" in page
    assert "110" in page


def test_the_summary_asks_little_of_the_database(primary: Primary) -> None:
    primary.fill(primary.pupils[0])
    client = primary.cast.client("binh")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/tieu-hoc/lop/{primary.room.pk}/tong-hop/4/")
    assert len(few) <= 22


def test_progress_of_the_school_counts_primary_books(primary: Primary) -> None:
    primary.levels(primary.maths, 1, [cell(one, "level", "T") for one in primary.pupils])
    page = primary.cast.client("mai").get(f"/tien-do/{primary.cast.school.pk}/?term=1")
    assert "4A" in page.content.decode()
    with scoped(EVERYTHING):
        assert PrimaryRow.objects.count() == 3
