"""What writing the skeleton of a school needs beside its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from synthetic.accounts import PlannedAccount
from synthetic.copying import Writer
from synthetic.ids import Ids
from synthetic.plan import Province

# How the account of somebody gets its password and its second factor.
Secrets = Callable[[PlannedAccount], tuple[str, str]]


@dataclass(frozen=True)
class Desk:
    """The province with the streams of its tables; `later`: what waits until all files stand."""

    province: Province
    writer: Writer
    later: Writer
    subjects: Mapping[str, int]
    secrets: Secrets
    now: datetime

    @property
    def ids(self) -> Ids:
        return self.province.ids
