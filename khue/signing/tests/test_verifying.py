"""Any file is judged as it must be: every sample, whole and tampered with."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import timezone

from khue.signing.rules.containers import Container
from khue.signing.rules.shapes import Trust
from khue.signing.rules.telling import kind_of_verdict, tell_signatures
from khue.signing.rules.trust_file import read_trust_file, write_trust_file
from khue.signing.rules.verifying import Examined, Judging, examine, verify_file
from khue.signing.tests.containers import signed_container
from khue.signing.tests.pki import Pki
from khue.transcripts.rules.container import describe, misplaced, title_of
from khue.transcripts.rules.mapping import NAMESPACE
from tests.signed_samples import Sample, samples

NOW = timezone.now()
TRANSCRIPT = Container(NAMESPACE, title_of, describe, misplaced)


def judged(pki: Pki, one: Sample) -> Examined:
    judging = Judging(pki.trust, timezone.now(), containers=(TRANSCRIPT,))
    return examine(one.content, name=one.name, detached=one.beside or None, judging=judging)


@pytest.fixture(scope="module")
def made(pki: Pki) -> dict[str, Sample]:
    return {one.name: one for one in samples(pki)}


def test_every_sample_is_judged_rightly(pki: Pki, made: dict[str, Sample]) -> None:
    for one in made.values():
        if one.name.endswith(".json"):
            continue
        found = judged(pki, one)
        told = [told.status.value for told in found.report.signatures]
        assert (one.name, told) == (one.name, list(one.statuses))
        assert (one.name, found.is_good) == (one.name, one.is_good)


def test_the_sentence_names_what_was_changed(pki: Pki, made: dict[str, Sample]) -> None:
    found = judged(pki, made["sua-diem.xml"])
    broken = {told.id: told.broken for told in found.report.signatures if told.broken}
    assert broken["gv-toan"] == ("mh-toan",)
    assert "nh-2026" in broken["gvcn"]
    assert "gv-van" not in broken
    sentence = found.report.signatures[0].sentence
    assert "Nông Thị Hoa" in sentence
    assert "nội dung đã bị thay đổi sau khi ký (môn" in sentence
    assert kind_of_verdict(found) == "danger"
    facts = dict(tell_signatures(found)[3].facts)
    assert "chữ ký của Nông Thị Hoa" in facts["Phần đã ký"]


def test_a_part_that_nobody_signed_is_told(pki: Pki, made: dict[str, Sample]) -> None:
    found = judged(pki, made["them-phan.xml"])
    assert any("Them" in fault for fault in found.report.faults)


def test_without_trust_nothing_is_valid_but_wholeness_is_seen(pki: Pki) -> None:
    report = verify_file(signed_container(pki), name="a.xml", trust=Trust(), now=NOW)
    assert {one.status.value for one in report.signatures} == {"untrusted"}


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("rong.xml", b"", "Tệp rỗng"),
        ("bom.xml", BOMB, "DOCTYPE"),
        ("anh.png", b"\x89PNG\r\n", "Không nhận ra loại tệp"),
        ("hong.pdf", b"%PDF-1.7\nabc", "PDF"),
        ("hong.zip", b"PK\x03\x04abc", "ZIP"),
        ("so.json", b"{}", "Không nhận ra loại tệp"),
        ("ky.p7s", b"0\x03abc", "tệp gốc"),
    ],
)
def test_a_file_that_cannot_be_checked_is_told_in_a_sentence(
    name: str, content: bytes, part: str
) -> None:
    found = examine(content, name=name, judging=Judging(Trust(), NOW))
    assert not found.is_good
    assert part in found.report.sentence


def test_an_archive_that_unpacks_without_end_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b"\0" * (40 * 1024 * 1024))
    found = examine(held.getvalue(), name="bom.zip", judging=Judging(Trust(), NOW))
    assert "lớn hơn 100 MB khi giải nén" in found.report.sentence


def test_a_trust_file_says_what_each_certificate_is_for(pki: Pki) -> None:
    content = write_trust_file(pki.trust, ["ab" * 32])
    read = read_trust_file(content)
    assert read.trust == pki.trust
    assert read.seal_keys == ("ab" * 32,)


def test_a_plain_certificate_is_trusted_for_everything(pki: Pki) -> None:
    lines = write_trust_file(Trust(roots=pki.trust.roots)).decode().splitlines()
    plain = "\n".join(line for line in lines if not line.startswith("#"))
    assert read_trust_file(plain.encode()).trust == Trust(
        roots=pki.trust.roots, time_roots=pki.trust.roots
    )


@pytest.mark.parametrize(
    "content", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_file_without_a_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="Tệp tin cậy"):
        read_trust_file(content)
