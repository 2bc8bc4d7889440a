"""Comments: by the teacher of the subject, never over a newer text, kept in the ledger."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import BankPhrase, SubjectComment
from khue.gradebook.queries.comments import comment_sheet, suggestions
from khue.gradebook.services import CellChange, enter_marks, lock_term
from khue.gradebook.services.comments import (
    CommentChange,
    CommentOutcome,
    PhraseNotKept,
    add_phrase,
    remove_phrase,
    write_comments,
)
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast


def write(
    cast: Cast, text: str, base: str = "", part: str = "strengths", who: str = "hoa"
) -> CommentOutcome:
    change = CommentChange(cast.minh.student.pk, part, base, text)
    with scoped(Scope(schools=(cast.school.pk,))):
        return write_comments(
            actor=cast.people[who].actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            period=1,
            changes=[change],
        )[0]


def stands(cast: Cast) -> SubjectComment:
    with scoped(EVERYTHING):
        return SubjectComment.objects.get(class_subject_id=cast.maths.pk, period=1)


def test_a_comment_is_kept_with_its_author_in_the_ledger(cast: Cast) -> None:
    assert write(cast, "  Tư duy   nhanh. ").text == "Tư duy nhanh."
    assert stands(cast).strengths == "Tư duy nhanh."
    with scoped(EVERYTHING):
        line = history_of(f"comment:{cast.maths.pk}.1.{cast.minh.student.pk}")[0]
    assert (line.actor_name, line.label, line.new) == (
        cast.hoa.name,
        "Ưu điểm nổi bật, Toán 8A, học kì I",
        "Tư duy nhanh.",
    )


def test_the_parts_of_a_comment_do_not_disturb_each_other(cast: Cast) -> None:
    write(cast, "Chăm chỉ.")
    write(cast, "Cần luyện thêm.", part="limits")
    kept = stands(cast)
    assert (kept.strengths, kept.limits, kept.progress) == ("Chăm chỉ.", "Cần luyện thêm.", "")


def test_the_second_of_two_writers_sees_the_first(cast: Cast) -> None:
    write(cast, "Câu thứ nhất.")
    outcome = write(cast, "Câu thứ hai.")
    assert (outcome.status, outcome.text, outcome.author) == (
        "conflict",
        "Câu thứ nhất.",
        cast.hoa.name,
    )
    assert stands(cast).strengths == "Câu thứ nhất."


def test_the_same_request_sent_twice_writes_once(cast: Cast) -> None:
    assert write(cast, "Một lần.").status == "saved"
    assert write(cast, "Một lần.").status == "same"
    assert stands(cast).version == 1


def test_a_locked_term_takes_no_comment(cast: Cast) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=1)
    outcome = write(cast, "Muộn rồi.")
    assert outcome.status == "refused"
    assert "khóa" in outcome.sentence


def test_a_comment_that_is_too_long_is_refused_with_a_sentence(cast: Cast) -> None:
    outcome = write(cast, "a" * 501)
    assert (outcome.status, "500 kí tự" in outcome.sentence) == ("refused", True)


def test_only_the_teacher_of_the_subject_writes(cast: Cast) -> None:
    for who, trouble in [("nam", OutsidePlace), ("mai", Refused), ("lan", Refused)]:
        with pytest.raises((trouble, OutsidePlace)):
            write(cast, "Không được.", who=who)


def test_a_suggestion_fits_the_result_and_writes_nothing(cast: Cast) -> None:
    slots = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
    student = cast.minh.student.pk
    with scoped(Scope(schools=(cast.school.pk,))):
        changes = [CellChange(student, slot, None, 90) for slot in slots]
        enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=changes,
        )
        sheet = comment_sheet(cast.hoa.actor, cast.maths.pk, 1, TODAY)
        found = suggestions(sheet, "strengths")
    assert found[student] in sheet.phrases("strengths", "T")
    with scoped(EVERYTHING):
        assert not SubjectComment.objects.exists()


def test_the_phrases_of_the_school_come_first_and_can_be_taken_away(cast: Cast) -> None:
    given: dict[str, Any] = {"actor": cast.mai.actor, "now": NOW, "school_id": cast.school.pk}
    with scoped(Scope(schools=(cast.school.pk,))):
        add_phrase(**given, part="limits", level="D", text="Câu của trường.")
        sheet = comment_sheet(cast.hoa.actor, cast.maths.pk, 1, TODAY)
        assert sheet.phrases("limits", "D")[0] == "Câu của trường."
        with pytest.raises(PhraseNotKept):
            add_phrase(**given, part="limits", level="Z", text="Sai mức.")
        remove_phrase(**given, phrase_id=BankPhrase.objects.get().pk)
        assert not BankPhrase.objects.exists()


PAGES = {
    "/so-diem/{maths}/nhan-xet/1/": [200, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/nhan-xet/3/": [404, 404, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/nhan-xet/1/goi-y/": [200, 404, 403, 403, 403, 403, 403, 403, 403, 403, 302],
    "/truong/{school}/cau-nhan-xet/": [403, 403, 200, 200, 403, 403, 403, 403, 403, 403, 302],
}
EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]


@pytest.mark.parametrize("address", PAGES)
def test_who_may_open_the_pages_of_comments(cast: Cast, address: str) -> None:
    path = address.format(maths=cast.maths.pk, school=cast.school.pk)
    found = [cast.client(who).get(path).status_code for who in EVERYONE]
    assert found == PAGES[address]


def post(cast: Cast, body: object, who: str = "hoa") -> Any:
    path = f"/so-diem/{cast.maths.pk}/nhan-xet/1/luu/"
    text = body if isinstance(body, str) else json.dumps(body)
    return cast.client(who).post(path, text, content_type="application/json")


def test_saving_through_the_page_answers_each_box(cast: Cast) -> None:
    change = {"student": cast.minh.student.pk, "part": "limits", "base": "", "text": "Cần đọc kĩ."}
    body = {"operation": str(uuid.uuid4()), "account": None, "changes": [change]}
    answer = post(cast, body).json()["cells"][0]
    assert (answer["status"], answer["text"]) == ("saved", "Cần đọc kĩ.")


def test_rubbish_and_another_account_get_a_sentence(cast: Cast) -> None:
    assert "đọc được" in post(cast, "{").json()["error"]
    body = {"operation": str(uuid.uuid4()), "account": 999999, "changes": []}
    answer = post(cast, body)
    assert (answer.status_code, "tài khoản khác" in answer.json()["error"]) == (409, True)
