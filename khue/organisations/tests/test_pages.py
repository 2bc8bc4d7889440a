"""Page × person: who of the cast sees which page of organisations."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, make_class, table
from tests.codes import LoadCodes

PEOPLE = ["nobody", "stranger", "hoa", "nam", "binh", "mai", "thu", "dung", "ha", "lan", "minh"]
Address = Callable[[Cast], str]


def at(name: str, *args: Callable[[Cast], int], query: str = "") -> Address:
    return lambda cast: reverse(name, args=[one(cast) for one in args] or None) + query


def school(cast: Cast) -> int:
    return int(cast.school.pk)


def klass(cast: Cast) -> int:
    return int(cast.school_class.pk)


def department(cast: Cast) -> int:
    return int(cast.department.pk)


def commune(cast: Cast) -> int:
    return int(cast.commune.pk)


def year(cast: Cast) -> int:
    return YEAR


def of_school(cast: Cast) -> str:
    return f"?school={cast.school.pk}"


# nobody stranger hoa nam binh mai thu dung ha lan minh
TABLE: list[tuple[Address, list[int]]] = [
    (
        at("organisations.tree"),
        [302, 403, 302, 302, 302, 302, 302, 200, 200, 403, 403],
    ),
    (
        lambda cast: reverse("organisations.tree") + f"?at={cast.department.pk}",
        [302, 403, 302, 302, 302, 302, 302, 200, 403, 403, 403],
    ),
    (
        at("organisations.school", school),
        [302, 403, 200, 404, 200, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.edit_school", school),
        [302, 403, 403, 403, 403, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.new_site", school),
        [302, 403, 403, 403, 403, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.new_school", commune),
        [302, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403],
    ),
    (
        at("organisations.new_branch", department),
        [302, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403],
    ),
    (
        at("organisations.years"),
        [302, 403, 200, 200, 200, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.edit_year", department, year),
        [302, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403],
    ),
    (
        lambda cast: reverse("organisations.classes") + of_school(cast),
        [302, 403, 200, 404, 200, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.class", klass),
        [302, 403, 200, 404, 200, 200, 200, 200, 200, 403, 403],
    ),
    (
        lambda cast: reverse("organisations.new_class") + of_school(cast),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        at("organisations.edit_class", klass),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        at("organisations.class_subjects", klass),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        lambda cast: reverse("organisations.bundles") + of_school(cast),
        [302, 403, 200, 404, 200, 200, 200, 200, 200, 403, 403],
    ),
    (
        lambda cast: reverse("organisations.new_bundle") + of_school(cast),
        [302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403],
    ),
    (
        at("organisations.codes"),
        [302, 403, 403, 403, 403, 200, 200, 200, 200, 403, 403],
    ),
    (
        at("organisations.code_list", query=""),
        [302, 403, 403, 403, 403, 200, 200, 200, 200, 403, 403],
    ),
]
TABLE[-1] = (lambda cast: reverse("organisations.code_list", args=["provinces"]), TABLE[-1][1])


@pytest.mark.parametrize(("address", "expected"), TABLE)
def test_page_by_person(cast: Cast, address: Address, expected: list[int]) -> None:
    where = address(cast)
    found = [cast.client(person).get(where).status_code for person in PEOPLE]
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True)), where


def test_a_teacher_finds_only_her_classes_in_the_list(cast: Cast) -> None:
    where = reverse("organisations.classes") + of_school(cast)
    hoa, mai = cast.client("hoa").get(where), cast.client("mai").get(where)
    sister = reverse("organisations.class", args=[cast.sister_class.pk])
    assert sister not in hoa.content.decode()
    assert sister in mai.content.decode()


def test_a_class_of_the_neighbour_is_not_found(cast: Cast) -> None:
    where = reverse("organisations.class", args=[cast.other_class.pk])
    assert cast.client("mai").get(where).status_code == 404
    edit = reverse("organisations.edit_class", args=[cast.other_class.pk])
    assert cast.client("mai").get(edit).status_code == 404


def test_the_class_page_shows_size_homeroom_and_teachers(cast: Cast) -> None:
    body = cast.client("mai").get(reverse("organisations.class", args=[klass(cast)]))
    text = body.content.decode()
    assert "Lý Văn Bình" in text
    assert "Nông Thị Hoa" in text
    assert "Sĩ số" in text


def test_search_needs_no_diacritics(cast: Cast) -> None:
    where = reverse("organisations.tree") + f"?at={cast.department.pk}&show=schools&q=doi+sim"
    text = cast.client("dung").get(where).content.decode()
    assert "Trường THCS Đồi Sim" in text
    assert "Trường THCS Sao Khuê" not in text


@pytest.mark.parametrize(
    "name", ["organisations.classes", "organisations.tree", "organisations.years"]
)
def test_a_list_goes_out_as_a_workbook(cast: Cast, name: str) -> None:
    query = {"organisations.classes": of_school(cast)}.get(name, "?")
    answer = cast.client("dung").get(reverse(name) + f"{query}&format=xlsx")
    rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert answer.status_code == 200
    assert len(rows) >= 2


def test_a_form_creates_several_classes_at_once(cast: Cast, load_short_codes: LoadCodes) -> None:
    load_short_codes(NOW)
    where = reverse("organisations.new_class") + of_school(cast)
    answer = cast.client("thu").post(where, {"name": "7A, 7B", "grades": ["07"]})
    assert answer.status_code == 302
    made = table("organisations.SchoolClass").objects.filter(grades=["07"])
    assert sorted(one.name for one in made) == ["7A", "7B"]
    again = cast.client("thu").post(where, {"name": "7A", "grades": ["07"]})
    assert "đã có lớp 7A" in again.content.decode()


def test_a_multi_grade_class_must_say_so(cast: Cast, load_short_codes: LoadCodes) -> None:
    load_short_codes(NOW)
    where = reverse("organisations.new_class") + of_school(cast)
    answer = cast.client("thu").post(where, {"name": "6+7", "grades": ["06", "07"]})
    assert "Lớp có nhiều khối phải là lớp ghép" in answer.content.decode()


def test_periods_are_changed_in_one_go(cast: Cast, load_short_codes: LoadCodes) -> None:
    load_short_codes(NOW)
    where = reverse("organisations.class_subjects", args=[klass(cast)])
    lines = {one.pk: one for one in (cast.maths, cast.literature, cast.sports)}
    data: dict[str, Any] = {}
    for key, one in lines.items():
        data[f"s{key}-form"] = one.form
        data[f"s{key}-periods_term1"] = 70 if key == cast.maths.pk else one.periods_term1
        data[f"s{key}-periods_term2"] = one.periods_term2
        data[f"s{key}-regular_marks"] = one.regular_marks
    answer = cast.client("thu").post(where, data)
    assert answer.status_code == 302
    cast.maths.refresh_from_db()
    assert cast.maths.periods_term1 == 70
    follow = reverse("organisations.follow_programme", args=[klass(cast)])
    cast.client("thu").post(follow, {})
    cast.maths.refresh_from_db()
    assert cast.maths.periods_term1 == 70


def test_a_class_is_closed_only_with_a_reason(cast: Cast) -> None:
    where = reverse("organisations.close_class", args=[cast.sister_class.pk])
    cast.client("thu").post(where, {"on": "31/12/2026", "reason": ""})
    cast.sister_class.refresh_from_db()
    assert cast.sister_class.closed_on is None
    cast.client("thu").post(where, {"on": "31/12/2026", "reason": "Sáp nhập"})
    cast.sister_class.refresh_from_db()
    assert f"{cast.sister_class.closed_on}" == "2026-12-31"


def test_the_department_moves_the_year_in_the_form(cast: Cast) -> None:
    where = reverse("organisations.edit_year", args=[cast.department.pk, YEAR])
    data = {
        "first_monday": "31/8/2026",
        "extra_weeks_term_1": "1",
        "extra_weeks_term_2": "0",
        "break_name_0": "Nghỉ Tết",
        "break_first_0": "1/2/2027",
    }
    refused = cast.client("dung").post(where, data)
    assert "Hãy ghi đủ tên, ngày đầu và ngày cuối" in refused.content.decode()
    answer = cast.client("dung").post(where, {**data, "break_last_0": "14/2/2027"})
    assert answer.status_code == 302
    page = cast.client("dung").get(reverse("organisations.years")).content.decode()
    assert "31/08/2026" in page
    assert "01/02/2027 – 14/02/2027" in page


def test_a_school_is_edited_and_a_stale_form_is_not_saved(
    cast: Cast, load_short_codes: LoadCodes
) -> None:
    load_short_codes(NOW)
    where = reverse("organisations.edit_school", args=[school(cast)])
    data = {"name": "Trường THCS Sao Mai", "level_group": "07", "ownership": "01", "version": "1"}
    assert cast.client("ha").post(where, data).status_code == 302
    cast.school.organisation.refresh_from_db()
    assert cast.school.organisation.name == "Trường THCS Sao Mai"
    assert "vừa sửa thông tin trường" in cast.client("mai").post(where, data).content.decode()


def test_province_codes_are_read_with_a_day(cast: Cast, load_short_codes: LoadCodes) -> None:
    load_short_codes(NOW)
    where = reverse("organisations.code_list", args=["provinces"])
    old = cast.client("dung").get(f"{where}?q=15&on=1/9/2024").content.decode()
    new = cast.client("dung").get(f"{where}?q=15&on=1/9/2025").content.decode()
    assert "Tỉnh Yên Bái" in old
    assert "Tỉnh Yên Bái" not in new
    assert "Tỉnh Lào Cai" in new
    wrong = cast.client("dung").get(f"{where}?on=31/2/2025").content.decode()
    assert "Đang hiện danh mục của hôm nay" in wrong


@pytest.mark.parametrize("many", [0, 30])
def test_lists_ask_the_database_no_more_for_more_rows(cast: Cast, many: int) -> None:
    with scoped(EVERYTHING):
        for number in range(many):
            make_class(cast.school, f"9-{number}", "09")
    client = cast.client("mai")
    where = reverse("organisations.classes") + of_school(cast)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(where).status_code == 200
    assert len(asked) <= 16, [one["sql"][:90] for one in asked]
