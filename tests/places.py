"""What stands at the addresses of the product: one object of each kind, at three schools.

The school of the cast, its neighbour in the same province, and one in a province far away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from khue.access.api import Role, child_place
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key
from tests.answers_places import make_answers
from tests.attendance_places import make_attendance
from tests.cast import (
    NOW,
    TODAY,
    YEAR,
    Cast,
    enrol,
    make_account,
    make_cast,
    make_class,
    make_class_subject,
    make_grant,
    make_organisation,
    make_school,
    make_staff,
    make_student,
    table,
)
from tests.interchange_places import make_client
from tests.messaging_places import make_messages
from tests.notice_places import OF_DRAFTS, make_notices
from tests.offline_places import make_offline
from tests.signing_places import make_signing_work
from tests.talk_places import make_talk
from tests.transcript_places import make_transcript_work
from tests.year_places import make_year_work

AUTUMN = date(2026, 8, 1)
# Values of parameters that are not the id of a record.
PLAIN: dict[str, tuple[str, ...]] = {
    "act": ("complete", "confirm"),
    "form": ("01-mn", "02-th"),
    "kind": ("hoc-sinh", "lop", "can-bo", "phan-cong"),
    "code": ("ABCDEFGHIJKLMNOP",),
    "day": ("2026-11-20",),
    "dot": ("dau-nam",),
    "listed": ("len-lop",),
    "month": ("2026-11",),
    "name": ("provinces",),
    "part": ("student",),
    "number": ("0",),
    "edition": ("1",),
    "rest": ("khong-co/",),
    "issuer": ("1",),
    "verifier": ("khue-verify.pyz",),
    "sheet": ("mau",),
    "paper": ("len-lop",),
    "provider": ("mang",),
    "period": ("1",),
    "point": ("1",),
    "stage": ("1",),
    "slot": ("tx1",),
    "start_year": (str(YEAR),),
    "strand": ("0",),
    "tab": ("da-ky",),
    "term": ("1",),
    "work": ("nhap-diem", "loi"),
    "year": (str(YEAR),),
}
OF_PRIMARY_BOOKS = {
    f"gradebook.{name}"
    for name in (
        *("primary", "primary_now", "primary_history", "save_primary", "import_levels"),
        "primary_excel",
    )
}
OF_YOUNG_CLASSES = {
    **dict.fromkeys(
        [
            "gradebook.primary_class_now",
            "gradebook.primary_qualities",
            "gradebook.primary_qualities_excel",
            "gradebook.import_qualities",
            "gradebook.save_qualities",
            "gradebook.quality_history",
            "gradebook.primary_summary",
            "gradebook.export_primary_summary",
            "gradebook.primary_made",
            "gradebook.recognise_primary",
            "gradebook.decide_primary",
        ],
        "primary_class",
    ),
    **dict.fromkeys(
        [
            "gradebook.children",
            "gradebook.children_now",
            "gradebook.save_children",
            "gradebook.child_history",
            "gradebook.name_stages",
            "gradebook.completions",
        ],
        "preschool_class",
    ),
}
STUDENT_STEPS = (
    "xep-lop",
    "chuyen-lop",
    "thoi-hoc",
    "tro-lai",
    "hoan-thanh",
    "chuyen-truong",
    "chuyen-ngoai",
)


@dataclass
class School:
    """A school with the ids that its addresses carry, and the names that its people may see."""

    ids: dict[str, Any]
    names: set[str]
    families: set[str]

    def values(self, route: str, parameter: str) -> tuple[str, ...]:
        """What to put into one parameter of a route."""
        if parameter in PLAIN:
            return PLAIN[parameter]
        if parameter == "class_id" and route in OF_YOUNG_CLASSES:
            return (str(self.ids[OF_YOUNG_CLASSES[route]]),)
        if parameter == "class_subject_id" and route in OF_PRIMARY_BOOKS:
            return (str(self.ids["primary_book"]),)
        if parameter == "notice_id" and route in OF_DRAFTS:
            return (str(self.ids["draft_notice"]),)
        if parameter == "step":
            return self._steps(route)
        if parameter == "subject":
            return tuple(self.ids["subjects"])
        if parameter == "public_id":
            return (str(self.ids["task" if route.startswith("background") else "run"]),)
        return (str(self.ids[parameter]),)

    def _steps(self, route: str) -> tuple[str, ...]:
        steps = {
            "records.step": STUDENT_STEPS,
            "records.guardian_step": (
                "ket-thuc",
                "han-che",
                "bo-han-che",
                "go-lien-ket",
                "tai-khoan",
            ),
            "records.staff_step": ("vi-tri", "nhiem-vu"),
            "records.staff_row_step": ("ket-thuc-vi-tri",),
            "gradebook.class_step": ("tong-hop", "duyet", "tra-lai", "thu-hoi"),
            "gradebook.answer_correction": ("xac-nhan", "dong-y", "tu-choi", "rut"),
        }
        return steps[route]


@dataclass
class World:
    """The cast, and what stands at its own school, the neighbour's and the far one."""

    cast: Cast
    own: School
    neighbour: School
    far: School


def make_world() -> World:
    """Build it in a scope that sees everything."""
    with scoped(EVERYTHING):
        cast = make_cast()
        own = _furnish(
            cast.school,
            [cast.minh.student, cast.classmates[0], cast.classmates[1]],
            cast.hoa,
            cast.school_class,
            cast.maths,
            "Lê Thị Gia Đình Một",
        )
        own.names |= {one.name for one in [*_people(cast, "mai thu binh lan"), *cast.classmates]}
        own.families = {one.name for one in cast.classmates}
        twins = [make_student(cast.other_school, name) for name in ("Cam Văn Đồi", "Cam Văn Sim")]
        for one in twins:
            enrol(one, cast.other_class)
        pupils = [cast.other_student, *twins]
        neighbour = _furnish(
            cast.other_school,
            pupils,
            cast.nam,
            cast.other_class,
            cast.other_maths,
            "Sầm Thị Gia Đình Hai",
        )
        return World(cast, own, neighbour, _far_away(cast))


def _people(cast: Cast, names: str) -> list[Any]:
    return [cast.people[one] for one in names.split()]


def _far_away(cast: Cast) -> School:
    department = make_organisation(
        "department", "60", "Sở GD&ĐT tỉnh Xa Tít", cast.ministry, province_code="60"
    )
    school = make_school("60001Z", "Trường THCS Xa Tít", department, department)
    table("organisations.SchoolYear").objects.create(
        province=department,
        start_year=YEAR,
        starts_on=date(2026, 9, 7),
        opens_on=date(2026, 9, 5),
        ends_on=date(2027, 5, 28),
    )
    room = make_class(school, "8Z")
    subject = make_class_subject(room, cast.maths.subject)
    pupils = [make_student(school, f"Quàng Văn Xa {one}") for one in ("Ly", "Lan", "Lai")]
    for one in pupils:
        enrol(one, room)
    account = make_account("gv.xa", "Tòng Thị Xa Vời", "staff")
    teacher = make_staff(school, account.name, "F", account)
    person = type("Person", (), {"name": account.name, "account": account, "staff": teacher})()
    return _furnish(school, pupils, person, room, subject, "Lường Thị Gia Đình Ba")


def _furnish(
    school: Any, pupils: list[Any], teacher: Any, room: Any, subject: Any, parent: str
) -> School:
    """One object of every kind that an address can name."""
    where = {"school": school, "province": school.province}
    child, mate, third = pupils
    link = _family(child, parent, where)
    posting = table("records.Posting").objects.get(staff=teacher.staff)
    subjects = _subjects(school, child, teacher, room, subject)
    ids = {
        "account_id": teacher.account.pk,
        "grant_id": make_grant(
            teacher.account, Role.STAFF, school.organisation.path, "Trường", **where
        ).pk,
        "class_id": room.pk,
        "class_subject_id": subject.pk,
        "school_id": school.pk,
        "node_id": school.pk,
        "parent_id": school.organisation.parent_id,
        "province_id": school.province_id,
        "student_id": child.pk,
        "local_id": child.pk,
        "kept_id": mate.pk,
        "gone_id": third.pk,
        "guardianship_id": link.pk,
        "staff_id": teacher.staff.pk,
        "row_id": posting.pk,
        "site_id": table("organisations.Site")
        .objects.create(school=school, code="1", name="Điểm chính", is_main=True)
        .pk,
        "bundle_id": table("organisations.Bundle")
        .objects.create(school=school, first_year=YEAR, name="Tổ hợp 1")
        .pk,
        "teaching_id": _teaching(school, subject, teacher.staff).pk,
        "circumstance_id": table("gradebook.SubjectCircumstance")
        .objects.create(
            year=YEAR,
            student=child,
            class_subject=subject,
            kind="reduced",
            document="1/QĐ",
            **where,
        )
        .pk,
        "phrase_id": table("gradebook.BankPhrase")
        .objects.create(school=school, part="limits", level="T", text="Cần đọc thêm.")
        .pk,
        "correction_id": table("gradebook.Correction")
        .objects.create(
            year=YEAR,
            student=child,
            class_subject=subject,
            period=1,
            slot="gk",
            new=80,
            reason="Cộng nhầm",
            asked_by_id=teacher.account.pk,
            asked_by=teacher.name,
            asked_at=NOW,
            **where,
        )
        .pk,
        "subjects": subjects,
        "entry_id": table("ledger.Entry").objects.filter(subject=subjects[0]).latest("pk").pk,
        **_young(school, subject),
        **_work(school, teacher, room, subject),
        **_moves(school, child, mate, third),
        **make_year_work(room, subject, child),
        **make_attendance(room, child),
        **make_signing_work(school, teacher),
        **_diary(school, room, subject, teacher),
        **make_messages(school),
        **make_client(school, child),
        **make_answers(school),
        **make_talk(school, child, teacher),
        **make_notices(room, child),
        "deadline_id": table("oversight.Deadline")
        .objects.create(
            organisation_id=school.organisation.parent_id,
            theme="hoc-ba",
            year=YEAR,
            title="Ký học bạ",
            due_on=TODAY,
            set_by="Ai đó",
            set_at=NOW,
        )
        .pk,
        **make_offline(school, subject, child, teacher),
        **make_transcript_work(school, room, child, teacher),
    }
    names = {one.name for one in pupils} | {teacher.name, parent}
    return School(ids, names, {mate.name, third.name})


def _diary(school: Any, room: Any, subject: Any, teacher: Any) -> dict[str, Any]:
    """A line of the class diary, and a teaching plan with one lesson."""
    where = {"school": school, "province": school.province, "year": YEAR}
    lesson = table("diary.Lesson").objects.create(
        school_class=room,
        class_subject=subject,
        day=TODAY,
        session="am",
        period=1,
        title="Hằng đẳng thức",
        plan_number=1,
        teacher=teacher.staff,
        teacher_name=teacher.name,
        written_at=NOW,
        written_by_id=teacher.account.pk,
        **where,
    )
    plan = table("diary.TeachingPlan").objects.create(
        subject=subject.subject,
        grade="08",
        imported_by=teacher.name,
        imported_at=NOW,
        **where,
    )
    table("diary.PlanItem").objects.create(plan=plan, number=1, title="Hằng đẳng thức", week=1)
    return {"lesson_id": lesson.pk, "plan_id": plan.pk}


def _family(child: Any, name: str, where: dict[str, Any]) -> Any:
    account = make_account(f"ph.{child.pk}", name, "guardian")
    guardian = table("records.Guardian").objects.create(
        name=name, name_search=search_key(name), account=account, created_at=NOW
    )
    make_grant(account, Role.GUARDIAN, child_place(child.pk), child.name, **where)
    return table("records.Guardianship").objects.create(
        student=child, guardian=guardian, relation="father", starts_on=AUTUMN
    )


def _young(school: Any, subject: Any) -> dict[str, Any]:
    """A primary class with a book, and a preschool class."""
    rooms = {}
    for name, grade, level in [("4P", "04", "02"), ("Mầm P", "17", "01")]:
        room = make_class(school, name, grade)
        room.level = level
        room.save(update_fields=["level"])
        rooms[level] = room
    book = make_class_subject(rooms["02"], subject.subject, regular_marks=0)
    return {
        "primary_class": rooms["02"].pk,
        "primary_book": book.pk,
        "preschool_class": rooms["01"].pk,
    }


def _teaching(school: Any, subject: Any, staff: Any) -> Any:
    made, _ = table("timetable.TeachingAssignment").objects.get_or_create(
        school=school, class_subject=subject, staff=staff, defaults={"starts_on": AUTUMN}
    )
    return made


def _work(school: Any, teacher: Any, room: Any, subject: Any) -> dict[str, Any]:
    who = {"account_id": teacher.account.pk, "actor_name": teacher.name, "created_at": NOW}
    run = table("intake.Run").objects.create(
        kind="lop",
        school_id=school.pk,
        school_name=school.organisation.name,
        place=school.organisation.path,
        year=YEAR,
        file_name="lop.xlsx",
        file_size=10,
        state="planned",
        planned_at=NOW,
        **who,
    )
    task = table("background.Task").objects.create(
        kind="intake.plan",
        title="Nhập lớp",
        state="waiting",
        due_at=NOW,
        arguments={"run": run.pk},
        **who,
    )
    marks = _mark_import(school, room, subject, who)
    printing = table("background.Task").objects.create(
        kind="gradebook.print_school",
        title="In sổ các lớp",
        state="waiting",
        due_at=NOW,
        arguments={"key": str(uuid4()), "school_id": school.pk, "year": YEAR},
        **who,
    )
    ids = {"run": run.public_id, "task": task.public_id, "import_id": marks}
    return {**ids, "print_id": printing.arguments["key"]}


def _mark_import(school: Any, room: Any, subject: Any, who: dict[str, Any]) -> Any:
    """Marks from a file that wait to be written."""
    sheet = {
        "index": 0,
        "name": "Toán",
        "term": 1,
        "book_id": subject.pk,
        "title": f"Toán {room.name}",
        "by_comment": False,
        "refusal": "",
        "notes": [],
        "header_row": 1,
        "columns": [],
        "slots": ["tx1"],
        "heads": ["TX1"],
    }
    made = table("intake.Run").objects.create(
        kind="diem",
        school_id=school.pk,
        school_name=school.organisation.name,
        place=school.organisation.path,
        year=YEAR,
        options={"book": str(subject.pk), "term": "1"},
        file_name="diem.xlsx",
        file_size=10,
        state="planned",
        planned_at=NOW,
        counts={"create": 0, "change": 0, "same": 0, "refuse": 0},
        reading={"sheets": [sheet]},
        **who,
    )
    return made.public_id


def _empty_school(school: Any) -> Any:
    """A school where nobody of the cast works: what is sent there is nobody else's to read."""
    found = table("organisations.School").objects.filter(organisation__code="EMPTY").first()
    province = school.province
    return found or make_school("EMPTY", "Trường THCS Vắng", province, province)


def _moves(school: Any, child: Any, kept: Any, gone: Any) -> dict[str, Any]:
    transfer = table("records.Transfer").objects.create(
        student=gone,
        student_name=gone.name,
        from_school=school,
        to_school=_empty_school(school),
        grade="08",
        effective_on=TODAY + timedelta(days=3),
        requested_at=NOW,
        requested_by="Vi Thị Thu",
        state="refused",
    )
    merge = table("records.Merge").objects.create(
        school=school, kept=child, gone=kept, merged_at=NOW, merged_by="Ai đó", undone_at=NOW
    )
    return {"transfer_id": transfer.pk, "merge_id": merge.pk}


def _subjects(school: Any, child: Any, teacher: Any, room: Any, subject: Any) -> list[str]:
    """Records with a history; one entry of the ledger under each."""
    found = [
        f"student:{child.pk}",
        f"staff:{teacher.staff.pk}",
        f"school:{school.pk}",
        f"class:{room.pk}",
        f"class_subject:{subject.pk}",
        f"mark:{subject.pk}.1.{child.pk}",
        f"account:{teacher.account.pk}",
        f"import:{uuid4()}",
    ]
    for one in found:
        table("ledger.Entry").objects.create(
            at=NOW,
            actor_name=teacher.name,
            school_id=school.pk,
            province_id=school.province_id,
            subject=one,
            action="change",
            label=child.name,
        )
    return found
