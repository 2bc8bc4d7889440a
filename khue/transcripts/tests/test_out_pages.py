"""Page × person → status, for the pages through which a transcript leaves; and what they do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khue.access.api import scope_of
from khue.records.api import accept_transfer, request_transfer
from khue.transcripts.tests.test_packages import clerk_there
from khue.transcripts.views import shared
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, Cast, table
from tests.transcript_places import make_transcript_work

PEOPLE = ["thu", "mai", "binh", "hoa", "nam", "dung", "lan", "minh", "stranger", "nobody"]
#                thu  mai  binh hoa  nam  dung lan  minh la   -
FAMILY_ONLY = [403, 403, 403, 403, 403, 403, 200, 200, 403, 302]
OFFICE_ONLY = [200, 200, 403, 403, 403, 403, 403, 403, 403, 302]
PAGES = {
    "/con/{child}/hoc-ba/": FAMILY_ONLY,
    "/con/{child}/hoc-ba/toan-bo.pdf": FAMILY_ONLY,
    "/con/hoc-ba/{version_id}/hoc-ba.xml": FAMILY_ONLY,
    "/con/hoc-ba/{version_id}/hoc-ba.pdf": FAMILY_ONLY,
    "/con/hoc-ba/truong-cu/{received_id}/2025/": FAMILY_ONLY,
    "/hoc-ba/hoc-sinh/{child}/chuyen/": OFFICE_ONLY,
    "/hoc-ba/hoc-sinh/{child}/goi-hoc-ba.zip": OFFICE_ONLY,
    "/hoc-ba/xem/": [200] * 10,
    "/hoc-ba/truong/{school}/did.json": [200] * 10,
    "/hoc-ba/truong/{school}/trang-thai/0/": [200] * 10,
}


@pytest.fixture
def ids(cast: Cast) -> dict[str, Any]:
    """What stands at the addresses; nobody has tried a code yet."""
    shared.TRIES.forget()
    child = cast.minh.student
    with scoped(EVERYTHING):
        made = make_transcript_work(cast.school, cast.school_class, child, cast.hoa)
    return made | {"child": child.pk, "school": cast.school.pk}


@pytest.mark.parametrize("pattern", PAGES)
def test_who_opens_which_page(cast: Cast, ids: dict[str, Any], pattern: str) -> None:
    address = pattern.format(**ids)
    seen = [cast.client(one).get(address).status_code for one in PEOPLE]
    assert dict(zip(PEOPLE, seen, strict=True)) == dict(zip(PEOPLE, PAGES[pattern], strict=True))


def test_a_family_reads_years_gives_a_code_and_ends_it(cast: Cast, ids: dict[str, Any]) -> None:
    mother = cast.client("lan")
    page = mother.get(f"/con/{ids['child']}/hoc-ba/").content.decode()
    assert "Năm học 2026–2027, lớp 8A" in page
    assert "Do trường cũ chuyển đến" in page
    given = {"purpose": "Xét tuyển", "days": "5"}
    told = mother.post(f"/con/{ids['child']}/hoc-ba/ma-xem/", given).content.decode()
    code = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", told)[0]
    stranger = cast.client("nobody")
    seen = stranger.post("/hoc-ba/xem/", {"code": code}).content.decode()
    assert "Triệu Quang Minh" in seen
    assert "cho việc: Xét tuyển" in seen
    asked = {"code": code, "version": ids["version_id"], "kind": "xml"}
    assert stranger.post("/hoc-ba/xem/tep/", asked).content.startswith(b"<HocBaSo")
    share = table("transcripts.Share").objects
    with scoped(EVERYTHING):
        newest = share.latest("id").pk
    assert mother.post(f"/con/ma-xem/{newest}/ket-thuc/").status_code == 302
    assert stranger.post("/hoc-ba/xem/", {"code": code}).status_code == 422
    assert "xem bằng mã" in mother.get(f"/con/{ids['child']}/hoc-ba/").content.decode().lower()


def test_bad_wishes_are_told_in_words(cast: Cast, ids: dict[str, Any]) -> None:
    mother = cast.client("lan")
    answer = mother.post(f"/con/{ids['child']}/hoc-ba/ma-xem/", {"purpose": "", "days": "5"})
    assert answer.status_code == 422
    assert "Chưa ghi mục đích" in answer.content.decode()
    answer = mother.post(f"/con/{ids['child']}/hoc-ba/xoa/", follow=True)
    assert "khoản 3 Điều 8 Nghị định 88/2026/NĐ-CP" in answer.content.decode()
    refused = mother.post(f"/con/hoc-ba/{ids['version_id']}/chung-nhan/", {"kind": "hoan-thanh"})
    assert refused.status_code == 403
    token = mother.post(f"/con/hoc-ba/{ids['version_id']}/chung-nhan/", {"kind": "nam-hoc"})
    assert token["Content-Type"] == "application/vc+jwt"


def test_who_tries_codes_must_wait(cast: Cast, ids: dict[str, Any]) -> None:
    stranger = cast.client("nobody")
    told = [stranger.post("/hoc-ba/xem/", {"code": "A" * 16}).status_code for _ in range(12)]
    assert told[:10] == [422] * 10
    assert told[-1] == 429
    shared.TRIES.forget()


def test_a_file_that_is_no_package_is_told_on_the_page(cast: Cast, ids: dict[str, Any]) -> None:
    office = cast.client("thu")
    address = f"/hoc-ba/hoc-sinh/{ids['child']}/nhan/"
    for sent in ({}, {"file": SimpleUploadedFile("goi.zip", b"PK")}):
        page = office.post(address, sent, follow=True).content.decode()
        assert "Chưa có tệp nào" in page or "không phải tệp nén ZIP" in page
    accepted = office.post(f"/hoc-ba/goi/{ids['received_id']}/nhan/")
    assert accepted.status_code == 403


def test_a_transfer_shows_the_years_to_the_new_school(cast: Cast, ids: dict[str, Any]) -> None:
    kim = clerk_there(cast)
    whole, package = (
        f"/hoc-ba/hoc-sinh/{ids['child']}/{name}" for name in ("toan-bo.pdf", "goi-hoc-ba.zip")
    )
    assert cast.client("kim").get(whole).status_code == 404
    with scoped(scope_of(cast.thu.actor)):
        asked = request_transfer(
            actor=cast.thu.actor,
            now=NOW,
            student_id=ids["child"],
            to_school_id=cast.other_school.pk,
            effective_on=TODAY,
        )
    with scoped(scope_of(kim.actor)):
        accept_transfer(
            actor=kim.actor, now=NOW, transfer_id=asked, class_id=cast.other_class.pk, on=TODAY
        )
    assert cast.client("kim").get(whole).content.startswith(b"%PDF")
    assert cast.client("kim").get(package).status_code == 200
    assert cast.client("thu").get(package).status_code == 404
    page = cast.client("kim").get(f"/hoc-ba/hoc-sinh/{ids['child']}/").content.decode()
    assert "Trường THCS Sao Khuê" in page
