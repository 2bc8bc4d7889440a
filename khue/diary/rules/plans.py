"""Dòng của PPCT: number, title and week as a file writes them."""

from __future__ import annotations

import re

from kit.numbers import whole_number

MOST_NUMBER, MOST_WEEK = 999, 52
_NUMBERS = re.compile(r"\d{1,3}")
_RANGE = re.compile(r"(\d{1,3})\s*[-–÷,;&]\s*(\d{1,3})")
_SUBJECT_AND_GRADE = re.compile(r"(?P<subject>.*\D)\s*(?P<grade>\d{1,2})")


class PlanLineRefused(Exception):
    """A cell that means nothing here; the text says why and what to write."""


def read_numbers(text: str) -> list[int]:
    """Tiết: "12", or several of one lesson: "12, 13", "12-14". Raises PlanLineRefused."""
    found = _RANGE.fullmatch(text)
    if found and int(found[1]) < int(found[2]) <= int(found[1]) + 20:
        many = range(int(found[1]), int(found[2]) + 1)
        numbers = [int(found[1]), int(found[2])] if re.search("[,;&]", text) else list(many)
    else:
        numbers = [int(one) for one in re.split(r"\s*[,;&]\s*", text) if _NUMBERS.fullmatch(one)]
        if len(numbers) != len(re.split(r"\s*[,;&]\s*", text)):
            numbers = []
    if not numbers or not all(1 <= one <= MOST_NUMBER for one in numbers):
        raise PlanLineRefused(
            f"Tiết “{text}” phải là số từ 1 đến {MOST_NUMBER}, ví dụ 12 hoặc 12-14."
        )
    return numbers


def read_week(text: str) -> int | None:
    """Tuần: "5" or "Tuần 5"; blank is not told. Raises PlanLineRefused."""
    if not text:
        return None
    number = whole_number(re.sub(r"(?i)^tuần\s*", "", text), digits=2)
    if number is None or not 1 <= number <= MOST_WEEK:
        raise PlanLineRefused(f"Tuần “{text}” phải là số từ 1 đến {MOST_WEEK}, ví dụ 5.")
    return number


def read_grade(text: str) -> str:
    """Khối: "8", "Khối 8", "Lớp 8" as a grade's code "08"; "" where it is none."""
    found = re.fullmatch(r"(?i)(?:khối|lớp)?\s*(\d{1,2})", text)
    return f"{int(found[1]):02d}" if found and 1 <= int(found[1]) <= 12 else ""


def subject_and_grade(name: str) -> tuple[str, str]:
    """ "Toán 8", "PPCT Ngữ văn - lớp 6": what the name of a sheet says of its plan."""
    text = re.sub(r"(?i)\bppct\b|\blớp\b|\bkhối\b|[-–_]", " ", name)
    found = _SUBJECT_AND_GRADE.fullmatch(" ".join(text.split()))
    if not found:
        return "", ""
    return found["subject"].strip(), read_grade(found["grade"])
