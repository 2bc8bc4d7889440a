"""Why a value that a person gave cannot be taken, in words for that person."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a stable key for the program, one Vietnamese sentence for the reader."""

    key: str
    sentence: str
    data: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence
