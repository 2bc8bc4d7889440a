"""Trường hợp kiểm tra của tin nhắn: encoding, units and parts of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.messaging.rules.segments import segments_of
from kit.rule_cases import BadCase, Case, register_section


def _built(case: Case) -> str:
    return "".join(_piece(one) for one in case.items("build"))


def _piece(pair: Any) -> str:
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
        raise BadCase("“build” phải gồm các cặp [văn bản, số lần lặp]")
    return pair[0] * Case({"số lần lặp": pair[1]}).whole("số lần lặp")


def _sms(case: Case) -> Mapping[str, Any]:
    found = segments_of(_built(case))
    return {"encoding": found.encoding, "units": found.units, "segments": found.segments}


def register() -> None:
    register_section("sms", {"build"}, _sms)
