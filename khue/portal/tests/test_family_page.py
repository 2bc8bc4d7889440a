"""Trang của con: every block, when it was written, for whom, and at what price."""

from __future__ import annotations

import gzip
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khue.access.api import Role, child_place
from khue.gradebook.services import CellChange, enter_marks
from khue.portal.rules.moments import told_since
from kit.assets import DIST, asset
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import YEAR, Cast, enrol, make_grant, make_student, table

BUDGET = 30 * 1024
BLOCKS = ["hom-nay", "thong-bao", "trao-doi", "ket-qua", "chuyen-can", "so-dau-bai", "hoc-ba"]
UPDATED = "Cập nhật lúc"


def page(cast: Cast, who: str, path: str = "", child: Any = None) -> str:
    found = child or cast.minh.student
    answer = cast.client(who).get(f"/con/{found.pk}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def block(html: str, name: str) -> str:
    """The words of one block."""
    found = re.search(rf'<section[^>]* id="{name}">.*?</section>', html, re.S)
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def where(cast: Cast) -> dict[str, Any]:
    return {"school": cast.school, "province": cast.department, "school_class": cast.school_class}


def write_lesson(cast: Cast, day: date, period: int, **facts: Any) -> None:
    given = {"title": "Hằng đẳng thức", "homework": "Bài 3 trang 27.", **facts}
    with scoped(EVERYTHING):
        table("diary.Lesson").objects.create(
            **where(cast),
            **given,
            year=YEAR,
            day=day,
            session="am",
            period=period,
            class_subject=cast.maths,
            teacher=cast.hoa.staff,
            teacher_name=cast.hoa.name,
            written_at=timezone.now(),
            written_by_id=cast.hoa.account.pk,
        )


def write_notice(cast: Cast, title: str, *, read: bool = False) -> None:
    now = timezone.now()
    ids = {"school_id": cast.school.pk, "province_id": cast.department.pk}
    with scoped(EVERYTHING):
        notice = table("contactbook.Notice").objects.create(
            **ids,
            place=cast.school.organisation.path,
            title=title,
            text="Mời gia đình đến họp.",
            state="sent",
            written_by=cast.mai.name,
            written_by_id=cast.mai.account.pk,
            written_at=now,
            sent_at=now,
            sent_by=cast.mai.name,
        )
        table("contactbook.Receipt").objects.create(
            **ids,
            notice=notice,
            account=cast.lan.account,
            student=cast.minh.student,
            name=cast.lan.name,
            read_at=now if read else None,
        )


def second_child(cast: Cast) -> Any:
    """A younger sister in the next class, whose mother is the same."""
    with scoped(EVERYTHING):
        vy = make_student(cast.school, "Triệu Khánh Vy", "F")
        enrol(vy, cast.sister_class)
        table("records.Guardianship").objects.create(
            student=vy, guardian=cast.lan.guardian, relation="mother", starts_on=date(2026, 8, 1)
        )
        make_grant(
            cast.lan.account,
            Role.GUARDIAN,
            child_place(vy.pk),
            vy.name,
            school=cast.school,
            province=cast.department,
        )
    return vy


def mark(cast: Cast, tenths: int, slot: str = "tx1") -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        enter_marks(
            actor=cast.hoa.actor,
            now=timezone.now(),
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[CellChange(cast.minh.student.pk, slot, None, tenths)],
        )


@pytest.mark.parametrize("who", ["lan", "minh"])
def test_a_page_without_anything_says_so_in_every_block(cast: Cast, who: str) -> None:
    html = page(cast, who)
    told = {name: block(html, name) for name in BLOCKS}
    assert "chưa nhập điểm" in told["ket-qua"]
    assert "chưa nghỉ buổi nào" in told["chuyen-can"]
    assert "chưa ghi bài học nào" in told["so-dau-bai"]
    assert "chưa gửi thông báo nào" in told["thong-bao"]
    assert "Chưa có cuộc trao đổi" in told["trao-doi"]
    assert "sau khi nhà trường ký" in told["hoc-ba"]
    assert UPDATED not in html
    assert "Lý Văn Bình" in block(html, "lien-he")


def test_each_block_says_when_its_newest_fact_was_written(cast: Cast) -> None:
    today = timezone.localdate()
    mark(cast, 85)
    write_lesson(cast, today, 1)
    write_notice(cast, "Họp cha mẹ học sinh")
    with scoped(EVERYTHING):
        table("attendance.Taking").objects.create(
            **where(cast),
            year=YEAR,
            day=today,
            session="am",
            taken_by="Ai đó",
            taken_by_id=1,
            taken_at=timezone.now(),
            size=4,
        )
    html = page(cast, "lan")
    for name in ("hom-nay", "thong-bao", "ket-qua", "chuyen-can", "so-dau-bai"):
        assert UPDATED in block(html, name), name
    assert "Điểm thường xuyên 1" in block(html, "ket-qua")
    assert "8,5" in block(html, "ket-qua")
    assert "Bài 3 trang 27." in block(html, "so-dau-bai")
    assert "Có mặt" in block(html, "hom-nay")
    assert "1 chưa đọc" in block(html, "thong-bao")


def test_a_pupil_is_spoken_to_as_em_and_a_family_by_the_name(cast: Cast) -> None:
    assert "của em trong học kì này" in block(page(cast, "minh"), "ket-qua")
    assert "của Minh trong học kì này" in block(page(cast, "lan"), "ket-qua")


def test_a_mark_that_was_taken_back_is_no_new_mark(cast: Cast) -> None:
    mark(cast, 35)
    with scoped(Scope(schools=(cast.school.pk,))):
        enter_marks(
            actor=cast.hoa.actor,
            now=timezone.now(),
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[CellChange(cast.minh.student.pk, "tx1", 35, None)],
        )
    assert "3,5" not in page(cast, "lan")


def test_the_switch_of_children_stays_at_the_same_page(cast: Cast) -> None:
    vy = second_child(cast)
    for path in ("", "ket-qua/", "so-dau-bai/"):
        html = page(cast, "lan", path)
        assert f'href="/con/{vy.pk}/{path}"' in html
        assert vy.name not in page(cast, "minh", path)
    assert 'class="kids"' not in page(cast, "minh")


def test_the_family_reads_lessons_and_homework_but_no_rating_or_remark(cast: Cast) -> None:
    today = timezone.localdate()
    write_lesson(cast, today, 1, remark="Bạn Dương nói chuyện", rating={"hoc_tap": "B"})
    html = page(cast, "lan", "so-dau-bai/")
    assert "Hằng đẳng thức" in html
    assert "Bài 3 trang 27." in html
    assert "Bạn Dương" not in html + page(cast, "lan")
    before = today - timedelta(days=7)
    assert "Chưa có tiết nào" in page(cast, "lan", f"so-dau-bai/?tuan={before}")
    for rubbish in ("x", "9999-99-99", "0001-01-01", "9999-12-31"):
        assert "Hằng đẳng thức" in page(cast, "lan", f"so-dau-bai/?tuan={rubbish}")


@pytest.mark.parametrize("path", ["", "ket-qua/", "so-dau-bai/"])
def test_nobody_else_has_such_a_page(cast: Cast, path: str) -> None:
    mate = cast.classmates[0]
    assert cast.client("lan").get(f"/con/{mate.pk}/{path}").status_code == 404
    assert cast.client("hoa").get(f"/con/{cast.minh.student.pk}/{path}").status_code == 403
    with scoped(EVERYTHING):
        table("records.Guardianship").objects.update(blocked_reason="Quyết định của tòa án")
    assert cast.client("lan").get(f"/con/{cast.minh.student.pk}/{path}").status_code == 404


def test_nothing_of_it_stays_in_a_browser(cast: Cast) -> None:
    for path in ("", "ket-qua/", "so-dau-bai/"):
        answer = cast.client("lan").get(f"/con/{cast.minh.student.pk}/{path}")
        assert answer["Cache-Control"] == "private, no-store"


def test_more_lessons_and_notices_ask_no_more_of_the_database(cast: Cast) -> None:
    client, today = cast.client("lan"), timezone.localdate()
    path = f"/con/{cast.minh.student.pk}/"
    mark(cast, 85)
    write_lesson(cast, today, 1)
    write_notice(cast, "Họp cha mẹ học sinh")
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(2, 7):
        write_lesson(cast, today, number)
        write_lesson(cast, today - timedelta(days=1), number)
        write_notice(cast, f"Thông báo số {number}")
        mark(cast, 70 + number, ["tx2", "tx3", "tx4", "gk", "ck"][number - 2])
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) <= len(few) <= 24


def test_a_first_visit_stays_within_thirty_kilobytes(cast: Cast) -> None:
    for number in range(1, 6):
        write_lesson(cast, timezone.localdate(), number)
        write_notice(cast, f"Thông báo số {number} của nhà trường gửi cha mẹ học sinh")
    html = page(cast, "lan")
    sources = {asset("src/family.css"), asset("src/family.ts"), asset("src/brand/khue.svg")}
    assert set(re.findall(r'(?:src|href)="(/static/assets/[^"]+)"', html)) == sources
    files = [DIST / one.removeprefix("/static/") for one in sources]
    worker = gzip.compress((DIST / "worker" / "sw.js").read_bytes())
    packed = [file.with_name(f"{file.name}.gz").stat().st_size for file in files]
    assert len(gzip.compress(html.encode(), 6)) + sum(packed) + len(worker) < BUDGET


NOON = datetime.fromisoformat("2026-11-20T12:00+07:00")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (None, ""),
        (NOON - timedelta(hours=5), "Cập nhật lúc 07:00 hôm nay"),
        (NOON - timedelta(days=1), "Cập nhật lúc 12:00 hôm qua"),
        (NOON - timedelta(days=2), "Cập nhật lúc 12:00 ngày 18/11"),
        (NOON - timedelta(days=365), "Cập nhật lúc 12:00 ngày 20/11/2025"),
    ],
)
def test_a_moment_is_told_as_people_say_it(at: datetime | None, told: str) -> None:
    assert told_since(at, NOON.date()) == told
