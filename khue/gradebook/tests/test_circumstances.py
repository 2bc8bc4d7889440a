"""Exemption, plans, subjects not taken, pupils who come during the year, policies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import (
    CarriedResult,
    MarkRow,
    Progress,
    StudentResult,
    SubjectCircumstance,
    SubjectResult,
)
from khue.gradebook.queries.class_results import read_class_results
from khue.gradebook.queries.grid import open_grid
from khue.gradebook.queries.paper_summaries import summary_of_class
from khue.gradebook.queries.policies import policies_of, policy
from khue.gradebook.queries.result_arrivals import arrivals_of_class
from khue.gradebook.services import CellChange, enter_marks, recount_progress
from khue.gradebook.services.bringing import (
    BringRefused,
    bring_marks,
    record_carried_results,
)
from khue.gradebook.services.circumstances import (
    CircumstanceFacts,
    CircumstanceRefused,
    read_reason,
    record_circumstance,
    withdraw_circumstance,
)
from khue.gradebook.services.policies import PolicyRefused, set_policy
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.results_check import check_class
from khue.gradebook.tests.year_of_marks import all_books, decide, put, put_year
from khue.ledger.api import history_of, reads_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, enrol, make_student, table

REASON = "Theo giấy của bệnh viện tỉnh"


@pytest.fixture
def books(cast: Cast) -> dict[str, Any]:
    return all_books(cast)


def inside(cast: Cast) -> Any:
    return scoped(Scope(schools=(cast.school.pk,)))


def facts(kind: str, first: int = 1, last: int = 2) -> CircumstanceFacts:
    return CircumstanceFacts(kind, first, last, "12/QĐ-THCS", REASON)


def record(cast: Cast, book: Any, kind: str, *terms: int, who: str = "mai") -> int:
    with inside(cast):
        return record_circumstance(
            actor=cast.people[who].actor,
            now=NOW,
            class_subject_id=book.pk,
            student_id=cast.minh.student.pk,
            facts=facts(kind, *terms),
        )


def kept(cast: Cast) -> StudentResult:
    with scoped(EVERYTHING):
        return StudentResult.objects.get(student=cast.minh.student, school_class=cast.school_class)


def write(cast: Cast, book: Any, slot: str, text: str, term: int = 1) -> Any:
    with inside(cast):
        change = CellChange(cast.minh.student.pk, slot, None, text)
        saved = enter_marks(
            actor=cast.hoa.actor, now=NOW, class_subject_id=book.pk, term=term, changes=[change]
        )
    return saved.outcomes[0]


def test_an_exempt_subject_leaves_the_count_and_its_row_takes_no_marks(
    cast: Cast, books: dict[str, Any]
) -> None:
    """Điều 11: with Tin học at 4,9 the year is Khá; without it Tốt."""
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 86, 49])
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        recount_progress(now=NOW)
        due = Progress.objects.get(class_subject=books["Tin học"], term=1).due
    assert kept(cast).learning_year == 1
    record(cast, books["Tin học"], "exempt")
    assert (kept(cast).learning1, kept(cast).learning_year) == (0, 0)
    outcome = write(cast, books["Tin học"], "tx1", "8")
    assert (outcome.status, "miễn đánh giá" in outcome.sentence) == ("refused", True)
    with scoped(EVERYTHING):
        now_due = Progress.objects.get(class_subject=books["Tin học"], term=1).due
        assert due - now_due == 4
        assert check_class(cast.school_class.pk).differences == ()
        MarkRow.objects.filter(class_subject=books["Tin học"]).delete()
        pages = summary_of_class(read_class_results(cast.school_class.pk))
        lines = [page.lines for page in (*pages.terms, pages.year)]
    for line in [next(one for one in of if one.name == cast.minh.name) for of in lines]:
        assert "Miễn" in line.values
    with inside(cast):
        grid = open_grid(cast.hoa.actor, books["Tin học"].pk, 1, TODAY)
    assert grid.progress.due == now_due


def test_a_plan_leaves_the_count_but_marks_are_written(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 86, 49])
        decide(cast, cast.minh.student, conduct1=0, conduct2=0)
    record(cast, books["Tin học"], "plan")
    assert (kept(cast).learning_year, kept(cast).outcome) == (0, "PRINCIPAL_DECIDES")
    with scoped(EVERYTHING):
        MarkRow.objects.filter(class_subject=books["Tin học"]).update(tx1=None, average=None)
    assert write(cast, books["Tin học"], "tx1", "8").status == "saved"


def test_a_reduced_demand_counts_and_the_principal_decides(
    cast: Cast, books: dict[str, Any]
) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [70] * 8)
        decide(cast, cast.minh.student, conduct1=0, conduct2=0)
    record(cast, books["Toán"], "reduced")
    assert (kept(cast).learning_year, kept(cast).outcome) == (1, "PRINCIPAL_DECIDES")


def test_theory_takes_the_place_of_practice(cast: Cast, books: dict[str, Any]) -> None:
    """Điều 10: the number of assessments stays complete; another subject has no such exemption."""
    record(cast, books["Giáo dục thể chất"], "practice")
    assert write(cast, books["Giáo dục thể chất"], "tx1", "Đ").status == "saved"
    with inside(cast):
        grid = open_grid(cast.hoa.actor, books["Giáo dục thể chất"].pk, 1, TODAY)
    assert grid.progress.due == 16
    with pytest.raises(CircumstanceRefused, match="Chỉ miễn phần thực hành"):
        record(cast, books["Toán"], "practice")


def test_an_elective_that_changes_in_the_middle_of_the_year(
    cast: Cast, books: dict[str, Any]
) -> None:
    """The old one leaves the year; the new one gives the result of the term it was learned in."""
    old, new = books["Công nghệ"], books["Tin học"]
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [90] * 8)
        MarkRow.objects.filter(class_subject=old, term=2).delete()
        MarkRow.objects.filter(class_subject=new, term=1).delete()
        for book in (old, new):
            book.status = "elective"
            book.save()
        put(new, cast.minh.student, 2, 66)
    record(cast, old, "not_taken", 2, 2)
    record(cast, new, "not_taken", 1, 1)
    result = kept(cast)
    assert (result.learning1, result.learning2, result.learning_year) == (0, 0, 0)
    with scoped(EVERYTHING):
        years = {
            one.class_subject_id: one.result
            for one in SubjectResult.objects.filter(student=cast.minh.student)
        }
    assert (years.get(old.pk), years[new.pk]) == (None, 66)


def test_a_compulsory_subject_cannot_be_given_up(cast: Cast, books: dict[str, Any]) -> None:
    with pytest.raises(CircumstanceRefused, match="môn bắt buộc"):
        record(cast, books["Toán"], "not_taken")


def test_two_circumstances_never_overlap(cast: Cast, books: dict[str, Any]) -> None:
    record(cast, books["Toán"], "reduced", 2, 2)
    with pytest.raises(CircumstanceRefused, match="đã có"):
        record(cast, books["Toán"], "plan")
    record(cast, books["Toán"], "plan", 1, 1)


@pytest.mark.parametrize(
    ("who", "refusal"), [("hoa", Refused), ("binh", Refused), ("nam", OutsidePlace)]
)
def test_teachers_record_none(
    cast: Cast, books: dict[str, Any], who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(cast, books["Toán"], "plan", who=who)


def test_the_reason_is_sealed_and_every_look_at_it_is_written_down(
    cast: Cast, books: dict[str, Any]
) -> None:
    number = record(cast, books["Toán"], "plan")
    with scoped(EVERYTHING):
        row = SubjectCircumstance.objects.get(pk=number)
        lines = history_of([f"circumstance:{books['Toán'].pk}.{cast.minh.student.pk}"])
    assert REASON not in row.reason_sealed
    assert REASON not in str(lines)
    with inside(cast):
        assert read_reason(actor=cast.thu.actor, now=NOW, circumstance_id=number) == REASON
        with pytest.raises(Refused):
            read_reason(actor=cast.hoa.actor, now=NOW, circumstance_id=number)
    with scoped(EVERYTHING):
        reads = reads_of(f"student:{cast.minh.student.pk}")
    assert [one.actor_name for one in reads] == [cast.thu.name]


def test_what_is_withdrawn_counts_again(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 86, 49])
    number = record(cast, books["Tin học"], "exempt")
    with inside(cast):
        with pytest.raises(CircumstanceRefused):
            withdraw_circumstance(actor=cast.mai.actor, now=NOW, circumstance_id=number, reason=" ")
        withdraw_circumstance(
            actor=cast.mai.actor, now=NOW, circumstance_id=number, reason="Ghi nhầm học sinh"
        )
    assert kept(cast).learning_year == 1
    with scoped(EVERYTHING):
        assert check_class(cast.school_class.pk).differences == ()


# Pupils who come during the year.


@pytest.fixture
def newcomer(cast: Cast, books: dict[str, Any]) -> Any:
    """A pupil of 8A at Đồi Sim in term I, at Sao Khuê since February, with marks there."""
    with scoped(EVERYTHING):
        pupil = make_student(cast.other_school, "Lò Thị Mận")
        enrol(pupil, cast.other_class, ends_on=date(2027, 2, 7), status="transferred_out")
        enrol(pupil, cast.school_class, starts_on=date(2027, 2, 8))
        put(cast.other_maths, pupil, 1, 72)
        MarkRow.objects.create(
            year=YEAR,
            class_subject=cast.other_maths,
            term=2,
            student=pupil,
            school=cast.other_school,
            province=cast.department,
            tx1=80,
            tx2=-1,
        )
        decide_there = {"school": cast.other_school, "province": cast.department}
        StudentResult.objects.create(
            year=YEAR, school_class=cast.other_class, student=pupil, conduct1=0, **decide_there
        )
    return pupil


def test_marks_and_finished_terms_come_along_once(
    cast: Cast, books: dict[str, Any], newcomer: Any
) -> None:
    with inside(cast):
        page = arrivals_of_class(cast.thu.actor, cast.school_class.pk)
    assert [one.name for one in page.pupils] == ["Lò Thị Mận"]
    offer = next(one for one in page.pupils[0].offers if one.book.subject_name == "Toán")
    assert (offer.results, offer.marks) == ([(1, 72)], {"tx1": 80, "tx2": -1})
    given = {"now": NOW, "class_id": cast.school_class.pk, "student_id": newcomer.pk}
    with inside(cast):
        first = bring_marks(actor=cast.thu.actor, **given)
        again = bring_marks(actor=cast.thu.actor, **given)
    assert (first.marks, first.results, again.marks, again.results) == (2, 1, 0, 0)
    with scoped(EVERYTHING):
        row = MarkRow.objects.get(class_subject=cast.maths, term=2, student=newcomer)
        line = history_of([f"mark:{cast.maths.pk}.2.{newcomer.pk}"])[0]
        result = StudentResult.objects.get(student=newcomer, school_class=cast.school_class)
        assert check_class(cast.school_class.pk).differences == ()
    assert (row.tx1, row.tx2, result.conduct1) == (80, -1, 0)
    assert (line.action, line.reason) == (
        "bring",
        "Chuyển đến từ lớp 8A, Trường THCS Đồi Sim",
    )


def test_a_finished_term_is_read_only_and_counts(
    cast: Cast, books: dict[str, Any], newcomer: Any
) -> None:
    with inside(cast):
        bring_marks(
            actor=cast.thu.actor,
            now=NOW,
            class_id=cast.school_class.pk,
            student_id=newcomer.pk,
        )
        saved = enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[CellChange(newcomer.pk, "tx1", None, "9")],
        )
        grid = open_grid(cast.hoa.actor, cast.maths.pk, 2, TODAY)
    assert saved.outcomes[0].status == "refused"
    assert "Trường THCS Đồi Sim" in saved.outcomes[0].sentence
    line = next(one for one in grid.pupils if one.student_id == newcomer.pk)
    assert (line.first_average, line.is_brought(1), line.is_brought(2)) == (72, True, False)


def test_results_of_a_school_outside_are_typed_with_their_document(
    cast: Cast, books: dict[str, Any], newcomer: Any
) -> None:
    given = {
        "actor": cast.thu.actor,
        "now": NOW,
        "class_id": cast.school_class.pk,
        "student_id": newcomer.pk,
        "term": 1,
        "from_school": "Trường THCS Ngoài Tỉnh",
        "document": "Giấy chuyển trường 45",
    }
    maths, sports = cast.maths.pk, cast.sports.pk
    with inside(cast):
        done = record_carried_results(typed={maths: "7,5", sports: "Đ"}, **given)
        with pytest.raises(BringRefused, match="Toán"):
            record_carried_results(typed={maths: "11"}, **given)
        with pytest.raises(BringRefused, match="không ghi P"):
            record_carried_results(typed={maths: "KP"}, **given)
        fewer = record_carried_results(typed={maths: "", sports: "Đ"}, **given)
    assert (done, fewer) == (2, 1)
    with scoped(EVERYTHING):
        left = list(CarriedResult.objects.values_list("subject__name", "value"))
    assert left == [("Giáo dục thể chất", 101)]


def test_a_change_of_class_inside_the_school_takes_the_mid_term_along(
    cast: Cast, books: dict[str, Any]
) -> None:
    with scoped(EVERYTHING):
        minh, enrolment = cast.minh.student, table("records.Enrolment").objects
        MarkRow.objects.create(
            year=YEAR,
            class_subject=cast.maths,
            term=1,
            student=minh,
            school=cast.school,
            province=cast.department,
            tx1=90,
            gk=75,
        )
        enrolment.filter(student=minh).update(ends_on=date(2026, 11, 1), status="moved_class")
        enrol(minh, cast.sister_class, starts_on=date(2026, 11, 2))
    with inside(cast):
        done = bring_marks(
            actor=cast.mai.actor,
            now=NOW,
            class_id=cast.sister_class.pk,
            student_id=minh.pk,
        )
    assert (done.marks, done.results) == (2, 0)
    with scoped(EVERYTHING):
        row = MarkRow.objects.get(class_subject=cast.sister_maths, student=minh)
    assert (row.tx1, row.gk) == (90, 75)


# Choices of the department and of the school.


def choose(cast: Cast, who: str, node: Any, key: str, value: str, year: int = YEAR) -> int:
    with scoped(EVERYTHING):
        return set_policy(
            actor=cast.people[who].actor,
            now=NOW,
            organisation_id=node.pk,
            key=key,
            from_year=year,
            value=value,
        )


def test_the_department_binds_its_schools_and_the_school_chooses_its_own(cast: Cast) -> None:
    assert choose(cast, "dung", cast.department, "adjustment_clause", "drop") == 2
    with scoped(EVERYTHING):
        assert policy("adjustment_clause", school_id=cast.school.pk, year=YEAR) == "drop"
        assert policy("adjustment_clause", school_id=cast.school.pk, year=YEAR - 1) == "replace"
    with pytest.raises(PolicyRefused, match="do Sở"):
        choose(cast, "mai", cast.school, "adjustment_clause", "replace")
    choose(cast, "mai", cast.school, "cluster_term", "both")
    choose(cast, "mai", cast.school, f"cluster_term:{cast.maths.subject_id}", "1")
    with scoped(EVERYTHING):
        found = policies_of(cast.school.pk, YEAR)
        there = policies_of(cast.other_school.pk, YEAR)
    assert found.value("cluster_term") == "both"
    assert found.value(f"cluster_term:{cast.maths.subject_id}") == "1"
    assert there.value(f"cluster_term:{cast.maths.subject_id}") == "2"


@pytest.mark.parametrize(
    ("who", "key", "value", "year", "wrong"),
    [
        ("dung", "absence_limit", "0", YEAR, PolicyRefused),
        ("dung", "absence_limit", "bốn lăm", YEAR, PolicyRefused),
        ("dung", "adjustment_clause", "cộng", YEAR, PolicyRefused),
        ("dung", "adjustment_clause", "drop", YEAR - 1, PolicyRefused),
        ("mai", "adjustment_clause", "drop", YEAR, (Refused, OutsidePlace)),
        ("ha", "adjustment_clause", "drop", YEAR, (Refused, OutsidePlace)),
    ],
)
def test_what_cannot_be_chosen_is_refused(
    cast: Cast, who: str, key: str, value: str, year: int, wrong: Any
) -> None:
    with pytest.raises(wrong):
        choose(cast, who, cast.department, key, value, year)


def test_a_cluster_is_one_more_regular_mark_in_its_term(cast: Cast, books: dict[str, Any]) -> None:
    """W7: with the topic 8,0 instead of 7,9."""
    with scoped(EVERYTHING):
        cast.maths.has_cluster = True
        cast.maths.save()
    choose(cast, "mai", cast.school, f"cluster_term:{cast.maths.subject_id}", "1")
    for slot, text in zip(
        ["tx1", "tx2", "tx3", "tx4", "tx5", "gk", "ck"],
        ["7", "8", "8", "9", "9", "7,5", "8"],
        strict=True,
    ):
        assert write(cast, cast.maths, slot, text).status == "saved"
    assert write(cast, cast.maths, "tx5", "9", term=2).status == "refused"
    with inside(cast):
        grid = open_grid(cast.hoa.actor, cast.maths.pk, 1, TODAY)
    assert [grid.book.slot_title(slot) for slot in grid.book.slots][4:] == [
        "Chuyên đề",
        "Giữa kì",
        "Cuối kì",
    ]
    with scoped(EVERYTHING):
        row = MarkRow.objects.get(class_subject=cast.maths, term=1)
        progress = Progress.objects.get(class_subject=cast.maths, term=1)
        assert (row.average, progress.due, progress.entered) == (80, 28, 7)
        assert check_class(cast.school_class.pk).differences == ()
