"""Hai hồ sơ cạnh nhau: what is the same, what differs, what would move."""

from __future__ import annotations

from dataclasses import dataclass

from khue.access.api import Actor
from khue.records.models import Student
from khue.records.queries.files import StudentFile, open_file
from khue.records.queries.places import open_student
from khue.records.rules.facts import FIELD_LABELS, print_born

MERGE = "records.merge_students"
PLAIN = (
    "name",
    "sex",
    "born",
    "code",
    "birth_place",
    "home_town",
    "address",
    "phone",
    "email",
)
# Sealed parts are compared without being opened: only whether something is kept.
SEALED = {
    "personal_number": ("Số định danh cá nhân", "personal_number_sealed"),
    "ethnic_group": ("Dân tộc", "ethnic_group"),
    "religion": ("Tôn giáo", "religion_sealed"),
    "policies": ("Đối tượng chính sách", "policies_sealed"),
    "disability": ("Khuyết tật", "disability_sealed"),
    "health": ("Sức khỏe", "health_sealed"),
    "account": ("Tài khoản học sinh", "account_id"),
}


@dataclass(frozen=True)
class Row:
    """One field of the two files; `suggest` is the side that knows more."""

    key: str
    label: str
    kept: str
    gone: str
    differs: bool
    suggest: str


@dataclass(frozen=True)
class Comparison:
    """Two files and the rows of their comparison."""

    kept: StudentFile
    gone: StudentFile
    rows: list[Row]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if row.differs]


def compare_files(*, actor: Actor, kept_id: int, gone_id: int) -> Comparison:
    """Both files, where the actor may merge them."""
    kept, gone = (open_student(actor, MERGE, one) for one in (kept_id, gone_id))
    rows = [_plain(name, kept, gone) for name in PLAIN]
    rows += [_sealed(name, kept, gone) for name in SEALED]
    return Comparison(
        open_file(actor=actor, student_id=kept_id),
        open_file(actor=actor, student_id=gone_id),
        [row for row in rows if row.kept or row.gone],
    )


def _plain(name: str, kept: Student, gone: Student) -> Row:
    mine, yours = (_shown(name, getattr(one, name) or "") for one in (kept, gone))
    return Row(name, FIELD_LABELS[name], mine, yours, mine != yours, _richer(mine, yours))


def _shown(name: str, value: str) -> str:
    if name == "born":
        return print_born(value)
    if name == "sex":
        return "Nữ" if value == "F" else "Nam"
    return value


def _richer(mine: str, yours: str) -> str:
    return "gone" if yours and not mine else "kept"


def _sealed(name: str, kept: Student, gone: Student) -> Row:
    label, column = SEALED[name]
    mine, yours = (_said(getattr(one, column)) for one in (kept, gone))
    return Row(name, label, mine, yours, bool(yours), _richer(mine, yours))


def _said(value: object) -> str:
    return "Có dữ liệu" if value else ""
