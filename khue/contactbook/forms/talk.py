"""Tin nhắn and the choices of a school, as people fill them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms

from khue.contactbook.rules.policies import (
    ABSENCE,
    AFTER_HOURS,
    LONGEST_DELAY,
    FamilyPolicy,
    parse_clock,
)
from khue.contactbook.rules.talk import LONGEST_SUBJECT
from kit.form_fields import PoliteForm
from kit.refusal import Refusal

CHANNEL_NAMES = (
    ("push", "Thông báo đẩy trên điện thoại, máy tính (miễn phí)"),
    ("email", "Thư điện tử (miễn phí)"),
    ("sms", "Tin nhắn SMS (trả tiền theo tin)"),
    ("zns", "Zalo ZNS (trả tiền theo tin)"),
)


class MessageForm(PoliteForm):
    """One message; the page carries what makes a second click the same message."""

    intent = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="Nội dung",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def meant(self) -> UUID:
        found = self.cleaned_data.get("intent")
        return found if isinstance(found, UUID) else uuid4()

    @classmethod
    def empty(cls, **initial: Any) -> MessageForm:
        return cls(initial={"intent": uuid4(), **initial})


class StartForm(MessageForm):
    """The first message of a conversation: to whom, about what."""

    to = forms.ChoiceField(label="Gửi tới")
    subject = forms.CharField(label="Việc cần trao đổi", max_length=LONGEST_SUBJECT)
    field_order = ("to", "subject", "text", "intent")

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[str, str]],
        people_label: str = "Gửi tới",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(people)
        field.label = people_label


class PolicyForm(PoliteForm):
    """Cách liên lạc với gia đình of a school."""

    quiet_from = forms.CharField(label="Giờ yên tĩnh từ", max_length=10)
    quiet_to = forms.CharField(label="đến", max_length=10)
    after_hours = forms.ChoiceField(label="Tin viết trong giờ yên tĩnh", choices=AFTER_HOURS)
    pupils_write = forms.BooleanField(label="Học sinh được tự nhắn tin cho thầy cô", required=False)
    channels = forms.MultipleChoiceField(
        label="Báo cho gia đình bằng",
        choices=CHANNEL_NAMES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    absence = forms.ChoiceField(label="Báo vắng không phép trong buổi", choices=ABSENCE)
    absence_after = forms.IntegerField(
        label="Chờ bao nhiêu phút sau khi điểm danh", min_value=0, max_value=LONGEST_DELAY
    )
    sms_diacritics = forms.BooleanField(label="Tin SMS có dấu (tốn nhiều tin hơn)", required=False)

    def clean_quiet_from(self) -> str:
        return self._clock("quiet_from")

    def clean_quiet_to(self) -> str:
        return self._clock("quiet_to")

    def _clock(self, name: str) -> str:
        found = parse_clock(self.cleaned_data[name])
        if isinstance(found, Refusal):
            raise forms.ValidationError(found.sentence)
        return found

    def policy(self) -> FamilyPolicy:
        given = self.cleaned_data
        return FamilyPolicy(**{**given, "channels": tuple(given["channels"])})
