"""Kiểm tra chất lượng dữ liệu: every record of a school against the lists, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes, log_sensitive_read
from khue.organisations.api import school_year_label
from khue.sector.models import FaultRow, KindState, SentRecord, Submission
from khue.sector.permissions import REPORT
from khue.sector.queries.dossier import Dossier, open_dossier
from khue.sector.queries.lists import NESTED, PARTS, code_book, field_of, fields_of
from khue.sector.queries.messages import Composed, compose
from khue.sector.queries.messages.classes import subject_code
from khue.sector.rules.checking import CodeBook, Message, check_message, sound_message
from khue.sector.rules.crossings import CROSSINGS, check_doubles
from khue.sector.rules.faults import Fault, Problem
from khue.sector.rules.periods import PERIOD_NAMES
from khue.sector.rules.states import KIND_OF_PART, Kind, kinds_of, parts_of
from khue.sector.services.refusals import fault_row, refusal_fault
from khue.sector.services.refusing import SectorRefused
from khue.sector.services.submissions import Target, open_submission, report_day

FIELDS = "hồ sơ gửi cơ sở dữ liệu ngành: số định danh, dân tộc, tôn giáo, chính sách, khuyết tật"
NO_YEAR = "Tỉnh chưa lập năm học này. Hãy đề nghị Sở lập khung năm học trước."
OF_PARENT = "Người giám hộ là {parent} của học sinh: bổ sung “Ngày sinh {parent}” là đủ."
MOST_FAULTS = 20_000
PLACES = 1_000_000


@dataclass(frozen=True)
class Checked:
    """A record with its faults."""

    record: Composed
    faults: tuple[Fault, ...]

    @property
    def may_go(self) -> bool:
        return not any(one.blocks for one in self.faults)


def read_dossier(
    target: Target, *, author: Author, now: datetime, with_results: bool = False
) -> Dossier:
    """Open the files of a school for the report; the look itself is written down."""
    day = report_day(target, now)
    dossier = open_dossier(target.school.id, target.year, day, with_results=with_results)
    if dossier is None:
        raise SectorRefused(NO_YEAR)
    log_sensitive_read(
        author,
        now,
        subject=f"school:{target.school.id}",
        fields=FIELDS,
        school_id=target.school.id,
        province_id=target.school.province_id,
    )
    return dossier


def check_part(dossier: Dossier, part: str, book: CodeBook) -> list[Checked]:
    """Every record of one part with its faults."""
    records = compose(dossier, part)
    doubles = check_doubles(part, {key: one.message for key, one in records.items()})
    return [_checked(dossier, one, book, doubles.get(key, [])) for key, one in records.items()]


def _checked(
    dossier: Dossier, record: Composed, book: CodeBook, doubles: Sequence[Fault]
) -> Checked:
    fields = fields_of(record.part)
    told = sound_message(record.message, fields, book, dossier.on)
    message, nested = _sound_lists(told.message, book, dossier)
    changed = message != told.message
    faults = check_message(message, fields, book, dossier.on) if changed else told.faults
    found = [*told.warned, *(_advised(one, message) for one in faults), *nested]
    crossing = CROSSINGS.get(record.part)
    found += list(crossing(message, dossier.on)) if crossing else []
    sound = replace(record, message=dict(message))
    return Checked(sound, (*found, *doubles, *_without_code(dossier, record)))


def _advised(fault: Fault, message: Message) -> Fault:
    """A guardian who is a parent is mended by the birthday of the parent."""
    name = message.get("HoTenNguoiGiamHo")
    if fault.field != "NgaySinhNguoiGiamHo" or name is None:
        return fault
    named = {message.get("HoTenMe"): "mẹ", message.get("HoTenBo"): "bố"}
    parent = named.get(name)
    return replace(fault, remedy=OF_PARENT.format(parent=parent)) if parent else fault


def _sound_lists(message: Message, book: CodeBook, dossier: Dossier) -> tuple[Message, list[Fault]]:
    """The lists within a record without what cannot be sent, and their faults."""
    left, told = dict(message), list[Fault]()
    for name, part in NESTED.items():
        given = left.get(name)
        if not isinstance(given, list):
            continue
        del left[name]
        rows = []
        for row in given:
            sound = sound_message(row, fields_of(part), book, dossier.on)
            told += [*sound.warned, *sound.faults]
            rows += [sound.message] if sound.message else []
        left |= {name: rows} if rows else {}
    return left, list(dict.fromkeys(told))


def _without_code(dossier: Dossier, record: Composed) -> list[Fault]:
    """Subjects of a class that the sector's list has no code for; nothing the school can do."""
    if record.part != "class":
        return []
    card = next(one for one in dossier.classes if one.id == record.local_id)
    names = [
        one.subject_name for one in dossier.subjects.get(card.id, ()) if not subject_code(card, one)
    ]
    if not names:
        return []
    title = field_of("class", "DsMonHoc").title
    said = f"Danh mục môn học của ngành chưa có mã cho: {', '.join(names)}. Môn này không được gửi."
    remedy = "Trường không phải làm gì; chờ danh mục mới của Bộ."
    problem = Problem.NO_SUBJECT_CODE
    return [Fault("DsMonHoc", title, problem, said[:400], remedy, blocks=False)]


def check_school(*, actor: Actor, now: datetime, target: Target) -> Submission:
    """Kiểm tra dữ liệu trước khi nộp: check everything and keep what was found."""
    permit(actor, REPORT, target.school.path)
    with transaction.atomic():
        author = Author(actor.account_id, actor.name)
        submission = open_submission(target)
        kinds = kinds_of(target.period)
        dossier = read_dossier(target, author=author, now=now, with_results=Kind.RESULT in kinds)
        book = code_book(dossier.on)
        found = [
            check_part(dossier, part, book)
            for kind in kinds
            for part in parts_of(target.period, kind)
        ]
        keep_faults(submission, found, now=now)
        append_changes(Operation(author, now), [_told(target, found)])
    return submission


def _told(target: Target, found: Sequence[Sequence[Checked]]) -> Change:
    """The check as one line of the ledger: counts, and never a name."""
    checked = [one for part in found for one in part]
    period = PERIOD_NAMES[target.period].lower()
    return Change(
        subject=f"school:{target.school.id}",
        action="check_quality",
        label=f"Kiểm tra dữ liệu ngành đợt {period} {school_year_label(target.year)}",
        new={"bản ghi": len(checked), "giữ lại vì lỗi": sum(not one.may_go for one in checked)},
        school_id=target.school.id,
        province_id=target.school.province_id,
    )


def keep_faults(
    submission: Submission, found: Iterable[Sequence[Checked]], *, now: datetime
) -> None:
    """Replace the faults of a submission, and count by kind of data."""
    checked = [one for part in found for one in part]
    refused = _refused_before(submission)
    keep_faults_of(submission, PARTS, [_with_refusals(one, refused) for one in checked])
    _count(submission, checked)
    submission.checked_at = now
    submission.save(update_fields=["checked_at"])


def keep_faults_of(
    submission: Submission, parts: Sequence[str], checked: Sequence[Checked]
) -> None:
    """Replace the faults of some parts, in the order of the school's lists."""
    FaultRow.objects.filter(submission=submission, part__in=parts).delete()
    rows = [
        fault_row(submission, one.record.part, one.record.local_id, one.record.label, fault)
        for one in checked
        for fault in one.faults
    ]
    for number, row in enumerate(rows):
        row.position = PARTS.index(row.part) * PLACES + number
    FaultRow.objects.bulk_create(rows[:MOST_FAULTS], batch_size=1000)


def _refused_before(submission: Submission) -> Mapping[tuple[str, int], list[list[str]]]:
    """What the gateway last refused, by record; it stays a fault until the content changes."""
    rows = SentRecord.objects.filter(school_id=submission.school_id).exclude(refusals=[])
    return {(row.part, row.local_id): row.refusals for row in rows}


def _with_refusals(one: Checked, refused: Mapping[tuple[str, int], list[list[str]]]) -> Checked:
    told = refused.get((one.record.part, one.record.local_id), [])
    faults = [refusal_fault(one.record.part, field, code) for field, code in told]
    return replace(one, faults=(*one.faults, *faults)) if faults else one


def _count(submission: Submission, checked: Sequence[Checked]) -> None:
    for kind in Kind:
        own = [one for one in checked if KIND_OF_PART[one.record.part] == kind]
        KindState.objects.filter(submission=submission, kind=kind).update(
            records=len(own), faulty=sum(not one.may_go for one in own)
        )
