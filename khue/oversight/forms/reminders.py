"""The words of a reminder, and the schools it goes to."""

from __future__ import annotations

from django import forms

from khue.oversight.services.reminding import Words
from kit.form_fields import PoliteForm
from kit.numbers import whole_number

CHANNELS = [
    ("push", "Thông báo đẩy trên điện thoại, máy tính"),
    ("sms", "Tin nhắn SMS"),
    ("email", "Thư điện tử"),
]
MOST_SCHOOLS = 900


def school_ids(values: list[str]) -> list[int]:
    """The ticked schools; what is no number was not ticked on our page."""
    found = [whole_number(one) for one in values[:MOST_SCHOOLS]]
    return [one for one in found if one is not None]


class ReminderForm(PoliteForm):
    """Lời nhắc."""

    title = forms.CharField(label="Tiêu đề", max_length=200)
    text = forms.CharField(
        label="Nội dung", max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
    channels = forms.MultipleChoiceField(
        label="Gửi thêm qua",
        choices=CHANNELS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Hãy chọn trong danh sách.", "invalid_list": "Hãy chọn."},
    )
    urgent = forms.BooleanField(label="Gửi ngay cả trong giờ nghỉ", required=False)
    intent = forms.UUIDField(widget=forms.HiddenInput)

    def words(self) -> Words:
        """As the service takes them."""
        given = self.cleaned_data
        return Words(given["title"], given["text"], tuple(given["channels"]), given["urgent"])
