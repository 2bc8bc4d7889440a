"""The cast that all tests share: the people of one small province, invented.

Cô Hoa teaches here, thầy Nam teaches elsewhere, cô Mai leads the school, chị Lan is a parent, em
Minh is a student, anh Dũng works at the department; a stranger has an account and no grant.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from khue.access.api import Actor, Role, actor_of_account, child_place, class_subject_place
from khue.access.rules.places import class_place
from khue.access.rules.tokens import digest_of, new_token
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import alphabet_key, given_name_key, search_key
from tests.database import Server, leave, stand_on

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
YEAR = 2026
PASSWORD = "mực tím giấy trắng"
# A second factor that was given, and none for teachers and families who need none.
WITH_CODE = True


def table(label: str) -> Any:
    """A model by its label; only tests reach for tables this way."""
    return apps.get_model(label)


@dataclass
class Person:
    """One of the cast: the account, and the staff or student file where there is one."""

    name: str
    account: Any
    staff: Any = None
    student: Any = None
    guardian: Any = None

    @property
    def actor(self) -> Actor:
        return actor_of_account(self.account.pk, self.name, TODAY)


@dataclass
class Cast:
    """People by first name, and the places they stand in."""

    ministry: Any = None
    department: Any = None
    commune: Any = None
    other_commune: Any = None
    school: Any = None
    other_school: Any = None
    school_class: Any = None
    sister_class: Any = None
    other_class: Any = None
    maths: Any = None
    literature: Any = None
    sports: Any = None
    sister_maths: Any = None
    other_maths: Any = None
    classmates: list[Any] = field(default_factory=list)
    other_student: Any = None
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    def client(self, name: str, *, second_factor: bool = WITH_CODE) -> Client:
        """A browser in which a person of the cast is signed in; "nobody" is not."""
        client = Client()
        if name != "nobody":
            client.cookies["khue_session"] = sign_in(
                self.people[name].account, second_factor=second_factor
            )
        return client


def sign_in(account: Any, *, second_factor: bool = WITH_CODE) -> str:
    """Open a session for an account and return its token."""
    token = new_token()
    now = timezone.now()
    table("access.Session").objects.create(
        token_digest=digest_of(token),
        account=account,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=1),
        second_factor_at=now if second_factor else None,
    )
    return token


def make_account(login: str, name: str, kind: str) -> Any:
    return table("access.Account").objects.create(
        login=login,
        name=name,
        kind=kind,
        password=make_password(PASSWORD),
        created_at=NOW,
        password_changed_at=NOW,
        totp_confirmed_at=NOW,
    )


def make_grant(
    account: Any,
    role: Role,
    place: str,
    place_name: str,
    *,
    school: Any = None,
    province: Any = None,
) -> Any:
    return table("access.Grant").objects.create(
        account=account,
        role=role,
        place=place,
        place_name=place_name,
        school_id=school.pk if school else None,
        province_id=province.pk if province else None,
        valid_from=date(2026, 8, 1),
        granted_at=NOW,
    )


def make_organisation(kind: str, code: str, name: str, parent: Any = None, **more: Any) -> Any:
    made = table("organisations.Organisation").objects.create(
        kind=kind,
        code=code,
        name=name,
        name_key=alphabet_key(name),
        name_search=search_key(name),
        parent=parent,
        path=f"new-{kind}-{code}",
        **more,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def make_school(code: str, name: str, parent: Any, department: Any, **more: Any) -> Any:
    organisation = make_organisation("school", code, name, parent, province_code="20")
    fields = {
        "level_group": "07",
        "levels": ["03"],
        "managed_by": "XA",
        "school_type": "07",
        **more,
    }
    return table("organisations.School").objects.create(
        organisation=organisation, province=department, supervisor=department, **fields
    )


def make_class(school: Any, name: str, grade: str = "08", **more: Any) -> Any:
    return table("organisations.SchoolClass").objects.create(
        school=school,
        year=YEAR,
        code=name,
        name=name,
        name_key=alphabet_key(name),
        level="03",
        grades=[grade],
        **more,
    )


def make_subject(name: str, short: str, position: int) -> Any:
    made, _ = table("organisations.Subject").objects.get_or_create(
        name=name, defaults={"short_name": short, "position": position}
    )
    return made


def make_class_subject(school_class: Any, subject: Any, form: str = "score", **more: Any) -> Any:
    fields = {"periods_term1": 72, "periods_term2": 68, "regular_marks": 4, **more}
    return table("organisations.ClassSubject").objects.create(
        school=school_class.school,
        school_class=school_class,
        subject=subject,
        form=form,
        position=subject.position,
        **fields,
    )


def make_student(
    school: Any, name: str, sex: str = "M", born: str = "2013-03-09", **more: Any
) -> Any:
    return table("records.Student").objects.create(
        name=name,
        name_key=given_name_key(name),
        name_search=search_key(name),
        sex=sex,
        born=born,
        ethnic_group="01",
        home_school=school,
        province=school.province,
        created_at=NOW,
        **more,
    )


def enrol(student: Any, school_class: Any, **more: Any) -> Any:
    fields = {"status": "studying", "starts_on": date(2026, 9, 5), **more}
    return table("records.Enrolment").objects.create(
        student=student,
        school=school_class.school,
        province=school_class.school.province,
        school_class=school_class,
        year=YEAR,
        grade=school_class.grades[0],
        **fields,
    )


def make_staff(school: Any, name: str, sex: str, account: Any = None, kind: str = "27") -> Any:
    staff = table("records.Staff").objects.create(
        name=name,
        name_key=given_name_key(name),
        name_search=search_key(name),
        sex=sex,
        born="1985-05-19",
        home_school=school,
        province=school.province,
        account=account,
        created_at=NOW,
    )
    table("records.Posting").objects.create(
        staff=staff,
        school=school,
        province=school.province,
        kind=kind,
        contract="07",
        starts_on=date(2020, 8, 1),
    )
    return staff


def assign(staff: Any, class_subject: Any) -> None:
    """Teaching from 1 August 2026, with the grant that follows from it."""
    school = class_subject.school
    table("timetable.TeachingAssignment").objects.create(
        school=school, class_subject=class_subject, staff=staff, starts_on=date(2026, 8, 1)
    )
    place = class_subject_place(
        school.organisation.path, class_subject.school_class_id, class_subject.pk
    )
    name = f"{class_subject.subject.name} {class_subject.school_class.name}"
    make_grant(
        staff.account, Role.SUBJECT_TEACHER, place, name, school=school, province=school.province
    )


def make_cast() -> Cast:
    """Build the province and its people; call it with a scope that sees everything."""
    cast = Cast()
    _places(cast)
    _classes(cast)
    _staff(cast)
    _family(cast)
    _officers(cast)
    return cast


def _places(cast: Cast) -> None:
    cast.ministry = make_organisation("ministry", "BO", "Bộ Giáo dục và Đào tạo")
    cast.department = make_organisation(
        "department", "20", "Sở GD&ĐT tỉnh Thử", cast.ministry, province_code="20"
    )
    cast.commune = make_organisation(
        "commune", "20001", "Xã Suối Trong", cast.department, province_code="20"
    )
    cast.other_commune = make_organisation(
        "commune", "20002", "Xã Đồi Sim", cast.department, province_code="20"
    )
    cast.school = make_school("20001A", "Trường THCS Sao Khuê", cast.commune, cast.department)
    cast.other_school = make_school(
        "20002B", "Trường THCS Đồi Sim", cast.other_commune, cast.department
    )
    years = table("organisations.SchoolYear")
    year = years.objects.create(
        province=cast.department,
        start_year=YEAR,
        starts_on=date(2026, 9, 7),
        opens_on=date(2026, 9, 5),
        ends_on=date(2027, 5, 28),
    )
    terms = table("organisations.Term")
    terms.objects.create(year=year, number=1, starts_on=date(2026, 9, 7), ends_on=date(2027, 1, 10))
    terms.objects.create(
        year=year, number=2, starts_on=date(2027, 1, 11), ends_on=date(2027, 5, 28)
    )


def _classes(cast: Cast) -> None:
    maths = make_subject("Toán", "Toán", 2)
    literature = make_subject("Ngữ văn", "Văn", 1)
    sports = make_subject("Giáo dục thể chất", "GDTC", 9)
    cast.school_class = make_class(cast.school, "8A")
    cast.sister_class = make_class(cast.school, "8B")
    cast.other_class = make_class(cast.other_school, "8A")
    cast.maths = make_class_subject(cast.school_class, maths)
    cast.literature = make_class_subject(cast.school_class, literature)
    cast.sports = make_class_subject(
        cast.school_class,
        sports,
        "comment",
        periods_term1=36,
        periods_term2=34,
        regular_marks=2,
    )
    cast.sister_maths = make_class_subject(cast.sister_class, maths)
    cast.other_maths = make_class_subject(cast.other_class, maths)


def _staff(cast: Cast) -> None:
    for key, name, sex, school, kind in [
        ("hoa", "Nông Thị Hoa", "F", cast.school, "28"),
        ("nam", "Hoàng Văn Nam", "M", cast.other_school, "28"),
        ("mai", "Lương Thị Mai", "F", cast.school, "01"),
        ("thu", "Vi Thị Thu", "F", cast.school, "34"),
        ("binh", "Lý Văn Bình", "M", cast.school, "28"),
    ]:
        account = make_account(f"gv.{key}", name, "staff")
        cast.people[key] = Person(name, account, make_staff(school, name, sex, account, kind))
    assign(cast.hoa.staff, cast.maths)
    assign(cast.binh.staff, cast.literature)
    assign(cast.nam.staff, cast.other_maths)
    path = cast.school.organisation.path
    where = {"school": cast.school, "province": cast.department}
    name = cast.school.organisation.name
    make_grant(cast.mai.account, Role.PRINCIPAL, path, name, **where)
    make_grant(cast.thu.account, Role.OFFICE, path, name, **where)
    table("timetable.HomeroomAssignment").objects.create(
        school=cast.school,
        school_class=cast.school_class,
        staff=cast.binh.staff,
        starts_on=date(2026, 8, 1),
    )
    homeroom = class_place(path, cast.school_class.pk)
    make_grant(cast.binh.account, Role.HOMEROOM_TEACHER, homeroom, "Lớp 8A", **where)


def _family(cast: Cast) -> None:
    account = make_account("hs.minh", "Triệu Quang Minh", "student")
    minh = make_student(cast.school, "Triệu Quang Minh", account=account, code="2000000001")
    enrol(minh, cast.school_class)
    cast.people["minh"] = Person(minh.name, account, student=minh)
    where = {"school": cast.school, "province": cast.department}
    make_grant(account, Role.STUDENT, child_place(minh.pk), minh.name, **where)
    for name, sex in [("Đặng Thùy Dương", "F"), ("Nông Văn Ân", "M"), ("Hoàng Thị Ánh", "F")]:
        mate = make_student(cast.school, name, sex)
        enrol(mate, cast.school_class)
        cast.classmates.append(mate)
    cast.other_student = make_student(cast.other_school, "Lục Văn Sơn")
    enrol(cast.other_student, cast.other_class)
    parent = make_account("0912000001", "Đàm Thị Lan", "guardian")
    lan = table("records.Guardian").objects.create(
        name=parent.name,
        name_search=search_key(parent.name),
        phone="0912000001",
        account=parent,
        created_at=NOW,
    )
    table("records.Guardianship").objects.create(
        student=minh, guardian=lan, relation="mother", starts_on=date(2026, 8, 1)
    )
    cast.people["lan"] = Person(parent.name, parent, guardian=lan)
    make_grant(parent, Role.GUARDIAN, child_place(minh.pk), minh.name, **where)


def _officers(cast: Cast) -> None:
    dung = make_account("so.dung", "Phan Tiến Dũng", "officer")
    cast.people["dung"] = Person(dung.name, dung)
    make_grant(
        dung,
        Role.DEPARTMENT_OFFICER,
        cast.department.path,
        cast.department.name,
        province=cast.department,
    )
    ha = make_account("xa.ha", "Mã Thị Hà", "officer")
    cast.people["ha"] = Person(ha.name, ha)
    make_grant(
        ha, Role.COMMUNE_OFFICER, cast.commune.path, cast.commune.name, province=cast.department
    )
    stranger = make_account("nguoi.la", "Người Lạ", "staff")
    cast.people["stranger"] = Person(stranger.name, stranger)


@dataclass(frozen=True)
class Stage:
    """A database of this worker in which the cast stands for good, and its people as bytes."""

    database: str
    people: bytes


@pytest.fixture(scope="session")
def stage(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Stage]:
    """The cast, written once for all tests of this worker."""
    name, ground = database_server.copy(template_database, "cast"), connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        stand_on(name)
        with transaction.atomic(), scoped(EVERYTHING):
            people = pickle.dumps(make_cast())
        stand_on(ground)
    yield Stage(name, people)
    leave(name)
    database_server.drop(name)


@pytest.fixture
def cast(chosen_stage: Stage | None, db: None) -> Cast:
    """The cast as it was written, whatever earlier tests did to it; the fence is closed."""
    if chosen_stage is not None:
        known: Cast = pickle.loads(chosen_stage.people)
        return known
    with scoped(EVERYTHING):
        return make_cast()
