"""Đề nghị sửa điểm: what a teacher fills in beside a cell."""

from __future__ import annotations

from django import forms

from kit.form_fields import PoliteForm


class CorrectionForm(PoliteForm):
    """The value that should stand in the cell, and why; `base` is what the teacher saw."""

    base = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=-2, max_value=102)
    text = forms.CharField(label="Giá trị mới", max_length=40, required=False)
    reason = forms.CharField(label="Lý do", max_length=300, widget=forms.Textarea({"rows": 2}))
