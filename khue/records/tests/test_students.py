"""Lập và sửa hồ sơ học sinh."""

from datetime import date
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.records.api import (
    ChangedMeanwhile,
    FactsRefused,
    GuardianFacts,
    NewStudent,
    RecordRefused,
    RowsRefused,
    SensitiveFacts,
    StudentFacts,
    add_guardian,
    block_guardian,
    change_student,
    children_of_account,
    create_student,
    create_students,
    end_guardian,
    enrol,
    find_students,
    leave_school,
    move_to_class,
    open_guardian_account,
    people_with_number,
    read_sensitive,
    remove_created_students,
    return_to_school,
    roll_of_class,
    set_sensitive,
    similar_students,
    student_summary,
    students_of_class,
)
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, Cast, table

GOOD = StudentFacts(name="nông thị hương", sex="Nữ", born="9/3/2013")
NUMBER = "020313000123"


def at_school(cast: Cast) -> Scope:
    return Scope(schools=(cast.school.pk,))


def entries(subject: str) -> list[tuple[str, str, object, object]]:
    rows = table("ledger.Entry").objects.filter(subject=subject).order_by("id")
    return list(rows.values_list("action", "label", "old", "new"))


def test_a_new_student_gets_a_class_and_a_line_in_the_register(cast: Cast) -> None:
    with scoped(at_school(cast)):
        made = create_student(
            actor=cast.thu.actor,
            now=NOW,
            school_id=cast.school.pk,
            facts=GOOD,
            class_id=cast.school_class.pk,
            starts_on=date(2026, 11, 20),
        )
        known = student_summary(made.id)
        line = table("records.RegisterEntry").objects.get(student_id=made.id)
        told = [one[0] for one in entries(f"student:{made.id}")]
    assert known is not None
    assert (known.name, known.sex, known.born) == ("Nông Thị Hương", "F", "2013-03-09")
    assert (known.class_name, known.status) == ("8A", "studying")
    assert (line.number, line.entered_class) == (1, "8A")
    assert told == ["create", "enrol", "register"]


def test_everything_wrong_is_told_at_once(cast: Cast) -> None:
    facts = StudentFacts(name="", sex="?", born="31/2/2013", phone="12", personal_number="12ab")
    with scoped(at_school(cast)), pytest.raises(FactsRefused) as refused:
        create_student(actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, facts=facts)
    assert {field for field, _ in refused.value.problems} >= {"name", "sex", "born", "phone"}


def test_a_rejected_number_is_refused_and_a_strange_one_is_a_warning(cast: Cast) -> None:
    with scoped(at_school(cast)):
        with pytest.raises(FactsRefused, match="12 chữ số"):
            create_student(
                actor=cast.thu.actor,
                now=NOW,
                school_id=cast.school.pk,
                facts=StudentFacts(name="Nông An", sex="M", personal_number="0202"),
            )
        made = create_student(
            actor=cast.thu.actor,
            now=NOW,
            school_id=cast.school.pk,
            facts=StudentFacts(name="Nông An", sex="M", born="2013", personal_number=NUMBER),
        )
    assert any("giới tính" in warning for warning in made.warnings)


def test_a_number_of_another_school_is_refused_without_telling_whose(cast: Cast) -> None:
    with scoped(EVERYTHING):
        facts = StudentFacts(name="Lục Thị Na", sex="F", born="2013", personal_number=NUMBER)
        actor = cast.thu.actor
        from khue.access.api import Granted, Role

        other = Granted(Role.OFFICE, cast.other_school.organisation.path)
        create_student(
            actor=type(actor)(1, "Văn phòng khác", (other,)),
            now=NOW,
            school_id=cast.other_school.pk,
            facts=facts,
        )
    with scoped(at_school(cast)), pytest.raises(RecordRefused) as refused:
        create_student(
            actor=cast.thu.actor,
            now=NOW,
            school_id=cast.school.pk,
            facts=StudentFacts(name="Nông Thị Hương", sex="F", personal_number=NUMBER),
        )
    assert refused.value.key == "NUMBER_TAKEN"
    assert "Lục" not in refused.value.sentence
    assert "Đồi Sim" not in refused.value.sentence
    with scoped(at_school(cast)):
        assert people_with_number(numbers=[NUMBER], kind="student") == {NUMBER: None}


def test_the_number_is_kept_sealed_and_never_told(cast: Cast) -> None:
    with scoped(at_school(cast)):
        facts = StudentFacts(name="Nông An", sex="F", born="2013", personal_number=NUMBER)
        made = create_student(actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, facts=facts)
        change_student(
            actor=cast.thu.actor,
            now=NOW,
            student_id=made.id,
            version=1,
            wanted={"personal_number": "020313000999", "ethnic_group": "02"},
        )
        row = table("records.Student").objects.get(id=made.id)
        told = str(list(table("ledger.Entry").objects.values_list("label", "old", "new")))
    assert "020313" not in str(vars(row))
    assert "020313" not in told


def test_the_second_of_two_people_sees_both_values(cast: Cast) -> None:
    student = cast.classmates[0]
    common = {"actor": cast.thu.actor, "now": NOW, "student_id": student.pk, "version": 1}
    seen = {"phone": "", "address": ""}
    with scoped(at_school(cast)):
        change_student(**common, wanted={"phone": "0912000009", "address": ""}, seen=seen)
        with pytest.raises(ChangedMeanwhile) as clash:
            change_student(**common, wanted={"phone": "0912000008", "address": ""}, seen=seen)
        assert [(one.field, one.mine, one.theirs) for one in clash.value.clashes] == [
            ("phone", "0912000008", "0912000009")
        ]
        wanted = {"phone": "", "address": "Thôn Một"}
        version = change_student(**common, wanted=wanted, seen=seen)
        student.refresh_from_db()
    assert version == 3
    assert (student.phone, student.address) == ("0912000009", "Thôn Một")


def test_who_may_not_write_is_refused_or_does_not_see(cast: Cast) -> None:
    change = {"now": NOW, "student_id": cast.classmates[0].pk, "version": 1, "wanted": {}}
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            change_student(actor=cast.hoa.actor, **change)
        with pytest.raises(OutsidePlace):
            change_student(actor=cast.nam.actor, **change)
        with pytest.raises(OutsidePlace):
            change_student(actor=cast.stranger.actor, **change)


def test_each_sensitive_read_is_noted(cast: Cast) -> None:
    student = cast.classmates[0]
    facts = SensitiveFacts(religion="02", policies=("08",), health="Hen nhẹ")
    with scoped(at_school(cast)):
        set_sensitive(actor=cast.thu.actor, now=NOW, student_id=student.pk, facts=facts)
        read = read_sensitive(actor=cast.binh.actor, now=NOW, student_id=student.pk)
        student.refresh_from_db()
        notes = table("ledger.SensitiveRead").objects.filter(subject=f"student:{student.pk}")
        assert read.facts == facts
        assert "nhẹ" not in student.health_sealed
        assert [one.actor_name for one in notes] == [cast.binh.name]
        with pytest.raises(Refused):
            read_sensitive(actor=cast.hoa.actor, now=NOW, student_id=student.pk)
        assert notes.count() == 1
        assert "Hen" not in str(entries(f"student:{student.pk}"))


def test_a_student_moves_to_another_class_and_both_rolls_know(cast: Cast) -> None:
    student, day = cast.classmates[0], date(2026, 11, 20)
    with scoped(at_school(cast)):
        move_to_class(
            actor=cast.thu.actor,
            now=NOW,
            student_id=student.pk,
            class_id=cast.sister_class.pk,
            on=day,
        )
        first = {one.id for one in students_of_class(cast.school_class.pk, date(2026, 11, 19))}
        old = {one.id for one in students_of_class(cast.school_class.pk, day)}
        new = {one.id for one in students_of_class(cast.sister_class.pk, day)}
        roll = roll_of_class(cast.school_class.pk, date(2026, 9, 5), day)
    assert student.pk in first & new
    assert student.pk not in old
    assert {one.status for one in roll if one.student_id == student.pk} == {"moved_class"}


def test_who_left_returns_with_a_new_line_in_the_register(cast: Cast) -> None:
    student = cast.classmates[0]
    common = {"actor": cast.thu.actor, "now": NOW, "student_id": student.pk}
    with scoped(at_school(cast)):
        with pytest.raises(RecordRefused, match="lý do"):
            leave_school(**common, on=TODAY, reason_code="")
        leave_school(**common, on=date(2026, 10, 1), reason_code="01", note="Theo gia đình")
        return_to_school(**common, class_id=cast.sister_class.pk, on=TODAY)
        with pytest.raises(RecordRefused, match="lớp khác"):
            enrol(**common, class_id=cast.school_class.pk, starts_on=TODAY)
        known = student_summary(student.pk)
    assert known is not None
    assert known.class_name == "8B"


def test_a_blocked_parent_sees_the_child_no_more(cast: Cast) -> None:
    lan, minh = cast.lan, cast.minh.student
    with scoped(at_school(cast)):
        link = table("records.Guardianship").objects.get(student=minh, guardian=lan.guardian)
        with pytest.raises(RecordRefused):
            block_guardian(actor=cast.thu.actor, now=NOW, guardianship_id=link.pk, reason=" ")
        block_guardian(
            actor=cast.thu.actor, now=NOW, guardianship_id=link.pk, reason="Quyết định 12/2026"
        )
    with scoped(EVERYTHING):
        assert children_of_account(lan.account.pk, TODAY) == []


def test_a_sibling_finds_the_same_parent(cast: Cast) -> None:
    mate = cast.classmates[0]
    facts = GuardianFacts(name="Đàm Thị Lan", relation="mother", phone="0912 000 001")
    with scoped(at_school(cast)):
        link = add_guardian(actor=cast.thu.actor, now=NOW, student_id=mate.pk, facts=facts)
        with pytest.raises(RecordRefused, match="đã có trong gia đình"):
            add_guardian(actor=cast.thu.actor, now=NOW, student_id=mate.pk, facts=facts)
        assert table("records.Guardianship").objects.get(id=link).guardian == cast.lan.guardian
        assert {one.id for one in children_of_account(cast.lan.account.pk, TODAY)} == {
            mate.pk,
            cast.minh.student.pk,
        }
    assert mate.pk in {int(grant.place.removeprefix("child:")) for grant in cast.lan.actor.grants}
    with scoped(at_school(cast)):
        end_guardian(
            actor=cast.thu.actor, now=NOW, guardianship_id=link, on=TODAY, reason="Nhập nhầm"
        )


def test_a_guardian_account_opens_on_the_phone(cast: Cast) -> None:
    mate = cast.classmates[0]
    facts = GuardianFacts(name="Đặng Văn Thái", relation="father", phone="0912000077")
    with scoped(at_school(cast)):
        link = add_guardian(actor=cast.thu.actor, now=NOW, student_id=mate.pk, facts=facts)
        account = open_guardian_account(actor=cast.thu.actor, now=NOW, guardianship_id=link)
        with pytest.raises(RecordRefused, match="đã có tài khoản"):
            open_guardian_account(actor=cast.thu.actor, now=NOW, guardianship_id=link)
        assert [child.id for child in children_of_account(account, TODAY)] == [mate.pk]


def test_a_list_is_written_as_a_whole_or_not_at_all(cast: Cast) -> None:
    parent = GuardianFacts(name="Nông Văn Tài", relation="father", phone="0912000055")
    rows = [
        NewStudent(
            facts=StudentFacts(name=f"Nông Văn {name}", sex="M", born="2013"),
            class_id=cast.school_class.pk,
            starts_on=TODAY,
            guardians=(parent,),
            row=number,
        )
        for number, name in enumerate(["Bách", "Cường", "Đức"], 2)
    ]
    bad = NewStudent(facts=StudentFacts(name="", sex="M"), row=9)
    common = {"actor": cast.thu.actor, "now": NOW, "school_id": cast.school.pk}
    with scoped(at_school(cast)):
        with pytest.raises(RowsRefused) as refused:
            create_students(**common, rows=[*rows, bad])
        assert list(refused.value.rows) == [9]
        ids = create_students(**common, rows=rows)
        assert len(ids) == 3
        assert table("records.Guardian").objects.filter(phone="0912000055").count() == 1
        remove_created_students(
            actor=cast.thu.actor, now=NOW, student_ids=ids, reason="Nhập nhầm tệp"
        )
        assert not table("records.Student").objects.filter(id__in=ids).exists()
        assert not table("records.Guardian").objects.filter(phone="0912000055").exists()


def test_a_touched_file_is_not_taken_back(cast: Cast) -> None:
    common: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW}
    with scoped(at_school(cast)):
        rows = [NewStudent(facts=GOOD)]
        ids = create_students(**common, school_id=cast.school.pk, rows=rows)
        change_student(**common, student_id=ids[0], version=1, wanted={"address": "Thôn Hai"})
        with pytest.raises(RecordRefused, match="đã được sửa"):
            remove_created_students(**common, student_ids=ids, reason="")


def test_names_are_found_without_diacritics_and_only_here(cast: Cast) -> None:
    with scoped(EVERYTHING):
        found = find_students(actor=cast.thu.actor, text="trieu minh")
        assert [one.name for one in found] == ["Triệu Quang Minh"]
        assert find_students(actor=cast.thu.actor, text="luc van son") == []
        assert [one.name for one in find_students(actor=cast.dung.actor, text="luc son")] == [
            "Lục Văn Sơn"
        ]
        assert find_students(actor=cast.stranger.actor, text="minh") == []


def test_a_likely_double_is_pointed_out(cast: Cast) -> None:
    with scoped(at_school(cast)):
        found = similar_students(
            school_id=cast.school.pk, name="Trieu Quang Minh", born="2013-03-09", sex="M"
        )
    assert [one.name for one in found] == ["Triệu Quang Minh"]
