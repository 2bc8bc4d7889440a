"""What can never be false, tried in the database itself."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, make_class, make_organisation, table


@pytest.fixture
def house(cast: Cast) -> Any:
    with scoped(EVERYTHING):
        yield cast


def rows(label: str) -> Any:
    return table(f"organisations.{label}").objects


def is_refused(write: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def code(**more: Any) -> Any:
    values = {"list": "x", "code": "15", "name": "Yên Bái", "position": 1, **more}
    return rows("Code").create(**values)


def test_a_code_means_one_thing_a_day(house: Cast) -> None:
    code(valid_to=date(2025, 6, 30))
    code(name="Lào Cai", valid_from=date(2025, 7, 1))
    is_refused(
        lambda: code(valid_from=date(2025, 6, 30), valid_to=date(2025, 6, 30)),
        "organisations_code_once_a_day",
    )
    is_refused(lambda: code(), "organisations_code_once_a_day")
    assert code(list="y").pk


def test_a_code_does_not_end_before_it_begins(house: Cast) -> None:
    is_refused(
        lambda: code(valid_from=date(2025, 7, 1), valid_to=date(2025, 6, 30)),
        "organisations_code_days",
    )


def test_a_school_has_one_main_site_and_each_code_once(house: Cast) -> None:
    sites = rows("Site")
    sites.create(school=house.school, code="01", name="Trung tâm", is_main=True)
    is_refused(
        lambda: sites.create(school=house.school, code="02", name="Bản Lùng", is_main=True),
        "organisations_one_main_site",
    )
    is_refused(
        lambda: sites.create(school=house.school, code="01", name="Bản Lùng"),
        "organisations_site_code",
    )


def test_terms_of_a_year_do_not_overlap(house: Cast) -> None:
    first = rows("Term").get(number=1)
    first.ends_on = date(2027, 1, 11)
    is_refused(first.save, "organisations_terms_apart")


def test_a_term_is_the_first_or_the_second(house: Cast) -> None:
    year = rows("SchoolYear").get()
    days = {"starts_on": date(2028, 1, 1), "ends_on": date(2028, 5, 1)}
    is_refused(
        lambda: rows("Term").create(year=year, number=3, **days), "organisations_term_number"
    )


def test_a_province_has_each_year_once(house: Cast) -> None:
    is_refused(
        lambda: rows("SchoolYear").create(
            province=house.department,
            start_year=YEAR,
            starts_on=date(2026, 9, 7),
            opens_on=date(2026, 9, 5),
            ends_on=date(2027, 5, 28),
        ),
        "organisations_year",
    )


def test_two_grades_make_a_merged_class_or_none(house: Cast) -> None:
    house.school_class.grades = ["08", "09"]
    is_refused(house.school_class.save, "organisations_many_grades_are_merged")
    house.school_class.merged_kind = "grades"
    house.school_class.save()
    house.school_class.grades = []
    is_refused(house.school_class.save, "organisations_class_has_grade")


def test_a_class_name_is_used_once_a_year(house: Cast) -> None:
    is_refused(lambda: make_class(house.school, "8A"), "organisations_class_(name|code)")


def test_a_class_studies_a_subject_once(house: Cast) -> None:
    house.literature.subject = house.maths.subject
    is_refused(house.literature.save, "organisations_class_subject")


def test_more_than_six_regular_marks_are_too_many(house: Cast) -> None:
    house.maths.regular_marks = 7
    is_refused(house.maths.save, "organisations_regular_marks")


def test_only_the_ministry_has_nothing_above(house: Cast) -> None:
    is_refused(
        lambda: make_organisation("department", "99", "Sở lơ lửng"),
        "organisations_only_ministry_is_root",
    )
    is_refused(
        lambda: make_organisation("ministry", "B2", "Bộ nữa", house.department),
        "organisations_only_ministry_is_root",
    )


def test_an_organisation_code_is_used_once_for_its_kind(house: Cast) -> None:
    is_refused(
        lambda: make_organisation("commune", "20001", "Xã khác", house.department),
        "organisations_code_of_kind",
    )
