"""What the desk of the office lists can be taken along."""

from datetime import date

from django.urls import reverse

from khue.records.api import request_transfer
from kit.fences import EVERYTHING, scoped
from kit.sheets.reading import open_workbook
from tests.cast import NOW, Cast, make_student


def cells_of(body: bytes) -> list[str]:
    return [str(cell) for sheet in open_workbook(body).sheets for row in sheet.rows for cell in row]


def test_transfers_are_taken_along(cast: Cast) -> None:
    with scoped(EVERYTHING):
        request_transfer(
            actor=cast.mai.actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            to_school_id=cast.other_school.pk,
            effective_on=date(2026, 12, 1),
            reason="Gia đình chuyển nơi ở",
        )
    answer = cast.client("thu").get(reverse("records.transfers"), {"format": "xlsx"})
    cells = cells_of(answer.content)
    assert cast.minh.name in cells
    assert "Gia đình chuyển nơi ở" in cells


def test_possible_duplicates_are_taken_along(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_student(cast.school, "Trieu Quang Minh")
    answer = cast.client("thu").get(reverse("records.duplicates"), {"format": "xlsx"})
    assert any("Trieu Quang Minh" in cell for cell in cells_of(answer.content))


def test_a_teacher_takes_neither(cast: Cast) -> None:
    for route in ["records.transfers", "records.duplicates"]:
        answer = cast.client("hoa").get(reverse(route), {"format": "xlsx"})
        assert answer.status_code == 403
