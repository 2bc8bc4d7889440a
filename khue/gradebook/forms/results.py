"""Trường hợp riêng, lựa chọn đánh giá, kết quả chuyển đến: what people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from khue.gradebook.queries.books import Book
from khue.gradebook.rules.apart import BADGES
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.circumstances import CircumstanceFacts
from kit.form_fields import PoliteForm

TERMS = {"1-2": (1, 2), "1-1": (1, 1), "2-2": (2, 2)}
TERM_CHOICES = [("1-2", "Cả năm học"), ("1-1", "Chỉ học kì I"), ("2-2", "Chỉ học kì II")]


class CircumstanceForm(PoliteForm):
    """Who, in which subject, what holds, in which terms, by which document, and why."""

    student = forms.TypedChoiceField(label="Học sinh", coerce=int)
    book = forms.TypedChoiceField(label="Môn học", coerce=int)
    kind = forms.ChoiceField(label="Trường hợp", choices=[("", "Chọn"), *BADGES.items()])
    terms = forms.ChoiceField(label="Áp dụng", choices=TERM_CHOICES)
    document = forms.CharField(label="Số văn bản, quyết định", max_length=100)
    reason = forms.CharField(
        label="Lý do", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        *args: Any,
        pupils: Sequence[tuple[int, str]],
        books: Sequence[Book],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._choose("student", list(pupils))
        self._choose("book", [(book.id, book.subject_name) for book in books])

    def _choose(self, name: str, choices: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "Chọn"), *choices]

    @property
    def facts(self) -> CircumstanceFacts:
        """What was decided, once the form is valid."""
        given = self.cleaned_data
        first, last = TERMS[given["terms"]]
        return CircumstanceFacts(given["kind"], first, last, given["document"], given["reason"])


class CarriedForm(PoliteForm):
    """Results of a finished term of a school outside the platform, subject by subject."""

    term = forms.TypedChoiceField(label="Học kì", coerce=int)
    from_school = forms.CharField(label="Trường cũ", max_length=200)
    document = forms.CharField(label="Số văn bản kèm theo", max_length=100)

    def __init__(
        self, *args: Any, terms: Sequence[int], books: Sequence[Book], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["term"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(term, SPOKEN_TERMS[term]) for term in terms]
        for book in books:
            self.fields[f"book-{book.id}"] = forms.CharField(
                label=book.subject_name, max_length=10, required=False
            )

    @property
    def typed(self) -> dict[int, str]:
        """What was typed, by class subject."""
        return {
            int(name.removeprefix("book-")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("book-")
        }
