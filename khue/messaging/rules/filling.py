"""Mẫu yêu cầu: the JSON body of a provider, filled with what a message is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """Every "{name}" inside the texts of a JSON value becomes its value; nothing else changes."""
    if isinstance(template, str):
        return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)
    if isinstance(template, Mapping):
        return {key: fill(one, values) for key, one in template.items()}
    if isinstance(template, list):
        return [fill(one, values) for one in template]
    return template


def find(answer: Any, path: str) -> Any:
    """What stands at "data.id" in an answer; None when it is not there."""
    for key in path.split("."):
        if not isinstance(answer, Mapping):
            return None
        answer = answer.get(key)
    return answer
