"""Kết nối dữ liệu as an administrator fills it in."""

from __future__ import annotations

from typing import Any

from django import forms

from khue.interchange.rules.limits import CALLS_A_MINUTE, LEAST_CALLS, MOST_CALLS
from khue.interchange.rules.registering import ClientFacts
from khue.interchange.rules.scopes import SCOPES
from khue.organisations.api import organisation_by_code
from kit.form_fields import DayField, PoliteForm
from kit.vietnamese import tidy

LONGEST_LIST = 200
FACTS = (
    *("name", "purpose", "contact_name", "contact_email", "contact_phone"),
    *("expires_on", "calls_a_minute"),
)


class FactsForm(PoliteForm):
    """Ai dùng, để làm gì, đến bao giờ."""

    name = forms.CharField(
        label="Tên phần mềm", max_length=120, help_text="Ví dụ: Thư viện số tỉnh."
    )
    purpose = forms.CharField(
        label="Dùng để làm gì",
        max_length=300,
        help_text="Mục đích xử lý dữ liệu, để nhà trường và gia đình biết.",
    )
    contact_name = forms.CharField(label="Người chịu trách nhiệm", max_length=150)
    contact_email = forms.EmailField(
        label="Thư điện tử",
        max_length=120,
        error_messages={"invalid": "Địa chỉ thư điện tử chưa đúng, ví dụ: ten@don-vi.vn."},
    )
    contact_phone = forms.CharField(label="Điện thoại", max_length=20, required=False)
    expires_on = DayField(label="Dùng đến hết ngày", help_text="Nhiều nhất một năm.")
    calls_a_minute = forms.IntegerField(
        label="Số lần gọi mỗi phút",
        initial=CALLS_A_MINUTE,
        min_value=LEAST_CALLS,
        max_value=MOST_CALLS,
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"],
            f"Hãy ghi một số từ {LEAST_CALLS} đến {MOST_CALLS}.",
        ),
    )

    def facts(self) -> ClientFacts:
        given = {name: self.cleaned_data[name] for name in FACTS}
        texts = {name: tidy(one) for name, one in given.items() if isinstance(one, str)}
        return ClientFacts(**given | texts)


class GrantsForm(PoliteForm):
    """Được đọc gì, ở đâu."""

    scopes = forms.MultipleChoiceField(
        label="Phạm vi dữ liệu",
        choices=[(one.name, f"{one.title}: {one.fields}") for one in SCOPES.values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Hãy chọn trong danh sách."},
    )
    places = forms.CharField(
        label="Chỉ ở các đơn vị",
        required=False,
        max_length=4000,
        help_text="Mã trường hoặc mã xã, cách nhau bằng dấu phẩy. Bỏ trống là tất cả.",
    )

    def clean_places(self) -> list[int]:
        codes = self.cleaned_data["places"].replace(",", " ").split()
        if len(codes) > LONGEST_LIST:
            raise forms.ValidationError(f"Nhiều nhất {LONGEST_LIST} đơn vị.")
        return [_organisation_id(code) for code in dict.fromkeys(codes)]


def _organisation_id(code: str) -> int:
    found = organisation_by_code("school", code) or organisation_by_code("commune", code)
    if found is None:
        raise forms.ValidationError(f"Không có trường hay xã nào mang mã “{code[:35]}”.")
    return found.id


class RegisterForm(FactsForm, GrantsForm):
    """Đăng ký một kết nối."""

    place = forms.ChoiceField(label="Nơi đăng ký")
    field_order = ["place", *FACTS, "scopes", "places"]

    def __init__(self, data: Any = None, *, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places
        field.initial = places[0][0] if places else ""
