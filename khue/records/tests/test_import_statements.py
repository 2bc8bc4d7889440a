"""However long a list is, an import asks the database as often as for a short one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from khue.access.api import scope_of
from khue.records.models import Guardian, Guardianship, RegisterEntry, Student
from khue.records.tests.test_import_students import a_row, apply, lists, sender
from kit import many_rows
from kit.fences import EVERYTHING, scoped, set_scope
from kit.many_rows import RowsOutOfReach, insert_rows, update_rows
from tests.cast import NOW, Cast, table

__all__ = ["lists"]
GIVEN = ("An", "Bình", "Chi", "Dung", "Hoa", "Khánh", "Lan", "Nga", "Oanh", "Sơn", "Thu", "Vân")


def family_rows(first: int, count: int, **more: str) -> list[list[object]]:
    """Pupils of families nobody knows yet, all different."""
    return [
        a_row(
            f"Nông Thị {GIVEN[at % len(GIVEN)]}",
            Ngày_sinh=f"{1 + at % 28}/{1 + at // 28}/2013",
            Dân_tộc="Tày",
            Họ_tên_bố=f"Nông Văn {GIVEN[-1 - at % len(GIVEN)]}",
            **{"SĐT_bố": f"09120{at:05d}", "Diện_chính_sách": "Con thương binh", **more},
        )
        for at in range(first, first + count)
    ]


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


def test_the_statements_of_an_import_do_not_grow_with_its_rows(cast: Cast, lists: None) -> None:
    set_scope(scope_of(cast.mai.actor))
    sent, counted = sender(cast), []
    for first, count in ((0, 2), (2, 2), (4, 60)):
        runs: list[UUID] = []
        planned = statements(lambda: runs.append(sent(*family_rows(first, count))))  # noqa: B023
        counted.append((planned, statements(lambda: apply(cast, runs[0]))))  # noqa: B023
    assert counted[1] == counted[2]
    assert Student.objects.filter(name__startswith="Nông Thị").count() == 64
    assert RegisterEntry.objects.count() == 64
    assert Guardianship.objects.filter(student__name__startswith="Nông Thị").count() == 64


def test_the_statements_of_a_correction_do_not_grow_with_its_rows(cast: Cast, lists: None) -> None:
    set_scope(scope_of(cast.mai.actor))
    sent, counted = sender(cast), []
    apply(cast, sent(*family_rows(0, 40)))
    for count, place, phone in ((2, "Xã A", "0912100001"), (2, "Xã B", "0912100002")):
        run = sent(*family_rows(0, count, Nơi_sinh=place, SĐT_bố=phone))
        counted.append(statements(lambda: apply(cast, run)))  # noqa: B023
    run = sent(*family_rows(0, 40, Nơi_sinh="Xã C", SĐT_bố="0912100003"))
    assert statements(lambda: apply(cast, run)) == counted[1]
    corrected = Student.objects.filter(birth_place="Xã C")
    assert {one.version for one in corrected} == {2, 4}
    assert Guardian.objects.filter(phone="0912100003").count() == corrected.count() == 40
    told = table("ledger.Entry").objects.filter(subject=f"student:{corrected[0].pk}")
    assert {"create", "change", "change_guardian"} <= set(told.values_list("action", flat=True))


def guardians(*names: str) -> list[Guardian]:
    return [
        Guardian(name=name, name_search=name.lower(), birth_year=1980 + at, created_at=NOW)
        for at, name in enumerate(names)
    ]


def test_rows_in_one_statement_are_what_single_saves_would_write(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_rows, "TOGETHER", 2)
    rows = guardians("Lý “Văn” A", "B\\n; drop", "C")
    with scoped(EVERYTHING), transaction.atomic():
        insert_rows(rows)
        assert len({row.pk for row in rows}) == 3
        for row in rows:
            kept = Guardian.objects.get(pk=row.pk)
            assert (kept.name, kept.birth_year, kept.created_at) == (row.name, row.birth_year, NOW)
            row.job, row.birth_year = f"nghề {row.pk}", None
        update_rows(rows, ["job"])
        found = Guardian.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
        assert [(one.job, one.birth_year) for one in found] == [
            (f"nghề {one.pk}", 1980 + at) for at, one in enumerate(found)
        ]


def test_promises_and_fences_hold_for_many_rows(cast: Cast) -> None:
    minh = cast.minh.student
    with scoped(EVERYTHING):
        link = Guardianship.objects.filter(student=minh).first()
        assert link
        twice = Guardianship(
            student=minh, guardian=link.guardian, relation=link.relation, starts_on=link.starts_on
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows([twice])
        link.guardian.pk += 1000
        with pytest.raises(RowsOutOfReach), transaction.atomic():
            update_rows([link.guardian], ["job"])
    set_scope(scope_of(cast.mai.actor))
    line = RegisterEntry(
        school=cast.other_school, student=minh, number=7, entered_on=link.starts_on
    )
    with pytest.raises(Exception, match="row-level security"), transaction.atomic():
        insert_rows([line])
