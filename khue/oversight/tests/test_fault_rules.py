"""Each kind of fault on plain facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.oversight.rules.faults import (
    KINDS,
    BookFacts,
    ClassFacts,
    PupilFacts,
    SchoolFacts,
    StaffFacts,
    Thresholds,
    counts_of,
    faults_of_book,
    faults_of_class,
    faults_of_pupil,
    faults_of_school,
    faults_of_staff,
)

LIMITS = Thresholds()
GOOD = PupilFacts(
    id=1,
    name="Triệu Quang Minh",
    born="2013-03-09",
    nationality="704",
    ethnic_group="01",
    has_number=True,
    number_findings=(),
    twin=False,
    class_id=7,
    class_name="8A",
    grade="08",
    last_status="studying",
    family_phone=True,
)
ROOM = ClassFacts(7, "8A", "03", "", 40, has_homeroom=True)


def kinds(facts: PupilFacts) -> list[str]:
    return [one.kind for one in faults_of_pupil(facts, 2026, LIMITS)]


def test_a_good_file_has_no_fault() -> None:
    assert kinds(GOOD) == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"has_number": False}, "number_missing"),
        ({"number_findings": ("SEX_MISMATCH",)}, "number_doubtful"),
        ({"twin": True}, "twin"),
        ({"born": "2013"}, "born_partial"),
        ({"born": "2001-03-09"}, "age_impossible"),
        ({"born": "2017-03-09"}, "age_impossible"),
        ({"ethnic_group": ""}, "ethnic_missing"),
        ({"family_phone": False}, "phone_missing"),
    ],
)
def test_each_fault_of_a_pupil_is_seen_alone(wrong: dict[str, object], kind: str) -> None:
    assert kinds(replace(GOOD, **wrong)) == [kind]  # type: ignore[arg-type]


def test_a_foreign_child_needs_no_vietnamese_number() -> None:
    assert kinds(replace(GOOD, nationality="156", has_number=False)) == []


def test_who_left_or_finished_needs_no_class() -> None:
    gone = replace(GOOD, class_id=None, class_name="", grade="")
    assert kinds(replace(gone, last_status="transferred_out")) == []
    assert kinds(replace(gone, last_status="")) == ["no_class"]


def test_a_class_without_a_leader_too_large_or_empty() -> None:
    assert faults_of_class(ROOM, LIMITS) == []
    told = {one.kind for one in faults_of_class(replace(ROOM, has_homeroom=False), LIMITS)}
    assert told == {"class_without_homeroom"}
    (large,) = faults_of_class(replace(ROOM, pupils=46), LIMITS)
    assert large.seen == "46 em, ngưỡng 45"
    assert faults_of_class(replace(ROOM, pupils=0), LIMITS)[0].kind == "class_empty"


def test_a_young_group_has_the_norm_of_its_age() -> None:
    group = ClassFacts(1, "Nhóm A", "01", "01", 16, has_homeroom=True)
    assert faults_of_class(group, LIMITS)[0].seen == "16 em, ngưỡng 15"


def test_books_staff_and_schools() -> None:
    assert faults_of_book(BookFacts(1, "Toán", 7, has_teacher=False), "8A")[0].name == "Toán 8A"
    idle = StaffFacts(1, "Lý Văn Bình", True, False, True, "03", "0912000001")  # noqa: FBT003
    assert [one.kind for one in faults_of_staff(idle)] == ["teacher_without_subject"]
    lonely = SchoolFacts(1, "Trường", "", "", 0)
    assert {one.kind for one in faults_of_school(lonely)} == {
        "school_without_contact",
        "school_without_leader",
    }


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=30))
def test_counts_add_up(found: list[str]) -> None:
    faults = [
        replace(faults_of_school(SchoolFacts(1, "", "", "", 1))[0], kind=one) for one in found
    ]
    assert sum(counts_of(faults).values()) == len(found)
