"""Pages of notices: written, previewed, sent once, read, answered, reminded, recalled."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from khue.contactbook.tests.notice_room import SMS, messages, receipts, rows
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import Cast, table

PDF = b"%PDF-1.7\nxin chao"
UNTIL = {"until_day": "27/11/2030", "until_time": "17h30"}


@pytest.fixture(autouse=True)
def provider(settings: Settings) -> None:
    settings.MESSAGING = SMS


def words(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "kind": "classes",
        "classes": [str(cast.school_class.pk)],
        "sides": ["guardians", "pupils"],
        "title": "Họp phụ huynh",
        "text": "Mời phụ huynh em {ho_ten} lớp {lop}.",
        "choices": "",
        "intent": "0190b6a0-0000-7000-8000-000000000001",
        **more,
    }


def draft(cast: Cast, person: str = "hoa", **more: Any) -> int:
    answer = cast.client(person).post("/thong-bao/moi/", words(cast, **more))
    assert answer.status_code == 302, shown_errors(answer)
    return int(re.search(r"/(\d+)/xem-truoc/", answer["Location"])[1])  # type: ignore[index]


def shown_errors(answer: Any) -> str:
    return " ".join(re.findall(r'field-error"[^>]*>.*?<span>([^<]*)', answer.content.decode()))


def sent(cast: Cast, person: str = "hoa", **more: Any) -> int:
    made = draft(cast, person, **more)
    version = {"version": rows("contactbook.Notice", pk=made)[0].version}
    assert cast.client(person).post(f"/thong-bao/{made}/gui/", version).status_code == 302
    return made


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_draft_is_previewed_with_its_cost_and_sent_once(cast: Cast) -> None:
    made = draft(cast, channels=["sms"])
    seen = page(cast.client("hoa"), f"/thong-bao/{made}/xem-truoc/")
    assert "300 đồng" in seen
    assert "Moi phu huynh em Trieu Quang Minh lop 8A." in seen
    client = cast.client("hoa")
    for _ in range(2):
        answer = client.post(f"/thong-bao/{made}/gui/", {"version": "1"})
        assert answer.status_code == 302
    assert (len(receipts(made)), len(messages())) == (2, 1)


def test_the_same_page_posted_twice_is_one_draft(cast: Cast) -> None:
    assert draft(cast) == draft(cast)
    assert len(rows("contactbook.Notice")) == 1


def test_two_people_send_the_same_draft(cast: Cast) -> None:
    made = draft(cast, "hoa")
    assert cast.client("mai").post(f"/thong-bao/{made}/gui/", {"version": "1"}).status_code == 302
    late = cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "1"}, follow=True)
    assert "đã được Lương Thị Mai gửi" in late.content.decode()
    assert len(receipts(made)) == 2


def test_an_authority_reads_no_draft_of_a_school_and_corrects_nothing_for_it(cast: Cast) -> None:
    made = draft(cast)
    dung = cast.client("dung")
    assert f"/thong-bao/{made}/" not in page(dung, "/thong-bao/")
    assert dung.get(f"/thong-bao/{made}/").status_code == 404
    assert dung.post(f"/thong-bao/{made}/bo/").status_code in {403, 404}
    assert cast.client("mai").post(f"/thong-bao/{made}/gui/", {"version": "1"}).status_code == 302
    assert f"/thong-bao/{made}/" in page(dung, "/thong-bao/")
    assert "corrects=" in page(cast.client("mai"), f"/thong-bao/{made}/")
    assert "corrects=" not in page(dung, f"/thong-bao/{made}/")


def test_a_draft_changed_meanwhile_is_shown_again(cast: Cast) -> None:
    made = draft(cast)
    changed = cast.client("mai").post(f"/thong-bao/{made}/sua/", words(cast, text="Nội dung khác."))
    assert changed.status_code == 302
    answer = cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "1"})
    assert answer.status_code == 422
    assert "vừa được sửa" in answer.content.decode()
    assert receipts(made) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"choices": "Có", **UNTIL}, "ít nhất hai lựa chọn"),
        ({"choices": "Có\nCó", **UNTIL}, "ghi hai lần"),
        ({"choices": "Có\nKhông"}, "cần hạn trả lời"),
        ({"choices": "Có\nKhông", "until_day": "01/01/2020"}, "Hạn trả lời đã qua"),
        ({"choices": "Có\nKhông", "until_day": "01/01/2030", "until_time": "mai"}, "17:30"),
        ({"text": "Chào {ten_la}."}, "Không có trường {ten_la}"),
        ({"title": ""}, "chưa điền"),
        ({"classes": []}, "Chưa chọn gửi cho ai"),
        ({"sides": []}, "phụ huynh, học sinh hay cán bộ"),
        ({"text": "x" * 10_001}, "Dài quá 10000 chữ"),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, wrong: dict[str, Any], told: str) -> None:
    answer = cast.client("hoa").post("/thong-bao/moi/", words(cast, **wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert rows("contactbook.Notice") == []


def test_two_thousand_characters_with_faces_are_too_long_for_a_telephone(cast: Cast) -> None:
    made = draft(cast, channels=["sms"], with_diacritics="on", text="Vui quá 😀" * 222)
    assert "quá mức nhà mạng nhận" in page(cast.client("hoa"), f"/thong-bao/{made}/xem-truoc/")
    answer = cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "1"})
    assert answer.status_code == 422
    assert (receipts(made), messages()) == ([], [])
    shorter = words(cast, channels=["sms"], text="Vui quá 😀" * 222, short_text="Xem trong Khue")
    assert cast.client("hoa").post(f"/thong-bao/{made}/sua/", shorter).status_code == 302
    cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "2"})
    assert [one.segments for one in messages()] == [1]


def test_the_budget_of_the_school_is_kept(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("messaging.Budget").objects.create(
            school_id=cast.school.pk,
            province_id=cast.department.pk,
            month=timezone.localdate().replace(day=1),
            limit=0,
        )
    made = draft(cast, channels=["sms"])
    answer = cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "1"})
    assert answer.status_code == 422
    assert "hạn mức tháng của trường chỉ còn 0" in answer.content.decode()
    assert (receipts(made), messages()) == ([], [])


@pytest.mark.parametrize(
    ("person", "status"),
    [("hoa", 200), ("binh", 200), ("mai", 200), ("dung", 200), ("nam", 404), ("lan", 403)],
)
def test_who_sees_a_notice_from_the_senders_side(cast: Cast, person: str, status: int) -> None:
    made = sent(cast)
    assert cast.client(person).get(f"/thong-bao/{made}/").status_code == status


@pytest.mark.parametrize("person", ["hoa", "mai", "nam", "dung", "stranger"])
def test_only_who_got_it_reads_it_as_its_reader(cast: Cast, person: str) -> None:
    made = sent(cast)
    answer = cast.client(person).get(f"/thong-bao-cua-toi/{made}/")
    assert answer.status_code in {403, 404}


def test_a_class_elsewhere_is_not_offered_and_not_taken(cast: Cast) -> None:
    elsewhere = words(cast, classes=[str(cast.other_class.pk)])
    answer = cast.client("hoa").post("/thong-bao/moi/", elsewhere)
    assert answer.status_code == 422
    assert cast.client("nam").get(f"/thong-bao/moi/?school={cast.school.pk}").status_code == 404
    strange = f"/thong-bao/moi/?class={cast.other_class.pk}"
    assert cast.client("hoa").get(strange).status_code == 404


def test_a_script_is_text_and_only_web_addresses_are_links(cast: Cast) -> None:
    text = "<script>alert(1)</script> javascript:alert(2) https://example.vn/a?b=1&c=2. ftp://x.vn"
    made = sent(cast, text=text)
    seen = page(cast.client("lan"), f"/thong-bao-cua-toi/{made}/")
    assert "<script>alert" not in seen
    assert "&lt;script&gt;alert(1)" in seen
    assert re.findall(r'<a href="([^"]*)" rel="noopener', seen) == [
        "https://example.vn/a?b=1&amp;c=2"
    ]


def test_opening_is_reading_and_reading_can_be_confirmed(cast: Cast) -> None:
    made = sent(cast, asks_receipt="on")
    lan = cast.client("lan")
    assert "Chưa đọc" in page(lan, "/thong-bao-cua-toi/")
    assert "Mời phụ huynh em Triệu Quang Minh lớp 8A." in page(lan, f"/thong-bao-cua-toi/{made}/")
    assert "Chưa đọc" not in page(lan, "/thong-bao-cua-toi/")
    assert lan.post(f"/thong-bao-cua-toi/{made}/da-nhan/").status_code == 302
    seen = page(cast.client("hoa"), f"/thong-bao/{made}/?state=silent")
    assert "1/2" in seen
    assert "Đàm Thị Lan" not in seen.split('id="readers"')[1]


def test_a_poll_is_answered_changed_and_counted(cast: Cast) -> None:
    made = sent(cast, choices="Tham dự\nVắng", **UNTIL)
    lan, child = cast.client("lan"), cast.minh.student.pk
    for choice in ("0", "1"):
        told = {"choice": choice, "student": str(child)}
        assert lan.post(f"/thong-bao-cua-toi/{made}/tra-loi/", told).status_code == 302
    assert [one.choice for one in receipts(made) if one.account_id == cast.lan.account.pk] == [1]
    assert "100%" in page(cast.client("hoa"), f"/thong-bao/{made}/")
    for wrong in ("2", "", "x", "-1"):
        told = {"choice": wrong, "student": str(child)}
        assert lan.post(f"/thong-bao-cua-toi/{made}/tra-loi/", told).status_code == 422
    other = {"choice": "0", "student": str(cast.classmates[0].pk)}
    assert lan.post(f"/thong-bao-cua-toi/{made}/tra-loi/", other).status_code == 404


def test_a_closed_poll_takes_no_answer(cast: Cast) -> None:
    made = sent(cast, choices="Có\nKhông", **UNTIL)
    with scoped(EVERYTHING):
        table("contactbook.Notice").objects.filter(pk=made).update(answer_until="2026-01-01T00:00Z")
    told = {"choice": "0", "student": str(cast.minh.student.pk)}
    answer = cast.client("lan").post(f"/thong-bao-cua-toi/{made}/tra-loi/", told)
    assert answer.status_code == 422
    assert "đã hết hạn" in answer.content.decode()


def test_who_is_silent_is_reminded_and_not_twice_in_a_row(cast: Cast) -> None:
    made = sent(cast)
    page(cast.client("minh"), f"/thong-bao-cua-toi/{made}/")
    hoa = cast.client("hoa")
    assert hoa.post(f"/thong-bao/{made}/nhac/", {"ways": ["sms"]}).status_code == 302
    assert [one.account_id for one in messages()] == [cast.lan.account.pk]
    again = hoa.post(f"/thong-bao/{made}/nhac/", {"ways": ["sms"]})
    assert again.status_code == 422
    assert "4 giờ" in again.content.decode()
    assert len(messages()) == 1


def test_a_recalled_notice_tells_why_and_its_messages_do_not_go_out(cast: Cast) -> None:
    made = sent(cast, channels=["sms"])
    hoa = cast.client("hoa")
    assert hoa.post(f"/thong-bao/{made}/thu-hoi/", {"reason": " "}).status_code == 422
    assert hoa.post(f"/thong-bao/{made}/thu-hoi/", {"reason": "Nhầm ngày"}).status_code == 302
    seen = page(cast.client("lan"), f"/thong-bao-cua-toi/{made}/")
    assert "Nhầm ngày" in seen
    assert "Mời phụ huynh em" not in seen
    assert [one.state for one in messages()] == ["cancelled"]


def test_a_correction_names_what_it_corrects(cast: Cast) -> None:
    first = sent(cast)
    form = page(cast.client("hoa"), f"/thong-bao/moi/?corrects={first}")
    assert "Đính chính: Họp phụ huynh" in form
    second = sent(cast, corrects=str(first), intent="0190b6a0-0000-7000-8000-000000000002")
    lan = cast.client("lan")
    assert f"/thong-bao-cua-toi/{second}/" in page(lan, f"/thong-bao-cua-toi/{first}/")
    assert f"/thong-bao-cua-toi/{first}/" in page(lan, f"/thong-bao-cua-toi/{second}/")


def office_file(*names: str) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("lon.pdf", b"%PDF-" + b"x" * (5 * 1024 * 1024), "lớn hơn 5 MB"),
        ("trang.html", b"<script>", "Không nhận tệp"),
        ("gia.pdf", b"MZ\x90\x00", "Không nhận tệp"),
        ("rong.pdf", b"", "không có nội dung"),
        ("macro.docx", office_file("word/document.xml", "word/vbaProject.bin"), "Không nhận tệp"),
        ("anh.svg", b"<svg onload=alert(1)>", "Không nhận tệp"),
    ],
)
def test_a_file_that_is_not_taken(cast: Cast, name: str, content: bytes, told: str) -> None:
    made = draft(cast)
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    answer = cast.client("hoa").post(f"/thong-bao/{made}/tep/", {"file": file})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert rows("contactbook.NoticeFile") == []


def test_a_file_is_sealed_and_opened_only_by_its_readers(cast: Cast) -> None:
    made = draft(cast)
    file = SimpleUploadedFile("..\\Lịch họp; x=1.pdf", PDF)
    assert cast.client("hoa").post(f"/thong-bao/{made}/tep/", {"file": file}).status_code == 302
    [kept] = rows("contactbook.NoticeFile")
    assert b"xin chao" not in bytes(kept.content)
    address = f"/thong-bao/tep/{kept.pk}/"
    assert cast.client("lan").get(address).status_code == 404
    cast.client("hoa").post(f"/thong-bao/{made}/gui/", {"version": "2"})
    got = cast.client("lan").get(address)
    assert got.content == PDF
    assert got["Content-Disposition"].startswith("attachment; filename=")
    assert "L_ch_h_p__x_1.pdf" in got["Content-Disposition"]
    assert got["X-Content-Type-Options"] == "nosniff"
    for person in ("nam", "stranger"):
        assert cast.client(person).get(address).status_code in {403, 404}


def test_a_court_order_after_the_sending_takes_the_notice_away(cast: Cast) -> None:
    made = sent(cast)
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.update(blocked_reason="Quyết định 12")
        table("access.Grant").objects.filter(account=cast.lan.account).delete()
    answer = cast.client("lan").get(f"/thong-bao-cua-toi/{made}/")
    assert answer.status_code in {403, 404}


def test_the_fence_shows_notices_only_to_their_school_and_their_readers(cast: Cast) -> None:
    made = sent(cast)
    for scope, seen in [
        (Scope(), 0),
        (Scope(schools=(cast.other_school.pk,)), 0),
        (Scope(schools=(cast.school.pk,)), 1),
        (Scope(students=(cast.minh.student.pk,)), 1),
        (Scope(students=(cast.classmates[0].pk,)), 0),
    ]:
        with scoped(scope):
            assert table("contactbook.Notice").objects.filter(pk=made).count() == seen
            assert table("contactbook.Receipt").objects.filter(notice=made).count() == 2 * seen


def test_templates_are_kept_by_the_office_and_used_below(cast: Cast) -> None:
    facts = {"organisation": str(cast.school.pk), "title": "Mời họp", "text": "Kính mời {ho_ten}."}
    assert cast.client("thu").post("/thong-bao/mau/", facts).status_code == 302
    [kept] = rows("contactbook.Template")
    assert "Mời họp" in page(cast.client("hoa"), "/thong-bao/mau/")
    assert "Kính mời {ho_ten}." in page(cast.client("hoa"), f"/thong-bao/moi/?template={kept.pk}")
    assert "Mời họp" not in page(cast.client("nam"), "/thong-bao/mau/")
    assert cast.client("hoa").post("/thong-bao/mau/", facts).status_code == 422
    unknown = {**facts, "text": "Gửi {la}."}
    assert cast.client("thu").post("/thong-bao/mau/", unknown).status_code == 422
    assert cast.client("thu").post(f"/thong-bao/mau/{kept.pk}/bo/").status_code == 302
    assert "Mời họp" not in page(cast.client("hoa"), "/thong-bao/mau/")


def test_lists_are_searched_without_diacritics_and_taken_along(cast: Cast) -> None:
    made = sent(cast)
    hoa = cast.client("hoa")
    assert "Họp phụ huynh" in page(hoa, "/thong-bao/?q=hop+phu")
    assert "Không tìm thấy" in page(hoa, "/thong-bao/?q=nghi+tet")
    assert "Đàm Thị Lan" in page(hoa, f"/thong-bao/{made}/?q=dam+thi")
    for address in ("/thong-bao/excel/", f"/thong-bao/{made}/excel/"):
        assert hoa.get(address).content.startswith(b"PK")


def test_chosen_pupils_and_staff(cast: Cast) -> None:
    chosen = {"kind": "chosen", "classes": [], "pupils": [str(cast.minh.student.pk)]}
    address = f"/thong-bao/moi/?class={cast.school_class.pk}"
    answer = cast.client("hoa").post(address, words(cast, **chosen))
    assert answer.status_code == 302
    staff = {"kind": "chosen", "classes": [], "staff": [str(cast.hoa.staff.pk)]}
    intent = {"intent": "0190b6a0-0000-7000-8000-000000000003"}
    answer = cast.client("mai").post("/thong-bao/moi/?to=staff", words(cast, **staff, **intent))
    made = int(answer["Location"].split("/")[2])
    cast.client("mai").post(f"/thong-bao/{made}/gui/", {"version": "1"})
    assert [one.account_id for one in receipts(made)] == [cast.hoa.account.pk]


def test_an_officer_writes_to_an_area(cast: Cast) -> None:
    facts = {"kind": "area", "area": str(cast.commune.pk), "sides": ["staff"], "classes": []}
    made = sent(cast, "ha", **facts)
    assert cast.hoa.account.pk in {one.account_id for one in receipts(made)}
    wrong = {**facts, "area": str(cast.department.pk)}
    assert cast.client("ha").post("/thong-bao/moi/", words(cast, **wrong)).status_code == 422
    assert cast.client("hoa").get(f"/thong-bao-cua-toi/{made}/").status_code == 200


@pytest.mark.parametrize(
    ("person", "address", "most"),
    [("hoa", "/thong-bao/", 14), ("lan", "/thong-bao-cua-toi/", 12), ("hoa", "/thong-bao/{}/", 20)],
)
def test_pages_ask_the_database_a_fixed_number_of_times(
    cast: Cast,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    person: str,
    address: str,
    most: int,
) -> None:
    made = sent(cast)
    client = cast.client(person)
    client.get(address.format(made))
    with django_assert_max_num_queries(most):
        client.get(address.format(made))
