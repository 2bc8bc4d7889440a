"""Matching a row with a file of the school, comparing both, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace

from khue.intake.api import Difference, PlannedRow, Verdict
from khue.records.queries.imports_students import (
    KnownAdult,
    KnownStudent,
    Standing,
    person_key,
)
from khue.records.queries.sealed import number_digest
from khue.records.rules.facts import FIELD_LABELS, StudentFacts, print_born
from khue.records.rules.family import RELATIONS, GuardianFacts
from khue.records.services.importing_students import StudentPayload
from khue.records.sheets.cells import CellRefused, masked
from khue.records.sheets.student_rows import RowReader, Wanted
from kit.vietnamese import same_name

SECRET = "(dữ liệu nhạy cảm)"


@dataclass
class Taken:
    """What earlier rows of the same file have already asked for, by mark, with their numbers."""

    rows: dict[str, int] = field(default_factory=dict)


def refused(reader: RowReader, wanted: Wanted, *reasons: str) -> PlannedRow:
    row = wanted.row
    return PlannedRow(
        row.number,
        Verdict.REFUSE,
        wanted.title,
        reasons=reasons or wanted.refusals,
        cells=reader.reading.cells(row),
    )


def plan_row(reader: RowReader, wanted: Wanted, standing: Standing, taken: Taken) -> PlannedRow:
    """The verdict on one row, after those before it."""
    if wanted.facts is None:
        return refused(reader, wanted)
    try:
        _refuse_repeated(wanted, taken)
        known = _matched(wanted, wanted.facts, standing)
        _refuse_taken(wanted, known, standing, taken)
    except CellRefused as refusal:
        return refused(reader, wanted, str(refusal))
    return _creation(reader, wanted) if known is None else _comparison(reader, wanted, known)


def _refuse_repeated(wanted: Wanted, taken: Taken) -> None:
    assert wanted.facts is not None
    facts, number = wanted.facts, wanted.row.number
    person = f"person:{person_key(facts.name, facts.born)}"
    marks = {
        f"number:{facts.personal_number}": "Số định danh này" if facts.personal_number else "",
        f"code:{facts.code}": "Mã định danh này" if facts.code else "",
        f"register:{wanted.register}": "Số đăng bộ này" if wanted.register else "",
    }
    if not facts.personal_number and not facts.code:
        marks[person] = "Học sinh cùng tên, cùng ngày sinh"
    given = {mark: what for mark, what in marks.items() if what}
    for mark, what in given.items():
        if taken.rows.get(mark, number) != number:
            first = taken.rows[mark]
            raise CellRefused(f"{what} đã có ở dòng {first} của tệp. Hãy bỏ dòng thừa.")
    for mark in [*given, person]:
        taken.rows.setdefault(mark, number)


def _matched(wanted: Wanted, facts: StudentFacts, standing: Standing) -> KnownStudent | None:
    """The file that the row means: by sector code, then personal number, then name and birth."""
    by_code = standing.by_code.get(facts.code) if facts.code else None
    by_number = standing.with_number(facts.personal_number) if facts.personal_number else None
    if by_code and by_number and by_code.id != by_number.id:
        raise CellRefused(
            "Mã định danh và số định danh cá nhân thuộc hai hồ sơ khác nhau của trường. "
            "Hãy xem lại hai cột này."
        )
    return by_code or by_number or _by_person(wanted, facts, standing)


def _by_person(wanted: Wanted, facts: StudentFacts, standing: Standing) -> KnownStudent | None:
    alike = [
        one
        for one in standing.by_person.get(person_key(facts.name, facts.born), [])
        if same_name(one.facts.name, facts.name) and _may_be(one, facts)
    ]
    if len(alike) > 1 and wanted.school_class:
        alike = [one for one in alike if one.class_id == wanted.school_class.id] or alike
    if len(alike) > 1:
        raise CellRefused(
            f"Trường có {len(alike)} học sinh cùng tên, cùng ngày sinh. "
            "Hãy điền mã định danh hoặc số định danh cá nhân để biết là em nào."
        )
    return alike[0] if alike else None


def _may_be(known: KnownStudent, facts: StudentFacts) -> bool:
    """Not the same person when both have a number, or a code, and they differ."""
    other_number = known.digest and facts.personal_number
    return not (other_number or (known.facts.code and facts.code))


def _refuse_taken(
    wanted: Wanted, known: KnownStudent | None, standing: Standing, taken: Taken
) -> None:
    assert wanted.facts is not None
    facts = wanted.facts
    if facts.personal_number and standing.has_number_elsewhere(facts.personal_number):
        raise CellRefused(
            "Số định danh này đã thuộc một hồ sơ ở trường khác. Hãy xem lại giấy tờ; nếu đúng là "
            "em này, hãy làm thủ tục chuyển trường."
        )
    if facts.code and facts.code in standing.codes_elsewhere:
        raise CellRefused("Mã định danh này đã thuộc một hồ sơ ở trường khác. Hãy xem lại mã.")
    own = known.register if known else None
    if wanted.register and wanted.register != own and wanted.register in standing.register_numbers:
        raise CellRefused(f"Số đăng bộ {wanted.register} đã ghi cho học sinh khác của trường.")
    if own and wanted.register and wanted.register != own:
        raise CellRefused(f"Em đã có số đăng bộ {own}; số đã ghi vào sổ thì không đổi được nữa.")
    if known:
        first = taken.rows.setdefault(f"file:{known.id}", wanted.row.number)
        if first != wanted.row.number:
            raise CellRefused(f"Dòng này và dòng {first} cùng chỉ một hồ sơ. Hãy bỏ một dòng.")


def _shown(wanted: Wanted, facts: StudentFacts) -> Iterator[tuple[str, str]]:
    yield "Lớp", wanted.school_class.name if wanted.school_class else ""
    yield "Ngày sinh", print_born(facts.born)
    yield "Giới tính", "Nam" if facts.sex == "M" else "Nữ"
    yield "Mã", facts.code
    yield "Số định danh", masked(facts.personal_number)
    for adult in wanted.guardians:
        yield RELATIONS[adult.relation], adult.name
    yield "Số đăng bộ", str(wanted.register or "")


def _creation(reader: RowReader, wanted: Wanted) -> PlannedRow:
    assert wanted.facts is not None
    if not wanted.facts.sex:
        return refused(reader, wanted, "Giới tính: Dòng này chưa ghi. Hãy ghi Nam hoặc Nữ.")
    warnings = wanted.warnings
    if wanted.school_class is None:
        warnings = (*warnings, "Chưa ghi lớp: hồ sơ được lập nhưng em chưa được xếp lớp.")
    return PlannedRow(
        wanted.row.number,
        Verdict.CREATE,
        wanted.title,
        facts=tuple(pair for pair in _shown(wanted, wanted.facts) if pair[1]),
        reasons=warnings,
        payload=_payload(reader, wanted, wanted.facts),
    )


def _payload(
    reader: RowReader, wanted: Wanted, facts: StudentFacts, known: KnownStudent | None = None
) -> StudentPayload:
    return StudentPayload(
        row=wanted.row.number,
        facts=facts,
        class_id=wanted.school_class.id if wanted.school_class else None,
        starts_on=wanted.entered or reader.opening,
        checked=wanted.checked,
        guardians=wanted.guardians,
        sensitive=wanted.sensitive,
        register=wanted.register,
        student_id=known.id if known else None,
        version=known.version if known else 0,
    )


def _comparison(reader: RowReader, wanted: Wanted, known: KnownStudent) -> PlannedRow:
    """What the row would change in a file; blank cells leave the file alone."""
    assert wanted.facts is not None
    changes = {
        name: value
        for name, value in asdict(wanted.facts).items()
        if value and name not in {"nationality", "personal_number"}
        if value != getattr(known.facts, name)
    }
    payload = _payload(reader, wanted, wanted.facts, known)
    differences = [
        Difference(FIELD_LABELS[name], _told(name, getattr(known.facts, name)), _told(name, value))
        for name, value in changes.items()
    ]
    if _is_new_number(wanted.facts, known):
        changes["personal_number"] = wanted.facts.personal_number
        old = "(đã có số khác)" if known.digest else ""
        new = masked(wanted.facts.personal_number)
        differences.append(Difference(FIELD_LABELS["personal_number"], old, new))
    seat = _seat_difference(wanted, known)
    adults = list(_adult_differences(wanted, known))
    sensitive = _sensitive_difference(wanted, known)
    register = _register_difference(wanted, known)
    differences += [*seat, *[one for one, _, _ in adults], *sensitive, *register]
    return PlannedRow(
        wanted.row.number,
        Verdict.CHANGE if differences else Verdict.SAME,
        wanted.title,
        facts=tuple(pair for pair in _shown(wanted, wanted.facts) if pair[1]),
        differences=tuple(differences),
        reasons=wanted.warnings if differences else (),
        basis=known.basis,
        payload=replace(
            payload,
            changes=changes,
            seat=bool(seat),
            has_seat=known.class_id is not None,
            new_adults=tuple(adult for _, adult, one in adults if one is None),
            changed_adults=tuple((one, adult) for _, adult, one in adults if one is not None),
            sensitive=wanted.sensitive if sensitive else None,
            register=wanted.register if register else None,
        ),
    )


def _told(name: str, value: str) -> str:
    if name == "sex":
        return {"M": "Nam", "F": "Nữ"}.get(value, "")
    return print_born(value) if name == "born" else value


def _is_new_number(facts: StudentFacts, known: KnownStudent) -> bool:
    digest = number_digest(facts.personal_number, "student")
    return digest is not None and digest != known.digest


def _seat_difference(wanted: Wanted, known: KnownStudent) -> list[Difference]:
    if wanted.school_class is None or wanted.school_class.id == known.class_id:
        return []
    return [Difference("Lớp", known.class_name, wanted.school_class.name)]


def _adult_differences(
    wanted: Wanted, known: KnownStudent
) -> Iterator[tuple[Difference, GuardianFacts, int | None]]:
    for adult in wanted.guardians:
        label = RELATIONS[adult.relation]
        same = [
            one
            for one in known.adults
            if one.relation == adult.relation and same_name(one.name, adult.name)
        ]
        if not same:
            yield Difference(label, "", adult.name), adult, None
        elif told := _adult_change(label, same[0], adult):
            yield told, _completed(same[0], adult), same[0].guardianship_id


def _adult_change(label: str, known: KnownAdult, adult: GuardianFacts) -> Difference | None:
    old, new = [], []
    for kept, given in ((known.phone, adult.phone), (known.job, adult.job)):
        if given and given != kept:
            old.append(kept)
            new.append(given)
    label = f"{label} {known.name}"
    return Difference(label, ", ".join(old), ", ".join(new)) if new else None


def _completed(known: KnownAdult, adult: GuardianFacts) -> GuardianFacts:
    return replace(
        adult,
        phone=adult.phone or known.phone,
        job=adult.job or known.job,
        email=known.email,
        birth_year=known.birth_year,
    )


def _sensitive_difference(wanted: Wanted, known: KnownStudent) -> list[Difference]:
    if wanted.sensitive is None:
        return []
    kept = known.sensitive
    pairs = [
        ("Diện chính sách", wanted.sensitive.policies, kept.policies),
        ("Tôn giáo", wanted.sensitive.religion, kept.religion),
    ]
    return [
        Difference(label, SECRET if old else "", SECRET)
        for label, new, old in pairs
        if new and new != old
    ]


def _register_difference(wanted: Wanted, known: KnownStudent) -> list[Difference]:
    if wanted.register is None or wanted.register == known.register:
        return []
    return [Difference("Số đăng bộ", "", str(wanted.register))]
