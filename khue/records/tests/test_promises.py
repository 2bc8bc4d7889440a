"""What the database itself does not let happen, whoever asks; and what the rules never do."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from khue.records.rules.facts import Checked, StudentFacts, check_student, print_born
from khue.records.services.versions import ChangedMeanwhile, settle
from kit.fences import EVERYTHING, NOTHING, Scope, scoped
from tests.cast import NOW, TODAY, Cast, enrol, make_staff, make_student, table

DAY = date(2026, 10, 1)


def broken_by(write: Callable[[], Any]) -> str:
    """The name of the promise that a write breaks."""
    with scoped(EVERYTHING), pytest.raises(IntegrityError) as broken, transaction.atomic():
        write()
    return str(broken.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_nobody_sits_in_two_classes_on_one_day(cast: Cast) -> None:
    def sit_twice() -> None:
        enrol(cast.minh.student, cast.sister_class, starts_on=DAY)

    assert broken_by(sit_twice) == "records_one_class_a_day"


def test_a_seat_does_not_end_before_it_begins(cast: Cast) -> None:
    def backwards() -> None:
        student = make_student(cast.school, "Lò Văn Ngược")
        enrol(student, cast.sister_class, starts_on=DAY, ends_on=DAY - timedelta(days=1))

    assert broken_by(backwards) == "records_enrolment_days"


def test_a_birth_date_is_a_day_a_month_or_a_year(cast: Cast) -> None:
    for born in ["2013-3", "13/03/2013", "chưa rõ"]:
        wrong = partial(make_student, cast.school, "Lò Văn Sai", born=born)
        assert broken_by(wrong) == "records_student_born"


def test_a_number_belongs_to_one_living_file(cast: Cast) -> None:
    with scoped(EVERYTHING):
        one = make_student(cast.school, "Lò Văn Một", personal_number_digest="a" * 32)
        make_student(cast.school, "Lò Văn Gộp", personal_number_digest="a" * 32, merged_into=one)

    def double() -> None:
        make_student(cast.other_school, "Lò Văn Hai", personal_number_digest="a" * 32)

    assert broken_by(double) == "records_student_number_once"


def test_a_guardian_stands_once_in_a_family(cast: Cast) -> None:
    links = table("records.Guardianship").objects
    link = {"student": cast.minh.student, "guardian": cast.lan.guardian, "relation": "mother"}
    assert broken_by(lambda: links.create(**link, starts_on=TODAY)) == "records_guardianship_once"
    late = {**link, "relation": "guardian", "starts_on": TODAY, "ends_on": DAY}
    assert broken_by(lambda: links.create(**late)) == "records_guardianship_days"


def test_nobody_holds_two_posts_in_a_school_on_one_day(cast: Cast) -> None:
    posts = table("records.Posting").objects
    post = {"staff": cast.hoa.staff, "school": cast.school, "province": cast.department}
    assert (
        broken_by(lambda: posts.create(**post, kind="28", starts_on=DAY))
        == "records_one_posting_a_day"
    )
    past = {"starts_on": date(2019, 8, 1), "ends_on": date(2019, 7, 1)}
    assert broken_by(lambda: posts.create(**post, kind="28", **past)) == "records_posting_days"


def test_a_transfer_leads_elsewhere_and_waits_once(cast: Cast) -> None:
    rows = table("records.Transfer").objects
    asked = {
        "student": cast.minh.student,
        "student_name": "Triệu Quang Minh",
        "from_school": cast.school,
        "effective_on": DAY,
        "requested_at": NOW,
        "requested_by": "Vi Thị Thu",
    }
    assert (
        broken_by(lambda: rows.create(**asked, to_school=cast.school))
        == "records_transfer_elsewhere"
    )
    with scoped(EVERYTHING):
        rows.create(**asked, to_school=cast.other_school)
    assert (
        broken_by(lambda: rows.create(**asked, to_school=cast.other_school))
        == "records_one_open_transfer"
    )


PERSONAL = [
    "Student",
    "Enrolment",
    "RegisterEntry",
    "RegisterCounter",
    "Transfer",
    "Guardianship",
    "Guardian",
    "Staff",
    "Posting",
    "StaffDuty",
    "Merge",
]


def test_a_forgotten_filter_leaks_nothing(cast: Cast) -> None:
    with scoped(EVERYTHING):
        make_staff(cast.other_school, "Hà Văn Khác", "M")
    with scoped(NOTHING):
        assert {name: table(f"records.{name}").objects.count() for name in PERSONAL} == (
            dict.fromkeys(PERSONAL, 0)
        )
    with scoped(Scope(schools=(cast.school.pk,))):
        schools = set(table("records.Student").objects.values_list("home_school_id", flat=True))
        posts = set(table("records.Posting").objects.values_list("school_id", flat=True))
        seats = set(table("records.Enrolment").objects.values_list("school_id", flat=True))
    assert schools == posts == seats == {cast.school.pk}
    with scoped(Scope(students=(cast.minh.student.pk,))):
        assert table("records.Student").objects.get().pk == cast.minh.student.pk


def test_every_table_of_people_is_fenced(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and relname like 'records\\_%%'"
            " and not relrowsecurity"
        )
        assert cursor.fetchall() == []


TYPED = st.text(max_size=40) | st.sampled_from(["", "Nam", "09/03/2013", "0912000001", "0202"])


@given(TYPED, TYPED, TYPED, TYPED, TYPED)
def test_whatever_is_typed_is_taken_or_refused_in_words(
    name: str, sex: str, born: str, phone: str, number: str
) -> None:
    facts = StudentFacts(name=name, sex=sex, born=born, phone=phone, personal_number=number)
    checked: Checked[StudentFacts] = check_student(facts, today=TODAY)
    assert all(sentence for _, sentence in checked.refusals)
    if not checked.refusals:
        again = check_student(checked.facts, today=TODAY)
        assert (again.facts, again.refusals) == (checked.facts, ())


@given(st.dates(date(1950, 1, 1), TODAY))
def test_a_kept_birth_date_prints_as_it_was_typed(day: date) -> None:
    typed = f"{day.day:02d}/{day.month:02d}/{day.year}"
    checked = check_student(StudentFacts(name="Lò Văn An", sex="M", born=typed), today=TODAY)
    assert checked.facts.born == day.isoformat()
    assert print_born(checked.facts.born) == typed


VALUES = st.fixed_dictionaries({name: st.sampled_from(["", "một", "hai"]) for name in "abc"})


@given(VALUES, VALUES, VALUES)
def test_two_savers_lose_nothing(
    seen: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    """After my save every field holds their change or mine, and where both changed, I was asked."""
    both = {
        name
        for name in seen
        if mine[name] != seen[name] and theirs[name] not in {seen[name], mine[name]}
    }
    if both:
        with pytest.raises(ChangedMeanwhile) as asked:
            settle(theirs, mine, seen, 1, 2)
        assert {one.field for one in asked.value.clashes} == both
        return
    result = {**theirs, **settle(theirs, mine, seen, 1, 2)}
    for name, value in result.items():
        assert value == (mine[name] if mine[name] != seen[name] else theirs[name])
