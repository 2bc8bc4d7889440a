"""Phân công giảng dạy từ tệp: a plain list, or the workbook of a timetable program as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from khue.intake.api import (
    Choice,
    Difference,
    Kind,
    NotApplied,
    Order,
    Plan,
    PlannedRow,
    Reading,
    Verdict,
    read_table,
)
from khue.organisations.api import ClassCard, ClassSubjectFacts, OrganisationRefused, SubjectCard
from khue.records.api import RecordRefused, RowsRefused, StaffLine
from khue.timetable.rules.teaching_lists import Taught, likely_sex, once_each, parse_taught
from khue.timetable.services.importing import (
    ASSIGNMENT_TABLES,
    MissingStaff,
    WantedTeaching,
    take_rights_back,
    write_assignments,
)
from khue.timetable.services.work import AssignmentsRefused
from khue.timetable.sheets.lists import (
    AssignmentLists,
    CellRefused,
    assignment_lists,
    person_key,
    with_mappings,
)
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import capitalise_name, tidy

CREATE_STAFF, ADD_SUBJECTS = "create_staff", "add_subjects"
TEACHING_COLUMNS = (
    Column("teacher", "Giáo viên", ("GIAOVIEN", "Họ tên giáo viên", "Tên giáo viên", "Họ và tên")),
    Column("subject", "Môn học", ("MONVNEDU", "Môn", "Tên môn", "Môn dạy", "Phân môn")),
    Column(
        "classes",
        "Lớp dạy",
        ("DSLOPDAY", "Lớp", "Các lớp", "Danh sách lớp dạy", "Lớp (số tiết)", "Phân công"),
    ),
    Column("code", "Mã giáo viên", ("Mã GV", "Mã cán bộ", "Mã định danh")),
    Column("periods", "Số tiết mỗi tuần", ("Số tiết", "Số tiết/tuần", "Tiết/tuần", "ST")),
)
NO_STAFF = (
    "Chưa có hồ sơ giáo viên “{name}”. Hãy nhập cán bộ trước, sửa lại tên, hoặc chọn “Lập hồ sơ "
    "cho giáo viên chưa có”."
)
NO_SUBJECT = (
    "Lớp {school_class} chưa học môn {subject}. Hãy đặt môn cho lớp trước, hoặc chọn “Thêm môn "
    "vào lớp chưa có môn ấy”."
)
NOT_TAUGHT = "Chương trình của lớp {school_class} không có môn {subject}."


@dataclass(frozen=True)
class LinePayload:
    """What applying one row writes."""

    rows: tuple[WantedTeaching, ...]
    staff: MissingStaff | None
    subjects: dict[tuple[int, int], ClassSubjectFacts]


@dataclass
class Pen:
    """Plans the rows of one file, remembering what earlier rows have said."""

    order: Order
    reading: Reading
    lists: AssignmentLists
    said: set[tuple[str, int, int]] = field(default_factory=set)

    def plan_row(self, row: Row) -> PlannedRow:
        title = f"{tidy(row.text('teacher'))[:80]} · {tidy(row.text('subject'))[:60]}"
        try:
            return self._judged(row, title)
        except CellRefused as refused:
            reasons = tuple(str(refused).split("\n"))
            cells = self.reading.cells(row)
            return PlannedRow(row.number, Verdict.REFUSE, title, reasons=reasons, cells=cells)

    def _judged(self, row: Row, title: str) -> PlannedRow:
        person, missing = self._person(row)
        subject = self.lists.subject(tidy(row.text("subject")))
        taught, again = once_each(parse_taught(row.text("classes"), _periods(row)))
        if not taught:
            raise CellRefused("Dòng này chưa ghi lớp dạy.")
        key = f"{person.id}" if person else person_key(missing.name if missing else "")
        found = [*self._classes(taught, subject)]
        new = [one for one in found if (key, one[0].id, subject.id) not in self.said]
        repeated = [one[0].name for one in found if one not in new]
        self.said |= {(key, card.id, subject.id) for card, _, _ in new}
        warnings = _warnings(missing, [*again, *repeated])
        wanted = [self._wanted(person, missing, subject, *one) for one in new]
        payload = LinePayload(
            tuple(wanted),
            missing,
            {(card.id, subject.id): facts for card, _, facts in new if facts},
        )
        return self._verdict(row, title, payload, warnings)

    def _person(self, row: Row) -> tuple[StaffLine | None, MissingStaff | None]:
        """The teacher by code, else by name; a file to be made where that was chosen."""
        name, code = tidy(row.text("teacher")), tidy(row.text("code"))
        if not name and not code:
            raise CellRefused("Dòng này chưa ghi giáo viên.")
        if code and person_key(code) in self.lists.by_code:
            return self.lists.by_code[person_key(code)], None
        alike = self.lists.people.get(person_key(name), [])
        if len(alike) > 1:
            raise CellRefused(
                f"Trường có {len(alike)} người tên “{name}”. Hãy thêm cột “Mã giáo viên”."
            )
        if alike:
            return alike[0], None
        if not self.order.chose(CREATE_STAFF):
            raise CellRefused(NO_STAFF.format(name=name))
        sex, subject = likely_sex(name) or "M", tidy(row.text("subject"))
        return None, MissingStaff(person_key(name), _written(name), sex, subject[:60], row.number)

    def _classes(
        self, taught: Sequence[Taught], subject: SubjectCard
    ) -> Iterator[tuple[ClassCard, Taught, ClassSubjectFacts | None]]:
        """The classes of the line; every trouble of the line in one refusal."""
        troubles, found = [], []
        for one in taught:
            try:
                card = self.lists.school_class(one.class_text)
                found.append((card, one, self._missing_subject(card, subject)))
            except CellRefused as refused:
                troubles.append(str(refused))
        if troubles:
            raise CellRefused("\n".join(troubles))
        yield from found

    def _missing_subject(self, card: ClassCard, subject: SubjectCard) -> ClassSubjectFacts | None:
        """The subject to add to the class; None when the class already studies it."""
        if (card.id, subject.id) in self.lists.taught:
            return None
        facts = self.lists.in_programme(card, subject.id)
        if facts is None:
            raise CellRefused(NOT_TAUGHT.format(school_class=card.name, subject=subject.name))
        if not self.order.chose(ADD_SUBJECTS):
            raise CellRefused(NO_SUBJECT.format(school_class=card.name, subject=subject.name))
        return facts

    def _wanted(
        self,
        person: StaffLine | None,
        missing: MissingStaff | None,
        subject: SubjectCard,
        card: ClassCard,
        one: Taught,
        facts: ClassSubjectFacts | None,
    ) -> WantedTeaching:
        standing = self.lists.taught.get((card.id, subject.id))
        return WantedTeaching(
            class_id=card.id,
            subject_id=subject.id,
            class_subject_id=standing.id if standing else None,
            staff_id=person.id if person else None,
            staff_key=missing.key if missing else "",
            staff_name=person.name if person else missing.name if missing else "",
            periods=one.periods,
            starts_on=self.lists.starts_on,
        )

    def _verdict(
        self, row: Row, title: str, payload: LinePayload, warnings: tuple[str, ...]
    ) -> PlannedRow:
        fresh, differences = [], []
        for wanted in payload.rows:
            line = self._standing(wanted)
            name = self._class_name(wanted)
            if line is None:
                fresh.append(name + (f" ({wanted.periods} tiết)" if wanted.periods else ""))
            elif wanted.periods and wanted.periods != line[1]:
                old = f"{line[1]} tiết" if line[1] else ""
                differences.append(Difference(f"Lớp {name}", old, f"{wanted.periods} tiết"))
        if fresh and differences:
            differences.append(Difference("Thêm lớp", "", ", ".join(fresh)))
        verdict = Verdict.CHANGE if differences else Verdict.CREATE if fresh else Verdict.SAME
        facts = [("Lớp", ", ".join(fresh))] if fresh else []
        facts += [("Môn thêm vào lớp", self._added(payload))] if payload.subjects else []
        basis = str([self._standing(one) for one in payload.rows])
        return PlannedRow(
            row.number,
            verdict,
            title,
            tuple(facts),
            tuple(differences),
            warnings,
            (),
            basis,
            payload,
        )

    def _standing(self, wanted: WantedTeaching) -> tuple[int, int | None] | None:
        lines = self.lists.standing.get(wanted.class_subject_id or 0, [])
        mine = [one for one in lines if one.staff_id == wanted.staff_id]
        return (mine[0].id, mine[0].periods_per_week) if mine else None

    def _class_name(self, wanted: WantedTeaching) -> str:
        cards = self.lists.classes.values()
        return next(card.name for card in cards if card.id == wanted.class_id)

    def _added(self, payload: LinePayload) -> str:
        ids = {class_id for class_id, _ in payload.subjects}
        names = {card.name for card in self.lists.classes.values() if card.id in ids}
        return ", ".join(sorted(names))


def _written(name: str) -> str:
    """A name in capitals becomes a name as it is written."""
    return capitalise_name(name) if name.isupper() or name.islower() else name


def _periods(row: Row) -> int | None:
    text = row.text("periods")
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 40:
        raise CellRefused(f"Số tiết “{text[:20]}” phải là một số từ 1 đến 40.")
    return int(text)


def _warnings(missing: MissingStaff | None, again: Sequence[str]) -> tuple[str, ...]:
    told = []
    if missing:
        sure = likely_sex(missing.name) is not None
        sex = "nữ" if missing.sex == "F" else "nam"
        doubt = "" if sure else f" Giới tính tạm ghi {sex}, hãy kiểm tra trong hồ sơ."
        told.append(f"Sẽ lập hồ sơ cho giáo viên này.{doubt}")
    if again:
        told.append(f"Ghi lặp lớp {', '.join(again)}; chỉ tính một lần.")
    return tuple(told)


def plan_teaching(order: Order, workbook: Workbook) -> Plan:
    """What an import of teaching assignments would do."""
    reading = read_table(workbook, TEACHING_COLUMNS, order.options)
    pen = Pen(order, reading, with_mappings(assignment_lists(order), workbook))
    return reading.plan([pen.plan_row(row) for row in reading.rows], extras=pen.lists)


def apply_teaching(order: Order, plan: Plan) -> list[RowEffect]:
    payloads = [row.payload for row in plan.wanted(Verdict.CREATE, Verdict.CHANGE)]
    try:
        return _write(order, plan, payloads)
    except (AssignmentsRefused, RowsRefused) as refused:
        raise NotApplied(" ".join(str(one) for one in refused.rows.values())) from refused
    except (RecordRefused, OrganisationRefused) as refused:
        raise NotApplied(str(refused)) from refused


def _write(order: Order, plan: Plan, payloads: Sequence[LinePayload]) -> list[RowEffect]:
    staff = {one.staff.key: one.staff for one in payloads if one.staff}
    return write_assignments(
        actor=order.actor,
        now=order.now,
        school_id=order.school_id,
        rows=[row for one in payloads for row in one.rows],
        staff=list(staff.values()),
        staff_kind=plan.extras.staff_kind,
        subjects={key: facts for one in payloads for key, facts in one.subjects.items()},
        starts_on=plan.extras.starts_on,
    )


def undo_teaching(order: Order, effects: Sequence[RowEffect]) -> None:
    take_rights_back(actor=order.actor, now=order.now, effects=effects)


def template_of_teaching(order: Order) -> list[Page]:
    """An empty list, and the names that are understood."""
    lists = assignment_lists(order)
    names = sorted({one.name for alike in lists.people.values() for one in alike})
    classes = sorted({card.name for card in lists.classes.values()})
    fields = [
        Field("teacher", "Giáo viên", choices=tuple(names)),
        Field("subject", "Môn học"),
        Field("classes", "Lớp dạy", note="Ví dụ: 8A(4), 8B(4)", width=50),
        Field("code", "Mã giáo viên", "code"),
        Field("periods", "Số tiết mỗi tuần", "integer"),
    ]
    titles = (order.school_name, f"PHÂN CÔNG GIẢNG DẠY NĂM HỌC {order.year}-{order.year + 1}")
    known = Page("Tên lớp", [Field("name", "Lớp")], [{"name": name} for name in classes])
    return [Page("Phân công", fields, [], titles=titles, empty_rows=80), known]


TEACHING = Kind(
    key="phan-cong",
    title="Phân công giảng dạy",
    noun="phân công",
    icon="book",
    hint="Giáo viên, môn, lớp và số tiết; nhận cả tệp “10A1(2), 10A2(3)” của phần mềm xếp lịch.",
    permission="timetable.manage_assignments",
    columns=TEACHING_COLUMNS,
    plan=plan_teaching,
    apply=apply_teaching,
    template=template_of_teaching,
    tables=ASSIGNMENT_TABLES,
    after_undo=undo_teaching,
    choices=(
        Choice(
            CREATE_STAFF,
            "Lập hồ sơ cho giáo viên chưa có",
            "Chỉ có họ tên; các mục khác bổ sung sau trong hồ sơ cán bộ.",
        ),
        Choice(
            ADD_SUBJECTS,
            "Thêm môn vào lớp chưa có môn ấy",
            "Số tiết và cách đánh giá lấy theo chương trình của khối.",
        ),
    ),
    order=40,
)
