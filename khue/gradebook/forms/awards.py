"""How an award outside the titles of the year comes in."""

from __future__ import annotations

from django import forms

from khue.gradebook.forms.evidence import day_field

KINDS = [
    ("sudden", "Thành tích đột xuất"),
    ("special", "Đề nghị cấp trên khen thưởng"),
    ("letter", "Thư khen"),
]
LONGEST = 300


class AwardForm(forms.Form):
    """Khen thưởng: form, content, day, number of the decision."""

    kind = forms.ChoiceField(
        label="Hình thức", choices=KINDS, error_messages={"required": "Hãy chọn hình thức."}
    )
    content = forms.CharField(
        label="Nội dung",
        min_length=3,
        max_length=LONGEST,
        error_messages={
            "required": "Hãy ghi nội dung khen thưởng.",
            "min_length": "Nội dung ngắn quá. Hãy ghi rõ thành tích.",
            "max_length": f"Nội dung dài quá {LONGEST} ký tự. Hãy viết gọn hơn.",
        },
    )
    day = day_field("Ngày")
    decision = forms.CharField(label="Số quyết định", max_length=60, required=False)
