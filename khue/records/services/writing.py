"""What every write of this context shares: its author, its ledger entry, its broken promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation
from khue.records.models import Staff, Student
from khue.records.rules.facts import FIELD_LABELS, SENSITIVE_FIELDS
from khue.records.rules.refusals import RecordRefused

NUMBER_TAKEN = (
    "Số định danh này đã thuộc một hồ sơ khác trên hệ thống. Hãy xem lại giấy khai sinh hoặc thẻ"
    " căn cước; nếu đúng số của em, hãy tìm hồ sơ trong trường hoặc đề nghị trường cũ chuyển đến."
)
STAFF_NUMBER_TAKEN = (
    "Số định danh này đã thuộc một hồ sơ cán bộ khác trên hệ thống. Hãy xem lại thẻ căn cước; nếu"
    " đúng số, hãy đề nghị đơn vị cũ chuyển hồ sơ đến."
)
CODE_TAKEN = "Mã định danh này đã thuộc một hồ sơ khác. Hãy xem lại mã do ngành cấp."
PROMISES = {
    "records_student_number_once": ("NUMBER_TAKEN", NUMBER_TAKEN, "personal_number"),
    "records_staff_number_once": ("NUMBER_TAKEN", STAFF_NUMBER_TAKEN, "personal_number"),
    "records_student_code_key": ("CODE_TAKEN", CODE_TAKEN, "code"),
    "records_staff_code_key": ("CODE_TAKEN", CODE_TAKEN, "code"),
    "records_staff_account_id_key": (
        "ACCOUNT_TAKEN",
        "Tài khoản này vừa được gắn với một hồ sơ khác. Hãy tải lại trang rồi xem hồ sơ ấy.",
        "account",
    ),
    "records_one_class_a_day": (
        "TWO_CLASSES",
        "Trong những ngày này học sinh đã có tên ở một lớp khác. Hãy xem lại quá trình học tập.",
        "starts_on",
    ),
    "records_one_open_transfer": (
        "TRANSFER_OPEN",
        "Học sinh đã có một đề nghị chuyển trường đang chờ. Hãy hủy đề nghị cũ trước.",
        "",
    ),
    "records_guardianship_once": (
        "GUARDIAN_TWICE",
        "Người này đã có trong gia đình của học sinh với quan hệ ấy.",
        "name",
    ),
    "records_one_posting_a_day": (
        "TWO_POSTINGS",
        "Trong những ngày này thầy cô đã có một vị trí ở trường. Hãy kết thúc vị trí cũ trước.",
        "starts_on",
    ),
    "records_register_open_once": (
        "REGISTERED",
        "Học sinh đã có tên trong sổ đăng bộ của trường.",
        "",
    ),
}


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id or None, actor.name), now)


def student_change(student: Student, action: str, **told: Any) -> Change:
    """A ledger entry about a student, fenced to the school that keeps the file."""
    told.setdefault("school_id", student.home_school_id)
    told.setdefault("province_id", student.province_id)
    return Change(subject=f"student:{student.pk}", action=action, **told)


def staff_change(staff: Staff, action: str, **told: Any) -> Change:
    told.setdefault("school_id", staff.home_school_id)
    told.setdefault("province_id", staff.province_id)
    return Change(subject=f"staff:{staff.pk}", action=action, **told)


def field_told(name: str, old: Any, new: Any) -> dict[str, Any]:
    """Label, old and new of one field; of a sensitive one only that it changed."""
    label = FIELD_LABELS[name]
    if name in SENSITIVE_FIELDS:
        return {"label": f"{label} (dữ liệu nhạy cảm, không ghi giá trị)"}
    return {"label": label, "old": old or "", "new": new or ""}


@contextmanager
def promised(refusals: Mapping[str, tuple[str, str, str]] = PROMISES) -> Iterator[None]:
    """Turn a promise that the database keeps into the sentence for the person who broke it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = _constraint(error)
        if name not in refusals:
            raise
        raise RecordRefused(*refusals[name]) from error


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
