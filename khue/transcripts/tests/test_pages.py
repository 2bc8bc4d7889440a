"""The pages of transcripts: what they show, what a preview keeps, whom they let in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.background.api import Work
from khue.gradebook.tests.yearwork import JUNE
from khue.records.api import merge_students, undo_merge
from khue.signing.tests.pki import Pki
from khue.transcripts.models import Transcript, TranscriptYear, Version
from khue.transcripts.rules.states import Act
from khue.transcripts.services.school_work import step_of_school
from khue.transcripts.tests.yearbook import (
    Signing,
    act,
    bring_to_confirmed,
    change_mark,
    compose,
    finish_class,
    newest,
    parts_of,
    publish_class,
    states,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, make_student


@pytest.fixture
def summer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is June, when the year is over."""
    for module in ("classes", "overview", "transcripts"):
        monkeypatch.setattr(
            f"khue.transcripts.views.{module}.timezone",
            SimpleNamespace(now=lambda: JUNE, localdate=JUNE.date),
        )


def page(cast: Cast, who: str, path: str) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def of_class(cast: Cast, rest: str = "") -> str:
    return f"/hoc-ba/lop/{cast.school_class.pk}/{rest}"


def test_the_overview_counts_pupils_by_state(cast: Cast, summer: None) -> None:
    finish_class(cast)
    compose(cast)
    text = page(cast, "mai", f"/hoc-ba/?year={YEAR}")
    assert "8A" in text
    assert "8B" in text
    assert "trong 4 học sinh" in text
    assert "8B" not in page(cast, "binh", f"/hoc-ba/?year={YEAR}")


def test_the_class_page_names_states_findings_and_signers(
    cast: Cast, pki: Pki, summer: None
) -> None:
    finish_class(cast)
    compose(cast)
    assert "Bản thảo" in page(cast, "binh", of_class(cast))
    bring_to_confirmed(cast)
    Signing(cast, pki).sign("hoa")
    text = page(cast, "mai", of_class(cast))
    assert "Đã xác nhận, đang ký" in text
    assert "7/12" in text
    assert "Chờ Lý Văn Bình" in text
    change_mark(cast, cast.minh.student, 90)
    text = page(cast, "mai", of_class(cast))
    assert "1 bản đang ký không còn giống sổ" in text
    assert "Toán, cả năm: học bạ ghi “7,5”, nay là “9,0”." in text


def test_a_preview_says_what_would_be_and_keeps_nothing(cast: Cast, summer: None) -> None:
    finish_class(cast, comments=False)
    path = of_class(cast, "buoc/recompose/")
    assert "Lập học bạ cho 4 em" in page(cast, "binh", path)
    with scoped(EVERYTHING):
        assert not Version.objects.exists()
    assert cast.client("binh").post(path).status_code == 302
    assert states(cast) == ["draft"] * 4
    text = page(cast, "binh", of_class(cast, "buoc/complete/"))
    assert "chưa có nhận xét của giáo viên" in text
    assert states(cast) == ["draft"] * 4


def test_only_those_ticked_take_the_step(cast: Cast, summer: None) -> None:
    finish_class(cast)
    compose(cast)
    given = {"ids": [str(cast.minh.student.pk)]}
    assert cast.client("binh").post(of_class(cast, "buoc/complete/"), given).status_code == 302
    assert states(cast) == ["complete", "draft", "draft", "draft"]


def test_the_confirmation_shows_who_will_sign(cast: Cast, summer: None) -> None:
    finish_class(cast)
    compose(cast)
    for who, step in (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE)):
        act(cast, who, step)
    text = page(cast, "mai", of_class(cast, "buoc/confirm/"))
    assert "Nông Thị Hoa" in text
    assert "Ký thay phần Toán" in text
    assert cast.client("thu").post(of_class(cast, "buoc/confirm/")).status_code == 403
    assert cast.client("mai").post(of_class(cast, "buoc/confirm/")).status_code == 302
    assert states(cast) == ["confirmed"] * 4
    assert "0/4" in page(cast, "mai", of_class(cast, "nguoi-ky/"))


def test_the_life_of_a_pupil_is_told_year_by_year(cast: Cast, pki: Pki, summer: None) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    Signing(cast, pki).sign_all()
    publish_class(cast)
    row = newest(cast.minh.student)
    text = page(cast, "thu", f"/hoc-ba/hoc-sinh/{cast.minh.student.pk}/")
    assert "Năm học 2026-2027 · lớp 8A" in text
    assert "Đã phát hành" in text
    assert "Giáo viên chủ nhiệm" in text
    assert f"/hoc-ba/phien-ban/{row.pk}/hoc-ba.xml" in text
    told = {
        "reason": "Ghi nhầm", "requester": "Hoa", "approver": "Mai", "document_number": "1/QĐ",
    }  # fmt: skip
    path = f"/hoc-ba/phien-ban/{row.pk}/chinh-sua/"
    lacking = cast.client("thu").post(path, {**told, "document_number": ""})
    assert lacking.status_code == 200
    assert cast.client("thu").post(path, told).status_code == 302
    assert "1/QĐ" in page(cast, "thu", f"/hoc-ba/hoc-sinh/{cast.minh.student.pk}/")


def test_the_signer_reads_her_own_part_and_no_other(cast: Cast, summer: None) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    parts = parts_of(newest(cast.minh.student))
    mine = next(one for one in parts if one.account_id == cast.hoa.account.pk)
    other = next(one for one in parts if one.role == "homeroom")
    assert "Nắm chắc kiến thức" in page(cast, "hoa", f"/hoc-ba/phan/{mine.pk}/")
    assert cast.client("hoa").get(f"/hoc-ba/phan/{other.pk}/").status_code == 404


def test_the_schema_is_there_for_everyone(cast: Cast) -> None:
    answer = cast.client("nobody").get("/hoc-ba/mau/hoc-ba-so-1.xsd")
    assert answer.status_code == 200
    assert b'targetNamespace="urn:vn:oss-school:hocba:1"' in answer.content


def test_the_class_page_takes_few_statements(cast: Cast, summer: None) -> None:
    finish_class(cast)
    compose(cast)
    client = cast.client("mai")
    with CaptureQueriesContext(connection) as seen:
        client.get(of_class(cast))
    assert len(seen) <= 50


def test_a_step_of_the_whole_school_goes_class_by_class(cast: Cast) -> None:
    finish_class(cast)
    said: list[str] = []
    progress: Any = SimpleNamespace(
        begin=lambda total, text: said.append(f"{total} {text}"),
        step=lambda done, text: said.append(text),
    )
    given = {"school": cast.school.pk, "year": YEAR, "act": "recompose"}
    actor: Any = cast.thu.actor
    task: Any = None
    with scoped(EVERYTHING):
        done = step_of_school(Work(task, actor, JUNE, given, cast.school.pk, progress))
    assert done["text"].startswith("Lập lại từ sổ: đã xong 4 học bạ.")
    assert [one for one in said if "lớp 8A" in one]


def test_after_a_merge_the_transcript_follows_the_person(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    with scoped(EVERYTHING):
        kept = make_student(cast.school, "Triệu Quang Minh", code="2000000099")
        gone = cast.minh.student
        number = Transcript.objects.get(student=gone).code
        merge = merge_students(actor=cast.thu.actor, now=NOW, kept_id=kept.pk, gone_id=gone.pk)
        assert Transcript.objects.get(student=kept).code == number
        assert TranscriptYear.objects.get(student=kept).year == YEAR
        assert Version.objects.get(student=kept).number == 1
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
        assert Transcript.objects.get(student=gone).code == number
        assert not Version.objects.filter(student=kept).exists()
