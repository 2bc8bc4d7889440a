"""Danh sách cuối năm, đánh giá lại, rèn luyện trong hè, quyết định, khen thưởng."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from re import findall
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import SpecialAward, StudentResult
from khue.gradebook.queries.lists import KINDS, year_lists
from khue.gradebook.services.deciding import DecisionRefused, decide_outcome
from khue.gradebook.services.reassessing import AgainChange, enter_reassessed
from khue.gradebook.services.results import refresh_results
from khue.gradebook.tests.yearwork import (
    AUGUST,
    JUNE,
    fill_programme,
    finish_year,
    post,
    result_of,
    subject_result,
    write,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, table

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
SCHOOL = "?school={school}&year=2026"
TABLE = {
    "/danh-sach-cuoi-nam/" + SCHOOL: [
        *[403, 403, 200, 200, 200],
        *[403, 403, 403, 403, 403, 302],
    ],
    "/danh-sach-cuoi-nam/excel/" + SCHOOL: [
        *[403, 403, 200, 200, 200],
        *[403, 403, 403, 403, 403, 302],
    ],
    "/danh-sach-cuoi-nam/?school={other}": [
        *[403, 403, 404, 404, 404],
        *[403, 403, 403, 403, 403, 302],
    ],
    "/danh-sach-cuoi-nam/{class}/khen-thuong/{minh}/": [
        *[403, 403, 200, 200, 200],
        *[403, 403, 403, 403, 403, 302],
    ],
    "/danh-gia-lai/" + SCHOOL: [200, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
}


@pytest.mark.parametrize("path", TABLE)
def test_each_person_gets_what_her_place_gives(cast: Cast, path: str) -> None:
    places = {
        "school": cast.school.pk,
        "other": cast.other_school.pk,
        "class": cast.school_class.pk,
        "minh": cast.minh.student.pk,
    }
    at = path.format(**places)
    got = {who: cast.client(who).get(at).status_code for who in EVERYONE}
    assert got == dict(zip(EVERYONE, TABLE[path], strict=True))


@pytest.fixture
def ended(cast: Cast) -> Cast:
    """8A at the end of the year: one promoted, one to assess again, one to train, one retained."""
    with scoped(EVERYTHING):
        fill_programme(cast)
    weak = {cast.maths.pk: 30, cast.literature.pk: 34}
    duong, an, anh = cast.classmates
    finish_year(
        cast,
        {
            cast.minh.student: ({}, "T", "T"),
            duong: (weak, "T", "K"),
            an: ({}, "K", "CĐ"),
            anh: (weak, "K", "CĐ"),
        },
    )
    return cast


def names_in(cast: Cast, kind: str, who: str = "mai") -> list[str]:
    with scoped(EVERYTHING):
        lists = year_lists(cast.people[who].actor, cast.school.pk, YEAR)
        return [one.name for one in lists.of(kind)]


def test_everyone_stands_in_the_list_of_the_circular(ended: Cast) -> None:
    duong, an, anh = (one.name for one in ended.classmates)
    assert names_in(ended, "len-lop") == [ended.minh.name]
    assert names_in(ended, "danh-gia-lai") == [duong]
    assert names_in(ended, "ren-luyen-he") == [an]
    assert names_in(ended, "khong-len-lop") == [anh]
    assert names_in(ended, "gioi") == [ended.minh.name]
    assert names_in(ended, "xuat-sac") == names_in(ended, "chua-xet") == []


def test_a_list_says_which_condition_failed(ended: Cast) -> None:
    with scoped(EVERYTHING):
        lists = year_lists(ended.mai.actor, ended.school.pk, YEAR)
    why = {one.name: one.why for one in lists.lines}
    duong, an, anh = (one.name for one in ended.classmates)
    assert why[duong] == "Kết quả học tập cả năm mức Chưa đạt (Văn, Toán)"
    assert why[an] == "Kết quả rèn luyện cả năm mức Chưa đạt"
    assert "rèn luyện" in why[anh]
    assert "học tập" in why[anh]
    assert why[ended.minh.name] == ""


def test_forty_six_sessions_keep_a_pupil_down(ended: Cast) -> None:
    write(ended, ended.minh.student.pk, absent_with="40", absent_without="5")
    assert names_in(ended, "len-lop") == [ended.minh.name]
    write(ended, ended.minh.student.pk, absent_without="6")
    assert ended.minh.name in names_in(ended, "khong-len-lop")
    with scoped(EVERYTHING):
        lines = year_lists(ended.mai.actor, ended.school.pk, YEAR).lines
    [line] = [one for one in lines if one.name == ended.minh.name]
    assert line.why == "Nghỉ học 46 buổi, quá 45 buổi trong năm học"


def test_who_lacks_a_result_is_listed_with_what_is_missing(cast: Cast) -> None:
    with scoped(EVERYTHING):
        lists = year_lists(cast.mai.actor, cast.school.pk, YEAR)
    assert len(lists.of("chua-xet")) == 4
    assert "kết quả rèn luyện học kì I" in lists.lines[0].why


def test_a_homeroom_teacher_sees_the_lists_of_her_class_only(ended: Cast) -> None:
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.filter(student=ended.minh.student).update(
            school_class=ended.sister_class
        )
    assert ended.minh.name not in names_in(ended, "chua-xet", "binh")
    assert ended.minh.name in names_in(ended, "chua-xet", "mai")


def test_the_workbook_has_a_sheet_for_every_list(ended: Cast) -> None:
    answer = ended.client("mai").get(
        f"/danh-sach-cuoi-nam/excel/?school={ended.school.pk}&year={YEAR}"
    )
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert len(book.sheet_names) == len(KINDS) + 1
    rows = book.get_sheet_by_name("Phải đánh giá lại các môn học").to_python()
    assert ended.classmates[0].name in str(rows)


@pytest.mark.parametrize("kind", [*KINDS, "khac", "khong-co"])
def test_every_list_opens(ended: Cast, kind: str) -> None:
    path = f"/danh-sach-cuoi-nam/?school={ended.school.pk}&year={YEAR}&kind={kind}"
    assert ended.client("mai").get(path).status_code == 200


def again(cast: Cast, who: str, book: Any, student: Any, base: str, text: str) -> Any:
    with scoped(EVERYTHING):
        [told] = enter_reassessed(
            actor=cast.people[who].actor,
            now=AUGUST,
            class_id=cast.school_class.pk,
            changes=[AgainChange(student.pk, book.pk, base, text)],
        )
    return told


def test_re_assessment_promotes_and_leaves_the_year_as_it_was(ended: Cast) -> None:
    duong = ended.classmates[0]
    before = subject_result(ended.maths, duong).result
    assert again(ended, "hoa", ended.maths, duong, "", "6,5").status == "saved"
    after = subject_result(ended.maths, duong)
    assert (after.result, after.reassessed) == (before, 65)
    assert result_of(ended, duong).outcome == "REASSESS" or result_of(ended, duong).learning_after
    assert again(ended, "thu", ended.literature, duong, "", "5").status == "saved"
    row = result_of(ended, duong)
    assert (row.outcome, row.learning_year, row.award) == ("PROMOTED", 3, "")
    assert row.learning_after <= 2
    assert duong.name in names_in(ended, "danh-gia-lai")


def test_awards_are_not_computed_again(ended: Cast) -> None:
    duong = ended.classmates[0]
    write(ended, duong.pk, conduct2="T")
    again(ended, "thu", ended.maths, duong, "", "10")
    again(ended, "thu", ended.literature, duong, "", "10")
    assert result_of(ended, duong).award == ""


@pytest.mark.parametrize(
    ("who", "text", "words"),
    [("minh", "7", "không thuộc diện"), ("anh", "7", "không thuộc diện")],
)
def test_who_is_not_eligible_is_not_assessed_again(
    ended: Cast, who: str, text: str, words: str
) -> None:
    student = ended.minh.student if who == "minh" else ended.classmates[2]
    told = again(ended, "hoa", ended.maths, student, "", text)
    assert told.status == "refused"
    assert words in told.sentence


def test_as_long_as_a_subject_waits_nobody_stays_in_the_grade(ended: Cast) -> None:
    duong = ended.classmates[0]
    assert again(ended, "hoa", ended.maths, duong, "", "3").status == "saved"
    row = result_of(ended, duong)
    assert (row.learning_after, row.outcome) == (None, "REASSESS")
    assert again(ended, "thu", ended.literature, duong, "", "3").status == "saved"
    row = result_of(ended, duong)
    assert (row.learning_after, row.outcome) == (3, "RETAINED")


def test_who_did_not_come_in_summer_is_decided_to_stay_and_never_to_pass(ended: Cast) -> None:
    duong, an, _ = ended.classmates
    for student in (duong, an):
        with pytest.raises(DecisionRefused):
            decide(ended, "mai", student, "PROMOTED", "Hoàn cảnh khó khăn")
        decide(ended, "mai", student, "RETAINED", "Không dự, gia đình đã được báo")
    assert {duong.name, an.name} <= set(names_in(ended, "khong-len-lop"))
    decide(ended, "mai", duong, "", "Em xin dự đợt sau")
    assert names_in(ended, "danh-gia-lai") == [duong.name]


@pytest.mark.parametrize("text", ["11", "tám", "P", "KP", "-1"])
def test_only_results_are_taken(ended: Cast, text: str) -> None:
    told = again(ended, "hoa", ended.maths, ended.classmates[0], "", text)
    assert (told.status, told.text) == ("refused", "")


def test_two_people_at_once_on_a_re_assessment(ended: Cast) -> None:
    duong = ended.classmates[0]
    again(ended, "hoa", ended.maths, duong, "", "5")
    told = again(ended, "thu", ended.maths, duong, "", "6")
    assert (told.status, told.text) == ("conflict", "5,0")
    assert ended.hoa.name in told.sentence


@pytest.mark.parametrize(("who", "kind"), [("binh", Refused), ("nam", OutsidePlace)])
def test_others_enter_no_re_assessment(ended: Cast, who: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        again(ended, who, ended.maths, ended.classmates[0], "", "7")


def summer(cast: Cast, who: str, student: Any, **fields: str) -> list[dict[str, str]]:
    path = f"/danh-gia-lai/{cast.school_class.pk}/ren-luyen/"
    cells = [
        {"key": f"{student.pk}:{name}", "base": "", "text": text} for name, text in fields.items()
    ]
    answer = post(cast, who, path, *cells)
    assert answer.status_code == 200, answer.content
    cells_told: list[dict[str, str]] = answer.json()["cells"]
    return cells_told


def test_summer_training_promotes(ended: Cast) -> None:
    an = ended.classmates[1]
    told = summer(
        ended,
        "binh",
        an,
        summer_task="Trồng cây ở trường; đã báo cha mẹ ngày 02/6",
        summer_remark="Hoàn thành, có chữ kí của mẹ",
        conduct_after="Đ",
    )
    assert {one["status"] for one in told} == {"saved"}
    row = result_of(ended, an)
    assert (row.conduct_year, row.conduct_after, row.outcome) == (3, 2, "PROMOTED")


def test_who_does_not_train_gets_no_new_conduct(ended: Cast) -> None:
    [told] = summer(ended, "binh", ended.minh.student, conduct_after="T")
    assert told["status"] == "refused"
    [told] = summer(ended, "binh", ended.classmates[2], conduct_after="T")
    assert told["status"] == "refused"


def test_the_page_of_the_summer_shows_each_teacher_her_subjects(ended: Cast) -> None:
    path = f"/danh-gia-lai/?school={ended.school.pk}&year={YEAR}"
    page = ended.client("hoa").get(path).content.decode()
    assert f':s{ended.maths.pk}"' in page
    assert f':s{ended.literature.pk}"' not in page
    assert ended.classmates[1].name not in page


def test_the_principal_decides_of_a_pupil_with_a_disability(ended: Cast) -> None:
    minh = ended.minh.student
    with scoped(EVERYTHING):
        table("gradebook.SubjectCircumstance").objects.create(
            year=YEAR,
            student=minh,
            school=ended.school,
            province=ended.department,
            class_subject=ended.maths,
            kind="reduced",
        )
        refresh_results(class_id=ended.school_class.pk, now=JUNE)
    assert result_of(ended, minh).outcome == "PRINCIPAL_DECIDES"
    decide(ended, "mai", minh, "PROMOTED", "Hoàn thành kế hoạch giáo dục cá nhân")
    assert minh.name in names_in(ended, "len-lop")
    decide(ended, "mai", minh, "", "Ghi nhầm")
    assert minh.name not in names_in(ended, "len-lop")


def decide(cast: Cast, who: str, student: Any, decision: str, reason: str) -> None:
    with scoped(EVERYTHING):
        decide_outcome(
            actor=cast.people[who].actor,
            now=JUNE,
            class_id=cast.school_class.pk,
            student_id=student.pk,
            decision=decision,
            reason=reason,
        )


def test_nobody_decides_what_the_rules_decide(ended: Cast) -> None:
    with pytest.raises(DecisionRefused, match="chỉ quyết định với học sinh khuyết tật"):
        decide(ended, "mai", ended.classmates[2], "PROMOTED", "Hoàn cảnh")
    with pytest.raises(DecisionRefused, match="thiếu lý do"):
        decide(ended, "mai", ended.minh.student, "PROMOTED", " ")
    with pytest.raises(Refused):
        decide(ended, "binh", ended.minh.student, "PROMOTED", "Hoàn cảnh")
    with scoped(EVERYTHING):
        assert not StudentResult.objects.exclude(decided="").exists()


def test_a_special_award_is_written_and_taken_back(ended: Cast) -> None:
    client = ended.client("binh")
    path = f"/danh-sach-cuoi-nam/{ended.school_class.pk}/khen-thuong/{ended.minh.student.pk}/"
    given = {"kind": "sudden", "content": "Cứu bạn đuối nước", "day": "20/03/2027"}
    assert client.post(path, given).status_code == 302
    with scoped(EVERYTHING):
        made = SpecialAward.objects.get()
    listed = client.get(
        f"/danh-sach-cuoi-nam/?school={ended.school.pk}&year={YEAR}&kind=khac"
    ).content.decode()
    assert "Cứu bạn đuối nước" in listed
    client.post(f"/danh-sach-cuoi-nam/{ended.school_class.pk}/khen-thuong/{made.pk}/bo/")
    with scoped(EVERYTHING):
        assert not SpecialAward.objects.exists()


def test_an_award_of_another_year_is_refused(ended: Cast) -> None:
    path = f"/danh-sach-cuoi-nam/{ended.school_class.pk}/khen-thuong/{ended.minh.student.pk}/"
    page = ended.client("binh").post(
        path, {"kind": "sudden", "content": "Giải Nhất", "day": "20/03/2031"}
    )
    assert "không thuộc năm học này" in page.content.decode()


def made_links(page: str) -> set[str]:
    return {unescape(one) for one in findall(r'hx-get="([^"]+)" hx-target="#made-body"', page)}


def test_every_computed_value_of_a_list_tells_how_it_was_made(ended: Cast) -> None:
    client = ended.client("mai")
    page = client.get(f"/danh-sach-cuoi-nam/?school={ended.school.pk}&year={YEAR}&kind=len-lop")
    [link] = made_links(page.content.decode())
    assert page.content.decode().count(link) == 4  # conduct, learning, decision, award
    assert "Điều 9" in client.get(link).content.decode()


def test_every_computed_value_of_the_years_tells_how_it_was_made(ended: Cast) -> None:
    client = ended.client("mai")
    page = client.get(f"/hoc-sinh/{ended.minh.student.pk}/cac-nam-hoc/").content.decode()
    links = made_links(page)
    assert any("tong-ket" in one for one in links)
    assert any("cach-tinh" in one for one in links)
    assert {client.get(one).status_code for one in links} == {200}
