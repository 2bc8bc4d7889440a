"""Những việc đầu tiên: what is to be done where nothing stands yet, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from khue.access.api import LEADERS, TEACHERS, Actor, Role, explain, roles_held_below
from khue.organisations.api import OrganisationCard, SchoolCard

Held = Mapping[Role, set[int | None]]
MAY_IMPORT = "intake.import_sheets"


@dataclass(frozen=True, slots=True)
class Way:
    """A page on which a step is done."""

    label: str
    route: str
    args: tuple[int | str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Một việc: what, why, where; and whether it is done."""

    title: str
    text: str
    ways: tuple[Way, ...]
    done: bool = False


def steps_of_department(
    actor: Actor, department: OrganisationCard, *, schools: int, begun: bool
) -> list[Step]:
    """From an empty department to schools that work; nothing once a school has begun."""
    if begun or explain(actor, "organisations.manage_tree", department.path):
        return []
    held = roles_held_below(department.path)
    steps = [
        _review_the_year(schools),
        _add_schools(department, schools),
        _let_schools_in(schools, schools - len(_schools_led(held))),
        _let_communes_in(held),
    ]
    return _unless_done(steps)


def _schools_led(held: Held) -> set[int | None]:
    """The schools in which somebody can go on."""
    return {one for role in (*LEADERS, Role.OFFICE) for one in held.get(role, set())}


def _review_the_year(schools: int) -> Step:
    return Step(
        "Xem lại năm học",
        "Ngày tựu trường, các học kì và ngày nghỉ đã đặt theo khung của Bộ; sửa theo kế hoạch "
        "của tỉnh trước khi trường mở sổ.",
        (Way("Mở năm học", "organisations.years"),),
        done=schools > 0,
    )


def _add_schools(department: OrganisationCard, schools: int) -> Step:
    return Step(
        "Thêm các trường",
        "Cả tỉnh trong một tệp Excel, hoặc từng trường. Xã, phường đã có sẵn theo danh mục.",
        (
            Way("Nạp từ Excel", "organisations.schools_from_sheet", (department.id,)),
            Way("Thêm từng trường", "organisations.new_school", (department.id,)),
        ),
        done=schools > 0,
    )


def _let_schools_in(schools: int, waiting: int) -> Step:
    left = f" Còn {waiting} trường chưa có ai." if 0 < waiting < schools else ""
    return Step(
        "Trao tài khoản cho hiệu trưởng, giáo vụ",
        "Mở trang của trường rồi bấm Thêm tài khoản; mỗi trường một người là đủ để trường tự làm "
        f"tiếp. Sau đó in phiếu mã đăng nhập lần đầu để trao tận tay.{left}",
        (
            Way("Chọn trường", "organisations.tree", query="show=schools"),
            Way("In phiếu", "access.accounts", query="state=new"),
        ),
        done=schools > 0 and waiting <= 0,
    )


def _let_communes_in(held: Held) -> Step:
    return Step(
        "Trao tài khoản cho cán bộ xã, phường",
        "Để ủy ban theo dõi các trường mình quản lý.",
        (Way("Thêm tài khoản", "access.new_account"),),
        done=Role.COMMUNE_OFFICER in held,
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a school has come."""

    rooms: int
    students: int
    staff: int
    assigned: bool
    lessons: bool


def steps_of_school(actor: Actor, school: SchoolCard, so_far: Begun) -> list[Step]:
    """From an empty school to its first lesson; nothing once attendance or marks have begun."""
    if so_far.lessons or explain(actor, MAY_IMPORT, school.path):
        return []
    held, at = roles_held_below(school.path), f"school={school.id}"
    steps = [
        Step(
            "Lập lớp của năm học",
            "Khối, tên lớp, điểm trường; môn học theo chương trình được đặt sẵn cho từng lớp.",
            (_sheet("lop"), Way("Thêm từng lớp", "organisations.new_class", query=at)),
            done=so_far.rooms > 0,
        ),
        Step(
            "Nhập cán bộ, giáo viên, nhân viên",
            "Dùng ngay danh sách trường đang có; tên cột khác cũng nhận ra.",
            (_sheet("can-bo"), Way("Thêm từng người", "records.new_staff", query=at)),
            done=so_far.staff > 0,
        ),
        Step(
            "Nhập học sinh",
            "Xem trước từng dòng rồi mới ghi; ghi nhầm thì hoàn tác được.",
            (_sheet("hoc-sinh"), Way("Thêm từng em", "records.new_student", query=at)),
            done=so_far.students > 0,
        ),
        Step(
            "Phân công giảng dạy, chủ nhiệm",
            "Ai dạy môn nào, lớp nào thì ghi được sổ ấy.",
            (_sheet("phan-cong"), Way("Phân công trên trang", "timetable.assignments", query=at)),
            done=so_far.assigned,
        ),
        Step(
            "Trao tài khoản cho thầy cô",
            "Mở tài khoản ở danh sách cán bộ, rồi in phiếu mã đăng nhập lần đầu cho từng người.",
            (
                Way("Danh sách cán bộ", "records.staff_list", query=at),
                Way("In phiếu", "access.accounts", query="state=new"),
            ),
            done=any(one in held for one in TEACHERS),
        ),
    ]
    return _unless_done(steps)


def _unless_done(steps: list[Step]) -> list[Step]:
    return [] if all(one.done for one in steps) else steps


def _sheet(kind: str) -> Way:
    return Way("Nhập từ Excel", "intake.upload", (kind,))
