"""The verifier that stands alone: built from pure rules, run as anybody would run it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from khue.signing.tests.pki import Pki
from machinery import verifier
from machinery.surroundings import ROOT
from machinery.verifier import ForbiddenImport
from tests.signed_samples import Sample, samples, trust_text

Ran = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return verifier.build(tmp_path_factory.mktemp("verifier") / "khue-verify.pyz")


@pytest.fixture(scope="module")
def made(pki: Pki) -> list[Sample]:
    return samples(pki)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pki: Pki, made: list[Sample]) -> Path:
    """All samples, and whom to trust."""
    place = tmp_path_factory.mktemp("samples")
    (place / "goc.pem").write_bytes(trust_text(pki))
    for one in made:
        (place / one.name).write_bytes(one.content)
        if one.beside:
            (place / f"{one.name}.p7s").write_bytes(one.beside)
    return place


def run(program: Path, *words: str | Path, cwd: Path) -> Ran:
    """Run as a stranger does: isolated, outside our folder."""
    command = [sys.executable, "-I", str(program), *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def told(ran: Ran) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def statuses(found: dict[str, Any]) -> list[str]:
    held = [one for file in found["files"] for one in statuses(file)]
    return held or [one["status"] for one in found["signatures"]]


def test_every_sample_is_judged_as_on_the_server(
    program: Path, folder: Path, made: list[Sample]
) -> None:
    alone = [one for one in made if not one.beside]
    names = [one.name for one in alone]
    ran = run(program, *names, "--trust", "goc.pem", "--json", cwd=folder)
    assert (ran.returncode, ran.stderr) == (1, "")
    for one, found in zip(alone, told(ran), strict=True):
        assert (one.name, found["good"]) == (one.name, one.is_good)
        assert (one.name, statuses(found)) == (one.name, list(one.statuses))


def test_a_signature_beside_a_file(program: Path, folder: Path, made: list[Sample]) -> None:
    for one in made:
        if one.beside:
            words = [one.name, "--signature", f"{one.name}.p7s", "--trust", "goc.pem", "--json"]
            ran = run(program, *words, cwd=folder)
            assert (one.name, ran.returncode) == (one.name, 0 if one.is_good else 1)
            assert statuses(told(ran)[0]) == list(one.statuses)


def test_it_speaks_in_sentences(program: Path, folder: Path) -> None:
    ran = run(program, "nguyen-ven.xml", "minh-chung.json", "--trust", "goc.pem", cwd=folder)
    assert ran.returncode == 0
    assert "Cả 5 chữ ký số đều hợp lệ." in ran.stdout
    assert "Minh chứng hợp lệ: dòng số 3 do Nông Thị Hoa ghi lúc 20/11/2026" in ran.stdout


def test_it_says_that_nobody_is_trusted_yet(program: Path, folder: Path) -> None:
    ran = run(program, "nguyen-ven.xml", cwd=folder)
    assert ran.returncode == 1
    assert "Chưa cho biết tin vào chứng thư gốc nào" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [["khong-co.xml"], ["nguyen-ven.xml", "--trust", "sua-diem.xml"], ["--trust", "goc.pem"]],
)
def test_a_wrong_question_ends_with_two(program: Path, folder: Path, words: list[str]) -> None:
    ran = run(program, *words, cwd=folder)
    assert ran.returncode == 2
    assert ran.stderr


def test_it_says_which_libraries_are_missing(program: Path, folder: Path) -> None:
    command = [sys.executable, "-I", "-S", str(program), "nguyen-ven.xml"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "python -m pip install asn1crypto cryptography lxml pyhanko" in ran.stderr


def test_it_holds_rules_only_and_the_same_bytes_every_time(program: Path, tmp_path: Path) -> None:
    again = verifier.build(tmp_path / "again.pyz")
    assert again.read_bytes() == program.read_bytes()
    with zipfile.ZipFile(program) as archive:
        names = archive.namelist()
        text = b"".join(archive.read(name) for name in names)
    assert not [name for name in names if "/services/" in name or "/models" in name]
    assert b"import django" not in text


def test_a_rule_that_imports_a_framework_stops_the_build(tmp_path: Path) -> None:
    wrong = ROOT / "machinery" / "standalone.py"
    with pytest.raises(ForbiddenImport):
        verifier._refuse_strangers(wrong, "django")
