"""Forms of the steps in a student's course, of the family, and of posts."""

from __future__ import annotations

from typing import Any

from django import forms

from khue.records.forms.fields import Choices, choice, day, long_text, text
from khue.records.rules.family import RELATIONS, GuardianFacts, check_guardian


class SeatForm(forms.Form):
    """Xếp lớp, chuyển lớp, trở lại học: a class from a day on."""

    on = day("Từ ngày")

    def __init__(self, *args: Any, classes: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["class_id"] = choice("Lớp", classes, required=True)
        self.order_fields(["class_id", "on"])


class DayForm(forms.Form):
    """Only a day."""

    on = day("Từ ngày")


class LeaveForm(forms.Form):
    """Thôi học."""

    on = day("Ngày học cuối cùng")
    note = long_text("Ghi chú")

    def __init__(self, *args: Any, reasons: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason_code"] = choice("Lý do", reasons, required=True)
        self.order_fields(["on", "reason_code", "note"])


class CompleteForm(forms.Form):
    """Hoàn thành chương trình."""

    on = day("Ngày hoàn thành")


class TransferForm(forms.Form):
    """Đề nghị chuyển trường."""

    effective_on = day("Chuyển từ ngày")
    reason = long_text("Lý do chuyển", required=True)

    def __init__(self, *args: Any, schools: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_school"] = choice("Trường tiếp nhận", schools, required=True)
        self.order_fields(["to_school", "effective_on", "reason"])


class LeavePlatformForm(forms.Form):
    """Chuyển đi trường ngoài hệ thống."""

    to_school = text(
        "Trường chuyển đến", required=True, hint="Tên trường, xã, tỉnh như ghi trong sổ đăng bộ."
    )
    on = day("Ngày học cuối cùng ở trường")
    reason = long_text("Lý do chuyển")


class GuardianForm(forms.Form):
    """Cha, mẹ, người giám hộ."""

    relation = choice("Quan hệ", list(RELATIONS.items()), required=True)
    name = text("Họ và tên", required=True)
    phone = text("Điện thoại", hint="Dùng làm tên đăng nhập khi mở tài khoản phụ huynh.")
    birth_year = forms.IntegerField(
        label="Năm sinh",
        required=False,
        min_value=1900,
        max_value=2100,
        error_messages={
            "invalid": "Năm sinh ghi bằng bốn chữ số.",
            "min_value": "Năm sinh phải từ 1900.",
            "max_value": "Năm sinh chưa đúng.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    job = text("Nghề nghiệp")
    email = text("Thư điện tử")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            _, refusals = check_guardian(self.facts())
            for field, sentence in refusals:
                self.add_error(field, sentence)
        return cleaned

    def facts(self) -> GuardianFacts:
        return GuardianFacts(**self.cleaned_data)


class PostingForm(forms.Form):
    """Thêm vị trí việc làm."""

    starts_on = day("Từ ngày")
    title = text("Chức vụ ghi trên văn bản")

    def __init__(self, *args: Any, kinds: Choices, contracts: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"] = choice("Vị trí", kinds, required=True)
        self.fields["contract"] = choice("Loại hợp đồng", contracts)
        self.order_fields(["kind", "contract", "starts_on", "title"])


class EndForm(forms.Form):
    """Kết thúc một vị trí hay nhiệm vụ."""

    on = day("Ngày làm việc cuối cùng")
    reason = long_text("Lý do")


class DutyForm(forms.Form):
    """Giao nhiệm vụ kiêm nhiệm."""

    starts_on = day("Từ ngày")

    def __init__(self, *args: Any, duties: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"] = choice("Nhiệm vụ", duties, required=True)
        self.order_fields(["duty", "starts_on"])


class LinkForm(forms.Form):
    """Gắn thêm con: what stands on the child's slip, and what only the family knows."""

    code = text("Mã gắn con trên phiếu", required=True)
    born = day("Ngày sinh của con")
    relation = choice("Tôi là", list(RELATIONS.items()), required=True)
