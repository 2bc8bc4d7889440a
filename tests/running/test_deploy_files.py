"""What is shipped for a server names only what there is: programs, commands, options, settings."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands
from granian.cli import cli

from machinery.surroundings import ROOT

DEPLOY = ROOT / "machinery" / "deploy"
UNITS = sorted(DEPLOY.glob("khue-*.service"))
SECTIONS = {"Unit", "Service", "Install"}


def commands_of(unit: Path) -> list[list[str]]:
    """The lines that start something, joined where they go on."""
    text = unit.read_text().replace("\\\n", " ")
    return [line.split()[1:] for line in re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_something_that_there_is(unit: Path) -> None:
    starts = commands_of(unit)
    assert starts
    for words in starts:
        if words[0] == "manage.py":
            assert words[1] in get_commands()
        else:
            assert words[0] == "-m"
            assert find_spec(words[1])


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_unit_is_well_formed_and_restarts_by_itself(unit: Path) -> None:
    text = unit.read_text()
    assert set(re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)) <= SECTIONS
    for line in text.replace("\\\n", " ").splitlines():
        assert not line or line[0] in "#[" or re.match(r"[A-Z]\w+=", line), line
    if "oneshot" not in text:
        assert "Restart=always" in text
        assert "NoNewPrivileges=true" in text


def test_the_web_server_knows_its_options() -> None:
    known = {option for one in cli.params for option in one.opts}
    for unit in UNITS:
        for words in commands_of(unit):
            if words[1] == "granian":
                assert {one for one in words if one.startswith("--")} <= known
                module, _, name = words[-1].partition(":")
                assert (ROOT / f"{module.replace('.', '/')}.py").exists()
                assert name == "application"


def test_files_of_settings_name_settings_of_the_table() -> None:
    table = (ROOT / "docs" / "reference" / "settings.md").read_text()
    known = set(re.findall(r"^\| `([A-Z0-9_]+)`", table, re.MULTILINE))
    for file in DEPLOY.glob("*.env"):
        told = set(re.findall(r"^([A-Z0-9_]+)=", file.read_text(), re.MULTILINE))
        assert told <= known
        assert told


def test_the_process_of_results_day_is_told_no_other_secret() -> None:
    text = (DEPLOY / "khue-answers.env").read_text() + (DEPLOY / "khue-answers.service").read_text()
    for secret in (
        "DATABASE_URL",
        "KHUE_SECRET_KEY",
        "KHUE_FIELD_KEY",
        "KHUE_SEAL_KEY",
        "khue.env",
    ):
        assert secret not in text.replace("khue-answers.env", "")


@pytest.mark.parametrize("script", ["archive-wal.sh", "khue-upgrade"])
def test_a_script_reads_as_a_shell_reads_it(script: str) -> None:
    file = DEPLOY / script
    assert subprocess.run(["sh", "-n", file], check=False).returncode == 0
    assert file.stat().st_mode & 0o111


@pytest.mark.parametrize("file", ["Caddyfile", "nginx.conf"])
def test_a_proxy_leads_to_the_sockets_of_the_units(file: str) -> None:
    told = set(re.findall(r"/run/khue/[\w.-]+sock", (DEPLOY / file).read_text()))
    assert told == {"/run/khue/web.sock", "/run/khue/answers.sock"}
    text = (DEPLOY / file).read_text()
    assert text.count("{") == text.count("}")


def test_machinery_of_running_can_be_started() -> None:
    for module in ("machinery.backup", "machinery.changeover"):
        assert callable(import_module(module).main)
