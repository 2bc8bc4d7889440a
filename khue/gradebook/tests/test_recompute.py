"""Recomputing from raw marks: finds every stored value that they do not bear out, and mends it."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from khue.gradebook.models import MarkRow, StudentResult, SubjectResult
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.results_check import check_class
from khue.gradebook.tests.year_of_marks import all_books, decide, put_year
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast


@pytest.fixture
def books(cast: Cast) -> dict[str, Any]:
    """A class whose results stand as they should."""
    made = all_books(cast)
    with scoped(EVERYTHING):
        put_year(made, cast.minh.student, [82, 85, 80, 90, 79, 81, 86, 49])
        decide(cast, cast.minh.student, conduct1=0, conduct2=0)
        refresh_results(class_id=cast.school_class.pk, now=NOW)
    return made


def run(*arguments: str) -> list[str]:
    said = StringIO()
    try:
        call_command("recompute", *arguments, stdout=said)
    finally:
        run.said = said.getvalue().strip().splitlines()  # type: ignore[attr-defined]
    return run.said  # type: ignore[attr-defined,no-any-return]


def test_a_class_that_stands_as_it_should_has_no_difference(
    cast: Cast, books: dict[str, Any]
) -> None:
    assert run("--check", "--province", "20", "--year", "2026")[-1] == "34 rows, 0 differ"
    assert run("--check", "--province", "01") == ["0 rows, 0 differ"]


def test_each_value_that_was_touched_is_named_without_a_name_and_then_mended(
    cast: Cast, books: dict[str, Any]
) -> None:
    minh, book = cast.minh.student, books["Tin học"]
    with scoped(EVERYTHING):
        MarkRow.objects.filter(class_subject=book, term=2).update(average=95)
        SubjectResult.objects.filter(class_subject=books["GDCD"]).update(result=20)
        StudentResult.objects.filter(student=minh).update(award="GIOI", learning_year=0)
    with pytest.raises(CommandError):
        run("--check")
    said = run.said  # type: ignore[attr-defined]
    assert said[-1] == "34 rows, 4 differ"
    assert minh.name not in "\n".join(said)
    assert f"học sinh {minh.pk} môn {book.pk} học kì 2 average: đang lưu 95, tính lại 49" in said[0]
    assert run()[-1] == "34 rows, 4 differ"
    assert run("--check")[-1] == "34 rows, 0 differ"
    with scoped(EVERYTHING):
        lines = history_of([f"mark:{book.pk}.2.{minh.pk}"])
        assert MarkRow.objects.get(class_subject=book, term=2).version == 2
    assert (lines[0].action, lines[0].old, lines[0].new) == (
        "recompute",
        {"average": "9,5"},
        {"average": "4,9"},
    )


def test_a_result_that_was_never_stored_is_a_difference(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        StudentResult.objects.filter(student=cast.minh.student).delete()
        found = check_class(cast.school_class.pk)
    assert {one.column for one in found.differences} >= {"learning1", "learning_year"}
