"""The days of writing: set by the department, narrowed by a school, widened for one school."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import EntryWindow
from khue.gradebook.queries.books import NoSuchBook, find_book
from khue.gradebook.rules.windows import Days, days_in_force, outside_sentence
from khue.gradebook.services import CellChange, enter_marks
from khue.gradebook.services.states import closed_sentence
from khue.gradebook.services.windows import WindowRefused, clear_window, set_window
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast

DAY = timedelta(days=1)


def set_days(cast: Cast, who: str, first: date, last: date, **more: Any) -> None:
    given = {"node_id": cast.department.pk, "year": YEAR, "period": 1, **more}
    with scoped(EVERYTHING):
        set_window(actor=cast.people[who].actor, now=NOW, opens_on=first, closes_on=last, **given)


def closed(cast: Cast, book: Any = None, term: int = 1) -> str:
    with scoped(EVERYTHING):
        return closed_sentence(find_book((book or cast.maths).pk), term, NOW)


def test_without_days_marks_are_written_any_day(cast: Cast) -> None:
    assert closed(cast) == ""


def test_days_are_inclusive_and_hold_for_every_school_of_the_department(cast: Cast) -> None:
    set_days(cast, "dung", TODAY, TODAY)
    assert closed(cast) == ""
    assert closed(cast, cast.other_maths) == ""
    set_days(cast, "dung", TODAY + DAY, TODAY + 9 * DAY)
    assert "chưa đến hạn" in closed(cast)
    assert "chưa đến hạn" in closed(cast, cast.other_maths)
    assert closed(cast, term=2) == ""


def test_a_save_outside_the_days_is_refused_with_the_days_and_whom_to_ask(cast: Cast) -> None:
    set_days(cast, "dung", TODAY - 9 * DAY, TODAY - DAY)
    with scoped(Scope(schools=(cast.school.pk,))):
        saved = enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[CellChange(cast.minh.student.pk, "gk", None, "7")],
        )
    assert saved.outcomes[0].status == "refused"
    assert saved.outcomes[0].sentence == (
        "Thời gian nhập điểm học kì I là từ 11/11/2026 đến 19/11/2026 (Sở GD&ĐT tỉnh Thử đặt);"
        " hôm nay 20/11/2026 đã quá hạn nên không ghi được. Cần thêm thời gian, thầy cô báo lãnh"
        " đạo trường đề nghị Sở GD&ĐT tỉnh Thử gia hạn."
    )


def test_the_note_of_the_days_is_read_by_the_teacher(cast: Cast) -> None:
    set_days(cast, "dung", TODAY + DAY, TODAY + DAY, note="Thi thử cả tỉnh")
    assert closed(cast).endswith("gia hạn. Ghi chú: Thi thử cả tỉnh.")


def test_a_school_narrows_what_the_department_allows(cast: Cast) -> None:
    own = {"node_id": cast.school.pk}
    set_days(cast, "dung", TODAY - 9 * DAY, TODAY + 9 * DAY)
    set_days(cast, "mai", TODAY - 9 * DAY, TODAY - DAY, **own)
    assert "Trường THCS Sao Khuê đặt" in closed(cast)
    assert "đề nghị lãnh đạo trường." in closed(cast)
    assert closed(cast, cast.other_maths) == ""
    with pytest.raises(WindowRefused, match="phải nằm trong đó"):
        set_days(cast, "mai", TODAY, TODAY + 10 * DAY, **own)


def test_the_department_gives_one_school_more_time(cast: Cast) -> None:
    set_days(cast, "dung", TODAY - 9 * DAY, TODAY - DAY)
    set_days(cast, "dung", TODAY - 9 * DAY, TODAY + DAY, node_id=cast.school.pk, note="Nghỉ lũ")
    assert closed(cast) == ""
    assert "đã quá hạn" in closed(cast, cast.other_maths)
    set_days(cast, "mai", TODAY, TODAY + DAY, node_id=cast.school.pk)
    assert closed(cast) == ""


def test_setting_again_replaces_and_taking_away_frees(cast: Cast) -> None:
    set_days(cast, "dung", TODAY + DAY, TODAY + 2 * DAY)
    set_days(cast, "dung", TODAY + DAY, TODAY + 3 * DAY)
    assert EntryWindow.objects.count() == 1
    where = {"node_id": cast.department.pk, "year": YEAR, "period": 1}
    assert clear_window(actor=cast.dung.actor, now=NOW, **where)
    assert not clear_window(actor=cast.dung.actor, now=NOW, **where)
    assert closed(cast) == ""
    with scoped(EVERYTHING):
        lines = history_of(f"window:{cast.department.pk}.{YEAR}.1.general")
    assert [(one.old, one.new) for one in lines] == [
        ("từ 21/11/2026 đến 23/11/2026", None),
        ("từ 21/11/2026 đến 22/11/2026", "từ 21/11/2026 đến 23/11/2026"),
        (None, "từ 21/11/2026 đến 22/11/2026"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (TODAY, TODAY - DAY, "đứng trước"),
        (date(2025, 8, 1), TODAY, "phải nằm trong năm học 2026-2027"),
        (TODAY, date(2027, 9, 1), "phải nằm trong năm học 2026-2027"),
    ],
)
def test_days_that_cannot_be_are_refused(cast: Cast, first: date, last: date, said: str) -> None:
    with pytest.raises(WindowRefused, match=said):
        set_days(cast, "dung", first, last)


@pytest.mark.parametrize("who", ["hoa", "binh", "mai", "thu", "ha", "lan", "minh", "stranger"])
def test_only_an_officer_of_the_department_sets_its_days(cast: Cast, who: str) -> None:
    with pytest.raises((OutsidePlace, Refused)):
        set_days(cast, who, TODAY, TODAY)


@pytest.mark.parametrize("who", ["hoa", "binh", "thu", "ha", "nam", "lan", "minh", "stranger"])
def test_only_leaders_set_the_days_of_a_school(cast: Cast, who: str) -> None:
    with pytest.raises((OutsidePlace, Refused)):
        set_days(cast, who, TODAY, TODAY, node_id=cast.school.pk)


def test_a_term_that_the_school_does_not_know_is_not_found(cast: Cast) -> None:
    with pytest.raises(NoSuchBook):
        set_days(cast, "mai", TODAY, TODAY, node_id=cast.school.pk, period=11)


def test_the_rule_takes_the_narrowest_of_what_holds() -> None:
    general = Days(date(2026, 11, 1), date(2026, 11, 10), "Sở")
    special = Days(date(2026, 11, 1), date(2026, 11, 20), "Sở")
    own = Days(date(2026, 11, 5), date(2026, 11, 15), "Trường", of_school=True)
    in_force = days_in_force(general, special, own)
    open_on = [
        day
        for day in range(1, 30)
        if not outside_sentence(in_force, date(2026, 11, day), "học kì I")
    ]
    assert open_on == list(range(5, 16))


EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
TABLE = {
    "/thoi-gian-nhap-diem/": [403, 403, 302, 302, 403, 403, 403, 302, 403, 403, 302],
    "/thoi-gian-nhap-diem/{school}/": [403, 403, 200, 200, 403, 403, 403, 200, 403, 403, 302],
    "/thoi-gian-nhap-diem/{other_school}/": [403, 403, 404, 404, 403, 403, 403, 200, 403, 403, 302],
    "/thoi-gian-nhap-diem/{department}/": [403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 302],
    "/thoi-gian-nhap-diem/{commune}/": [403, 403, 403, 403, 403, 403, 403, 404, 403, 403, 302],
}


@pytest.mark.parametrize("address", TABLE)
def test_page_by_person(cast: Cast, address: str) -> None:
    places = {
        "school": cast.school.pk,
        "other_school": cast.other_school.pk,
        "department": cast.department.pk,
        "commune": cast.commune.pk,
    }
    path = address.format(**places)
    assert [cast.client(who).get(path).status_code for who in EVERYONE] == TABLE[address]


def test_the_forms_of_the_pages_set_and_take_away(cast: Cast) -> None:
    client, address = cast.client("dung"), f"/thoi-gian-nhap-diem/{cast.school.pk}/"
    form = {"period": "1", "opens_on": "01/12/2026", "closes_on": "10/1/2027", "note": "Nghỉ lũ"}
    assert client.post(address, form).status_code == 302
    row = EntryWindow.objects.get()
    assert (row.organisation_id, row.for_school_id) == (cast.department.pk, cast.school.pk)
    shown = client.get(address).content.decode()
    assert "01/12/2026 – 10/01/2027" in shown
    assert "Nghỉ lũ" in client.get(f"/thoi-gian-nhap-diem/{cast.department.pk}/").content.decode()
    wrong = client.post(address, {**form, "closes_on": "30/11/2026"})
    assert "đứng trước" in wrong.content.decode()
    assert client.post(f"{address}bo/", {"period": "1"}).status_code == 302
    assert not EntryWindow.objects.exists()
    found = client.get(f"/thoi-gian-nhap-diem/{cast.department.pk}/?q=doi sim").content.decode()
    assert "Trường THCS Đồi Sim" in found
