"""What KHUE_SECTOR may say: a gateway that cannot work stops the start."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.sector import sector_gateways


@pytest.mark.parametrize(
    "told",
    [
        {"20": {"url": "https://cong.example.vn"}},
        {"20": {"url": "http://cong.example.vn", "account": "so"}},
        {"20": {"url": "ftp://cong.example.vn", "account": "so"}},
        {"20": {"url": "https://cong.example.vn", "account": "so", "chunk": 0}},
        {"20": {"url": "https://cong.example.vn", "account": "so", "chunk": 5000}},
        {"20": {"url": "https://cong.example.vn", "account": "so", "timeout": "lâu"}},
    ],
)
def test_settings_that_cannot_work_stop_the_start(told: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(ImproperlyConfigured, match="KHUE_SECTOR"):
        sector_gateways(told)


def test_settings_of_a_gateway() -> None:
    told = {"20": {"url": "https://cong.example.vn/api", "account": "so"}}
    assert sector_gateways(told) == told
    assert sector_gateways({"20": {"url": "http://127.0.0.1:1", "account": "so"}})
