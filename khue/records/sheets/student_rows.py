"""One row of a list of students as a wish: its cells read and checked alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from khue.intake.api import Order, Reading
from khue.organisations.api import ClassCard, classes_of, school_summary, school_year
from khue.records.rules.facts import FIELD_LABELS, Checked, StudentFacts, check_student
from khue.records.rules.family import RELATIONS, GuardianFacts, check_guardian
from khue.records.rules.sensitive import SensitiveFacts
from khue.records.sheets.cells import (
    CellRefused,
    CodeFinder,
    born_of,
    day_of,
    full_name,
    sex_of,
)
from kit.sheets.headers import Row
from kit.vietnamese import search_key, tidy

OPENING_MONTH, OPENING_DAY = 9, 5
TEXTS = ("code", "personal_number", "birth_place", "home_town", "address", "phone", "email")


@dataclass(frozen=True)
class Wanted:
    """What a row asks for; `refusals` when it cannot be read."""

    row: Row
    title: str
    facts: StudentFacts | None = None
    checked: Checked[StudentFacts] | None = None
    school_class: ClassCard | None = None
    guardians: tuple[GuardianFacts, ...] = ()
    sensitive: SensitiveFacts | None = None
    register: int | None = None
    entered: date | None = None
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowReader:
    """Reads rows of one file for one school and year."""

    reading: Reading
    today: date
    opening: date
    classes: Mapping[str, ClassCard]
    finders: Mapping[str, CodeFinder]
    year_label: str

    @classmethod
    def of(cls, order: Order, reading: Reading) -> RowReader:
        school = school_summary(order.school_id)
        year = school_year(school.province_id, order.year)
        known = classes_of(school.id, order.year)
        by_code = {_class_key(card.code): card for card in known if card.code}
        return cls(
            reading=reading,
            today=order.today,
            opening=year.starts_on if year else date(order.year, OPENING_MONTH, OPENING_DAY),
            classes=by_code | {_class_key(card.name): card for card in known},
            finders={
                "ethnic_group": CodeFinder.of("ethnic-groups", "Dân tộc", order.today),
                "policies": CodeFinder.of("policy-groups", "Diện chính sách", order.today),
                "religion": CodeFinder.of("religions", "Tôn giáo", order.today),
            },
            year_label=f"{order.year}-{order.year + 1}",
        )

    def read(self, row: Row) -> Wanted:
        """The row as a wish, checked as far as it goes alone."""
        title = full_name(row)[:150] or f"Dòng {row.number}"
        told, refusals = self._cells(row)
        if refusals:
            return Wanted(row, title, refusals=tuple(refusals))
        facts: StudentFacts = told["facts"]
        whole = facts if facts.sex else replace(facts, sex="M")
        checked = check_student(whole, today=self.today)
        wrong = [f"{FIELD_LABELS[name]}: {sentence}" for name, sentence in checked.refusals]
        adults, more = _checked_adults(row)
        if wrong or more:
            return Wanted(row, title, refusals=(*wrong, *more))
        return Wanted(
            row,
            checked.facts.name,
            checked.facts if facts.sex else replace(checked.facts, sex=""),
            checked if facts.sex else None,
            told["class"],
            adults,
            told["sensitive"],
            told["register"],
            told["entered"],
            warnings=checked.warnings,
        )

    def _cells(self, row: Row) -> tuple[dict[str, Any], list[str]]:
        """The cells that mean something beyond their text, and what is wrong with them."""
        readers: dict[str, Callable[[Row], Any]] = {
            "facts": self._facts,
            "class": self._class,
            "sensitive": self._sensitive,
            "register": _register_number,
            "entered": _day_of_entry,
        }
        told: dict[str, Any] = {}
        refusals: list[str] = []
        for name, read in readers.items():
            try:
                told[name] = read(row)
            except CellRefused as refusal:
                refusals.append(str(refusal))
        return told, refusals

    def _facts(self, row: Row) -> StudentFacts:
        if not full_name(row):
            raise CellRefused("Dòng này chưa có họ và tên học sinh.")
        texts = {name: tidy(row.text(name)) for name in TEXTS}
        return StudentFacts(
            name=full_name(row),
            sex=sex_of(row, self.reading.has) or _sex_of_number(texts["personal_number"]),
            born=born_of(row),
            ethnic_group=self.finders["ethnic_group"].find(row.text("ethnic_group")),
            **texts,
        )

    def _class(self, row: Row) -> ClassCard | None:
        text = tidy(row.text("class"))
        if not text:
            return None
        found = self.classes.get(_class_key(text))
        if found is None:
            raise CellRefused(
                f"Lớp “{text[:50]}” không có trong năm học {self.year_label}. "
                "Hãy lập lớp trước hoặc sửa tên lớp trong tệp."
            )
        return found

    def _sensitive(self, row: Row) -> SensitiveFacts | None:
        policies = self.finders["policies"].find_all(row.text("policies"))
        religion = self.finders["religion"].find(row.text("religion"))
        if not policies and not religion:
            return None
        return SensitiveFacts(religion=religion, policies=policies)


def _day_of_entry(row: Row) -> date | None:
    return day_of(row, "entered", "Ngày vào lớp")


def _class_key(text: str) -> str:
    squashed = "".join(search_key(text).split())
    return squashed.removeprefix("lop")


def _sex_of_number(number: str) -> str:
    """A personal number tells the sex where the row does not."""
    if len(number) == 12 and number.isdecimal():
        return "F" if int(number[3]) % 2 else "M"
    return ""


def _register_number(row: Row) -> int | None:
    text = row.text("register")
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 10_000_000:
        raise CellRefused(f"Số đăng bộ “{text[:20]}” phải là một số, ví dụ 1280.")
    return int(text)


def _checked_adults(row: Row) -> tuple[tuple[GuardianFacts, ...], list[str]]:
    adults, refusals = [], []
    for relation, label in RELATIONS.items():
        facts = GuardianFacts(
            name=row.text(relation),
            relation=relation,
            phone=row.text(f"{relation}_phone"),
            job=row.text(f"{relation}_job"),
        )
        if not facts.name:
            continue
        checked, wrong = check_guardian(facts)
        refusals += [f"{label}: {sentence}" for _, sentence in wrong]
        adults.append(checked)
    return tuple(adults), refusals
