"""At the level that is usual where time is stamped, a published file proves itself, offline."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from khue.gradebook.tests.yearwork import JUNE
from khue.signing.rules.xades import read_xades
from khue.signing.services.finishing import finish_unfinished
from khue.signing.tests.containers import xmlsec
from khue.signing.tests.pdfs import pdfsig
from khue.signing.tests.pki import Authority, Pki
from khue.transcripts.models import Version
from khue.transcripts.queries.sealed import FILE, PDF, unseal
from khue.transcripts.rules.container import misplaced
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    finish_class,
    newest,
    publish_class,
)
from kit.fences import EVERYTHING, scoped
from machinery.surroundings import ROOT
from tests.cast import Cast, table
from tests.signed_samples import trust_text

YEARS_LATER = "2099-01-01T00:00:00+00:00"


@pytest.fixture
def people(cast: Cast, pki: Pki, authority: Authority, settings: Any, tmp_path: Path) -> Signing:
    settings.DATA_DIR, settings.TSA_URL = tmp_path, authority.tsa_url
    settings.SIGNING_LEVEL = "B-LT"
    authority.clock = JUNE
    finish_class(cast)
    bring_to_confirmed(cast)
    return Signing(cast, pki)


def sign_while_nobody_answers(people: Signing, authority: Authority) -> None:
    """The first teacher signs while neither OCSP nor a list can be had; a job finishes it."""
    authority.down("ocsp", "crls")
    kept = people.sign("hoa").unfinished
    authority.up()
    with scoped(EVERYTHING):
        requests = table("signing.Request").objects
        assert not requests.filter(state="signed").exists()
        requests.filter(state="unfinished").update(next_attempt_at=JUNE)
        assert finish_unfinished(now=JUNE).signed == kept > 0


def test_a_published_transcript_is_wholly_valid_without_us(
    cast: Cast, pki: Pki, people: Signing, authority: Authority, tmp_path: Path
) -> None:
    sign_while_nobody_answers(people, authority)
    people.sign_all()
    assert len(publish_class(cast).done) == 4
    version = newest(cast.minh.student)
    said = offline(version, pki, tmp_path)
    assert said.count("chữ ký số đều hợp lệ") == 2, said
    assert (said.count("[Hợp lệ"), said.count("Mức chữ ký: B-LT")) == (14, 14)
    others_agree(version, pki, tmp_path)


def offline(version: Version, pki: Pki, folder: Path) -> str:
    """What the verifier says that asks no network, when every certificate has long expired."""
    (folder / "tin-cay.pem").write_bytes(trust_text(pki))
    (folder / "hoc-ba.xml").write_bytes(unseal(version.file, FILE))
    (folder / "hoc-ba.pdf").write_bytes(unseal(version.pdf, PDF))
    trust = str(folder / "tin-cay.pem")
    command = [sys.executable, "-m", "machinery.standalone", "--trust", trust, "--at", YEARS_LATER]
    files = [str(folder / "hoc-ba.xml"), str(folder / "hoc-ba.pdf")]
    ran: subprocess.CompletedProcess[str] = subprocess.run(
        [*command, *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def others_agree(version: Version, pki: Pki, folder: Path) -> None:
    """xmlsec1 on every signature, poppler on the two of the PDF."""
    content = unseal(version.file, FILE)
    roots = [pki.certificate("root")]
    for one in read_xades(content, positions=misplaced):
        assert xmlsec(content, one.id, folder, roots)
    assert pdfsig(unseal(version.pdf, PDF), folder)[0] == 2
