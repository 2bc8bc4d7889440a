"""What a class, a school and its staff count, as the forms ask for it."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from khue.statistics.rules.days import counted_day
from khue.statistics.rules.enrolment import ClassFacts, PupilFacts, count_class
from khue.statistics.rules.kinds import ROUTES, Through, number_of, route_of
from khue.statistics.rules.results import ResultFacts, count_results
from khue.statistics.rules.schools import SchoolFacts, count_school
from khue.statistics.rules.staff import StaffFacts, count_staff
from khue.statistics.rules.themes import DIMENSIONS, Theme
from machinery.surroundings import ROOT
from tests.architecture.house import storeys

PRIMARY = ClassFacts(level="02", grades=("01",), year=2026, two_sessions=True)
WORDS = {(one.theme, one.word) for one in DIMENSIONS}


def pupil(**more: object) -> PupilFacts:
    facts = {"grade": "01", "number": 1, "sex": "F", "ethnic_group": "02", "born": "2020-04-05"}
    return PupilFacts(**{**facts, **more})  # type: ignore[arg-type]


def test_a_girl_of_a_minority_stands_in_all_four_columns() -> None:
    counts = count_class(PRIMARY, [pupil(), pupil(sex="M", ethnic_group="01")])
    told = [counts[f"02.grade.01{column}"] for column in ("", ".f", ".m", ".mf")]
    assert told == [2, 1, 1, 1]
    assert (counts["02.ethnic.02"], counts["02.ethnic.02.f"]) == (1, 1)
    assert "02.ethnic.02.m" not in counts


def test_right_age_new_intake_and_repeaters() -> None:
    pupils = [pupil(), pupil(born="2019"), pupil(born="2019", repeats=True), pupil(born="")]
    counts = count_class(PRIMARY, pupils)
    assert (counts["02.age.6"], counts["02.age.7"], counts["02.age.unknown"]) == (1, 2, 1)
    assert (counts["02.right_age.01"], counts["02.over_age"]) == (1, 2)
    assert (counts["02.new_intake"], counts["02.repeaters"]) == (3, 1)


def test_a_merged_class_counts_once_under_its_lowest_grade() -> None:
    merged = ClassFacts(level="02", grades=("02", "01"), year=2026, merged_kind="grades")
    counts = count_class(merged, [pupil(), pupil(grade="02", number=2)])
    assert (counts["classes"], counts["02.classes_grade.01"]) == (1, 1)
    assert "02.classes_grade.02" not in counts
    assert counts["02.classes_merged.grades"] == 1
    assert (counts["02.grade.01"], counts["02.grade.02"]) == (1, 1)


def test_a_nursery_group_above_its_norm_and_its_disabled_children() -> None:
    group = ClassFacts(level="01", grades=("16",), year=2026, age_group="01")
    children = [pupil(grade="16", number=None, born="2026-02-01") for _ in range(16)]
    children[:2] = [pupil(grade="16", number=None, disability="03") for _ in range(2)]
    counts = count_class(group, children)
    assert (counts["01.classes_over.01"], counts["01.classes_disabled.2"]) == (1, 1)
    assert counts["01.age_group.01"] == 16


def test_a_closed_class_without_pupils_is_no_class() -> None:
    closed = ClassFacts(level="02", grades=("01",), year=2026, closed=True)
    assert count_class(closed, []) == {}
    assert count_class(closed, [pupil()])["classes"] == 1


@given(st.lists(st.builds(pupil, grade=st.sampled_from(["01", "02"]), sex=st.sampled_from("MF"),
                          ethnic_group=st.sampled_from(["01", "02", "55", ""]),
                          born=st.sampled_from(["2020", "2019-01-02", ""]))))  # fmt: skip
def test_grades_ages_and_groups_each_sum_to_all_pupils(pupils: list[PupilFacts]) -> None:
    counts = count_class(PRIMARY, pupils)
    for word in ("grade", "age", "ethnic"):
        told = re.compile(rf"02\.{word}\.\w+$")
        assert sum(value for key, value in counts.items() if told.match(key)) == len(pupils)


def test_results_come_by_term_and_for_the_year() -> None:
    one = ResultFacts("F", "02", (0, None, 0), (1, None, 2), outcome="PROMOTED", award="NONE")
    counts = count_results("03", [one])
    assert (counts["03.learning.1.1.f"], counts["03.learning.y.2.mf"]) == (1, 1)
    assert "03.learning.1.1.m" not in counts
    assert counts["03.outcome.PROMOTED"] == 1
    assert not any(key.startswith("03.award") for key in counts)


def test_staff_by_role_degree_and_age() -> None:
    people = [
        StaffFacts("01", "F", "01", "1975", qualification="08"),
        StaffFacts("28", "F", "02", "1996-05-05", "07", "03", "01"),
        StaffFacts("28", "M", "01", "", youth_leader=True),
        StaffFacts("15", "F", "01", "1990"),
    ]
    counts = count_staff(people, 2026)
    assert (counts["staff"], counts["staff.f"], counts["staff.mf"]) == (4, 3, 1)
    assert counts["principal_degree.08"] == 1
    assert (counts["teacher_degree.03"], counts["teacher_age.30"]) == (1, 1)
    assert (counts["role.youth"], counts["employee_kind.15"]) == (1, 1)
    assert counts["role.teacher"] == 1


def test_a_school_counts_itself_and_its_sites() -> None:
    facts = SchoolFacts("06", ("02",), "01", "04", "02", "07", True, True, False, 7, 6)  # noqa: FBT003
    counts = count_school(facts)
    assert (counts["schools"], counts["kind.06"], counts["area.04"]) == (1, 1, 1)
    assert (counts["sites"], counts["satellites"], counts["many_sites"]) == (7, 6, 1)
    assert "boarding" not in counts


def test_every_word_that_is_counted_is_documented() -> None:
    full = ClassFacts("01", ("16",), 2026, True, True, True, "ages", "01", True, True)  # noqa: FBT003
    needy = pupil(disability="01", policies=("08",), status="suspended", repeats=True)
    counts = count_class(full, [needy, pupil(), pupil(born="2010")])
    words = {(Theme.ENROLMENT, re.sub(r"^\d\d\.", "", key).split(".")[0]) for key in counts}
    assert words <= WORDS


def test_a_year_is_counted_for_its_last_day_once_it_is_over() -> None:
    first, last = date(2025, 9, 5), date(2026, 5, 31)
    days = [counted_day(day, first, last) for day in (date(2025, 8, 1), last, date(2026, 7, 1))]
    assert days == [first, last, last]


def test_what_nobody_named_touches_its_whole_school() -> None:
    assert route_of("thing:12").through is Through.SCHOOL
    assert route_of("thing:12").themes == frozenset(Theme)
    assert (number_of("mark:88.1.9001"), number_of("codes:all")) == (88, None)


def test_every_kind_of_subject_that_is_written_below_is_known() -> None:
    """So that nothing touches a whole school for want of a line in the table."""
    told = re.compile(r'(?:subject=|Change\(\s*|return )f"([a-z_-]+):\{')
    below = storeys()[storeys().index("transcripts") :]
    rooms = [ROOT / "khue" / name / room for name in below for room in ("services", "queries")]
    files = [file for room in rooms for file in room.rglob("*.py")]
    written = {kind for file in files for kind in told.findall(file.read_text())}
    assert written - set(ROUTES) == set()
