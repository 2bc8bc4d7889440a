"""What the settings of signing accept, and how production refuses a demonstration authority."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.signing import refuse_demonstration_authority, signing_level, timestamp_authority
from machinery.surroundings import ROOT, TEST_SURROUNDINGS

TSA = "http://tsa.example.vn"


@pytest.mark.parametrize(
    ("wanted", "address", "level"),
    [
        ("", "", "B-B"),
        ("", TSA, "B-LT"),
        ("", "demo:", "B-LT"),
        ("B-B", TSA, "B-B"),
        ("B-T", TSA, "B-T"),
        ("B-LT", TSA, "B-LT"),
    ],
)
def test_the_level_follows_the_timestamp_authority(wanted: str, address: str, level: str) -> None:
    assert signing_level(wanted, address) == level


@pytest.mark.parametrize(("wanted", "address"), [("B-T", ""), ("B-LT", ""), ("B-X", TSA)])
def test_a_level_that_cannot_be_kept_is_refused(wanted: str, address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KHUE_SIGNING_LEVEL"):
        signing_level(wanted, address)


def test_the_demonstration_stamps_for_the_demonstration_only() -> None:
    assert timestamp_authority("demo:", demo=True) == "demo:"
    assert timestamp_authority("", demo=False) == ""
    with pytest.raises(ImproperlyConfigured, match="trình diễn"):
        timestamp_authority("demo:", demo=False)
    with pytest.raises(ImproperlyConfigured, match="http://"):
        timestamp_authority("ftp://tsa.example.vn", demo=False)


def test_keys_of_a_demonstration_authority_stop_production(tmp_path: Path) -> None:
    refuse_demonstration_authority(tmp_path, demo=False)
    (tmp_path / "demo-authority").mkdir()
    refuse_demonstration_authority(tmp_path, demo=True)
    with pytest.raises(ImproperlyConfigured, match="không dùng với dữ liệu thật"):
        refuse_demonstration_authority(tmp_path, demo=False)


@pytest.mark.parametrize(
    ("setting", "value"), [("KHUE_TSA_URL", "demo:"), ("KHUE_SIGNING_LEVEL", "B-T")]
)
def test_production_does_not_start_with_them(setting: str, value: str) -> None:
    surroundings = {**os.environ, **TEST_SURROUNDINGS, "KHUE_DEMO": "", setting: value}
    told = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode != 0
    assert setting in told.stderr
