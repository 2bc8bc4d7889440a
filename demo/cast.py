"""The people of the demonstration with an account: the cast, and every teacher."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from demo.places import Places
from demo.tables import table
from khue.access.api import (
    NewAccount,
    NewGrant,
    Role,
    child_place,
    class_place,
    class_subject_place,
    create_accounts,
    enrol_demo_accounts,
    grant_roles,
    suggest_logins,
)
from khue.ledger.api import Operation
from kit.vietnamese import given_name_key, search_key

PASSWORD = "muc-tim-giay-trang"
FROM = date(2026, 8, 1)


@dataclass(frozen=True)
class Member:
    """One person to log in as."""

    key: str
    name: str
    role: str
    place: str
    login: str
    password: str = PASSWORD


def as_json(members: list[Member]) -> dict[str, dict[str, str]]:
    return {member.key: asdict(member) for member in members}


def rename(person: Any, name: str, sex: str = "F") -> None:
    """Give a built person the name of a member of the cast."""
    person.name, person.sex = name, sex
    person.name_key, person.name_search = given_name_key(name), search_key(name)
    person.save(update_fields=["name", "sex", "name_key", "name_search"])


class Accounts:
    """Collects accounts and grants and writes them at once."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.people: list[NewAccount] = []
        self.links: list[Any] = []
        self.grants: list[tuple[int, dict[str, Any]]] = []

    def add(self, login: str, name: str, kind: str, place: Any = None, person: Any = None) -> int:
        """Note an account; return its position."""
        school, province = (place.pk, place.province_id) if place else (None, None)
        self.people.append(
            NewAccount(login=login, name=name, kind=kind, school_id=school, province_id=province)
        )
        self.links.append(person)
        return len(self.people) - 1

    def grant(self, position: int, role: Role, place: str, place_name: str, **more: Any) -> None:
        facts = {
            "role": role,
            "place": place,
            "place_name": place_name,
            "school_id": None,
            "province_id": None,
            "valid_from": FROM,
            **more,
        }
        self.grants.append((position, facts))

    def write(self) -> list[int]:
        """Create everything; return the account ids in the order of `add`."""
        ids = create_accounts(operation=self.operation, people=self.people)
        for account_id, person in zip(ids, self.links, strict=True):
            if person is not None:
                person.account_id = account_id
                person.save(update_fields=["account"])
        grants = [NewGrant(account_id=ids[at], **facts) for at, facts in self.grants]
        grant_roles(operation=self.operation, grants=grants)
        return ids


def build_accounts(
    operation: Operation, places: Places, staff: dict[str, dict[str, list[Any]]]
) -> list[Member]:
    """Accounts and grants of all staff, officers and one family; return whom to log in as."""
    accounts = Accounts(operation)
    members: list[tuple[int, Member]] = []
    _rename_cast(places, staff)
    positions = build_staff_accounts(accounts, places, staff)
    members += _school_members(accounts, places, staff, positions)
    members += _officers(accounts, places)
    members += _family(accounts, places)
    ids = accounts.write()
    chosen = [ids[position] for position, _ in members]
    enrol_demo_accounts(operation=operation, account_ids=chosen, password=PASSWORD)
    return [member for _, member in members]


def _class(school: Any, name: str) -> Any:
    return table("organisations.SchoolClass").objects.get(school=school, name=name)


def _teacher_of(school: Any, class_name: str, subject: str) -> Any:
    found = (
        table("timetable.TeachingAssignment")
        .objects.select_related("staff")
        .get(
            class_subject__school_class__school=school,
            class_subject__school_class__name=class_name,
            class_subject__subject__name=subject,
        )
    )
    return found.staff


def _rename_cast(places: Places, staff: dict[str, dict[str, list[Any]]]) -> None:
    main, other = places.schools["main"], places.schools["boarding"]
    hoa, binh = _teacher_of(main, "8A", "Toán"), _teacher_of(main, "8A", "Ngữ văn")
    rename(hoa, "Nông Thị Hoa")
    rename(binh, "Lý Văn Bình", "M")
    homerooms = table("timetable.HomeroomAssignment").objects
    before = homerooms.get(school_class=_class(main, "8A"))
    homerooms.filter(staff__in=[hoa, binh]).update(staff=before.staff)
    homerooms.filter(pk=before.pk).update(staff=binh)
    rename(_teacher_of(other, "8A", "Toán"), "Hoàng Văn Nam", "M")
    rename(staff["main"]["office"][0], "Lương Thị Mai")
    rename(staff["main"]["office"][2], "Vi Thị Thu")
    rename(staff["boarding"]["office"][2], "Bế Văn Sơn", "M")
    for people in staff.values():
        for person in [*people["office"], *people["teachers"]]:
            person.refresh_from_db()


def build_staff_accounts(
    accounts: Accounts, places: Places, staff: dict[str, dict[str, list[Any]]]
) -> dict[int, int]:
    """An account for every teacher and leader; staff id to position."""
    everyone = [
        (places.schools[key], person, place)
        for key, people in staff.items()
        for place, person in enumerate([*people["office"], *people["teachers"]])
    ]
    logins = suggest_logins([person.name for _, person, _ in everyone])
    positions: dict[int, int] = {}
    for (school, person, place), login in zip(everyone, logins, strict=True):
        at = accounts.add(login, person.name, "staff", school, person)
        positions[person.pk] = at
        if place in LEADING_ROLES:
            _at_school(accounts, at, LEADING_ROLES[place], school)
    _assignment_grants(accounts, positions)
    return positions


LEADING_ROLES = {0: Role.PRINCIPAL, 1: Role.VICE_PRINCIPAL, 2: Role.OFFICE}


def _at_school(accounts: Accounts, at: int, role: Role, school: Any) -> None:
    accounts.grant(
        at,
        role,
        school.organisation.path,
        school.organisation.name,
        school_id=school.pk,
        province_id=school.province_id,
    )


def _assignment_grants(accounts: Accounts, positions: dict[int, int]) -> None:
    teaching = table("timetable.TeachingAssignment").objects.select_related(
        "school__organisation", "class_subject__school_class", "class_subject__subject"
    )
    for one in teaching:
        taught = one.class_subject
        accounts.grant(
            positions[one.staff_id],
            Role.SUBJECT_TEACHER,
            class_subject_place(one.school.organisation.path, taught.school_class_id, taught.pk),
            f"{taught.subject.name} {taught.school_class.name}",
            school_id=one.school_id,
            province_id=one.school.province_id,
            source="assignment",
            source_key=f"teaching:{one.pk}",
        )
    homerooms = table("timetable.HomeroomAssignment").objects.select_related(
        "school__organisation", "school_class"
    )
    for one in homerooms:
        accounts.grant(
            positions[one.staff_id],
            Role.HOMEROOM_TEACHER,
            class_place(one.school.organisation.path, one.school_class_id),
            f"Lớp {one.school_class.name}",
            school_id=one.school_id,
            province_id=one.school.province_id,
            source="assignment",
            source_key=f"homeroom:{one.pk}",
        )


def _school_members(
    accounts: Accounts,
    places: Places,
    staff: dict[str, dict[str, list[Any]]],
    positions: dict[int, int],
) -> list[tuple[int, Member]]:
    main, other = places.schools["main"], places.schools["boarding"]
    office = staff["main"]["office"]
    chosen = [
        ("hoa", _teacher_of(main, "8A", "Toán"), "Giáo viên bộ môn Toán", main),
        ("binh", _teacher_of(main, "8A", "Ngữ văn"), "Giáo viên chủ nhiệm 8A", main),
        ("mai", office[0], "Hiệu trưởng", main),
        ("thu", office[2], "Giáo vụ", main),
        ("nam", _teacher_of(other, "8A", "Toán"), "Giáo viên trường khác", other),
        ("son", staff["boarding"]["office"][2], "Giáo vụ trường khác", other),
    ]
    return [
        (
            positions[person.pk],
            Member(
                key,
                person.name,
                role,
                school.organisation.name,
                accounts.people[positions[person.pk]].login,
            ),
        )
        for key, person, role, school in chosen
    ]


def _officers(accounts: Accounts, places: Places) -> list[tuple[int, Member]]:
    members = []
    for key, name, role, login, organisation in [
        ("ha", "Mã Thị Hà", Role.COMMUNE_OFFICER, "xa.ha", places.communes[0]),
        ("dung", "Phan Tiến Dũng", Role.DEPARTMENT_OFFICER, "so.dung", places.department),
        ("an", "Trịnh Bình An", Role.MINISTRY_OFFICER, "bo.an", places.ministry),
    ]:
        at = accounts.add(login, name, "officer")
        province = None if role == Role.MINISTRY_OFFICER else places.department.pk
        accounts.grant(at, role, organisation.path, organisation.name, province_id=province)
        title = {"ha": "Cán bộ xã", "dung": "Chuyên viên Sở", "an": "Chuyên viên Bộ"}[key]
        members.append((at, Member(key, name, title, organisation.name, login)))
    at = accounts.add("nguoi.la", "Người Lạ", "staff")
    members.append((at, Member("stranger", "Người Lạ", "Chưa có vai trò", "", "nguoi.la")))
    return members


def _family(accounts: Accounts, places: Places) -> list[tuple[int, Member]]:
    """Chị Lan with two children: em Minh in 8A, and a younger one in the primary school."""
    main = places.schools["main"]
    minh = _child(main, "8A", "Triệu Quang Minh", "M")
    sister = _child(places.schools["primary"], "3A", "Triệu Khánh Vy", "F")
    mother = (
        table("records.Guardianship")
        .objects.select_related("guardian")
        .get(student=minh, relation="mother")
    )
    lan = mother.guardian
    lan.name, lan.name_search, lan.phone = "Đàm Thị Lan", search_key("Đàm Thị Lan"), "0912000001"
    lan.save(update_fields=["name", "name_search", "phone"])
    table("records.Guardianship").objects.filter(student=sister, relation="mother").update(
        guardian=lan
    )
    parent = accounts.add(lan.phone, lan.name, "guardian", main, lan)
    for link in (
        table("records.Guardianship").objects.filter(guardian=lan).select_related("student")
    ):
        child = link.student
        accounts.grant(
            parent,
            Role.GUARDIAN,
            child_place(child.pk),
            child.name,
            school_id=child.home_school_id,
            province_id=child.province_id,
            source="family",
            source_key=f"guardianship:{link.pk}",
        )
    student = accounts.add("hs.minh", minh.name, "student", main, minh)
    accounts.grant(
        student,
        Role.STUDENT,
        child_place(minh.pk),
        minh.name,
        school_id=main.pk,
        province_id=main.province_id,
        source="family",
        source_key=f"student:{minh.pk}",
    )
    return [
        (parent, Member("lan", lan.name, "Phụ huynh em Minh", "Lớp 8A", lan.phone)),
        (student, Member("minh", minh.name, "Học sinh", "Lớp 8A", "hs.minh")),
    ]


def _child(school: Any, class_name: str, name: str, sex: str) -> Any:
    enrolment = (
        table("records.Enrolment")
        .objects.select_related("student")
        .filter(school_class=_class(school, class_name))
        .order_by("pk")[0]
    )
    rename(enrolment.student, name, sex)
    return enrolment.student
