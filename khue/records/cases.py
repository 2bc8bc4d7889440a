"""Trường hợp kiểm tra của hồ sơ: the structure of the personal number."""

from collections.abc import Mapping
from typing import Any, cast

from khue.organisations.api import places_of_birth_registration
from khue.records.rules.personal_number import Sex, check_personal_number
from kit.rule_cases import BadCase, Case, register_section


def _sex(case: Case) -> Sex | None:
    sex = case.values.get("sex")
    if sex not in ("M", "F", None):
        raise BadCase(f"“sex” có “{sex}”, nhưng chỉ nhận M hoặc F")
    return cast("Sex | None", sex)


def _personal_number(case: Case) -> Mapping[str, Any]:
    year = case.whole("birth_year") if case.has("birth_year") else None
    places = places_of_birth_registration()
    findings = check_personal_number(case.text("number"), _sex(case), year, places)
    return {"out": tuple(finding.value for finding in findings)}


def register() -> None:
    register_section("personal_number", {"number", "sex", "birth_year"}, _personal_number)
