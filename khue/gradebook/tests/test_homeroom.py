"""Tổng hợp của giáo viên chủ nhiệm: what is written, by whom, and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import ConductEvidence, StudentResult
from khue.gradebook.rules.conduct import YEAR_BY_TERMS
from khue.gradebook.services.evidence import EvidenceRefused, note_evidence, withdraw_evidence
from khue.gradebook.services.locking import lock_term
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.summaries import SummaryChange, subject_of_summary, write_summary
from khue.gradebook.tests.yearwork import JUNE, fill_programme, finish_year, post, result_of, write
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, table

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
TABLE = {
    "/tong-ket/": [403, 403, 200, 200, 302, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/?term=3": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/excel/": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{sister}/": [403, 403, 200, 200, 404, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{other}/": [403, 403, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/tong-ket/999999/": [403, 403, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/cach-tinh/{minh}/": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/ghi-nhan/{minh}/": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tong-ket/{class}/ghi-nhan/{stranger}/": [
        *[403, 403, 404, 404, 404],
        *[403, 403, 403, 403, 403, 302],
    ],
}


def places(cast: Cast) -> dict[str, int]:
    return {
        "class": cast.school_class.pk,
        "sister": cast.sister_class.pk,
        "other": cast.other_class.pk,
        "minh": cast.minh.student.pk,
        "stranger": cast.other_student.pk,
    }


@pytest.mark.parametrize("path", TABLE)
def test_each_person_gets_what_her_place_gives(cast: Cast, path: str) -> None:
    at = path.format(**places(cast))
    got = {who: cast.client(who).get(at).status_code for who in EVERYONE}
    assert got == dict(zip(EVERYONE, TABLE[path], strict=True))


def cell(cast: Cast, field: str, base: str, text: str) -> dict[str, str]:
    return {"key": f"{cast.minh.student.pk}:{field}", "base": base, "text": text}


def save(cast: Cast, who: str, *changes: dict[str, str]) -> Any:
    return post(cast, who, f"/tong-ket/{cast.school_class.pk}/luu/", *changes)


@pytest.mark.parametrize(
    ("who", "status"),
    [("hoa", 403), ("nam", 403), ("mai", 403), ("thu", 403), ("lan", 403), ("nobody", 401)],
)
def test_only_the_homeroom_teacher_writes(cast: Cast, who: str, status: int) -> None:
    assert save(cast, who, cell(cast, "conduct1", "", "T")).status_code == status
    with scoped(EVERYTHING):
        assert not StudentResult.objects.exclude(conduct1=None).exists()


def test_a_saved_cell_stands_and_the_ledger_knows_who(cast: Cast) -> None:
    answer = save(cast, "binh", cell(cast, "conduct1", "", "K")).json()
    assert answer["cells"][0]["status"] == "saved"
    assert result_of(cast, cast.minh.student).conduct1 == 1
    with scoped(EVERYTHING):
        line = history_of(subject_of_summary(cast.school_class.pk, cast.minh.student.pk))[0]
    assert (line.actor_name, line.old, line.new) == (cast.binh.name, None, "K")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("conduct1", "xuất sắc", "không phải là mức rèn luyện"),
        ("absent_with", "-1", "số buổi nghỉ"),
        ("absent_with", "401", "số buổi nghỉ"),
        ("conduct_year", "T", "không có cột này"),
        ("outcome", "PROMOTED", "không có cột này"),
        ("remark1", "x" * 1100, "quá 1000 ký tự"),
    ],
)
def test_bad_input_gets_a_sentence(cast: Cast, field: str, text: str, words: str) -> None:
    [told] = save(cast, "binh", cell(cast, field, "", text)).json()["cells"]
    assert told["status"] == "refused"
    assert words in told["sentence"]


def test_two_people_at_once_on_a_conduct_cell(cast: Cast) -> None:
    save(cast, "binh", cell(cast, "conduct1", "", "T"))
    [told] = save(cast, "binh", cell(cast, "conduct1", "", "K")).json()["cells"]
    assert (told["status"], told["text"]) == ("conflict", "T")
    assert cast.binh.name in told["sentence"]
    assert result_of(cast, cast.minh.student).conduct1 == 0
    [chosen] = save(cast, "binh", cell(cast, "conduct1", "T", "K")).json()["cells"]
    assert chosen["status"] == "saved"


def test_another_cell_of_the_same_row_is_no_conflict(cast: Cast) -> None:
    save(cast, "binh", cell(cast, "conduct1", "", "T"))
    [told] = save(cast, "binh", cell(cast, "remark1", "", "Chăm ngoan")).json()["cells"]
    assert told["status"] == "saved"


@pytest.mark.parametrize(
    ("first", "second", "year"),
    [(one, two, YEAR_BY_TERMS[one][two]) for one in YEAR_BY_TERMS for two in YEAR_BY_TERMS],
)
def test_conduct_of_the_year_follows_and_is_never_typed(
    cast: Cast, first: Any, second: Any, year: Any
) -> None:
    write(cast, cast.minh.student.pk, conduct1=first.symbol, conduct2=second.symbol)
    assert result_of(cast, cast.minh.student).conduct_year == year


def test_a_closed_term_takes_no_conduct(cast: Cast) -> None:
    with scoped(EVERYTHING):
        lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=1)
    [told] = save(cast, "binh", cell(cast, "conduct1", "", "T")).json()["cells"]
    assert told["status"] == "refused"
    assert "khóa" in told["sentence"]
    [open_still] = save(cast, "binh", cell(cast, "conduct2", "", "T")).json()["cells"]
    assert open_still["status"] == "saved"


def test_a_pupil_of_another_class_is_not_written(cast: Cast) -> None:
    with scoped(EVERYTHING):
        [told] = write_summary(
            actor=cast.binh.actor,
            now=NOW,
            class_id=cast.school_class.pk,
            changes=[SummaryChange(cast.other_student.pk, "conduct1", "", "T")],
        )
    assert told.status == "refused"


def test_the_page_opened_by_another_account_saves_nothing(cast: Cast) -> None:
    answer = cast.client("binh").post(
        f"/tong-ket/{cast.school_class.pk}/luu/",
        '{"operation":"7b1f6a2e-0000-4000-8000-000000000000","account":1,"changes":[]}',
        content_type="application/json",
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("given", ["", "[]", '{"changes": 5}', '{"operation": "x"}'])
def test_an_unreadable_save_is_told(cast: Cast, given: str) -> None:
    answer = cast.client("binh").post(
        f"/tong-ket/{cast.school_class.pk}/luu/", given, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "tải lại trang" in answer.json()["error"]


def test_how_a_level_was_made_names_the_numbers_and_the_article(cast: Cast) -> None:
    with scoped(EVERYTHING):
        fill_programme(cast)
    finish_year(cast, {cast.minh.student: ({}, "T", "K")})
    path = f"/tong-ket/{cast.school_class.pk}/cach-tinh/{cast.minh.student.pk}/?term=3"
    told = cast.client("mai").get(path).content.decode()
    for words in ["Kết quả học tập cả năm: Tốt", "Điều 9", "Điều 8", "Điều 12", "Điều 15"]:
        assert words in told
    assert "Kết quả rèn luyện cả năm: Khá" in told
    assert "Được lên lớp" in told
    assert "Khá: ít nhất 6 môn" not in told
    assert "Tốt: ít nhất 6 môn từ 8,0" in told


def test_a_raised_level_and_a_re_assessment_are_explained_with_their_numbers(cast: Cast) -> None:
    with scoped(EVERYTHING):
        books = fill_programme(cast)
    low = {books[0].pk: 30, books[1].pk: 40}
    finish_year(cast, {cast.minh.student: (low, "T", "T")})
    with scoped(EVERYTHING):
        again = table("gradebook.SubjectResult").objects.filter(student=cast.minh.student)
        again.filter(class_subject=books[0]).update(reassessed=60)
        refresh_results(class_id=cast.school_class.pk, now=NOW)
    path = f"/tong-ket/{cast.school_class.pk}/cach-tinh/{cast.minh.student.pk}/?term=3"
    told = cast.client("mai").get(path).content.decode()
    for words in [
        "Kết quả học tập cả năm: Chưa đạt",
        "Kết quả học tập sau đánh giá lại: Đạt",
        "Không đánh giá lại, giữ kết quả cũ: Ngữ văn.",
        "Chưa đạt; sau kì nghỉ hè: Đạt",
        "Không có danh hiệu",
    ]:
        assert words in told


def test_every_computed_value_of_the_year_opens_how_it_was_made(cast: Cast) -> None:
    with scoped(EVERYTHING):
        fill_programme(cast)
    finish_year(cast, {cast.minh.student: ({}, "T", "T")})
    shown = cast.client("mai").get(f"/tong-ket/{cast.school_class.pk}/?term=3").content.decode()
    whole = f'/tong-ket/{cast.school_class.pk}/cach-tinh/{cast.minh.student.pk}/?term=3"'
    assert shown.count(whole) == 4
    assert f'/so-diem/{cast.maths.pk}/2/cach-tinh/{cast.minh.student.pk}/"' in shown


def note(cast: Cast, who: str = "binh", **more: Any) -> int:
    given: dict[str, Any] = {
        "day": TODAY,
        "kind": "praise",
        "text": "Nhặt được của rơi, trả lại",
    } | more
    with scoped(EVERYTHING):
        return note_evidence(
            actor=cast.people[who].actor,
            now=NOW,
            class_id=cast.school_class.pk,
            student_id=cast.minh.student.pk,
            **given,
        )


def test_a_note_is_withdrawn_and_never_deleted(cast: Cast) -> None:
    made = note(cast)
    with scoped(EVERYTHING):
        withdraw_evidence(
            actor=cast.binh.actor, now=NOW, class_id=cast.school_class.pk, evidence_id=made
        )
        assert ConductEvidence.objects.get(pk=made).withdrawn_at == NOW
    page = cast.client("mai").get(
        f"/tong-ket/{cast.school_class.pk}/ghi-nhan/{cast.minh.student.pk}/"
    )
    assert "<del>Nhặt được của rơi" in page.content.decode()


@pytest.mark.parametrize("more", [{"day": TODAY.replace(year=2030)}, {"text": "x"}, {"kind": "?"}])
def test_a_note_that_says_nothing_is_refused(cast: Cast, more: dict[str, Any]) -> None:
    with pytest.raises(EvidenceRefused):
        note(cast, **more)


@pytest.mark.parametrize(("who", "kind"), [("mai", Refused), ("nam", OutsidePlace)])
def test_only_the_homeroom_teacher_notes(cast: Cast, who: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        note(cast, who)


def test_families_never_see_notes(cast: Cast) -> None:
    note(cast, kind="breach", text="Đi học muộn ba lần")
    client = cast.client("lan")
    for path in ("/", f"/hoc-sinh/{cast.minh.student.pk}/", "/con-toi/"):
        assert "Đi học muộn" not in client.get(path, follow=True).content.decode()


def test_a_note_is_added_from_the_page(cast: Cast) -> None:
    path = f"/tong-ket/{cast.school_class.pk}/ghi-nhan/{cast.minh.student.pk}/"
    client = cast.client("binh")
    day = TODAY.strftime("%d/%m/%Y")
    wrong = client.post(path, {"kind": "praise", "day": "32/13/2026", "text": "Giúp bạn"})
    assert "Chưa ghi được" in wrong.content.decode()
    client.post(path, {"kind": "support", "day": day, "text": "Cần kèm môn Toán"})
    with scoped(EVERYTHING):
        assert ConductEvidence.objects.get().kind == "support"


def test_the_page_asks_the_database_few_questions(cast: Cast) -> None:
    with scoped(EVERYTHING):
        fill_programme(cast)
    finish_year(cast, {one: ({}, "T", "T") for one in [cast.minh.student, *cast.classmates]})
    client = cast.client("binh")
    client.get("/tong-ket/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/tong-ket/{cast.school_class.pk}/?term=3")
    own = [told for one in asked if "set_config" not in (told := str(one["sql"]))]
    assert len(own) <= 10, own


def test_the_day_of_writing_is_told(cast: Cast) -> None:
    write(cast, cast.minh.student.pk, conduct1="T")
    with scoped(EVERYTHING):
        line = history_of(subject_of_summary(cast.school_class.pk, cast.minh.student.pk))[0]
    assert line.at == JUNE
