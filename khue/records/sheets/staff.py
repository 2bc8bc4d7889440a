"""Cán bộ, giáo viên, nhân viên từ tệp: the columns, and what each row would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from khue.access.api import Admitted
from khue.intake.api import (
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
from khue.organisations.api import code_choices, school_summary, school_year
from khue.records.queries.admitted import free_accounts
from khue.records.queries.imports_staff import KnownStaff, StandingStaff, standing_staff
from khue.records.rules.facts import FIELD_LABELS, StaffFacts, check_staff, print_born
from khue.records.rules.refusals import RecordRefused, RowsRefused
from khue.records.services.importing_staff import STAFF_TABLES, StaffPayload, write_staff
from khue.records.services.joining import after_undo
from khue.records.services.versions import ChangedMeanwhile
from khue.records.sheets.admitted import Desk
from khue.records.sheets.cells import (
    PERSON_COLUMNS,
    CellRefused,
    CodeFinder,
    born_of,
    day_of,
    full_name,
    masked,
    sex_of,
    why,
)
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import same_name, tidy

STAFF_COLUMNS = (
    Column("code", "Mã định danh của ngành", ("Mã giáo viên", "Mã GV", "Mã cán bộ", "Mã CBGV")),
    *PERSON_COLUMNS,
    Column("kind", "Vị trí việc làm", ("Chức vụ", "Loại cán bộ", "Loại CBGV", "Vị trí")),
    Column("contract", "Hình thức hợp đồng", ("Loại hợp đồng", "Hợp đồng", "Hình thức HĐ")),
    Column("title", "Chức danh", ("Chức danh nghề nghiệp", "Tên vị trí")),
    Column("qualification", "Trình độ đào tạo", ("Trình độ", "Trình độ chuyên môn", "Bằng cấp")),
    Column("major", "Chuyên ngành", ("Chuyên ngành đào tạo", "Ngành đào tạo")),
    Column("subjects", "Môn giảng dạy", ("Môn dạy", "Môn", "Dạy môn")),
    Column("recruited", "Ngày tuyển dụng", ("Ngày vào ngành",)),
    Column("entered", "Ngày về trường", ("Ngày về trường công tác", "Ngày đến trường")),
    Column("account", "Tài khoản đã có", ("Tên đăng nhập đã có",)),
)
TEXTS = ("code", "personal_number", "birth_place", "home_town", "address", "phone", "email")
TEACHER_KINDS = {"04": "27", "05": "27", "03": "28", "02": "29", "01": "30"}
DEFAULT_OPENING = (8, 1)


@dataclass(frozen=True)
class Lists:
    """What the names in the cells stand for."""

    kinds: CodeFinder
    contracts: CodeFinder
    qualifications: CodeFinder
    ethnic: CodeFinder
    teacher_kind: str
    opening: date
    today: date


@dataclass(frozen=True)
class Wanted:
    """A row as a wish; `refusals` when it cannot be read."""

    row: Row
    title: str
    facts: StaffFacts | None = None
    kind: str = ""
    contract: str = ""
    post_title: str = ""
    entered: date | None = None
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def lists_of(order: Order) -> Lists:
    school = school_summary(order.school_id)
    year = school_year(school.province_id, order.year)
    kinds = CodeFinder.of("staff-kinds", "Vị trí việc làm", order.today)
    teacher = TEACHER_KINDS.get(max(school.levels, default=""), "27")
    spoken = {"giaovien": teacher, "gv": teacher, "hieupho": "02", "ht": "01", "pht": "02"}
    spoken |= _teachers_by_level(kinds.names)
    return Lists(
        kinds=replace(kinds, names={**kinds.names, **spoken}),
        contracts=CodeFinder.of("contract-kinds", "Hình thức hợp đồng", order.today),
        qualifications=CodeFinder.of("qualification-levels", "Trình độ đào tạo", order.today),
        ethnic=CodeFinder.of("ethnic-groups", "Dân tộc", order.today),
        teacher_kind=teacher,
        opening=year.starts_on if year else date(order.year, *DEFAULT_OPENING),
        today=order.today,
    )


def _teachers_by_level(kinds: Mapping[str, str]) -> dict[str, str]:
    """The list of posts says "Cấp THCS"; pages and people say "Giáo viên cấp THCS"."""
    levels = {key.removeprefix("cap"): code for key, code in kinds.items() if key.startswith("cap")}
    return {
        f"{said}{key}": code
        for key, code in levels.items()
        for said in ("giaoviencap", "giaovien", "gv")
    }


def read_row(reading: Reading, lists: Lists, row: Row) -> Wanted:
    """The row as a wish, checked as far as it goes alone."""
    title = full_name(row)[:150] or f"Dòng {row.number}"
    try:
        facts = _facts(reading, lists, row)
        kind = lists.kinds.find(row.text("kind"))
        contract = lists.contracts.find(row.text("contract"))
        entered = day_of(row, "entered", "Ngày về trường")
    except CellRefused as refused:
        return Wanted(row, title, refusals=(str(refused),))
    checked = check_staff(replace(facts, sex=facts.sex or "M"), today=lists.today)
    if checked.refusals:
        wrong = [f"{FIELD_LABELS[name]}: {sentence}" for name, sentence in checked.refusals]
        return Wanted(row, title, refusals=tuple(wrong))
    kept = replace(checked.facts, sex=facts.sex)
    post = tidy(row.text("title"))
    return Wanted(row, kept.name, kept, kind, contract, post, entered, warnings=checked.warnings)


def _facts(reading: Reading, lists: Lists, row: Row) -> StaffFacts:
    if not full_name(row):
        raise CellRefused("Dòng này chưa có họ và tên.")
    subjects = [tidy(part) for part in row.text("subjects").replace(";", ",").split(",")]
    return StaffFacts(
        name=full_name(row),
        sex=sex_of(row, reading.has),
        born=born_of(row),
        ethnic_group=lists.ethnic.find(row.text("ethnic_group")),
        qualification=lists.qualifications.find(row.text("qualification")),
        major=tidy(row.text("major")),
        teaching_subjects=tuple(part for part in subjects if part),
        recruited_on=day_of(row, "recruited", "Ngày tuyển dụng"),
        **{name: tidy(row.text(name)) for name in TEXTS},
    )


@dataclass
class Pen:
    """Judges the rows of one file, one after the other."""

    reading: Reading
    lists: Lists
    standing: StandingStaff
    admitted: Desk
    seen: dict[str, int] = field(default_factory=dict)

    def judge(self, wanted: Wanted) -> PlannedRow:
        if wanted.facts is None:
            return self._refused(wanted, *wanted.refusals)
        try:
            known = self._matched(wanted, wanted.facts)
            account = self.admitted.meant(wanted.row.text("account"), wanted.facts.name)
            self._refuse_repeated(wanted, wanted.facts, known, account)
        except CellRefused as refused:
            return self._refused(wanted, str(refused))
        if known is not None:
            return self.admitted.on_file(self._comparison(wanted, wanted.facts, known), account)
        if not wanted.facts.sex:
            return self._refused(wanted, "Giới tính: Dòng này chưa ghi. Hãy ghi Nam hoặc Nữ.")
        return self._creation(wanted, wanted.facts, account)

    def _refused(self, wanted: Wanted, *reasons: str) -> PlannedRow:
        cells = self.reading.cells(wanted.row)
        number, title = wanted.row.number, wanted.title
        return PlannedRow(number, Verdict.REFUSE, title, reasons=reasons, cells=cells)

    def _matched(self, wanted: Wanted, facts: StaffFacts) -> KnownStaff | None:
        """By code, then personal number, then name and birth."""
        if self.standing.elsewhere(facts.personal_number, facts.code):
            raise CellRefused(
                "Số định danh hoặc mã này đã thuộc hồ sơ cán bộ ở đơn vị khác. Hãy xem lại; nếu "
                "đúng, hãy đề nghị đơn vị cũ chuyển hồ sơ đến."
            )
        named = self.standing.by_mark(facts.personal_number, facts.code)
        if len(named) > 1:
            raise CellRefused("Mã và số định danh cá nhân thuộc hai hồ sơ khác nhau của trường.")
        return named[0] if named else self._by_person(facts)

    def _by_person(self, facts: StaffFacts) -> KnownStaff | None:
        alike = [
            one
            for one in self.standing.by_name(facts.name)
            if same_name(one.facts.name, facts.name)
            and (not facts.born or not one.facts.born or facts.born == one.facts.born)
            and not (one.digest and facts.personal_number)
            and not (one.facts.code and facts.code)
        ]
        if len(alike) > 1:
            raise CellRefused(
                f"Trường có {len(alike)} người cùng họ tên. Hãy điền mã hoặc số định danh cá nhân."
            )
        return alike[0] if alike else None

    def _refuse_repeated(
        self,
        wanted: Wanted,
        facts: StaffFacts,
        known: KnownStaff | None,
        account: Admitted | None,
    ) -> None:
        number = wanted.row.number
        person = f"person:{facts.name.casefold()}:{facts.born}"
        marks = [f"number:{facts.personal_number}"] if facts.personal_number else []
        marks += [f"code:{facts.code}"] if facts.code else []
        marks = marks or [person]
        marks += [f"file:{known.id}"] if known else []
        marks += [f"account:{account.account_id}"] if account else []
        for mark in marks:
            if mark in self.seen:
                raise CellRefused(
                    f"Người này đã có ở dòng {self.seen[mark]} của tệp. Hãy bỏ dòng thừa."
                )
        self.seen |= dict.fromkeys(marks, number)

    def _payload(self, wanted: Wanted, facts: StaffFacts, **more: Any) -> StaffPayload:
        return StaffPayload(
            row=wanted.row.number,
            facts=facts,
            kind=wanted.kind or self.lists.teacher_kind,
            contract=wanted.contract,
            title=wanted.post_title,
            starts_on=wanted.entered or self.lists.opening,
            **more,
        )

    def _creation(self, wanted: Wanted, facts: StaffFacts, account: Admitted | None) -> PlannedRow:
        warnings = (*wanted.warnings, *self.admitted.told(facts.name, account))
        if not wanted.kind:
            warnings = (*warnings, "Chưa ghi vị trí việc làm: tạm xếp là giáo viên.")
        number, title = wanted.row.number, wanted.title
        held = account.account_id if account else None
        payload = self._payload(wanted, facts, account_id=held)
        return PlannedRow(
            number, Verdict.CREATE, title, tuple(_shown(facts)), (), warnings,
            basis=f"account:{held}" if held else "", payload=payload,
        )  # fmt: skip

    def _comparison(self, wanted: Wanted, facts: StaffFacts, known: KnownStaff) -> PlannedRow:
        """What the row would change in the file; blank cells and the post stay as they are."""
        skipped = {"nationality", "personal_number", "status"}
        changes = {
            name: value
            for name, value in asdict(facts).items()
            if value and name not in skipped and value != getattr(known.facts, name)
        }
        differences = [
            Difference(FIELD_LABELS[name], told(name, getattr(known.facts, name)), told(name, new))
            for name, new in changes.items()
        ]
        if facts.personal_number and not known.has_number(facts.personal_number):
            changes["personal_number"] = facts.personal_number
            old = "(đã có số khác)" if known.digest else ""
            label = FIELD_LABELS["personal_number"]
            differences.append(Difference(label, old, masked(facts.personal_number)))
        return PlannedRow(
            wanted.row.number,
            Verdict.CHANGE if differences else Verdict.SAME,
            wanted.title,
            tuple(_shown(facts)),
            tuple(differences),
            wanted.warnings if differences else (),
            basis=f"{known.id}.{known.version}",
            payload=self._payload(
                wanted, facts, staff_id=known.id, version=known.version, changes=changes
            ),
        )


def _shown(facts: StaffFacts) -> Iterator[tuple[str, str]]:
    pairs = {
        "Mã": facts.code,
        "Ngày sinh": print_born(facts.born),
        "Giới tính": {"M": "Nam", "F": "Nữ"}.get(facts.sex, ""),
        "Môn giảng dạy": ", ".join(facts.teaching_subjects),
        "Số định danh": masked(facts.personal_number),
        "Điện thoại": facts.phone,
    }
    yield from ((label, value) for label, value in pairs.items() if value)


def told(name: str, value: Any) -> str:
    """A value of a staff file as a plan shows it."""
    if name == "sex":
        return {"M": "Nam", "F": "Nữ"}.get(value, "")
    if isinstance(value, tuple | list):
        return ", ".join(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return print_born(value) if name == "born" else str(value or "")


def plan_staff(order: Order, workbook: Workbook) -> Plan:
    """What an import of staff would do."""
    reading = read_table(workbook, STAFF_COLUMNS, order.options)
    lists = lists_of(order)
    wanted = [read_row(reading, lists, row) for row in reading.rows]
    facts = [one.facts for one in wanted if one.facts]
    standing = standing_staff(
        school_id=order.school_id,
        numbers=[one.personal_number for one in facts],
        codes=[one.code for one in facts],
    )
    pen = Pen(reading, lists, standing, Desk(free_accounts(order.school_id, order.today)))
    return reading.plan([pen.judge(one) for one in wanted])


def apply_staff(order: Order, plan: Plan) -> list[RowEffect]:
    try:
        return write_staff(
            actor=order.actor,
            now=order.now,
            school_id=order.school_id,
            new=_payloads(plan, Verdict.CREATE),
            changed=_payloads(plan, Verdict.CHANGE),
        )
    except (RecordRefused, RowsRefused, ChangedMeanwhile) as refused:
        raise NotApplied(why(refused)) from refused


def undo_staff(order: Order, effects: Sequence[RowEffect]) -> None:
    after_undo(actor=order.actor, now=order.now, effects=effects)


def _payloads(plan: Plan, verdict: Verdict) -> Sequence[StaffPayload]:
    return [row.payload for row in plan.wanted(verdict)]


def template_of_staff(order: Order) -> list[Page]:
    """An empty list with what may be chosen in each column."""
    lists = {"kind": "staff-kinds", "contract": "contract-kinds", "ethnic_group": "ethnic-groups"}
    choices = {
        key: tuple(name for _, name in code_choices(name, on=order.today))
        for key, name in lists.items()
    }
    choices["sex"] = ("Nam", "Nữ")
    aside = {"family", "given", "female"}
    fields = [
        Field(
            column.key,
            column.title,
            "code" if column.key in {"code", "personal_number"} else "text",
            choices=choices.get(column.key, ()),
        )
        for column in STAFF_COLUMNS
        if column.key not in aside
    ]
    titles = (order.school_name, "DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN")
    return [Page("Cán bộ", fields, [], titles=titles, empty_rows=40)]


STAFF = Kind(
    key="can-bo",
    title="Cán bộ, giáo viên",
    noun="cán bộ",
    icon="teacher",
    hint="Danh sách cán bộ, giáo viên, nhân viên kèm vị trí việc làm và môn giảng dạy.",
    permission="records.manage_staff",
    columns=STAFF_COLUMNS,
    plan=plan_staff,
    apply=apply_staff,
    after_undo=undo_staff,
    template=template_of_staff,
    tables=STAFF_TABLES,
    order=30,
)
