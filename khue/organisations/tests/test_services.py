"""Organisations, years, classes and subjects come to be as the rules say, or are refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from khue.access.api import Actor, Granted, OutsidePlace, Refused, Role
from khue.organisations.api import (
    Break,
    ClassesRefused,
    ClassFacts,
    ClassSubjectFacts,
    LocalCalendar,
    NewOrganisation,
    OrganisationRefused,
    SchoolFacts,
    SiteFacts,
    add_class_subject,
    change_bundle,
    change_class,
    change_school,
    class_subjects,
    close_class,
    create_bundle,
    create_class,
    create_classes,
    create_organisation,
    create_organisations,
    create_school,
    create_site,
    curriculum,
    ensure_school_year,
    plan_year,
    remove_class_subject,
    remove_created_classes,
    roll_classes_forward,
    schools_below,
    set_class_subjects,
    subjects,
    weeks_of,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, table
from tests.codes import LoadCodes

PLATFORM = Actor(
    0,
    "Khuê",
    grants=(Granted(Role.DEPARTMENT_OFFICER, "/"), Granted(Role.PRINCIPAL, "/")),
    second_factor=True,
)
ELECTIVES = ["Vật lí", "Hóa học", "Sinh học", "Tin học"]
CLUSTERS = ["Toán", "Vật lí", "Hóa học"]


@pytest.fixture
def platform(load_short_codes: LoadCodes) -> Any:
    """Everything may be seen and set up, and the programme is loaded."""
    load_short_codes(NOW)
    with scoped(EVERYTHING):
        yield PLATFORM


def ids(*names: str) -> list[int]:
    by_name = {one.name: one.id for one in subjects()}
    return [by_name[name] for name in names]


def province(actor: Actor) -> Any:
    ministry = create_organisation(actor=actor, now=NOW, kind="ministry", code="BO", name="Bộ")
    return create_organisation(
        actor=actor,
        now=NOW,
        kind="department",
        code="20",
        name="Sở GD&ĐT Thử",
        parent_id=ministry.id,
        province_code="20",
    )


def upper_school(actor: Actor, department: Any, **more: Any) -> Any:
    facts = {"code": "T1", "name": "Trường THPT Sao Hôm", "level_group": "08", **more}
    return create_school(actor=actor, now=NOW, parent_id=department.id, facts=SchoolFacts(**facts))


def test_a_tree_grows_with_paths_of_places(platform: Actor) -> None:
    department = province(platform)
    communes = create_organisations(
        actor=platform,
        now=NOW,
        parent_id=department.id,
        rows=[NewOrganisation("commune", f"2000{n}", f"Xã {n}", "20") for n in range(3)],
    )
    facts = SchoolFacts(code="C1", name="Trường TH&THCS Đèo Gió", level_group="09")
    school = create_school(actor=platform, now=NOW, parent_id=communes[1].id, facts=facts)
    assert school.path == f"{communes[1].path}{school.id}/"
    assert communes[1].path == f"{department.path}{communes[1].id}/"
    assert (school.managed_by, school.levels) == ("XA", ("02", "03"))
    assert (school.parent_name, school.supervisor_name) == ("Xã 1", "Sở GD&ĐT Thử")
    assert schools_below(department.path) == (school.id,)


def test_a_school_with_upper_secondary_belongs_to_the_department(platform: Actor) -> None:
    department = province(platform)
    commune = create_organisation(
        actor=platform, now=NOW, kind="commune", code="1", name="Xã", parent_id=department.id
    )
    assert upper_school(platform, department).managed_by == "SO"
    with pytest.raises(OrganisationRefused, match="do Sở Giáo dục và Đào tạo quản lý"):
        upper_school(platform, commune, code="T2")
    with pytest.raises(OrganisationRefused, match="do Ủy ban nhân dân"):
        upper_school(platform, department, code="T3", level_group="06")


def test_a_code_is_used_once(platform: Actor) -> None:
    department = province(platform)
    upper_school(platform, department)
    with pytest.raises(OrganisationRefused, match="Mã T1 đã dùng cho Trường THPT Sao Hôm"):
        upper_school(platform, department)


def test_two_people_do_not_overwrite_each_other(cast: Cast) -> None:
    facts = SchoolFacts(code="20001A", name="Trường THCS Sao Khuê 2", level_group="07")
    changes: dict[str, Any] = {"actor": cast.mai.actor, "now": NOW, "school_id": cast.school.pk}
    with scoped(EVERYTHING):
        after = change_school(**changes, version=1, facts=facts)
        assert (after.name, after.version) == ("Trường THCS Sao Khuê 2", 2)
        with pytest.raises(OrganisationRefused, match="vừa sửa thông tin trường"):
            change_school(**changes, version=1, facts=facts)


def test_a_second_main_site_takes_the_place_of_the_first(cast: Cast) -> None:
    more: dict[str, Any] = {"actor": cast.mai.actor, "now": NOW, "school_id": cast.school.pk}
    with scoped(EVERYTHING):
        with pytest.raises(OrganisationRefused, match="phải có một điểm trường chính"):
            create_site(**more, facts=SiteFacts(code="02", name="Bản Lùng"))
        create_site(**more, facts=SiteFacts(code="01", name="Trung tâm", is_main=True))
        create_site(**more, facts=SiteFacts(code="02", name="Bản Lùng", is_main=True))
        sites = table("organisations.Site").objects.filter(school=cast.school)
        assert [site.code for site in sites.filter(is_main=True)] == ["02"]


def test_a_year_has_thirty_five_study_weeks_and_names_its_holidays(platform: Actor) -> None:
    department = province(platform)
    year = ensure_school_year(actor=platform, now=NOW, province_id=department.id, start_year=2026)
    weeks = weeks_of(year.id)
    assert [week.number for week in weeks if week.number] == list(range(1, 36))
    assert {week.note for week in weeks if not week.number} == {"Nghỉ Tết Nguyên đán"}
    assert (year.starts_on, year.opens_on) == (date(2026, 9, 7), date(2026, 9, 5))
    assert year.term_on(date(2026, 8, 20)).number == 1
    assert year.term_on(year.term(2).starts_on).number == 2
    again = ensure_school_year(actor=platform, now=NOW, province_id=department.id, start_year=2026)
    assert again == year


@pytest.mark.parametrize("days", [-21, 14])
def test_a_department_moves_its_year(platform: Actor, days: int) -> None:
    department = province(platform)
    more: dict[str, Any] = {
        "actor": platform,
        "now": NOW,
        "province_id": department.id,
        "start_year": 2026,
    }
    first = ensure_school_year(**more)
    monday = date(2026, 9, 7) + timedelta(days=days)
    rest = Break("Nghỉ Tết", date(2027, 2, 1), date(2027, 2, 14))
    moved = plan_year(**more, local=LocalCalendar(monday, 1, 0, (rest,)))
    assert moved.starts_on == monday
    assert [term.id for term in moved.terms] == [term.id for term in first.terms]
    assert [week.note for week in weeks_of(moved.id) if not week.number].count("Nghỉ Tết") == 2


def test_only_the_department_sets_the_year(cast: Cast) -> None:
    more: dict[str, Any] = {"now": NOW, "province_id": cast.department.pk, "start_year": 2027}
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            ensure_school_year(actor=cast.mai.actor, **more)
        assert ensure_school_year(actor=cast.dung.actor, **more).label == "2027-2028"


def test_a_class_gets_the_subjects_of_its_grade(platform: Actor, cast: Cast) -> None:
    made = create_class(
        actor=cast.thu.actor,
        now=NOW,
        school_id=cast.school.pk,
        year=YEAR,
        facts=ClassFacts(name=" 6A ", grades=("06",)),
    )
    names = [one.subject_name for one in class_subjects(made.id)]
    assert (made.name, made.level, made.place) == ("6A", "03", f"{made.school_path}c{made.id}/")
    assert len(names) == 12
    assert names[0] == "Ngữ văn"
    maths = next(one for one in class_subjects(made.id) if one.subject_name == "Toán")
    assert (maths.periods_term1, maths.periods_term2, maths.regular_marks) == (72, 68, 4)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (ClassFacts(name="10A", grades=("10",)), "GRADE_NOT_TAUGHT"),
        (ClassFacts(name="6-7", grades=("06", "07")), "MANY_GRADES_UNMERGED"),
        (ClassFacts(name="6B", grades=("06",), merged_kind="grades"), "MERGED_OF_ONE"),
        (ClassFacts(name="6B", grades=("06",), merged_kind="ages"), "AGES_IN_SCHOOL"),
        (ClassFacts(name="6B", grades=("06",), age_group="01"), "AGE_GROUP_IN_SCHOOL"),
        (ClassFacts(name="6B", grades=("06",), bundle_id=1), "NOT_UPPER_SECONDARY"),
        (ClassFacts(name="6B", grades=("06",), site_id=99), "FOREIGN_SITE"),
        (ClassFacts(name="8a", grades=("08",)), "CLASS_NAME_TAKEN"),
        (ClassFacts(name="  ", grades=("08",)), "NO_NAME"),
    ],
)
def test_an_unsound_class_is_refused(cast: Cast, facts: ClassFacts, key: str) -> None:
    more: dict[str, Any] = {
        "actor": cast.thu.actor,
        "now": NOW,
        "school_id": cast.school.pk,
        "year": YEAR,
    }
    with scoped(EVERYTHING), pytest.raises(OrganisationRefused) as refused:
        create_class(**more, facts=facts)
    assert refused.value.key == key


def test_a_list_of_classes_is_made_whole_or_not_at_all(cast: Cast) -> None:
    rows = [ClassFacts(name="6A", grades=("06",)), ClassFacts(name="6a", grades=("06",))]
    more: dict[str, Any] = {
        "actor": cast.thu.actor,
        "now": NOW,
        "school_id": cast.school.pk,
        "year": YEAR,
    }
    with scoped(EVERYTHING), pytest.raises(ClassesRefused) as refused:
        create_classes(**more, rows=[*rows, ClassFacts(name="7A", grades=("07",))])
    assert list(refused.value.rows) == [0, 1]
    assert not table("organisations.SchoolClass").objects.filter(name__in=["6A", "7A"]).exists()


def test_who_does_not_lead_here_makes_no_class(cast: Cast) -> None:
    facts = ClassFacts(name="6A", grades=("06",))
    more: dict[str, Any] = {"now": NOW, "school_id": cast.school.pk, "year": YEAR, "facts": facts}
    with scoped(EVERYTHING):
        with pytest.raises(Refused):
            create_class(actor=cast.hoa.actor, **more)
        with pytest.raises(OutsidePlace):
            create_class(actor=cast.nam.actor, **more)


def test_a_multi_grade_class_studies_what_any_of_its_grades_studies(platform: Actor) -> None:
    department = province(platform)
    commune = create_organisation(
        actor=platform, now=NOW, kind="commune", code="1", name="Xã", parent_id=department.id
    )
    facts = SchoolFacts(code="P1", name="Trường Tiểu học Suối Lê", level_group="06")
    school = create_school(actor=platform, now=NOW, parent_id=commune.id, facts=facts)
    merged = ClassFacts(name="2+3", grades=("03", "02"), merged_kind="grades")
    made = create_class(actor=platform, now=NOW, school_id=school.id, year=YEAR, facts=merged)
    taught = {one.subject_name: one for one in class_subjects(made.id)}
    assert made.grades == ("02", "03")
    assert {"Ngoại ngữ 1", "Tin học và Công nghệ"} <= set(taught)
    assert taught["Tiếng Việt"].periods_term1 == 180
    assert taught["Ngoại ngữ 1"].form == "score"


def test_an_upper_class_studies_its_bundle(platform: Actor) -> None:
    school = upper_school(platform, province(platform), school_type="09")
    more: dict[str, Any] = {"actor": platform, "now": NOW, "school_id": school.id}
    bundle = create_bundle(
        **more,
        first_year=YEAR,
        name="Tự nhiên 1",
        elective_ids=ids(*ELECTIVES),
        cluster_ids=ids(*CLUSTERS),
    )
    facts = ClassFacts(
        name="10 TOÁN 1", grades=("10",), bundle_id=bundle.id, specialised_subject="09"
    )
    made = create_class(**more, year=YEAR, facts=facts)
    taught = {one.subject_name: one for one in class_subjects(made.id)}
    assert len(taught) == 12
    assert {name for name, one in taught.items() if one.has_cluster} == set(CLUSTERS)
    assert [name for name, one in taught.items() if one.specialised] == ["Toán"]
    assert (taught["Lịch sử"].periods_term1, taught["Lịch sử"].periods_term2) == (18, 34)
    changed = {"name": bundle.name, "cluster_ids": ids("Toán", "Vật lí", "Địa lí")}
    electives = ids("Vật lí", "Hóa học", "Sinh học", "Địa lí")
    wish: dict[str, Any] = {"actor": platform, "now": NOW, "bundle_id": bundle.id, **changed}
    with pytest.raises(OrganisationRefused, match="đang dùng cho 1 lớp"):
        change_bundle(**wish, elective_ids=electives)
    change_bundle(**wish, elective_ids=electives, reason="QĐ 12/QĐ-THPT")
    names = {one.subject_name for one in class_subjects(made.id)}
    assert "Địa lí" in names
    assert "Tin học" not in names


@pytest.mark.parametrize(
    ("electives", "clusters", "sentence"),
    [
        (ELECTIVES[:3], CLUSTERS, "Cần chọn đúng 4 môn lựa chọn"),
        (ELECTIVES, ["Toán", "Vật lí"], "Cần chọn đúng 3 cụm chuyên đề"),
        (ELECTIVES, ["Toán", "Vật lí", "Địa lí"], "không học môn của cụm chuyên đề: Địa lí"),
        (ELECTIVES, ["Toán", "Vật lí", "Ngoại ngữ 1"], "không có cụm chuyên đề: Ngoại ngữ 1"),
        ([*ELECTIVES[:3], "Lịch sử"], CLUSTERS, "Không phải là môn lựa chọn: Lịch sử"),
    ],
)
def test_a_wrong_bundle_is_explained(
    platform: Actor, electives: list[str], clusters: list[str], sentence: str
) -> None:
    school = upper_school(platform, province(platform))
    with pytest.raises(OrganisationRefused, match=sentence):
        create_bundle(
            actor=platform,
            now=NOW,
            school_id=school.id,
            first_year=YEAR,
            name="TN",
            elective_ids=ids(*electives),
            cluster_ids=ids(*clusters),
        )


def test_subjects_are_brought_to_the_programme_and_optional_ones_chosen(
    platform: Actor, cast: Cast
) -> None:
    [language] = ids("Ngoại ngữ 2")
    more: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW, "class_id": cast.school_class.pk}
    taught = set_class_subjects(**more, optional_ids=[language])
    assert "Ngoại ngữ 2" in [one.subject_name for one in taught]
    assert cast.maths.pk in [one.id for one in taught]
    taught = set_class_subjects(**more)
    assert len(taught) == 12
    assert "Ngoại ngữ 2" not in [one.subject_name for one in taught]


def test_a_subject_with_a_teacher_is_not_dropped(platform: Actor, cast: Cast) -> None:
    with pytest.raises(OrganisationRefused, match="đã có phân công hoặc điểm"):
        remove_class_subject(actor=cast.thu.actor, now=NOW, class_subject_id=cast.maths.pk)
    facts = ClassSubjectFacts(cast.maths.subject_id, "score", 10, 10, 2)
    with pytest.raises(OrganisationRefused, match="đã học môn này"):
        add_class_subject(actor=cast.thu.actor, now=NOW, class_id=cast.school_class.pk, facts=facts)


def test_a_class_in_use_is_closed_but_not_removed(cast: Cast) -> None:
    more: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW}
    with scoped(EVERYTHING):
        with pytest.raises(OrganisationRefused, match="đã có học sinh hoặc phân công"):
            remove_created_classes(**more, class_ids=[cast.school_class.pk], reason="Nhầm")
        with pytest.raises(OrganisationRefused, match="lý do"):
            close_class(**more, class_id=cast.school_class.pk, on=NOW.date(), reason=" ")
        closed = close_class(
            **more, class_id=cast.school_class.pk, on=NOW.date(), reason="Sáp nhập"
        )
    assert closed.closed_on == NOW.date()


def test_a_change_of_a_class_is_in_the_ledger(cast: Cast) -> None:
    with scoped(EVERYTHING):
        change_class(
            actor=cast.thu.actor,
            now=NOW,
            class_id=cast.sister_class.pk,
            facts=ClassFacts(name="8C", grades=("08",)),
        )
        entry = table("ledger.Entry").objects.get(subject=f"class:{cast.sister_class.pk}")
    assert (entry.old["name"], entry.new["name"], entry.actor_name) == ("8B", "8C", "Vi Thị Thu")


def test_classes_move_up_into_the_new_year(platform: Actor, cast: Cast) -> None:
    for name, grade in [("6A", "06"), ("9A", "09")]:
        create_class(
            actor=cast.thu.actor,
            now=NOW,
            school_id=cast.school.pk,
            year=YEAR,
            facts=ClassFacts(name=name, grades=(grade,)),
        )
    more: dict[str, Any] = {
        "actor": cast.thu.actor,
        "now": NOW,
        "school_id": cast.school.pk,
        "from_year": YEAR,
    }
    made = roll_classes_forward(**more)
    assert [(one.name, one.grades) for one in made] == [
        ("7A", ("07",)),
        ("9A", ("09",)),
        ("9B", ("09",)),
    ] or sorted(one.name for one in made) == ["7A", "9A", "9B"]
    assert roll_classes_forward(**more) == []


def test_the_programme_of_a_grade_is_that_of_the_year(platform: Actor) -> None:
    assert curriculum([("thcs", 8)], 2022) == []
    assert len(curriculum([("thcs", 8)], 2023)) == 14
