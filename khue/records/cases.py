"""Trường hợp kiểm tra của hồ sơ: the structure of the personal number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from khue.organisations.api import places_of_birth_registration
from khue.records.rules.personal_number import Finding, Sex, check_personal_number
from kit.rule_cases import BadCase, Case, register_section


@dataclass(frozen=True, slots=True)
class Findings:
    """Computed findings; a file may name a rejection by its own word (REJECT_*)."""

    values: tuple[Finding, ...]

    def agrees(self, expected: Any) -> bool:
        """Whether the file lists the same findings in the same order."""
        if not isinstance(expected, list) or len(expected) != len(self.values):
            return False
        return all(
            _same(str(one), finding) for one, finding in zip(expected, self.values, strict=True)
        )

    def __str__(self) -> str:
        return f"[{', '.join(self.values)}]"


def _same(expected: str, finding: Finding) -> bool:
    if finding is not Finding.REJECT_CHARACTERS:
        return expected == finding.value
    return expected.startswith("REJECT_") and expected != Finding.REJECT_LENGTH.value


def _sex(case: Case) -> Sex | None:
    sex = case.values.get("sex")
    if sex not in ("M", "F", None):
        raise BadCase(f"“sex” có “{sex}”, nhưng chỉ nhận M hoặc F")
    return cast("Sex | None", sex)


def _personal_number(case: Case) -> Mapping[str, Any]:
    year = case.whole("birth_year") if case.has("birth_year") else None
    places = places_of_birth_registration()
    findings = check_personal_number(case.text("number"), _sex(case), year, places)
    return {"out": Findings(findings)}


def register() -> None:
    register_section("personal_number", {"number", "sex", "birth_year"}, _personal_number)
