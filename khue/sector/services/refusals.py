"""Bản ghi bị cổng trả lại: told among the faults as soon as a push has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from khue.organisations.api import SchoolCard
from khue.sector.models import FaultRow, SentRecord, Submission
from khue.sector.queries.lists import fields_of
from khue.sector.rules.answers import sentence_of
from khue.sector.rules.faults import Fault, Problem
from khue.sector.rules.result_keys import student_of_result
from khue.sector.rules.states import PARTS_OF_KIND, Kind
from khue.sector.services.labels import labels_of

RESULTS = PARTS_OF_KIND[Kind.RESULT]
NO_FIELD = "Bản ghi"


def refusal_fault(part: str, field: str, code: str) -> Fault:
    """A refusal of the gateway as a fault of the record; it does not hold the record back."""
    titles = {one.name: one.title for one in fields_of(part)}
    title = titles.get(field, field) or NO_FIELD
    said = f"{sentence_of(code)} Trường dữ liệu: “{title}”."
    return Fault(
        field, title, Problem.REFUSED, said, f"Hãy sửa “{title}” rồi gửi lại.", blocks=False
    )


def keep_refusals(submission: Submission, school: SchoolCard, parts: Sequence[str]) -> int:
    """Put what the gateway refused into the list of faults of these parts; return how many."""
    FaultRow.objects.filter(submission=submission, part__in=parts, problem=Problem.REFUSED).delete()
    refused = SentRecord.objects.filter(
        school_id=school.id, part__in=parts, year=submission.year
    ).exclude(refusals=[])
    rows = [row for part in parts for row in _rows(submission, school, part, list(refused))]
    return len(FaultRow.objects.bulk_create(rows, batch_size=1000))


def _rows(
    submission: Submission, school: SchoolCard, part: str, refused: Sequence[SentRecord]
) -> Iterator[FaultRow]:
    own = [one for one in refused if one.part == part]
    labels = _labels(school, submission.year, part) if own else {}
    for record in own:
        person = student_of_result(record.local_id) if part in RESULTS else record.local_id
        label = labels.get(person, record.record_id)
        for field, code in record.refusals:
            yield fault_row(
                submission, part, record.local_id, label, refusal_fault(part, field, code)
            )


def _labels(school: SchoolCard, year: int, part: str) -> dict[int, str]:
    return labels_of(school, year, "student" if part in RESULTS else part)


def fault_row(
    submission: Submission, part: str, local_id: int, label: str, fault: Fault
) -> FaultRow:
    return FaultRow(
        submission=submission,
        school_id=submission.school_id,
        province_id=submission.province_id,
        part=part,
        local_id=local_id,
        label=label[:200],
        field=fault.field[:60],
        title=fault.title[:200],
        problem=fault.problem,
        sentence=fault.sentence[:400],
        remedy=fault.remedy[:300],
        blocks=fault.blocks,
    )
