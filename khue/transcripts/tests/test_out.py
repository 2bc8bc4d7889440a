"""What leaves a published class: the signed PDF, copies, messages, credentials, codes."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from jwt.api_jwt import PyJWT
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier, verifier
from openbadgeslib.verify import issuer_did_from_token

from khue.access.api import OutsidePlace, Refused, scope_of
from khue.gradebook.tests.yearwork import JUNE
from khue.signing.rules.pades import read_pades
from khue.signing.tests.pdfs import pdfsig
from khue.signing.tests.pki import Pki
from khue.transcripts.permissions import VIEW, VIEW_OWN
from khue.transcripts.queries.sealed import PDF, unseal
from khue.transcripts.services.copies import copy_pdf, copy_transcript, copy_xml
from khue.transcripts.services.correcting import CorrectionFacts, begin_correction, cancel_version
from khue.transcripts.services.credentials import (
    NoCredential,
    issue_credential,
    issue_record,
    published_key,
    published_list,
)
from khue.transcripts.services.deleting import ask_for_deletion
from khue.transcripts.services.envelopes import messages_of_school
from khue.transcripts.services.shares import (
    end_code,
    file_with_code,
    give_code,
    look_with_code,
    shares_of,
)
from khue.transcripts.services.signed_pdf import render_ahead
from khue.transcripts.tests.centre import Centre
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    change_mark,
    compose,
    finish_class,
    newest,
    publish_class,
)
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import YEAR, Cast, table


def session(cast: Cast, who: str) -> Any:
    """What the database shows to a person."""
    return scoped(scope_of(cast.people[who].actor))


@pytest.fixture
def people(cast: Cast, pki: Pki) -> Signing:
    return Signing(cast, pki)


def sign_all(people: Signing) -> None:
    for who in ("hoa", "binh", "binh", "mai"):
        people.sign(who)
    people.sign("thu", seal=True)


@pytest.fixture
def out(cast: Cast, people: Signing) -> Any:
    """Em Minh's published version; the whole class is out."""
    finish_class(cast)
    bring_to_confirmed(cast)
    sign_all(people)
    assert len(publish_class(cast).done) == 4
    return newest(cast.minh.student)


def test_the_pdf_carries_the_leader_and_the_seal(out: Any, tmp_path: Any) -> None:
    content = unseal(out.pdf, PDF)
    found = read_pades(content)
    assert [one.id for one in found] == ["KyHieuTruong", "KyDonVi"]
    assert all(one.intact and not one.fault for one in found)
    assert pdfsig(content, tmp_path)[0] == 2
    assert len(out.pdf_digest) == 64


def test_the_paper_is_printed_ahead_once_every_teacher_has_signed(
    cast: Cast, people: Signing
) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    people.sign("hoa")
    people.sign("binh")
    with scoped(EVERYTHING):
        assert render_ahead() == 0
    people.sign("binh")
    with scoped(EVERYTHING):
        assert render_ahead() == 4
        assert render_ahead() == 0
    before = newest(cast.minh.student)
    people.sign("mai")
    signed = unseal(newest(cast.minh.student).pdf, PDF)
    assert signed.startswith(unseal(before.pdf, PDF))


def test_nothing_is_published_without_its_sealed_pdf(cast: Cast, people: Signing) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    sign_all(people)
    with scoped(EVERYTHING):
        table("transcripts.Version").objects.update(pdf_digest="")
    refused = publish_class(cast).refused
    assert len(refused) == 4
    assert refused[0].sentences[0].startswith("Bản PDF chưa có đủ chữ ký")


def test_a_stale_version_takes_its_paper_back(cast: Cast) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    change_mark(cast, cast.minh.student, 30)
    compose(cast)
    with scoped(EVERYTHING):
        rows = table("signing.Request").objects.filter(kind="transcripts.pdf", state="withdrawn")
        assert rows.count() == 2


def test_the_family_takes_copies_and_each_is_noted(cast: Cast, out: Any) -> None:
    common: dict[str, Any] = {"actor": cast.lan.actor, "now": JUNE, "permission": VIEW_OWN}
    with session(cast, "lan"):
        assert copy_xml(**common, version_id=out.pk).content.startswith(b"<HocBaSo")
        assert copy_pdf(**common, version_id=out.pk).content.startswith(b"%PDF")
        whole = copy_transcript(**common, student_id=cast.minh.student.pk)
    assert whole.content.startswith(b"%PDF")
    with scoped(EVERYTHING):
        rows = table("transcripts.Lookup").objects.order_by("id")
        assert [row.what for row in rows] == ["tải tệp XML", "tải tệp PDF", "tải toàn bộ học bạ"]
        assert {row.account_id for row in rows} == {cast.lan.account.pk}
    with session(cast, "nam"), pytest.raises(OutsidePlace):
        copy_pdf(actor=cast.nam.actor, now=JUNE, permission=VIEW, version_id=out.pk)


def test_messages_for_the_centre_count_up(cast: Cast, people: Signing, out: Any) -> None:
    centre = Centre()
    for one in messages(cast):
        assert centre.receive(one)
    assert len(centre.held) == 4
    correct(cast, people, out)
    cancel_newest(cast)
    mine = [one for one in messages(cast) if one.get("mahocsinh") == "2000000001"]
    assert [(one["SuKien"], one["PhienBan"]) for one in mine] == [
        ("NEW", 1),
        ("UPDATE", 2),
        ("CANCEL", 3),
    ]
    assert [centre.receive(one) for one in mine] == [False, True, True]
    assert (
        mine[1]["thongtinsohocbasothcsthpt_bangdiem"]
        != mine[0]["thongtinsohocbasothcsthpt_bangdiem"]
    )


def messages(cast: Cast) -> list[dict[str, Any]]:
    with session(cast, "mai"):
        return list(messages_of_school(actor=cast.mai.actor, school_id=cast.school.pk, year=YEAR))


def correct(cast: Cast, people: Signing, out: Any) -> None:
    """A correction of maths passes every step and is published."""
    change_mark(cast, cast.minh.student, 90)
    with scoped(EVERYTHING):
        begin_correction(
            actor=cast.thu.actor,
            now=JUNE,
            version_id=out.pk,
            facts=CorrectionFacts("Sửa điểm Toán", "Đàm Thị Lan", "Lương Thị Mai", "15/QĐ-THCS"),
        )
    bring_to_confirmed(cast)
    sign_all(people)
    assert publish_class(cast).done == [cast.minh.student.pk]


def cancel_newest(cast: Cast) -> None:
    with scoped(EVERYTHING):
        row = newest(cast.minh.student)
        cancel_version(actor=cast.mai.actor, now=JUNE, version_id=row.pk, reason="Lập nhầm lớp")


def served(cast: Cast) -> Any:
    """What the site answers without a login."""

    def answer(address: str) -> bytes:
        school, rest = re.findall(r"/truong/(\d+)/(.+)$", address)[0]
        if rest == "did.json":
            return json.dumps(published_key(int(school))).encode()
        number = int(rest.split("/")[1])
        now = timezone.now() - timedelta(minutes=1)
        return published_list(school_id=int(school), number=number, now=now).encode()

    return answer


def verified(cast: Cast, token: str) -> Any:
    fetch = served(cast)
    asked = OB3Verifier.for_issuer_did(issuer_did_from_token(token), download=fetch)
    return asked.verify(token, check_status=True, download=fetch)


@pytest.fixture
def in_the_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """The year of the tests ends in a June that has not come yet for the library's clock."""
    monkeypatch.setattr(verifier, "CLOCK_SKEW_LEEWAY", timedelta(days=36500))
    monkeypatch.setattr(PyJWT, "_validate_nbf", lambda *_: None)


@pytest.mark.usefixtures("in_the_past")
def test_a_credential_holds_until_it_is_replaced(cast: Cast, people: Signing, out: Any) -> None:
    common: dict[str, Any] = {"actor": cast.lan.actor, "now": JUNE}
    with session(cast, "lan"):
        token = issue_credential(**common, version_id=out.pk, kind="nam-hoc")
        record = issue_record(**common, student_id=cast.minh.student.pk)
    found = verified(cast, token)
    assert found.achievement.name == f"Kết quả năm học {YEAR}-{YEAR + 1}, lớp 8A"
    assert record.count(".") == 2
    correct(cast, people, out)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verified(cast, token)
    newest_id = newest(cast.minh.student).pk
    with session(cast, "lan"):
        newer = issue_credential(**common, version_id=newest_id, kind="nam-hoc")
    assert verified(cast, newer)


def test_only_the_holder_asks_for_a_credential(cast: Cast, out: Any) -> None:
    for who in ("mai", "thu", "binh", "dung"):
        with session(cast, who), pytest.raises((Refused, OutsidePlace)):
            issue_credential(
                actor=cast.people[who].actor, now=JUNE, version_id=out.pk, kind="nam-hoc"
            )
    with session(cast, "minh"), pytest.raises(NoCredential):
        issue_credential(actor=cast.minh.actor, now=JUNE, version_id=out.pk, kind="hoan-thanh")


def test_a_code_opens_the_data_for_a_while_and_can_be_ended(cast: Cast, out: Any) -> None:
    child = cast.minh.student.pk
    common: dict[str, Any] = {"actor": cast.lan.actor, "now": JUNE}
    with session(cast, "lan"):
        code = give_code(**common, student_id=child, days=7, purpose="Nộp hồ sơ vào lớp 9")
    assert re.fullmatch(r"([A-Z2-9]{4}-){3}[A-Z2-9]{4}", code)
    with scoped(EVERYTHING):
        kept = table("transcripts.Share").objects.get()
        assert code.replace("-", "") not in str(vars(kept))
    with scoped(Scope()):
        seen = look_with_code(code=code.lower().replace("-", " "), now=JUNE + timedelta(days=6))
        assert seen is not None
        assert seen.pupil == "Triệu Quang Minh"
        assert [one.facts.year for one in seen.years] == [YEAR]
        assert look_with_code(code=code, now=JUNE + timedelta(days=8)) is None
        assert look_with_code(code="AAAA-BBBB-CCCC-DDDD", now=JUNE) is None
        pdf = file_with_code(code=code, now=JUNE, version_id=out.pk, kind="pdf")
        assert pdf is not None
        assert pdf.startswith(b"%PDF")
        other = newest(cast.classmates[0])
        assert file_with_code(code=code, now=JUNE, version_id=other.pk, kind="xml") is None
    with session(cast, "minh"):
        line = shares_of(actor=cast.minh.actor, student_id=child)[0]
    assert line.purpose == "Nộp hồ sơ vào lớp 9"
    with session(cast, "lan"):
        end_code(**common, share_id=line.id)
    assert look_with_code(code=code, now=JUNE) is None
    with scoped(EVERYTHING):
        noted = list(table("transcripts.Lookup").objects.values_list("what", flat=True))
    assert noted == ["xem bằng mã", "tải PDF bằng mã"]


BAD = [(0, "x", "số ngày"), (91, "x", "số ngày"), (3, " ", "mục đích")]


def test_a_code_needs_a_purpose_and_an_end(cast: Cast, out: Any) -> None:
    common: dict[str, Any] = {"actor": cast.lan.actor, "now": JUNE}
    with session(cast, "lan"):
        for days, purpose, words in BAD:
            with pytest.raises(Refused, match=f"(?i){words}"):
                give_code(**common, student_id=cast.minh.student.pk, days=days, purpose=purpose)


def test_deleting_is_refused_with_the_law_and_kept_in_the_history(cast: Cast, out: Any) -> None:
    with session(cast, "lan"):
        answer = ask_for_deletion(actor=cast.lan.actor, now=JUNE, student_id=cast.minh.student.pk)
    assert "khoản 3 Điều 8 Nghị định 88/2026/NĐ-CP" in answer
    with scoped(EVERYTHING):
        assert table("ledger.Entry").objects.filter(action="refuse_deletion").count() == 1
        assert newest(cast.minh.student).state == "published"
