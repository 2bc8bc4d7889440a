"""Trường hợp kiểm tra của phân công giảng dạy: the load of a teacher with duties."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from khue.timetable.rules.duties import Load, UnknownDuty, UnknownLevel, load_after_duties
from kit.rule_cases import Amount, BadCase, Case, register_section

_LEVELS = {
    "tieu_hoc": ("primary", ""),
    "primary_semi_boarding": ("primary", "semi_boarding"),
    "thcs_semi_boarding": ("thcs", "semi_boarding"),
    "thcs_boarding": ("thcs", "boarding"),
    "thpt_boarding": ("thpt", "boarding"),
    "primary_disabled": ("primary", "disabled"),
    "thcs_disabled": ("thcs", "disabled"),
    "thpt_disabled": ("thpt", "disabled"),
}
_KINDS = {
    "": "",
    "ban_tru": "semi_boarding",
    "noi_tru": "boarding",
    "ptdtbt": "semi_boarding",
    "ptdtnt": "boarding",
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


def _load(case: Case) -> Load:
    level, kind = _LEVELS.get(case.text("level"), (case.text("level"), ""))
    if case.has("kind"):
        kind = _KINDS.get(case.text("kind"), case.text("kind"))
    duties = [str(duty) for duty in case.items("duties")] if case.has("duties") else []
    try:
        return load_after_duties(level, duties, kind)
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
