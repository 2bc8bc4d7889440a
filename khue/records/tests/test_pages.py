"""Page × person → status, for the cast of the house; and what the pages do."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khue.records.services.register import register_students
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast, enrol, make_staff, make_student, table

PEOPLE = ["thu", "mai", "binh", "hoa", "nam", "ha", "dung", "lan", "minh", "stranger", "nobody"]
#                     thu  mai  binh hoa  nam  ha   dung lan  minh la   -
OFFICE_ONLY = [200, 200, 403, 403, 403, 403, 403, 403, 403, 403, 302]
STUDENT_PAGES = {
    "/hoc-sinh/": [200, 200, 200, 200, 200, 200, 200, 403, 403, 403, 302],
    "/hoc-sinh/{minh}/": [200, 200, 200, 200, 404, 200, 200, 200, 200, 403, 302],
    "/hoc-sinh/{minh}/qua-trinh/": [200, 200, 200, 200, 404, 200, 200, 200, 200, 403, 302],
    "/hoc-sinh/{minh}/gia-dinh/": [200, 200, 200, 403, 403, 403, 403, 403, 403, 403, 302],
    "/hoc-sinh/{minh}/sua/": OFFICE_ONLY,
    "/hoc-sinh/{minh}/chuyen-truong/": OFFICE_ONLY,
    "/hoc-sinh/{minh}/gia-dinh/them/": OFFICE_ONLY,
    "/hoc-sinh/them/": OFFICE_ONLY,
    "/so-dang-bo/": [200, 200, 403, 403, 403, 200, 200, 403, 403, 403, 302],
    "/chuyen-truong/": OFFICE_ONLY,
    "/ho-so-trung/": OFFICE_ONLY,
    "/ho-so-trung/{minh}/{mate}/": OFFICE_ONLY,
    "/can-bo/": [200, 200, 403, 403, 403, 200, 200, 403, 403, 403, 302],
    "/can-bo/{hoa}/": [200, 200, 403, 403, 403, 200, 200, 403, 403, 403, 302],
    "/can-bo/{hoa}/sua/": OFFICE_ONLY,
    "/can-bo/{nam}/": [404, 404, 403, 403, 403, 404, 200, 403, 403, 403, 302],
    "/hoc-sinh/{stranger_child}/": [404, 404, 404, 404, 200, 404, 200, 404, 404, 403, 302],
    "/lop/{8a}/hoc-sinh/": [200, 200, 200, 200, 404, 200, 200, 403, 403, 403, 302],
    "/lop/{8a}/xep-lop/": OFFICE_ONLY,
    "/lop/{8a}/ket-thuc-nam/": OFFICE_ONLY,
    "/hoc-sinh/999999/": [404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 302],
}


def address_of(pattern: str, cast: Cast) -> str:
    return pattern.replace("{8a}", str(cast.school_class.pk)).format(
        minh=cast.minh.student.pk,
        mate=cast.classmates[0].pk,
        hoa=cast.hoa.staff.pk,
        nam=cast.nam.staff.pk,
        stranger_child=cast.other_student.pk,
    )


@pytest.mark.parametrize("pattern", STUDENT_PAGES)
def test_who_opens_which_page(cast: Cast, pattern: str) -> None:
    seen = [cast.client(one).get(address_of(pattern, cast)).status_code for one in PEOPLE]
    assert dict(zip(PEOPLE, seen, strict=True)) == dict(
        zip(PEOPLE, STUDENT_PAGES[pattern], strict=True)
    )


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client("thu")


def filled(cast: Cast) -> None:
    """A class of forty, to see that a list costs the same with one row or with fifty."""
    with scoped(EVERYTHING):
        for number in range(60):
            student = make_student(cast.school, f"Nông Văn Thử {chr(65 + number % 26)}")
            enrol(student, cast.school_class)
            if number < 40:
                make_staff(cast.school, f"Ma Văn Thử {chr(65 + number % 26)}", "M")


@pytest.mark.parametrize(
    ("address", "most"), [("/hoc-sinh/", 20), ("/can-bo/", 16), ("/so-dang-bo/", 18)]
)
def test_a_list_costs_the_same_however_long(
    cast: Cast, office: Client, address: str, most: int
) -> None:
    with scoped(EVERYTHING):
        register_students(
            actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, day=date(2026, 9, 5)
        )
    office.get(address)
    with CaptureQueriesContext(connection) as few:
        office.get(address)
    filled(cast)
    with CaptureQueriesContext(connection) as many:
        office.get(address)
    assert len(many) == len(few)
    assert len(many) <= most


def test_the_list_is_searched_without_diacritics_and_sorted(cast: Cast, office: Client) -> None:
    page = office.get("/hoc-sinh/").content.decode()
    names = ["Hoàng Thị Ánh", "Nông Văn Ân", "Đặng Thùy Dương", "Triệu Quang Minh"]
    places = [page.index(name) for name in names]
    assert places == sorted(places)
    found = office.get("/hoc-sinh/", {"q": "dang duong"}).content.decode()
    assert "Đặng Thùy Dương" in found
    assert "Triệu Quang Minh" not in found
    assert "Không tìm thấy" in office.get("/hoc-sinh/", {"q": "khong co"}).content.decode()


def test_a_teacher_lists_only_her_classes(cast: Cast) -> None:
    with scoped(EVERYTHING):
        other = make_student(cast.school, "Lò Thị Bê")
        enrol(other, cast.sister_class)
    page = cast.client("hoa").get("/hoc-sinh/").content.decode()
    assert "Triệu Quang Minh" in page
    assert "Lò Thị Bê" not in page


def test_a_new_student_is_entered_on_the_page(cast: Cast, office: Client) -> None:
    data = {
        "name": "lò thị nga",
        "sex": "F",
        "born": "9/3/2013",
        "class_id": cast.school_class.pk,
        "starts_on": "20/11/2026",
    }
    bad = office.post("/hoc-sinh/them/", data | {"born": "31/2/2013"}).content.decode()
    assert "Chưa lưu được" in bad
    answer = office.post("/hoc-sinh/them/", data)
    assert answer.status_code == 302
    assert "Lò Thị Nga" in office.get(answer["Location"]).content.decode()


def test_a_likely_double_is_asked_about_first(cast: Cast, office: Client) -> None:
    data = {"name": "Triệu Quang Minh", "sex": "M", "born": "09/03/2013"}
    asked = office.post("/hoc-sinh/them/", data)
    assert asked.status_code == 200
    assert "Có thể em đã có hồ sơ" in asked.content.decode()
    assert office.post("/hoc-sinh/them/", data | {"different": "on"}).status_code == 302


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def form_of(office: Client, address: str) -> dict[str, Any]:
    page = office.get(address).content.decode()
    return {"version": hidden(page, "version"), "seen": hidden(page, "seen")}


def test_the_second_of_two_savers_chooses(cast: Cast, office: Client) -> None:
    address = f"/hoc-sinh/{cast.minh.student.pk}/sua/"
    base = {"name": "Triệu Quang Minh", "sex": "M", "born": "09/03/2013", "code": "2000000001"}
    first, second = form_of(office, address), form_of(office, address)
    assert office.post(address, base | first | {"phone": "0912000071"}).status_code == 302
    asked = office.post(address, base | second | {"phone": "0912000072"})
    page = asked.content.decode()
    assert "Một người khác vừa lưu" in page
    assert "0912000071" in page
    assert "0912000072" in page
    again = base | {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    kept = office.post(address, again | {"phone": "0912000072", "pick_phone": "theirs"})
    assert kept.status_code == 302
    with scoped(EVERYTHING):
        row = table("records.Student").objects.get(pk=cast.minh.student.pk)
    assert row.phone == "0912000071"
    assert office.post(address, again | {"phone": "0912000072", "pick_phone": "mine"}).status_code


def test_the_sensitive_part_opens_only_by_post_and_is_noted(cast: Cast, office: Client) -> None:
    address = f"/hoc-sinh/{cast.minh.student.pk}/nhay-cam/"
    assert office.get(address).status_code == 405
    with scoped(EVERYTHING):
        reads = table("ledger.SensitiveRead").objects.all()
        assert reads.count() == 0
        assert "Dữ liệu nhạy cảm" in office.post(address).content.decode()
    with scoped(EVERYTHING):
        assert reads.count() == 1
    statuses = {one: cast.client(one).post(address).status_code for one in PEOPLE}
    assert [name for name, status in statuses.items() if status == 200] == ["thu", "mai", "binh"]


def test_the_number_never_stands_on_a_plain_page(cast: Cast, office: Client) -> None:
    number = "020213000123"
    address = f"/hoc-sinh/{cast.minh.student.pk}/sua/"
    base = {"name": "Triệu Quang Minh", "sex": "M", "born": "09/03/2013", "code": "2000000001"}
    saved = office.post(address, base | form_of(office, address) | {"personal_number": number})
    assert saved.status_code == 302
    for path in ["", "sua/", "qua-trinh/", "gia-dinh/"]:
        page = office.get(f"/hoc-sinh/{cast.minh.student.pk}/{path}").content.decode()
        assert number not in page
    opened = office.post(f"/hoc-sinh/{cast.minh.student.pk}/nhay-cam/").content.decode()
    assert number in opened


def test_a_filter_by_ethnic_group_is_a_sensitive_read(cast: Cast, office: Client) -> None:
    office.get("/hoc-sinh/", {"ethnic": "01"})
    with scoped(EVERYTHING):
        assert table("ledger.SensitiveRead").objects.count() == 1
    assert "Triệu" not in cast.client("hoa").get("/hoc-sinh/", {"ethnic": "01"}).content.decode()


def post_step(office: Client, cast: Cast, step: str, data: dict[str, Any]) -> int:
    return office.post(f"/hoc-sinh/{cast.minh.student.pk}/{step}/", data).status_code


def test_the_steps_of_a_course(cast: Cast, office: Client) -> None:
    sister = {"class_id": cast.sister_class.pk, "on": "20/11/2026"}
    assert post_step(office, cast, "chuyen-lop", sister | {"on": "32/13/2026"}) == 200
    assert post_step(office, cast, "chuyen-lop", sister) == 302
    with scoped(EVERYTHING):
        make_code("leaving-reasons", "01", "Hoàn cảnh khó khăn")
    leave = {"on": "21/11/2026", "reason_code": "01", "note": ""}
    assert post_step(office, cast, "thoi-hoc", leave) == 302
    assert post_step(office, cast, "tro-lai", sister | {"on": "23/11/2026"}) == 302
    assert post_step(office, cast, "khong-co", {}) == 404
    page = office.get(f"/hoc-sinh/{cast.minh.student.pk}/qua-trinh/").content.decode()
    assert "Thôi học" in page


def make_code(listed: str, code: str, name: str) -> None:
    table("organisations.Code").objects.create(list=listed, code=code, name=name)


def test_a_class_ends_its_year_and_the_next_is_filled(cast: Cast, office: Client) -> None:
    minh, address = cast.minh.student.pk, f"/lop/{cast.school_class.pk}"
    ended = office.post(f"{address}/ket-thuc-nam/", {"on": "21/11/2026", "ids": [minh]})
    assert ended.status_code == 302
    with scoped(EVERYTHING):
        rows = table("records.Enrolment").objects.filter(school_class=cast.school_class)
        told = dict(rows.values_list("student_id", "status"))
    assert told.pop(minh) == "retained"
    assert set(told.values()) == {"completed"}
    page = office.get(f"{address}/hoc-sinh/").content.decode()
    assert "Lớp chưa có học sinh" in page
    assert "Lưu ban" in page
    fill = f"/lop/{cast.sister_class.pk}/xep-lop/"
    assert "Triệu Quang Minh" in office.get(fill).content.decode()
    nobody = office.post(fill, {"on": "22/11/2026"}).content.decode()
    assert "ít nhất một học sinh" in nobody
    ids = [minh, cast.classmates[0].pk]
    assert office.post(fill, {"on": "22/11/2026", "ids": ids}).status_code == 302
    assert (
        "Triệu Quang Minh" in office.get(f"/lop/{cast.sister_class.pk}/hoc-sinh/").content.decode()
    )


def test_a_transfer_is_asked_and_cancelled_on_the_pages(cast: Cast, office: Client) -> None:
    data = {
        "to_school": cast.other_school.pk,
        "effective_on": "23/11/2026",
        "reason": "Theo gia đình",
    }
    assert post_step(office, cast, "chuyen-truong", data) == 302
    assert "Triệu Quang Minh" in office.get("/chuyen-truong/").content.decode()
    with scoped(EVERYTHING):
        move = table("records.Transfer").objects.get()
    assert cast.client("nam").get(f"/chuyen-truong/{move.pk}/").status_code == 403
    assert office.get(f"/chuyen-truong/{move.pk}/").status_code == 404
    assert office.post(f"/chuyen-truong/{move.pk}/huy/", {"reason": "Thôi"}).status_code == 302


def test_the_lists_are_taken_along(cast: Cast, office: Client) -> None:
    for address in ["/hoc-sinh/tep/", "/can-bo/tep/", "/so-dang-bo/tep/"]:
        assert office.get(address).content[:2] == b"PK"
        assert b";" in office.get(address, {"format": "csv"}).content
    names = office.get("/hoc-sinh/tep/", {"format": "csv"}).content.decode("utf-8-sig")
    assert "Triệu Quang Minh" in names
    assert "Lục Văn Sơn" not in names


def test_two_files_are_compared_merged_and_split(cast: Cast, office: Client) -> None:
    with scoped(EVERYTHING):
        double = make_student(cast.school, "Triệu Quang Minh", address="Thôn Đầu")
    pair = f"/ho-so-trung/{cast.minh.student.pk}/{double.pk}/"
    assert f"{cast.minh.student.pk}/{double.pk}/" in office.get("/ho-so-trung/").content.decode()
    assert "Thôn Đầu" in office.get(pair).content.decode()
    assert office.post(pair, {"address": "gone", "reason": "Nhập hai lần"}).status_code == 302
    with scoped(EVERYTHING):
        merge = table("records.Merge").objects.get()
    assert "Tách lại" in office.get("/ho-so-trung/").content.decode()
    split = office.post(f"/ho-so-trung/tach/{merge.pk}/", {"reason": "Gộp nhầm"})
    assert split.status_code == 302
    with scoped(EVERYTHING):
        merge.refresh_from_db()
    assert merge.undone_at


def test_staff_are_entered_posted_and_given_accounts(cast: Cast, office: Client) -> None:
    with scoped(EVERYTHING):
        make_code("staff-kinds", "28", "Giáo viên")
        make_code("extra-duties", "07", "Tổng phụ trách Đội")
    data = {"name": "Ma Thị Xuân", "sex": "F", "kind": "28", "starts_on": "01/08/2026"}
    made = office.post("/can-bo/them/", data)
    assert made.status_code == 302
    address = made["Location"]
    assert office.post(address + "tai-khoan/").status_code == 302
    duty = {"duty": "07", "starts_on": "20/11/2026"}
    assert office.post(address + "nhiem-vu/", duty).status_code == 302
    page = office.get(address).content.decode()
    assert "Tổng phụ trách Đội" in page
    assert "Tên đăng nhập" in page
    edit = form_of(office, address + "sua/")
    changed = {
        "name": "Ma Thị Xuân",
        "sex": "F",
        "teaching_subjects": "Toán,  Tin học",
        "status": "",
    }
    assert office.post(address + "sua/", edit | changed).status_code == 302
    assert "Toán, Tin học" in office.get(address).content.decode()


def test_a_family_is_kept_on_the_page(cast: Cast, office: Client) -> None:
    minh = cast.minh.student.pk
    data = {"relation": "father", "name": "Triệu Văn Tâm", "phone": "0912000081"}
    assert office.post(f"/hoc-sinh/{minh}/gia-dinh/them/", data).status_code == 302
    with scoped(Scope(schools=(cast.school.pk,))):
        link = table("records.Guardianship").objects.get(guardian__name="Triệu Văn Tâm")
    for step, reason in [("tai-khoan", ""), ("han-che", "Bản án 1/2026"), ("bo-han-che", "Hết")]:
        answer = office.post(f"/nguoi-than/{link.pk}/{step}/", {"reason": reason})
        assert answer.status_code == 302
    changed = data | {"job": "Thợ mộc"}
    assert office.post(f"/nguoi-than/{link.pk}/", changed).status_code == 302
    page = office.get(f"/hoc-sinh/{minh}/gia-dinh/").content.decode()
    assert "Thợ mộc" in page
    assert "0912000081" in page
    assert office.post(f"/nguoi-than/{link.pk}/ket-thuc/", {"reason": "Nhầm"}).status_code == 302


def test_a_received_student_opens_in_the_new_school(cast: Cast, office: Client) -> None:
    with scoped(EVERYTHING):
        move = table("records.Transfer").objects.create(
            student=cast.other_student,
            student_name=cast.other_student.name,
            from_school=cast.other_school,
            to_school=cast.school,
            grade="08",
            effective_on=date(2026, 11, 23),
            requested_at=NOW,
            requested_by="Trường THCS Đồi Sim",
        )
    address = f"/chuyen-truong/{move.pk}/"
    assert "Lục Văn Sơn" in office.get(address).content.decode()
    data = {"class_id": cast.school_class.pk, "on": "23/11/2026"}
    taken = office.post(address, data)
    assert taken.status_code == 302
    assert "Lục Văn Sơn" in office.get(taken["Location"]).content.decode()
