"""The switchboard: what README promises, and what a missing piece says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from machinery import prepare
from machinery.prepare import CannotPrepare
from machinery.surroundings import ROOT


def _make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_switch() -> None:
    told = _make("help").stdout
    for switch in ("demo", "demo-reset", "test", "check", "fix", "bench", "where", "locks"):
        assert f"make {switch} " in told


def test_a_rule_is_found_by_its_official_term() -> None:
    found = _make("where", "ĐTBmcn")
    assert found.returncode == 0
    assert "khue/gradebook/rules" in found.stdout


def test_an_unknown_term_is_told() -> None:
    assert _make("where", "khôngcótừnày").returncode != 0


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "KHUE_SECRET_KEY", "KHUE_FIELD_KEY", "KHUE_SEAL_KEY", "KHUE_HOSTS"]
)
def test_a_missing_setting_says_what_to_type(name: str) -> None:
    known = {key: value for key, value in os.environ.items() if key != name}
    known["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"Hãy gõ: export {name}=" in done.stderr


def test_a_missing_browser_that_may_not_be_installed_stops_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "BROWSERS", ())
    monkeypatch.setattr(prepare, "may_install", lambda: False)
    with pytest.raises(CannotPrepare, match="apt-get install chromium"):
        prepare.find_browser()


def test_a_python_without_venv_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(prepare, "has_module", lambda _name: False)
    monkeypatch.setattr(prepare, "may_install", lambda: False)
    with pytest.raises(CannotPrepare, match="apt-get install python3-venv"):
        prepare.make_environment()


def test_the_checkout_can_be_prepared_by_the_system_python_alone() -> None:
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    imported = [python, "-S", "-c", "import machinery.prepare"]
    assert subprocess.run(imported, cwd=ROOT, check=False).returncode == 0
