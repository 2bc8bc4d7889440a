"""What people type about a transcript: a correction, a reason, who signs in whose place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms

from khue.transcripts.services.correcting import CorrectionFacts
from kit.form_fields import PoliteForm
from kit.numbers import whole_number

SUBSTITUTE = "thay-"
LONGEST_REASON = 500


def _reason(label: str, hint: str) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_REASON, widget=box, required=True
    )


class CorrectionForm(PoliteForm):
    """Đề nghị chỉnh sửa: why, who asked, who agreed, by which document."""

    reason = _reason("Lý do chỉnh sửa", "Ví dụ: điểm môn Toán học kì II ghi nhầm, đã sửa trong sổ.")
    requester = forms.CharField(label="Người đề nghị", max_length=150)
    approver = forms.CharField(label="Người duyệt", max_length=150)
    document_number = forms.CharField(
        label="Số văn bản", max_length=60, help_text="Quyết định hoặc biên bản cho phép chỉnh sửa."
    )

    @property
    def facts(self) -> CorrectionFacts:
        given = self.cleaned_data
        return CorrectionFacts(
            given["reason"], given["requester"], given["approver"], given["document_number"]
        )


class ReasonForm(PoliteForm):
    """Lý do hủy hoặc bỏ bản đang ký."""

    reason = _reason("Lý do", "Người đọc lịch sử học bạ sẽ thấy lý do này.")


def read_ids(given: Iterable[str]) -> list[int] | None:
    """Pupils that were ticked; nobody ticked means the whole class."""
    found = [number for one in given if (number := whole_number(one)) is not None]
    return found or None


def read_substitutes(given: Mapping[str, str]) -> dict[str, int]:
    """Accounts that sign in another's place, by part; what is not chosen is left out."""
    found = {}
    for name, value in given.items():
        number = whole_number(value) if name.startswith(SUBSTITUTE) else None
        if number is not None:
            found[name.removeprefix(SUBSTITUTE)] = number
    return found
