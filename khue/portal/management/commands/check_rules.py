"""`manage.py check_rules FILE…`: the department examines the product's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kit.case_files import BadFile, read_sections
from kit.rule_cases import (
    BadSection,
    RuleSection,
    cases_of,
    check_cases,
    find_section,
    section_names,
)

USAGE_ERROR = 2
Found = tuple[str, RuleSection, Any]


class Command(BaseCommand):
    help = "Kiểm tra quy tắc đánh giá bằng các tệp trường hợp (YAML)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        found = [section for path in options["files"] for section in _sections_of(path)]
        counts = [self._check(*section) for section in found]
        cases, differ = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
        self.stdout.write(f"{cases} cases, {differ} differ")
        if differ:
            raise SystemExit(1)

    def _check(self, file: str, section: RuleSection, content: Any) -> tuple[int, int]:
        verdicts = list(check_cases(section, content))
        for verdict in verdicts:
            where = f"{file}: {section.name} {verdict.case_id}"
            if verdict.unknown:
                self.stderr.write(f"{where}: bỏ qua khóa chưa biết: {', '.join(verdict.unknown)}")
            if not verdict.holds:
                self.stdout.write(f"{where}: {'; '.join(verdict.differences)}")
        return len(verdicts), sum(not verdict.holds for verdict in verdicts)


def _sections_of(path: Path) -> Iterator[Found]:
    try:
        sections = read_sections(path)
    except BadFile as bad:
        raise CommandError(f"{path}: {bad}", returncode=USAGE_ERROR) from bad
    for section in sections:
        known = _known(path, section.name)
        _must_be_cases(path, known, section.content)
        yield path.name, known, section.content


def _known(path: Path, name: str) -> RuleSection:
    section = find_section(name)
    if section is None:
        raise CommandError(
            f"{path}: không biết phần “{name}” (unknown section: {name}). "
            f"Các phần có thể kiểm tra: {_listed(section_names())}.",
            returncode=USAGE_ERROR,
        )
    return section


def _must_be_cases(path: Path, section: RuleSection, content: Any) -> None:
    try:
        cases_of(section, content)
    except BadSection as bad:
        raise CommandError(f"{path}: phần “{section.name}” {bad}.", returncode=USAGE_ERROR) from bad


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
