"""Trung tâm Dữ liệu quốc gia, as far as its rules are known: a receiver that stands in for it."""

from __future__ import annotations

from typing import Any

from khue.transcripts.rules.envelopes import LONGEST_ID, Event, NumberRefused

TABLES = {
    "thongtinsohocbasotieuhoc": {"_quatrinhhoctap", "_dsbangdiem"},
    "thongtinsohocbasothcsthpt": {"_quatrinhhoctap", "_chungchi", "_bangdiem"},
}
LEVELS = {"T", "K", "Đ", "CĐ"}


class Centre:
    """Keeps the newest message of each record and refuses what breaks a rule."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}

    def receive(self, message: dict[str, Any]) -> bool:
        """Whether the message was taken; one that is not news is ignored."""
        self._check(message)
        before = self.held.get(message["IdBanGhi"])
        if before and message["PhienBan"] <= before["PhienBan"]:
            return False
        self.held[message["IdBanGhi"]] = message
        return True

    def _check(self, message: dict[str, Any]) -> None:
        if message["PhienBan"] <= 0:
            raise NumberRefused(message["PhienBan"])
        assert 0 < len(message["IdBanGhi"]) <= LONGEST_ID
        assert message["SuKien"] in set(Event)
        assert len(message["ThoiGianCapNhat"]) == len("2027-05-28T09:30:00")
        children = {name for name, value in message.items() if isinstance(value, list)}
        assert children == {f"{message['bang']}{name}" for name in TABLES[message["bang"]]}
        assert message["gioitinh"] in {"0", "1", "2"}
        for term in ("hocky1", "hocky2", "canam"):
            assert message.get(term, "Đ") in LEVELS

    def state(self, record: str) -> str:
        """Whether the record holds now: the event of the newest message."""
        return str(self.held[record]["SuKien"])
