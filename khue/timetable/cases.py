"""Trường hợp kiểm tra của phân công giảng dạy: the load of a teacher with duties."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from khue.timetable.rules.duties import Load, UnknownDuty, UnknownLevel, load_after_duties
from kit.rule_cases import Amount, BadCase, Case, register_section

_KINDS = {
    "": "",
    "semi_boarding": "semi_boarding",
    "ban_tru": "semi_boarding",
    "bantru": "semi_boarding",
    "ptdtbt": "semi_boarding",
    "boarding": "boarding",
    "noi_tru": "boarding",
    "noitru": "boarding",
    "ptdtnt": "boarding",
    "disabled": "disabled",
    "khuyet_tat": "disabled",
}
_DUTIES = {
    "deputy_group_head": "group_deputy",
    "group_deputy_head": "group_deputy",
    "deputy_head": "group_deputy",
    "vice_head": "group_deputy",
    "child_under_12m": "child_under_12_months",
    "infant": "child_under_12_months",
    "vice": "vice_principal",
    "it": "computer_room",
}
# Files call the cap of extra periods a week by one of these names.
_CAP_KEYS = (
    "cap",
    "cap_extra",
    "extra_cap",
    "extra_cap_weekly",
    "extra_max",
    "extra_weekly_max",
    "max_extra",
    "max_extra_weekly",
    "weekly_cap",
    "weekly_extra_cap",
)


def _amount(value: Fraction) -> Amount:
    return Amount(Decimal(value.numerator) / Decimal(value.denominator))


def _level_and_kind(case: Case) -> tuple[str, str]:
    """`level: thcs` with `kind: boarding`, or both in one word: thcs_boarding."""
    level, _, of_level = case.text("level").partition("_")
    kind = case.text("kind") if case.has("kind") else of_level
    if kind not in _KINDS:
        raise BadCase(f"“{kind}” không phải loại trường; chỉ nhận {', '.join(_KINDS)[2:]}")
    return level, _KINDS[kind]


def _load(case: Case) -> Load:
    level, kind = _level_and_kind(case)
    named = [str(duty) for duty in case.items("duties")] if case.has("duties") else []
    try:
        return load_after_duties(level, [_DUTIES.get(duty, duty) for duty in named], kind)
    except UnknownDuty as unknown:
        raise BadCase(f"không có nhiệm vụ kiêm nhiệm “{unknown}”") from unknown
    except UnknownLevel as unknown:
        raise BadCase(f"không có định mức cho “{unknown}”") from unknown


def _teacher_load(case: Case) -> Mapping[str, Any]:
    load = _load(case)
    return {
        "weekly": _amount(load.weekly),
        "yearly": _amount(load.yearly),
        "norm_weekly": load.norm_weekly,
        "norm_yearly": load.norm_yearly,
        **dict.fromkeys(_CAP_KEYS, _amount(load.extra_cap)),
    }


def register() -> None:
    register_section("teacher_load", {"level", "kind", "duties"}, _teacher_load)
