"""A transcript on the public check: its code, and its file as it was published."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from khue.gradebook.tests.yearwork import JUNE
from khue.signing.api import examine_file, short_digest, verify_path
from khue.signing.tests.pki import Pki
from khue.transcripts.queries.sealed import FILE, unseal
from khue.transcripts.services.correcting import cancel_version
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    compose,
    finish_class,
    newest,
    publish_class,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast


@pytest.fixture
def people(cast: Cast, pki: Pki) -> Signing:
    finish_class(cast)
    return Signing(cast, pki)


def test_the_code_of_a_published_year_is_told_without_the_pupil(
    cast: Cast, people: Signing
) -> None:
    bring_to_confirmed(cast)
    people.sign_all()
    publish_class(cast)
    version = newest(cast.minh.student)
    page = cast.client("nobody").get(verify_path(version.verify_code, version.body_digest))
    text = page.content.decode()
    assert "Bản ghi đang có hiệu lực." in text
    assert "Mã kiểm tra trên giấy khớp" in text
    assert short_digest(version.body_digest) in text
    assert "/hoc-ba/xem/" in text
    for private in (cast.minh.student.name, "lớp 8A", "Nông Thị Hoa"):
        assert private not in text


def test_a_year_in_work_has_no_worth_yet(cast: Cast, people: Signing) -> None:
    compose(cast)
    version = newest(cast.minh.student)
    text = cast.client("nobody").get(verify_path(version.verify_code)).content.decode()
    assert "chưa ký đủ nên chưa có giá trị" in text


def test_the_published_file_is_told_in_the_words_of_a_transcript(
    cast: Cast, people: Signing
) -> None:
    bring_to_confirmed(cast)
    people.sign_all()
    publish_class(cast)
    version = newest(cast.minh.student)
    assert version.file is not None
    with scoped(EVERYTHING):
        content = unseal(bytes(version.file), FILE)
        whole = examine_file(content, name="hoc-ba.xml", now=timezone.now())
    assert whole.title.startswith("Học bạ số, năm học 2026–2027")
    assert cast.minh.student.name in whole.title
    assert "môn Toán" in whole.words.values()
    assert not whole.report.faults
    assert {one.status.value for one in whole.report.signatures} <= {
        "valid",
        "status_unknown",
        "untrusted",
    }


def test_the_file_of_a_cancelled_year_says_so(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    people.sign_all()
    publish_class(cast)
    version = newest(cast.minh.student)
    assert version.file is not None
    content = unseal(bytes(version.file), FILE)
    with scoped(EVERYTHING):
        assert examine_file(content, name="a.xml", now=JUNE).warning == ""
        cancel_version(actor=cast.mai.actor, now=JUNE, version_id=version.pk, reason="Lập nhầm")
        told = examine_file(content, name="a.xml", now=JUNE).warning
    assert told.startswith("Bản ghi này đã bị hủy ngày")
    given = {"file": ContentFile(content, "a.xml")}
    assert told in cast.client("nobody").post("/kiem-tra/", given).content.decode()
