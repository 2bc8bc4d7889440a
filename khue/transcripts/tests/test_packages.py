"""A transfer package: packed here, verified there before anything is taken, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from khue.access.api import OutsidePlace, Refused, Role, scope_of
from khue.gradebook.tests.yearwork import JUNE
from khue.signing.tests.pki import Authority, Pki
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.received import packages_of, received_years
from khue.transcripts.rules.credentials import Issuer, IssuerKey
from khue.transcripts.rules.packages import (
    LIST,
    NotAPackage,
    YearToPack,
    digest_of,
    pack,
    read_package,
)
from khue.transcripts.services.copies import copy_transcript
from khue.transcripts.services.packages import (
    accept_package,
    make_package,
    receive_package,
)
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    finish_class,
    publish_class,
)
from kit.archives import MEGABYTE, Limits, read_archive, write_archive
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast, Person, enrol, make_account, make_grant, make_student

ROOM = Limits(files=200, bytes=100 * MEGABYTE)
ISSUER = Issuer("https://noi-khac.example.edu.vn", "5", "20001A", "Trường THCS Sao Khuê")
STRANGE = IssuerKey.from_seal("33" * 32)


def clerk_there(cast: Cast) -> Person:
    """The office of the other school."""
    account = make_account("gv.kim", "Hoàng Thị Kim", "staff")
    cast.people["kim"] = Person("Hoàng Thị Kim", account)
    school = cast.other_school
    path, name = school.organisation.path, school.organisation.name
    make_grant(account, Role.OFFICE, path, name, school=school, province=cast.department)
    return cast.kim


@pytest.fixture
def package(cast: Cast, pki: Pki, authority: Authority) -> bytes:
    """Em Minh's transcript, published and packed by the school of cô Thu."""
    authority.clock = JUNE
    finish_class(cast)
    bring_to_confirmed(cast)
    people = Signing(cast, pki)
    for who in ("hoa", "binh", "binh", "mai"):
        people.sign(who)
    people.sign("thu", seal=True)
    publish_class(cast)
    with scoped(scope_of(cast.thu.actor)):
        return make_package(actor=cast.thu.actor, now=JUNE, student_id=cast.minh.student.pk)


def newcomer(cast: Cast, **more: Any) -> Any:
    """The same child in an installation that knows nothing of the old school's records."""
    with scoped(EVERYTHING):
        clerk_there(cast)
        minh = cast.minh.student
        told = {"name": "Triệu Quang Minh", "sex": "M", "born": minh.born, **more}
        name, sex, born = told.pop("name"), told.pop("sex"), told.pop("born")
        made = make_student(cast.other_school, name, sex, born, **told)
        enrol(made, cast.other_class)
    return made


def receive(cast: Cast, student: Any, content: bytes) -> Any:
    with scoped(scope_of(cast.kim.actor)):
        made = receive_package(
            actor=cast.kim.actor, now=JUNE, student_id=student.pk, content=content
        )
        return next(one for one in packages_of(student.pk) if one.id == made)


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with other files, and a list that was made anew for them by a stranger."""
    files = read_archive(content, ROOM)
    change(files)
    told = json.loads(files[LIST])
    years = [
        YearToPack(
            one["year"], one["class_name"], one["school"], one["version"], one["verify_code"],
            files[one["body"]], files[one["view"]],
        )
        for one in told["years"]
    ]  # fmt: skip
    return pack(years, issuer=ISSUER, key=STRANGE, record=told["record"], pupil="", born="", at=NOW)


def swap(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        body = next(one for one in files if one.endswith(name))
        assert old in files[body]
        files[body] = files[body].replace(old, new, 1)

    return change


def test_a_package_is_verified_told_and_taken(cast: Cast, package: bytes) -> None:
    child = newcomer(cast)
    told = receive(cast, child, package)
    assert told.is_good, told.findings
    assert not told.accepted
    sentences = " ".join(one.sentence for one in told.findings)
    assert "Danh sách của gói do “Trường THCS Sao Khuê” lập" in sentences
    assert "12 chữ ký số hợp lệ, nội dung còn nguyên" in sentences
    assert "hãy đối chiếu giấy tờ" in sentences
    with scoped(scope_of(cast.kim.actor)):
        assert received_years(child.pk) == []
        accept_package(actor=cast.kim.actor, now=JUNE, received_id=told.id)
        years = received_years(child.pk)
        assert [(one.packed.school, one.facts.class_name) for one in years] == [
            ("Trường THCS Sao Khuê", "8A")
        ]
        told_on = copy_transcript(
            actor=cast.kim.actor, now=JUNE, permission=VIEW, student_id=child.pk
        )
        with pytest.raises(Refused, match="nhận vào học bạ trước đó"):
            accept_package(actor=cast.kim.actor, now=JUNE, received_id=told.id)
        again = receive_package(
            actor=cast.kim.actor, now=JUNE, student_id=child.pk, content=package
        )
        with pytest.raises(Refused, match="nhận vào học bạ trước đó"):
            accept_package(actor=cast.kim.actor, now=JUNE, received_id=again)
    paper = " ".join(pages_of(told_on.content).split())
    assert "QUÁ TRÌNH HỌC TẬP" in paper
    assert "Nông Thị Hoa – ký số lúc" in paper
    assert "Hiệu trưởng" in paper or "HIỆU TRƯỞNG" in paper


def pages_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_what_was_touched_is_refused_and_says_where(cast: Cast, package: bytes) -> None:
    child = newcomer(cast)
    raised = repacked(package, swap(".xml", b"<dtbCn>7.5</dtbCn>", b"<dtbCn>9.5</dtbCn>"))
    told = receive(cast, child, raised)
    faults = [one.sentence for one in told.findings if one.weight == "fault"]
    assert len(faults) == 1
    assert faults[0].startswith("Năm học 2026–2027, tệp XML")
    assert any("khóa mà hệ thống này không biết" in one.sentence for one in told.findings)
    view = repacked(package, swap(".pdf", b"/Type /Page", b"/Type /PagE"))
    assert not receive(cast, child, view).is_good
    with scoped(scope_of(cast.kim.actor)), pytest.raises(Refused, match="không đạt"):
        accept_package(actor=cast.kim.actor, now=JUNE, received_id=told.id)


def test_a_list_that_does_not_match_is_refused(cast: Cast, package: bytes) -> None:
    child = newcomer(cast)
    files = read_archive(package, ROOM)
    without = {name: one for name, one in files.items() if not name.endswith(".pdf")}
    assert "thiếu tệp" in receive(cast, child, write_archive(without)).findings[0].sentence
    more = receive(cast, child, write_archive(files | {"them.xml": b"<a/>"}))
    assert "có thêm tệp “them.xml”" in more.findings[0].sentence
    listed = files | {LIST: files[LIST].replace(b"8A", b"9A")}
    with pytest.raises(Refused, match="đã bị sửa sau khi lập"):
        receive(cast, child, write_archive(listed))
    for content in (b"", b"PK\x03\x04", write_archive({"a": b"b"}), write_archive({"../x": b""})):
        with pytest.raises(Refused):
            receive(cast, child, content)


@pytest.mark.parametrize("more", [{"name": "Triệu Quang Minh Đức"}, {"born": "2013-03-10"}])
def test_the_package_of_another_child_is_refused(
    cast: Cast, package: bytes, more: dict[str, Any]
) -> None:
    told = receive(cast, newcomer(cast, **more), package)
    assert not told.is_good
    assert any("không khớp nên chưa nhận được" in one.sentence for one in told.findings)


def test_who_may_pack_and_receive(cast: Cast, package: bytes) -> None:
    child = newcomer(cast)
    for who in ("binh", "hoa", "lan"):
        with scoped(scope_of(cast.people[who].actor)), pytest.raises(Refused):
            make_package(actor=cast.people[who].actor, now=JUNE, student_id=cast.minh.student.pk)
    with scoped(scope_of(cast.thu.actor)), pytest.raises(OutsidePlace):
        receive_package(actor=cast.thu.actor, now=JUNE, student_id=child.pk, content=package)
    unpublished = make_unpublished(cast)
    with scoped(scope_of(cast.thu.actor)), pytest.raises(Refused, match="chưa có năm học nào"):
        make_package(actor=cast.thu.actor, now=JUNE, student_id=unpublished)


def make_unpublished(cast: Cast) -> int:
    with scoped(EVERYTHING):
        return int(make_student(cast.school, "Lục Thị Mới").pk)


def test_not_every_archive_is_a_package() -> None:
    with pytest.raises(NotAPackage, match="không phải gói học bạ"):
        read_package(write_archive({LIST: b'{"kind": "khac"}'}))
    with pytest.raises(NotAPackage, match="không phải gói học bạ"):
        read_package(write_archive({LIST: b"[" * 100_000}))
    assert digest_of(b"") != ""
