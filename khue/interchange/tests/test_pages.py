"""Pages of connections: who may open them, what they show once, what is written down."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import MARKS, SCHOOLS, STUDENTS
from khue.interchange.services.clients import ClientRefused, change_grants, register_client
from khue.interchange.tests.programs import ask_token, facts, program, register
from kit.dates import print_date
from kit.fences import EVERYTHING, NOTHING, Scope, scoped, set_scope
from tests.cast import Cast, table

NEW = {
    "name": "Thư viện số",
    "purpose": "Cấp thẻ thư viện",
    "contact_name": "Hứa Văn Quản",
    "contact_email": "quan@thu-vien.example",
    "calls_a_minute": "600",
    "scopes": [SCHOOLS, STUDENTS],
    "places": "",
}


def new(place: str, **changed: object) -> dict[str, object]:
    return {**NEW, "place": place, "expires_on": print_date(timezone.localdate()), **changed}


@pytest.mark.parametrize(
    ("person", "manages", "reads"),
    [
        ("mai", 200, 200),
        ("dung", 200, 200),
        ("ha", 403, 200),
        ("hoa", 403, 403),
        ("thu", 403, 403),
        ("lan", 403, 403),
        ("stranger", 403, 403),
        ("nobody", 302, 302),
    ],
)
def test_who_opens_the_pages(cast: Cast, person: str, manages: int, reads: int) -> None:
    client = cast.client(person)
    assert client.get("/du-lieu-mo/").status_code == manages
    assert client.get("/du-lieu-mo/dang-ky/").status_code == manages
    assert client.get("/du-lieu-mo/luot-doc/").status_code == reads


def test_a_connection_of_another_school_does_not_exist(cast: Cast) -> None:
    made = register(cast, "mai")
    with scoped(EVERYTHING):
        table("access.Grant").objects.filter(account=cast.mai.account).update(
            place=cast.other_school.organisation.path, school_id=cast.other_school.pk
        )
    page = cast.client("mai")
    assert page.get(f"/du-lieu-mo/{made.client_id}/").status_code == 404
    for act in ("sua", "pham-vi", "doi-ma", "thu-hoi"):
        assert page.post(f"/du-lieu-mo/{made.client_id}/{act}/").status_code == 404


def test_a_principal_registers_and_the_secret_shows_once(cast: Cast) -> None:
    browser = cast.client("mai")
    page = browser.post("/du-lieu-mo/dang-ky/", new(cast.school.organisation.path))
    told = page.content.decode()
    secret = re.findall(r"data-secret>([^<]+)<", told)[0]
    with scoped(EVERYTHING):
        row = table("interchange.Client").objects.get()
        entry = table("ledger.Entry").objects.get(subject=f"client:{row.pk}")
    assert secret not in str(vars(row))
    assert (entry.action, entry.actor_name) == ("register", "Lương Thị Mai")
    assert secret not in browser.get(f"/du-lieu-mo/{row.pk}/").content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_scopes_change_and_a_revoked_connection_stays_revoked(cast: Cast) -> None:
    made = register(cast, "mai")
    browser = cast.client("mai")
    at = f"/du-lieu-mo/{made.client_id}/"
    browser.post(at + "pham-vi/", {"scopes": [MARKS], "places": ""})
    assert ask_token(made).json()["scope"] == MARKS
    assert "data-secret" in browser.post(at + "doi-ma/").content.decode()
    browser.post(at + "thu-hoi/", {"reason": "Hết dự án"})
    assert "Đã thu hồi" in browser.get(at).content.decode()
    again = browser.post(at + "doi-ma/", follow=True).content.decode()
    assert "đã bị thu hồi" in again


def test_nobody_gives_what_lies_outside_the_own_place(cast: Cast) -> None:
    browser = cast.client("mai")
    there = new(cast.school.organisation.path, places="20002B")
    page = browser.post("/du-lieu-mo/dang-ky/", there).content.decode()
    assert "nằm ngoài nơi đăng ký" in page
    there = new(cast.other_school.organisation.path)
    page = browser.post("/du-lieu-mo/dang-ky/", there).content.decode()
    assert "Hãy chọn một mục trong danh sách" in page
    with scoped(EVERYTHING):
        assert not table("interchange.Client").objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"expires_on": "01/01/2020"}, "đã qua"),
        ({"expires_on": "01/01/2100"}, "nhiều nhất một năm"),
        ({"scopes": []}, "chưa điền"),
        ({"scopes": ["khac"]}, "trong danh sách"),
        ({"places": "khong-co"}, "Không có trường hay xã"),
        ({"contact_email": "x"}, "chưa đúng"),
        ({"calls_a_minute": "1"}, "từ 10 đến 6000"),
    ],
)
def test_a_wrong_form_says_what_to_do(
    cast: Cast, changed: dict[str, object], sentence: str
) -> None:
    given = new(cast.school.organisation.path, **changed)
    page = cast.client("mai").post("/du-lieu-mo/dang-ky/", given)
    assert sentence in page.content.decode()


def test_two_connections_of_a_place_have_two_names(cast: Cast) -> None:
    register(cast, "mai")
    with pytest.raises(ClientRefused, match="đã có một kết nối"):
        register(cast, "mai")


def test_a_grant_below_stays_below(cast: Cast) -> None:
    made = register(cast, "mai")
    with scoped(EVERYTHING), pytest.raises(ClientRefused, match="nằm ngoài"):
        change_grants(
            actor=cast.mai.actor,
            now=timezone.now(),
            client_id=made.client_id,
            scopes=frozenset({SCHOOLS}),
            places=[cast.other_school.pk],
        )


def test_a_teacher_cannot_register_by_hand(cast: Cast) -> None:
    from khue.access.api import Refused

    with scoped(EVERYTHING), pytest.raises(Refused):
        register_client(
            actor=cast.hoa.actor,
            now=timezone.now(),
            place=cast.school.organisation.path,
            facts=facts(),
            scopes=frozenset({SCHOOLS}),
        )


# --- who read --------------------------------------------------------------------------------


def test_every_school_sees_who_read_its_data_and_how_much(cast: Cast) -> None:
    reader = program(register(cast))
    reader.get("/api/v1/students")
    page = cast.client("mai").get("/du-lieu-mo/luot-doc/").content.decode()
    assert "Thư viện số" in page
    assert "Trường THCS Đồi Sim" not in page
    with scoped(EVERYTHING):
        rows = dict(table("interchange.Reading").objects.values_list("school_id", "records"))
    assert rows == {cast.school.pk: 4, cast.other_school.pk: 1}
    reader.get(f"/api/v1/classes?school={make_id(Kind.ORGANISATION, cast.school.pk)}")
    assert "2 trường" in of_department(cast)
    there = make_id(Kind.ORGANISATION, cast.other_school.pk)
    reader.get(f"/api/v1/students?school={there}")
    reader.get(f"/api/v1/staff?school={there}")
    told = of_department(cast)
    assert "Trường THCS Đồi Sim" in told
    assert "Cán bộ, giáo viên, nhân viên" in told


def of_department(cast: Cast) -> str:
    page: str = cast.client("dung").get("/du-lieu-mo/luot-doc/").content.decode()
    return page


def test_an_answer_that_held_nothing_is_noted_too(cast: Cast) -> None:
    program(register(cast)).get("/api/v1/absences")
    with scoped(EVERYTHING):
        row = table("interchange.Reading").objects.get()
    assert (row.school_id, row.records, row.endpoint) == (None, 0, "api/v1/absences")
    assert "absences" in cast.client("dung").get("/du-lieu-mo/luot-doc/").content.decode()


def test_the_fence_hides_connections_and_readings_of_others(cast: Cast) -> None:
    program(register(cast, "mai")).get("/api/v1/students")
    for scope, seen in [
        (NOTHING, 0),
        (Scope(schools=(cast.other_school.pk,)), 0),
        (Scope(schools=(cast.school.pk,)), 1),
        (Scope(provinces=(cast.department.pk,)), 1),
    ]:
        with scoped(scope):
            assert table("interchange.Client").objects.count() == seen
            assert table("interchange.Reading").objects.count() == seen
            assert bool(table("interchange.ClientGrant").objects.count()) == bool(seen)
    set_scope(NOTHING)


def test_the_reference_tells_every_list_without_a_script_of_others(cast: Cast) -> None:
    page = cast.client("nobody").get("/api/")
    told = page.content.decode()
    assert "GET /api/v1/students" in told
    assert "Cần phạm vi: students.read" in told
    assert 'id="rate-limited"' in told
    assert "https://cdn" not in told
