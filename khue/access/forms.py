"""What people type to enter, and what managers fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khue.access.rules.passwords import LONGEST
from khue.access.rules.roles import ROLE_NAMES, Role
from kit.form_fields import DayField
from kit.phone import parse_phone
from kit.refusal import Refusal


def _text(label: str, *, longest: int, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", **attrs})
    missing = {"required": f"Hãy nhập {label[0].lower()}{label[1:]}."}
    return forms.CharField(label=label, max_length=longest, widget=widget, error_messages=missing)


def _secret(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    missing = {"required": f"Hãy nhập {label[0].lower()}{label[1:]}."}
    return forms.CharField(
        label=label, max_length=LONGEST * 2, strip=False, widget=widget, error_messages=missing
    )


class LoginForm(forms.Form):
    login = _text("Tên đăng nhập", longest=100, autocomplete="username", autofocus="")
    password = _secret("Mật khẩu", "current-password")


class FirstLoginForm(forms.Form):
    login = _text("Tên đăng nhập trên phiếu", longest=100, autocomplete="username", autofocus="")
    code = _text("Mã trên phiếu", longest=40, autocomplete="one-time-code")


class FirstPasswordForm(forms.Form):
    password = _secret("Mật khẩu mới", "new-password")


class ChangePasswordForm(forms.Form):
    current = _secret("Mật khẩu đang dùng", "current-password")
    password = _secret("Mật khẩu mới", "new-password")


class CodeForm(forms.Form):
    code = _text("Mã 6 chữ số", longest=20)


class RecoveryForm(forms.Form):
    code = _text("Mã dự phòng", longest=40, autocomplete="off")


class PhoneForm(forms.Form):
    """The phone that the family gave to the school."""

    phone = _text("Số điện thoại", longest=30, autocomplete="tel", inputmode="tel", autofocus="")

    def clean_phone(self) -> str:
        phone = parse_phone(self.cleaned_data["phone"])
        if isinstance(phone, Refusal):
            raise forms.ValidationError(phone.sentence)
        return phone


class EntryCodeForm(forms.Form):
    code = _text(
        "Mã 6 chữ số",
        longest=20,
        autocomplete="one-time-code",
        inputmode="numeric",
        autofocus="",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False, max_length=300)


class GrantForm(forms.Form):
    """A role at one of the places that the manager covers."""

    role = forms.ChoiceField(label="Vai trò")
    place = forms.ChoiceField(label="Nơi giao")
    valid_from = DayField(label="Từ ngày")
    valid_to = DayField(label="Đến hết ngày", required=False, help_text="Để trống nếu lâu dài.")
    reason = forms.CharField(label="Lý do", max_length=300, min_length=3)

    def __init__(
        self, *args: Any, roles: Sequence[Role], places: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choices = [("", "Chọn vai trò"), *((str(role), ROLE_NAMES[role]) for role in roles)]
        self.fields["role"] = forms.ChoiceField(label="Vai trò", choices=choices)
        self.fields["place"] = forms.ChoiceField(label="Nơi giao", choices=list(places))


class NewAccountForm(GrantForm):
    """A person's account with the first role."""

    name = forms.CharField(label="Họ và tên", max_length=150)
    login = forms.CharField(
        label="Tên đăng nhập",
        max_length=64,
        required=False,
        help_text="Để trống thì đặt theo tên: Nguyễn Thị Hoa thành hoant.",
    )
    field_order = ["name", "login", "role", "place", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["reason"]


class DelegationForm(forms.Form):
    """Which own role is lent to whom, and for which days."""

    grant = forms.TypedChoiceField(label="Vai trò của mình", coerce=int)
    account = forms.TypedChoiceField(label="Người được ủy quyền", coerce=int)
    first = DayField(label="Từ ngày")
    last = DayField(label="Đến hết ngày")
    reason = forms.CharField(label="Lý do", max_length=300, min_length=3)

    def __init__(
        self,
        *args: Any,
        grants: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["grant"] = forms.TypedChoiceField(
            label="Vai trò của mình", coerce=int, choices=list(grants)
        )
        self.fields["account"] = forms.TypedChoiceField(
            label="Người được ủy quyền", coerce=int, choices=[("", "Chọn một người"), *people]
        )
