"""The people of the demonstration with an account: the cast, and every teacher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from demo.accounts import Accounts, build_staff_accounts
from demo.blueprint import YEAR
from demo.places import Places
from demo.tables import table
from khue.access.api import Role, child_place, enrol_demo_accounts
from khue.ledger.api import Operation
from kit.vietnamese import given_name_key, search_key

PASSWORD = "muc-tim-giay-trang"
MOTHER, FATHER = "Đàm Thị Lan", "Triệu Văn Thành"
CHILD, SISTER = "Triệu Quang Minh", "Triệu Khánh Vy"
Staff = dict[str, dict[str, list[Any]]]


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


def class_of(school: Any, name: str, year: int = YEAR) -> Any:
    return table("organisations.SchoolClass").objects.get(school=school, name=name, year=year)


def teacher_of(school: Any, class_name: str, subject: str, year: int = YEAR) -> Any:
    """Whoever teaches a subject in a class."""
    found = (
        table("timetable.TeachingAssignment")
        .objects.select_related("staff")
        .get(
            class_subject__school_class=class_of(school, class_name, year),
            class_subject__subject__name=subject,
        )
    )
    return found.staff


def homeroom_of(school: Any, class_name: str, year: int = YEAR) -> Any:
    """Whoever leads a class."""
    rows = table("timetable.HomeroomAssignment").objects.select_related("staff")
    return rows.get(school_class=class_of(school, class_name, year)).staff


class Cast:
    """Whoever has a name in the story: appointed, employed, and told at the end."""

    def __init__(self, operation: Operation, places: Places, staff: Staff) -> None:
        self.operation, self.places, self.staff = operation, places, staff
        self.members: list[tuple[int, Member]] = []

    def appoint(self) -> None:
        """Give the members of staff their names, and class 8A its homeroom teacher."""
        main = self.places.schools["main"]
        hoa, binh = teacher_of(main, "8A", "Toán"), teacher_of(main, "8A", "Ngữ văn")
        self._lead_8a(class_of(main, "8A"), hoa, binh)
        for person, name, sex, *_ in self._employees():
            rename(person, name, sex)
        for people in self.staff.values():
            for person in [*people["office"], *people["teachers"]]:
                person.refresh_from_db()

    def _lead_8a(self, room: Any, hoa: Any, binh: Any) -> None:
        """Thầy Bình leads 8A; cô Hoa leads no class; whom they leave gets somebody free."""
        rows = table("timetable.HomeroomAssignment").objects
        before = rows.get(school_class=room).staff
        leaders = set(rows.values_list("staff_id", flat=True)) | {hoa.pk, binh.pk}
        free = [one for one in self.staff["main"]["teachers"] if one.pk not in leaders]
        spare = iter([before, *free])
        for row in rows.filter(staff__in=[hoa, binh]).exclude(school_class=room):
            rows.filter(pk=row.pk).update(staff=next(spare))
        rows.filter(school_class=room).update(staff=binh)

    def _employees(self) -> list[tuple[Any, str, str, str, str, str]]:
        """Person, name, sex, key, role, school."""
        schools, office = self.places.schools, {k: v["office"] for k, v in self.staff.items()}
        main, other, primary = schools["main"], schools["boarding"], schools["primary"]
        eldest = "Mẫu giáo lớn A"
        return [
            (teacher_of(main, "8A", "Toán"), "Nông Thị Hoa", "F", "hoa",
             "Giáo viên bộ môn Toán", "main"),
            (teacher_of(main, "8A", "Ngữ văn"), "Lý Văn Bình", "M", "binh",
             "Giáo viên chủ nhiệm 8A", "main"),
            (office["main"][0], "Lương Thị Mai", "F", "mai", "Hiệu trưởng", "main"),
            (office["main"][2], "Vi Thị Thu", "F", "thu", "Giáo vụ", "main"),
            (teacher_of(other, "8A", "Toán"), "Hoàng Văn Nam", "M", "nam",
             "Giáo viên trường khác", "boarding"),
            (office["boarding"][2], "Bế Văn Sơn", "M", "son", "Giáo vụ trường khác", "boarding"),
            (homeroom_of(primary, "4A"), "Lộc Thị Ngân", "F", "ngan",
             "Chủ nhiệm 4A tiểu học", "primary"),
            (homeroom_of(schools["preschool"], eldest), "Chu Thị Yến", "F", "yen",
             "Giáo viên mầm non", "preschool"),
            (office["upper"][2], "Mông Văn Khải", "M", "khai", "Giáo vụ THPT", "upper"),
        ]  # fmt: skip

    def employ(self) -> None:
        """Accounts of all staff and of the officers."""
        accounts = Accounts(self.operation)
        employees = self._employees()
        named = {person.pk for person, *_ in employees}
        positions = build_staff_accounts(accounts, self.places, self.staff, named=named)
        chosen = [
            (positions[person.pk], key, role, self.places.schools[school].organisation.name)
            for person, _, _, key, role, school in employees
        ]
        self._keep(accounts, [*chosen, *_officers(accounts, self.places)])

    def enrol(self) -> list[Member]:
        """Accounts of one family; passwords for everybody in the table."""
        accounts = Accounts(self.operation)
        self._keep(accounts, _family(accounts, self.places))
        ids = [one for one, _ in self.members]
        enrol_demo_accounts(operation=self.operation, account_ids=ids, password=PASSWORD)
        return [member for _, member in self.members]

    def _keep(self, accounts: Accounts, chosen: Iterable[tuple[int, str, str, str]]) -> None:
        told = list(chosen)
        ids = accounts.write()
        for at, key, role, place in told:
            person = accounts.people[at]
            self.members.append((ids[at], Member(key, person.name, role, place, person.login)))


def _officers(accounts: Accounts, places: Places) -> Iterator[tuple[int, str, str, str]]:
    for key, name, role, title, login, organisation in [
        ("ha", "Mã Thị Hà", Role.COMMUNE_OFFICER, "Cán bộ xã", "xa.ha", places.communes[0]),
        ("dung", "Phan Tiến Dũng", Role.DEPARTMENT_OFFICER, "Chuyên viên Sở", "so.dung",
         places.department),
        ("an", "Trịnh Bình An", Role.MINISTRY_OFFICER, "Chuyên viên Bộ", "bo.an",
         places.ministry),
    ]:  # fmt: skip
        at = accounts.add(login, name, "officer")
        province = None if role == Role.MINISTRY_OFFICER else places.department.pk
        accounts.grant(at, role, organisation.path, organisation.name, province_id=province)
        yield at, key, title, organisation.name
    yield accounts.add("nguoi.la", "Người Lạ", "staff"), "stranger", "Chưa có vai trò", ""


def _family(accounts: Accounts, places: Places) -> list[tuple[int, str, str, str]]:
    """Chị Lan with two children: em Minh in 8A, and a younger one in the primary school."""
    main = places.schools["main"]
    minh = table("records.Student").objects.get(home_school=main, name=CHILD)
    sister = _first_of(places.schools["primary"], "3A")
    rename(sister, SISTER)
    lan = _parents(minh, sister)
    parent = accounts.add(lan.phone, lan.name, "guardian", main, lan)
    rows = table("records.Guardianship").objects.filter(guardian=lan).select_related("student")
    for link in rows:
        grant_child(accounts, parent, Role.GUARDIAN, link.student, f"guardianship:{link.pk}")
    student = accounts.add("hs.minh", minh.name, "student", main, minh)
    grant_child(accounts, student, Role.STUDENT, minh, f"student:{minh.pk}")
    return [
        (parent, "lan", "Phụ huynh em Minh", "Lớp 8A"),
        (student, "minh", "Học sinh", "Lớp 8A"),
    ]


def _first_of(school: Any, class_name: str) -> Any:
    rows = table("records.Enrolment").objects.filter(school_class=class_of(school, class_name))
    return rows.select_related("student").order_by("pk")[0].student


def _parents(minh: Any, sister: Any) -> Any:
    """Both children have the same parents; return their mother."""
    links = table("records.Guardianship").objects
    kept = {}
    for relation, name in (("father", FATHER), ("mother", MOTHER)):
        person = links.select_related("guardian").get(student=minh, relation=relation).guardian
        person.name, person.name_search = name, search_key(name)
        person.phone = "0912000001" if relation == "mother" else person.phone
        person.save(update_fields=["name", "name_search", "phone"])
        links.filter(student=sister, relation=relation).update(guardian=person)
        kept[relation] = person
    return kept["mother"]


def grant_child(accounts: Accounts, at: int, role: Role, child: Any, source_key: str) -> None:
    accounts.grant(
        at,
        role,
        child_place(child.pk),
        child.name,
        school_id=child.home_school_id,
        province_id=child.province_id,
        source="family",
        source_key=source_key,
    )
