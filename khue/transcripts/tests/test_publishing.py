"""From confirmation to the published file, and after: what may still happen, and what never."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from khue.access.api import Refused
from khue.gradebook.tests.yearwork import JUNE
from khue.signing.services.requests import refuse
from khue.signing.tests.pki import Pki
from khue.transcripts.models import Part, Version
from khue.transcripts.queries.pages import class_page
from khue.transcripts.queries.sealed import FILE, SIGNATURE, unseal
from khue.transcripts.rules.states import Act
from khue.transcripts.rules.xml import read_body
from khue.transcripts.services.asking import ask_again
from khue.transcripts.services.composing import compose_class
from khue.transcripts.services.confirming import confirm
from khue.transcripts.services.correcting import (
    CorrectionFacts,
    begin_correction,
    cancel_version,
    give_up,
)
from khue.transcripts.services.holding import TranscriptRefused
from khue.transcripts.tests.yearbook import (
    Signing,
    act,
    bring_to_confirmed,
    change_mark,
    compose,
    confirm_class,
    facts_of,
    finish_class,
    newest,
    parts_of,
    publish_class,
    states,
    versions_of,
)
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

CORRECTION = CorrectionFacts("Điểm Toán ghi nhầm", "Nông Thị Hoa", "Lương Thị Mai", "15/QĐ-THCS")


@pytest.fixture
def people(cast: Cast, pki: Pki) -> Signing:
    finish_class(cast)
    return Signing(cast, pki)


@pytest.fixture
def out(cast: Cast, people: Signing) -> Signing:
    """Everything is published."""
    bring_to_confirmed(cast)
    people.sign_all()
    assert len(publish_class(cast).done) == 4
    return people


def test_everybody_is_asked_for_her_own_part_in_turn(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    parts = parts_of(newest(cast.minh.student))
    roles = [one.role for one in parts]
    assert roles.count("subject") == 9
    assert roles[-3:] == ["homeroom", "principal", "seal"]
    assert {one.signer_name for one in parts if one.role == "subject"} == {
        "Nông Thị Hoa",
        "Lý Văn Bình",
    }
    with scoped(EVERYTHING):
        waiting = table("signing.Request").objects.filter(kind="transcripts.part")
        assert set(waiting.filter(state="waiting").values_list("step", flat=True)) == {1}
        assert waiting.filter(step=4).get(key=str(parts[-1].pk)).seal_of_id == cast.school.pk
    assert facts_of(cast.minh.student).head.leader_title == "Hiệu trưởng"
    assert people.sign("mai").done == 0


def test_nothing_is_published_before_the_seal(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    people.sign("hoa")
    assert publish_class(cast).done == []
    stepped = publish_class(cast, student_ids=[cast.minh.student.pk])
    assert "“Đã xác nhận, đang ký”" in stepped.refused[0].sentences[0]


def test_a_published_file_reads_back_and_is_sealed_at_rest(cast: Cast, out: Signing) -> None:
    row = newest(cast.minh.student)
    assert row.published_at == JUNE
    content = unseal(row.file, FILE)
    assert read_body(content).pupil.name == "Triệu Quang Minh"
    assert b"Minh" not in bytes(row.file or b"")
    assert b"Minh" not in bytes(row.body or b"")


@pytest.mark.parametrize("column", ["body", "file", "pdf"])
def test_the_database_refuses_to_change_what_is_published(
    cast: Cast, out: Signing, column: str
) -> None:
    row = newest(cast.minh.student)
    with scoped(EVERYTHING):
        for change in ({column: b"x"}, {"number": 9}, {"verify_code": "X" * 16}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Version.objects.filter(pk=row.pk).update(**change)


def test_the_database_refuses_to_remove_what_is_published(cast: Cast, out: Signing) -> None:
    row = newest(cast.minh.student)
    with scoped(EVERYTHING):
        part = Part.objects.filter(version=row).first()
        assert part is not None
        for gone in (Part.objects.filter(pk=part.pk), Version.objects.filter(pk=row.pk)):
            with pytest.raises(DatabaseError), transaction.atomic():
                gone.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Part.objects.filter(pk=part.pk).update(signature=b"x")


def test_a_change_while_it_is_signed_begins_a_new_version(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    people.sign("hoa")
    change_mark(cast, cast.minh.student, 90)
    assert compose(cast).stale == [cast.minh.student.pk]
    old, new = versions_of(cast.minh.student)
    assert (old.state, new.state, new.number) == ("withdrawn", "draft", 2)
    with scoped(EVERYTHING):
        kept = Part.objects.filter(version=old, signature__isnull=False)
        assert kept.count() == 7
        assert unseal(kept[0].signature, SIGNATURE).startswith(b"<ds:Signature")
        open_keys = [str(one.pk) for one in Part.objects.filter(version=old)]
        waiting = table("signing.Request").objects.filter(key__in=open_keys)
        assert set(waiting.values_list("state", flat=True)) == {"signed", "withdrawn"}
    assert states(cast)[1:] == ["confirmed"] * 3


def test_what_is_stale_is_not_published(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    people.sign_all()
    change_mark(cast, cast.minh.student, 90)
    stepped = publish_class(cast)
    assert len(stepped.done) == 3
    assert stepped.refused[0].student_id == cast.minh.student.pk
    assert newest(cast.minh.student).state == "draft"


def test_a_change_after_publishing_is_shown_and_changes_nothing(cast: Cast, out: Signing) -> None:
    before = newest(cast.minh.student)
    change_mark(cast, cast.minh.student, 90)
    assert compose(cast).written == 0
    after = newest(cast.minh.student)
    assert (after.pk, after.file_digest) == (before.pk, before.file_digest)
    with scoped(EVERYTHING):
        shown = class_page(cast.thu.actor, cast.school_class.pk, vietnam_day(JUNE))
    line = next(one for one in shown.lines if one.student_id == cast.minh.student.pk)
    assert any("Toán, cả năm: học bạ ghi “7,5”, nay là “9,0”" in d.sentence for d in line.differs)


def correct(cast: Cast, facts: CorrectionFacts = CORRECTION, who: str = "thu") -> int:
    with scoped(EVERYTHING):
        return begin_correction(
            actor=cast.people[who].actor,
            now=JUNE,
            version_id=newest(cast.minh.student).pk,
            facts=facts,
        )


def test_a_correction_goes_the_whole_way_and_replaces(cast: Cast, out: Signing) -> None:
    change_mark(cast, cast.minh.student, 90)
    correct(cast)
    first, second = versions_of(cast.minh.student)
    assert (first.state, second.state, second.supersedes_id) == ("published", "draft", first.pk)
    assert second.document_number == "15/QĐ-THCS"
    for who, step in (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE)):
        assert act(cast, who, step).done == [cast.minh.student.pk]
    assert confirm_class(cast).done == [cast.minh.student.pk]
    out.sign_all()
    assert publish_class(cast).done == [cast.minh.student.pk]
    first, second = versions_of(cast.minh.student)
    assert (first.state, second.state) == ("superseded", "published")
    maths = next(one for one in facts_of(cast.minh.student).subjects if one.name == "Toán")
    assert maths.year == "9,0"
    assert first.file_digest != second.file_digest


@pytest.mark.parametrize("lacking", ["reason", "requester", "approver", "document_number"])
def test_a_correction_tells_why_who_and_by_which_document(
    cast: Cast, out: Signing, lacking: str
) -> None:
    told = {
        "reason": "x", "requester": "x", "approver": "x", "document_number": "x", lacking: " ",
    }  # fmt: skip
    with pytest.raises(TranscriptRefused, match="Chưa ghi"):
        correct(cast, CorrectionFacts(**told))
    assert len(versions_of(cast.minh.student)) == 1


def test_only_one_correction_at_a_time(cast: Cast, out: Signing) -> None:
    correct(cast)
    with scoped(EVERYTHING):
        first = Version.objects.get(student=cast.minh.student, number=1)
        with pytest.raises(TranscriptRefused, match="đã có một phiên bản đang làm"):
            begin_correction(actor=cast.thu.actor, now=JUNE, version_id=first.pk, facts=CORRECTION)


def test_a_teacher_does_not_correct(cast: Cast, out: Signing) -> None:
    with pytest.raises(Refused):
        correct(cast, who="binh")


def test_a_cancelled_year_stays_and_a_new_one_may_begin(cast: Cast, out: Signing) -> None:
    row = newest(cast.minh.student)
    with scoped(EVERYTHING):
        with pytest.raises(TranscriptRefused, match="Chưa ghi lý do"):
            cancel_version(actor=cast.mai.actor, now=JUNE, version_id=row.pk, reason=" ")
        cancel_version(actor=cast.mai.actor, now=JUNE, version_id=row.pk, reason="Phát hành nhầm")
        with pytest.raises(TranscriptRefused):
            cancel_version(actor=cast.mai.actor, now=JUNE, version_id=row.pk, reason="Lần hai")
    row = newest(cast.minh.student)
    assert (row.state, row.ended_at, row.findings) == (
        "cancelled", JUNE, ["Lý do hủy: Phát hành nhầm"],
    )  # fmt: skip
    assert unseal(row.file, FILE)
    assert compose(cast).made == [cast.minh.student.pk]
    assert newest(cast.minh.student).number == 2


def test_what_is_being_signed_can_be_given_up_with_a_reason(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    people.sign("hoa")
    with scoped(EVERYTHING):
        stepped = give_up(
            actor=cast.mai.actor,
            now=JUNE,
            class_id=cast.school_class.pk,
            student_ids=[cast.minh.student.pk],
            reason="Sai tên trường",
        )
    assert stepped.done == [cast.minh.student.pk]
    assert newest(cast.minh.student).state == "withdrawn"
    assert people.sign("binh").done > 0
    assert not any(one.signature for one in parts_of(newest(cast.minh.student))[-3:])


def test_a_teacher_without_account_is_named_and_somebody_signs_instead(
    cast: Cast, people: Signing
) -> None:
    compose(cast)
    for who, step in (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE)):
        act(cast, who, step)
    with scoped(EVERYTHING):
        table("records.Staff").objects.filter(pk=cast.hoa.staff.pk).update(account=None)
    stepped = confirm_class(cast)
    assert stepped.done == []
    assert "Nông Thị Hoa chưa có tài khoản" in stepped.refused[0].sentences[0]
    with scoped(EVERYTHING):
        books = table("organisations.ClassSubject").objects.filter(school_class=cast.school_class)
        instead = {f"mh-{one.pk}": cast.thu.account.pk for one in books}
        stranger = {f"mh-{cast.maths.pk}": cast.nam.account.pk}
        with pytest.raises(TranscriptRefused, match="ký thay"):
            confirm(
                actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk,
                substitutes=stranger,
            )  # fmt: skip
    assert len(confirm_class(cast, substitutes=instead).done) == 4
    maths = next(
        one for one in parts_of(newest(cast.minh.student)) if one.element == f"mh-{cast.maths.pk}"
    )
    assert (maths.account_id, maths.signer_name) == (cast.thu.account.pk, "Vi Thị Thu")


def test_after_a_refusal_everyone_is_asked_again(cast: Cast, people: Signing) -> None:
    bring_to_confirmed(cast)
    with scoped(EVERYTHING):
        mine = table("signing.Request").objects.filter(
            account=cast.hoa.account, state="waiting", title__startswith="Triệu Quang Minh"
        )
        refuse(
            actor=cast.hoa.actor, now=JUNE, request_ids=list(mine.values_list("pk", flat=True)),
            reason="Nhận xét chưa đúng",
        )  # fmt: skip
    assert "Nông Thị Hoa từ chối ký: Nhận xét chưa đúng" in newest(cast.minh.student).findings
    with scoped(EVERYTHING):
        ask_again(actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk, substitutes={})
    assert newest(cast.minh.student).findings == []
    people.sign_all()
    assert states(cast) == ["signed_org"] * 4


def test_a_deputy_signs_as_a_deputy(cast: Cast, people: Signing) -> None:
    with scoped(EVERYTHING):
        table("access.Grant").objects.filter(account=cast.mai.account).update(role="vice_principal")
    bring_to_confirmed(cast)
    assert facts_of(cast.minh.student).head.leader_title == "Phó hiệu trưởng"


def test_who_signs_is_a_choice_of_the_house(cast: Cast, people: Signing, settings: Any) -> None:
    settings.TRANSCRIPT_SIGNERS = ["homeroom", "principal"]
    bring_to_confirmed(cast)
    assert [one.role for one in parts_of(newest(cast.minh.student))] == [
        "homeroom",
        "principal",
        "seal",
    ]


def test_preschool_has_no_transcript(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("organisations.SchoolClass").objects.filter(pk=cast.school_class.pk).update(
            level="01"
        )
        with pytest.raises(TranscriptRefused, match="mầm non"):
            compose_class(actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk)
