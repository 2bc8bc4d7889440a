"""The transcript of a primary pupil (TT 27): levels, tests, strands, qualities, few signers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import etree

from khue.gradebook.tests.primary_cast import Primary, make_primary
from khue.gradebook.tests.yearwork import JUNE
from khue.transcripts.rules.facts import StrandFacts, YearFacts
from khue.transcripts.rules.states import Act
from khue.transcripts.rules.xml import write_body
from khue.transcripts.services.acting import take_class_step
from khue.transcripts.tests.test_rules_xml import SCHEMA
from khue.transcripts.tests.yearbook import facts_of, newest, parts_of
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, table


@pytest.fixture
def primary(cast: Cast) -> Primary:
    """4A at the end of its year, with comments, remarks and approved books."""
    with scoped(EVERYTHING):
        made = make_primary(cast)
        table("timetable.HomeroomAssignment").objects.filter(staff=cast.binh.staff).delete()
        table("timetable.HomeroomAssignment").objects.create(
            school=cast.school, school_class=made.room, staff=cast.binh.staff,
            starts_on=date(2026, 8, 1),
        )  # fmt: skip
    for pupil in made.pupils:
        made.fill(pupil)
    with scoped(EVERYTHING):
        _finish(cast, made)
    return made


def _finish(cast: Cast, made: Primary) -> None:
    where = {"school": cast.school, "province": cast.department}
    for book in made.subjects:
        table("gradebook.BookState").objects.create(
            class_subject=book, period=4, year=YEAR, state="principal_approved",
            changed_at=JUNE, changed_by="Lương Thị Mai", **where,
        )  # fmt: skip
        for pupil in made.pupils:
            table("gradebook.SubjectComment").objects.create(
                year=YEAR, class_subject=book, period=4, student=pupil, progress="Tiến bộ", **where
            )
    table("gradebook.QualityRow").objects.filter(school_class=made.room, point=4).update(
        remark="Ngoan, hòa đồng."
    )


def step(primary: Primary, who: str, act: Act, **more: Any) -> Any:
    with scoped(EVERYTHING):
        return take_class_step(
            actor=primary.cast.people[who].actor,
            now=JUNE,
            class_id=primary.room.pk,
            act=act,
            **more,
        )


def composed(primary: Primary) -> YearFacts:
    step(primary, "binh", Act.RECOMPOSE)
    return facts_of(primary.pupils[0])


def test_the_year_holds_levels_tests_strands_and_qualities(primary: Primary) -> None:
    facts = composed(primary)
    named = {one.name: one for one in facts.subjects}
    assert (named["Toán"].level, named["Toán"].test, named["Toán"].comment) == (
        "T",
        "9",
        "Tiến bộ.",
    )
    assert named["Tin học và Công nghệ"].strands == (
        StrandFacts("Tin học", "T", "9"),
        StrandFacts("Công nghệ", "T", "9"),
    )
    assert [one.level for one in named["Nghệ thuật (Âm nhạc, Mĩ thuật)"].strands] == ["T", "T"]
    assert {one.level for one in facts.qualities} == {"T"}
    assert len(facts.qualities) == 15
    assert (facts.regime, facts.year_level) == ("TT27", "Hoàn thành xuất sắc")
    assert facts.outcome_text == "Hoàn thành chương trình lớp học"
    assert facts.quality_remark == "Ngoan, hòa đồng."
    SCHEMA.assertValid(etree.fromstring(write_body(facts)))


def test_the_homeroom_teacher_signs_her_own_subjects_with_the_year(primary: Primary) -> None:
    """Thầy Bình leads 4A and teaches Nghệ thuật; cô Hoa's two subjects are hers to sign."""
    composed(primary)
    for who, act in (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE)):
        stepped = step(primary, who, act)
        assert len(stepped.done) == 3, stepped.refused
    assert len(step(primary, "mai", Act.CONFIRM).done) == 3
    parts = parts_of(newest(primary.pupils[0]))
    assert [(one.role, one.signer_name) for one in parts] == [
        ("subject", "Nông Thị Hoa"),
        ("subject", "Nông Thị Hoa"),
        ("homeroom", "Lý Văn Bình"),
        ("principal", "Lương Thị Mai"),
        ("seal", "Trường THCS Sao Khuê"),
    ]


def test_what_is_missing_is_named_in_the_words_of_primary(primary: Primary) -> None:
    pupil = primary.pupils[0]
    with scoped(EVERYTHING):
        table("gradebook.PrimaryRow").objects.filter(
            student=pupil, class_subject=primary.maths, point=4
        ).update(level=None)
        table("gradebook.QualityRow").objects.filter(student=pupil).update(q1=None, remark="")
        table("gradebook.StudentResult").objects.filter(student=pupil).update(
            primary_level="", outcome=""
        )
    composed(primary)
    refused = step(primary, "binh", Act.COMPLETE).refused
    told = " ".join(refused[0].sentences)
    assert "Toán: chưa có mức đạt được cuối năm." in told
    assert "Chưa đánh giá phẩm chất, năng lực: Yêu nước." in told
    assert "Chưa có đánh giá kết quả giáo dục cuối năm học" in told
    assert "Chưa có nhận xét về phẩm chất, năng lực" in told
    assert "Chưa có kết luận lên lớp." in told
