"""Khuôn dữ liệu của API: what is asked and what is answered, as the OpenAPI document tells it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import Field

from khue.interchange.rules.cursors import LONGEST
from khue.interchange.rules.limits import LARGEST_FIGURES, LARGEST_PAGE, PAGE_SIZE
from khue.statistics.api import Theme

Item = TypeVar("Item")
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Số bản ghi một trang.")]
Cursor = Annotated[
    str | None,
    Field(max_length=LONGEST, description="Giá trị next của trang trước; bỏ trống là trang đầu."),
]
SchoolId = Annotated[UUID | None, Field(description="Chỉ một trường, theo id của trường.")]
Since = Annotated[
    datetime | None,
    Field(description="Chỉ bản ghi đã thay đổi từ thời điểm này (ISO 8601, có múi giờ)."),
]
Year = Annotated[
    int | None,
    Field(ge=2000, le=2100, description="Năm học, theo năm bắt đầu: 2026 là 2026-2027."),
]


class PageQuery(Schema):
    """What every list takes."""

    limit: Limit = PAGE_SIZE
    after: Cursor = None
    school: SchoolId = None


class SinceQuery(PageQuery):
    updated_since: Since = None


class YearQuery(SinceQuery):
    year: Year = None


class MarkQuery(PageQuery):
    year: Year = None
    class_subject: Annotated[
        UUID | None, Field(description="Chỉ một môn của lớp, theo id ở /class-subjects.")
    ] = None


class FiguresQuery(Schema):
    """Figures come with hundreds of numbers a place, so a page holds fewer of them."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_FIGURES, description="Số nơi một trang.")] = 20
    after: Cursor = None
    place: Annotated[
        UUID | None, Field(description="Chỉ một nơi: id của trường, xã hoặc tỉnh.")
    ] = None
    kind: Annotated[
        Literal["school", "commune", "province"] | None, Field(description="Chỉ các nơi cấp này.")
    ] = None
    theme: Annotated[
        Theme | None, Field(description=f"Chỉ một mảng số liệu: {', '.join(Theme)}.")
    ] = None
    year: Year = None


class DayQuery(PageQuery):
    first_day: Annotated[date | None, Field(description="Từ ngày.")] = None
    last_day: Annotated[date | None, Field(description="Đến hết ngày.")] = None
    updated_since: Since = None


class ChangeQuery(Schema):
    after: Annotated[int, Field(ge=0, le=2**62, description="Vị trí đã đọc đến; 0 là từ đầu.")] = 0
    limit: Limit = PAGE_SIZE


class Page(Schema, Generic[Item]):
    """Một trang; `next` trống là hết."""

    items: list[Item]
    next: str | None = Field(description="Truyền vào after để đọc trang sau.")


class SchoolOut(Schema):
    """Trường."""

    id: UUID
    code: str = Field(description="Mã trường trong cơ sở dữ liệu ngành.")
    name: str
    parent_id: UUID = Field(description="Cơ quan quản lý trực tiếp.")
    parent_name: str
    province_code: str
    commune_code: str
    levels: list[str] = Field(description="Cấp học (DM_CAP_HOC).")
    school_type: str
    ownership: str
    boarding: bool
    two_sessions: bool
    address: str
    website: str


class SiteOut(Schema):
    """Điểm trường."""

    id: UUID
    school_id: UUID
    code: str
    name: str
    is_main: bool
    address: str


class TermOut(Schema):
    """Học kì."""

    id: UUID
    number: int
    starts_on: date
    ends_on: date


class YearOut(Schema):
    """Năm học của tỉnh."""

    id: UUID
    start_year: int
    label: str
    starts_on: date
    ends_on: date
    terms: list[TermOut]


class ClassOut(Schema):
    """Lớp học, nhóm trẻ."""

    id: UUID
    school_id: UUID
    site_id: UUID | None
    year: int
    code: str
    name: str
    level: str
    grades: list[str] = Field(description="Khối (DM_KHOI); lớp ghép có nhiều khối.")
    closed_on: date | None


class ClassSubjectOut(Schema):
    """Môn học của lớp."""

    id: UUID
    class_id: UUID
    school_id: UUID
    year: int
    subject_id: UUID
    subject_name: str
    form: str = Field(description="score: nhận xét và điểm số; comment: nhận xét.")
    periods_term1: int
    periods_term2: int


class SubjectOut(Schema):
    """Môn học, hoạt động giáo dục."""

    id: UUID
    name: str
    short_name: str


class DemographicsOut(Schema):
    """Nhân thân; cần phạm vi students.demographics.read."""

    birth_place: str
    home_town: str
    ethnic_group: str = Field(description="Mã dân tộc.")
    nationality: str = Field(description="Mã quốc tịch (704 là Việt Nam).")


class ContactOut(Schema):
    """Liên hệ; cần phạm vi students.contact.read hoặc staff.contact.read."""

    address: str | None
    commune_code: str | None
    phone: str
    email: str


class CareOut(Schema):
    """Chính sách, khuyết tật; cần phạm vi students.care.read."""

    policies: list[str]
    disability: str


class StudentOut(Schema):
    """Học sinh; phần nào chưa được cấp phạm vi thì là null."""

    id: UUID
    code: str | None = Field(description="Mã định danh ngành.")
    name: str
    sex: str = Field(description="M: nam, F: nữ.")
    born: str = Field(description="YYYY-MM-DD, YYYY-MM hoặc YYYY.")
    school_id: UUID
    demographics: DemographicsOut | None
    contact: ContactOut | None
    personal_number: str | None = Field(description="Cần phạm vi students.identity.read.")
    care: CareOut | None


class GuardianOut(Schema):
    """Cha, mẹ hoặc người giám hộ của một học sinh."""

    id: UUID
    guardian_id: UUID
    student_id: UUID
    name: str
    relation: str = Field(description="father, mother hoặc guardian.")
    is_contact: bool
    phone: str
    email: str
    starts_on: date
    ends_on: date | None


class StaffOut(Schema):
    """Cán bộ, giáo viên, nhân viên."""

    id: UUID
    code: str | None
    name: str
    sex: str
    school_id: UUID
    status: str
    qualification: str
    major: str
    contact: ContactOut | None


class TeachingOut(Schema):
    """Phân công giảng dạy."""

    id: UUID
    staff_id: UUID
    class_subject_id: UUID
    school_id: UUID
    starts_on: date
    ends_on: date | None


class EnrolmentOut(Schema):
    """Một chặng học của học sinh ở một lớp."""

    id: UUID
    student_id: UUID
    school_id: UUID
    class_id: UUID
    year: int
    grade: str
    status: str
    starts_on: date
    ends_on: date | None


class CellOut(Schema):
    """Một ô điểm."""

    slot: str = Field(description="tx1…tx6 thường xuyên, gk giữa kì, ck cuối kì.")
    tenths: int | None = Field(description="Điểm nhân 10; null nếu không phải điểm số.")
    text: str = Field(description="Như sổ điểm ghi: 7,5; Đ; CĐ; P; KP.")


class MarksOut(Schema):
    """Điểm của một học sinh ở một môn trong một học kì."""

    id: UUID
    student_id: UUID
    class_subject_id: UUID
    school_id: UUID
    year: int
    term: int
    cells: list[CellOut]
    average: CellOut | None


class ResultOut(Schema):
    """Kết quả của một học sinh trong một năm học."""

    id: UUID
    student_id: UUID
    class_id: UUID
    school_id: UUID
    year: int
    regulation: str
    conduct_term1: str | None
    conduct_term2: str | None
    conduct_year: str | None
    learning_term1: str | None
    learning_term2: str | None
    learning_year: str | None
    primary_level: str | None
    outcome: str | None
    award: str | None


class AbsenceOut(Schema):
    """Một lần vắng, đi muộn hoặc về sớm."""

    id: UUID
    student_id: UUID
    class_id: UUID
    school_id: UUID
    year: int
    day: date
    session: str = Field(description="am: sáng, pm: chiều.")
    period: int = Field(description="0 là cả buổi.")
    kind: str = Field(description="p: có phép, k: không phép, m: đi muộn, s: về sớm.")
    minutes: int | None


class ChangeOut(Schema):
    """Một bản ghi đã thay đổi; hãy đọc lại bản ghi ấy để lấy giá trị mới."""

    position: int
    at: datetime
    kind: str
    id: UUID | None = Field(description="id của bản ghi; null khi bản ghi không có trang riêng.")
    action: str
    deleted: bool = Field(description="Bản ghi không còn: hãy bỏ bản sao đang giữ.")
    school_id: UUID | None


class ChangesOut(Schema):
    items: list[ChangeOut]
    position: int = Field(description="Truyền vào after lần sau; không bao giờ bỏ sót thay đổi.")
    more: bool


class FigureOut(Schema):
    """Số liệu một mảng."""

    theme: str = Field(description="Mảng số liệu.")
    counts: dict[str, int] = Field(description="Số đếm theo khóa; khóa không có là 0.")
    hidden: list[str] = Field(description="Khóa bị che vì số nhỏ có thể lộ một học sinh.")
    day: date = Field(description="Đếm cho ngày nào.")
    at: datetime = Field(description="Thay đổi mới nhất đã tính.")


class PlaceFiguresOut(Schema):
    """Một nơi với số liệu của một năm học."""

    place_id: UUID
    kind: str = Field(description="school, commune hoặc province.")
    code: str
    name: str
    parent_id: UUID | None
    year: int
    figures: list[FigureOut]


class WrongParameter(Schema):
    parameter: str
    message: str


class ProblemOut(Schema):
    """Lời báo lỗi (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[WrongParameter] = []
