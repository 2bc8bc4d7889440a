"""The stand-in of the gateway keeps the rules of the record envelope (records of every version)."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

from khue.sector.tests.gateway import Gateway, receiving_gateway

SITE = {"MaDiemTruong": "1", "MaTinhThanh": "20"}


@pytest.fixture
def line() -> Any:
    with receiving_gateway("20001A") as one:
        yield one


def tell(gateway: Gateway, version: int, event: str = "UPDATE", **more: Any) -> str:
    row = {"IdBanGhi": "20001A.site.1", "SuKien": event, "PhienBan": version, **SITE, **more}
    body = {"MaGoi": str(version), "MaTruongHoc": "20001A", "LstDiemTruongInfo": [row]}
    answer = requests.post(
        f"{gateway.url}/dong-bo/goi",
        json=body,
        auth=(gateway.account, gateway.password),
        timeout=30,
    )
    return str(answer.json()["KetQua"][0]["TrangThai"])


def held(gateway: Gateway) -> tuple[int, str]:
    one = gateway.held["20001A.site.1"]
    return one.version, one.event


def test_three_then_two_leaves_three(line: Gateway) -> None:
    assert [tell(line, 3), tell(line, 2)] == ["NHAN", "BO_QUA"]
    assert held(line) == (3, "UPDATE")


def test_three_twice_is_nothing_new(line: Gateway) -> None:
    assert [tell(line, 3), tell(line, 3, TenDiemTruong="Khác")] == ["NHAN", "BO_QUA"]
    assert "TenDiemTruong" not in line.held["20001A.site.1"].message


def test_a_cancel_needs_a_higher_version(line: Gateway) -> None:
    assert [tell(line, 3), tell(line, 3, "CANCEL")] == ["NHAN", "BO_QUA"]
    assert held(line) == (3, "UPDATE")
    assert tell(line, 4, "CANCEL") == "NHAN"
    assert held(line) == (4, "CANCEL")


def test_version_zero_is_refused(line: Gateway) -> None:
    assert tell(line, 0, "NEW") == "LOI"
    assert line.held == {}


def test_a_required_field_is_asked_for(line: Gateway) -> None:
    assert tell(line, 1, MaTinhThanh="") == "LOI"


def test_a_stranger_is_not_let_in(line: Gateway) -> None:
    answer = requests.post(
        f"{line.url}/dong-bo/goi", json={}, auth=HTTPBasicAuth(b"ai", "đó".encode()), timeout=30
    )
    assert answer.status_code == 401
