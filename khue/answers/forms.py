"""What the office types: a title, when it opens, which columns are what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from khue.access.api import Refused
from khue.answers.rules.candidates import Choice
from khue.answers.rules.keys import SecretKind
from kit.dates import VIETNAM
from kit.form_fields import PoliteForm

NOT_CHOSEN = "Chưa chọn đủ cột. Hãy chọn cột số báo danh, cột bí mật và các cột sẽ hiện."
MOST_COLUMNS = 256


class OpeningForm(PoliteForm):
    """Thời điểm mở tra cứu, in Vietnamese time."""

    day = forms.DateField(
        label="Mở tra cứu từ ngày",
        input_formats=["%d/%m/%Y"],
        error_messages={"invalid": "Hãy ghi ngày/tháng/năm, ví dụ 25/06/2027."},
    )
    clock = forms.TimeField(
        label="Lúc",
        input_formats=["%H:%M", "%Hh%M", "%H giờ %M"],
        widget=forms.TextInput(attrs={"placeholder": "08:00", "inputmode": "numeric"}),
        error_messages={"invalid": "Hãy ghi giờ:phút, ví dụ 08:00."},
    )

    @property
    def opens_at(self) -> datetime:
        told = self.cleaned_data
        return datetime.combine(told["day"], told["clock"], tzinfo=VIETNAM)


class NewForm(OpeningForm):
    """Kì công bố mới."""

    title = forms.CharField(
        label="Tên kì công bố",
        max_length=200,
        help_text="Thí sinh đọc thấy tên này, ví dụ: Điểm thi tuyển sinh lớp 10 năm học 2027–2028.",
    )
    place = forms.ChoiceField(label="Đơn vị công bố")
    field_order = ["title", "place", "day", "clock"]

    def __init__(self, *args: Any, places: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


def chosen_columns(posted: QueryDict) -> Choice:
    """The columns that were ticked; raises Refused when they are no numbers."""
    try:
        shown = tuple(dict.fromkeys(_place(one) for one in posted.getlist("shown")))
        kind = SecretKind(posted.get("kind", ""))
        return Choice(
            _place(posted.get("number", "")), _place(posted.get("secret", "")), kind, shown
        )
    except ValueError:
        raise Refused(NOT_CHOSEN) from None


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text) < MOST_COLUMNS):
        raise ValueError(text[:10])
    return int(text)
