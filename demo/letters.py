"""What a school and its families write: notices of every kind, talks, templates, the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from demo.accounts import Accounts
from demo.acting import roll_of
from demo.cast import CHILD, class_of, grant_child
from demo.days import at, days_told, next_school_day
from demo.places import Places
from demo.tables import table
from khue.access.api import Actor, Role
from khue.contactbook.api import Audience, post_to_family, send_notice
from khue.contactbook.rules.notices import Words
from khue.contactbook.services.notice_files import add_file
from khue.contactbook.services.notices import save_draft, send_draft
from khue.contactbook.services.templates import save_template
from khue.contactbook.services.threads import start_thread, write_message
from khue.ledger.api import Author, Operation
from khue.messaging.services.acting import set_budget
from kit.dates import print_date
from kit.sheets.writing import Field, Page, excel_bytes

LIMIT = 3000
SHARE_READ, SHARE_ACKNOWLEDGED, SHARE_ANSWERED = 0.82, 0.7, 0.6
TEMPLATES = [
    ("Mời họp phụ huynh", "Kính mời phụ huynh em {ho_ten}, lớp {lop} dự họp phụ huynh lúc 7 giờ 30"
     " ngày … tại phòng học của lớp. {truong} trân trọng cảm ơn."),
    ("Nhắc mang đồ dùng", "Ngày mai lớp {lop} có giờ thực hành. Nhờ gia đình nhắc em {ho_ten} mang"
     " đủ đồ dùng học tập."),
    ("Khen học sinh", "Thầy cô xin chia vui cùng gia đình: em {ho_ten} có tiến bộ rõ trong tuần"
     " này."),
]  # fmt: skip


def tell_letters(places: Places, people: dict[str, Actor], now: datetime, seed: int) -> None:
    school, random = places.schools["main"], Random(seed)
    _open_accounts(school, now)
    set_budget(actor=people["mai"], now=now - timedelta(days=18), school_id=school.pk, limit=LIMIT)
    for title, text in TEMPLATES:
        save_template(
            actor=people["mai"], now=now - timedelta(days=30), title=title, text=text,
            organisation_id=school.pk,
        )  # fmt: skip
    _send_notices(places, people, now)
    _read_them(random, people, now)
    _tell_absences(school, people["binh"], now)
    _talk(school, people, now)
    _settle_outbox(random, now)


def _open_accounts(school: Any, now: datetime) -> None:
    """The families of 8A have accounts; they come in with a code sent to the phone."""
    accounts = Accounts(Operation(Author(None, "Dữ liệu trình diễn"), now - timedelta(days=60)))
    rows = table("records.Guardianship").objects.select_related("guardian", "student")
    pupils = [one.pk for one in roll_of(class_of(school, "8A"))]
    taken = set(table("access.Account").objects.values_list("login", flat=True))
    for link in rows.filter(student_id__in=pupils, guardian__account=None, relation="mother"):
        person = link.guardian
        if person.phone and person.phone not in taken:
            taken.add(person.phone)
            who = accounts.add(person.phone, person.name, "guardian", school, person)
            grant_child(accounts, who, Role.GUARDIAN, link.student, f"guardianship:{link.pk}")
    accounts.write()


def _send_notices(places: Places, people: dict[str, Actor], now: datetime) -> None:
    school, room = places.schools["main"], class_of(places.schools["main"], "8A")
    whole, told = Audience("school", school.pk), days_told(school, now)
    ahead = next_school_day(school, now)
    meeting = ahead + timedelta(days=5 - ahead.weekday())
    send_notice(
        actor=people["mai"], now=at(told[-20], 16, 5), audience=whole, urgent=True,
        channels=("push", "sms"), title="Khẩn: ngầm Suối Trong ngập, gia đình đón các em",
        text="Mưa lớn làm ngập ngầm Suối Trong. Nhà trường giữ các em ở lại lớp sau giờ học; gia"
        " đình đón các em tại cổng trường, không để các em tự qua ngầm.",
        short_text="Truong THCS Sao Khue: ngam Suoi Trong ngap. De nghi gia dinh don cac em tai"
        " cong truong, khong de cac em tu qua ngam.",
    )  # fmt: skip
    send_notice(
        actor=people["mai"], now=at(told[-6], 9, 30), audience=whole, asks_receipt=True,
        channels=("push",), title="Mời họp phụ huynh giữa học kì I",
        text=f"Nhà trường mời phụ huynh em {{ho_ten}}, lớp {{lop}} dự họp lúc 7 giờ 30 ngày"
        f" {print_date(meeting)}. Nội dung: kết quả giữa học kì, kế hoạch ôn tập, phòng tránh"
        " đuối nước. Nhờ gia đình bấm Đã nhận để lớp chuẩn bị chỗ ngồi.",
    )  # fmt: skip
    send_notice(
        actor=people["thu"], now=at(told[-2], 15, 0), audience=whole, channels=("push",),
        title="Đăng ký lớp bơi an toàn", choices=("Đăng ký", "Không đăng ký", "Cần trao đổi thêm"),
        answer_until=now + timedelta(days=5),
        text="Trường mở lớp bơi an toàn miễn phí chiều thứ Tư và thứ Sáu. Nhờ gia đình em {ho_ten}"
        " trả lời trước hạn để trường xếp nhóm.",
    )  # fmt: skip
    send_notice(
        actor=people["mai"], now=at(told[-1], 10, 45),
        audience=Audience("school", school.pk, sides=("staff",)), channels=("push",),
        title="Họp hội đồng sư phạm tháng này", asks_receipt=True,
        text=f"Mời thầy cô họp hội đồng lúc 14 giờ ngày {print_date(ahead)} tại phòng hội đồng."
        " Tổ trưởng mang theo biên bản kiểm tra hồ sơ của tổ.",
    )  # fmt: skip
    send_notice(
        actor=people["dung"], now=at(told[-4], 8, 20), channels=("push",),
        audience=Audience("area", places.department.pk, sides=("staff",)),
        title="Tăng cường phòng, chống rét cho học sinh",
        text="Các trường theo dõi dự báo thời tiết, chủ động cho học sinh nghỉ khi nhiệt độ dưới"
        " 7 độ C (tiểu học dưới 10 độ C) và báo về Sở trước 7 giờ.",
    )  # fmt: skip
    _send_with_file(people["binh"], room, at(told[-1], 11, 20))


def _send_with_file(binh: Actor, room: Any, at_: datetime) -> None:
    words = Words(
        title="Lịch ôn tập và kiểm tra cuối học kì I của lớp 8A",
        text="Thầy gửi gia đình lịch ôn tập từng môn trong tệp kèm theo. Nhờ gia đình nhắc các em"
        " ngủ sớm và không học quá khuya.",
        audience=Audience("classes", room.school_id, ids=(room.pk,), sides=("guardians", "pupils")),
        channels=("push",),
    )
    notice_id = save_draft(actor=binh, now=at_, words=words)
    rows = [
        {"week": "Tuần 15", "subjects": "Ngữ văn, Lịch sử và Địa lí"},
        {"week": "Tuần 16", "subjects": "Toán, Khoa học tự nhiên"},
        {"week": "Tuần 17", "subjects": "Ngoại ngữ 1, Giáo dục công dân"},
    ]
    page = Page("Lịch ôn tập", [Field("week", "Tuần"), Field("subjects", "Môn", width=40)], rows)
    content = excel_bytes([page])
    add_file(actor=binh, now=at_, notice_id=notice_id, name="lich-on-tap-8A.xlsx", content=content)
    send_draft(actor=binh, now=at_, notice_id=notice_id)


def _read_them(random: Random, people: dict[str, Actor], now: datetime) -> None:
    """Most have read, some confirmed or answered; the cast still has the newest to read."""
    own = {people[key].account_id for key in ("lan", "minh", "hoa", "binh", "mai", "thu")}
    rows = table("contactbook.Receipt").objects.filter(account__isnull=False)
    changed = []
    for row in rows.select_related("notice").order_by("pk"):
        recent = (now - row.notice.sent_at) < timedelta(days=4)
        wrote = row.account_id == row.notice.written_by_id
        waits = (row.account_id in own and recent) or random.random() > SHARE_READ
        if waits and not wrote:
            continue
        row.read_at = min(row.notice.sent_at + timedelta(minutes=random.randint(3, 900)), now)
        if row.notice.asks_receipt and random.random() < SHARE_ACKNOWLEDGED:
            row.acknowledged_at = row.read_at
        if row.notice.choices and random.random() < SHARE_ANSWERED:
            row.choice, row.answered_at = random.choice([0, 0, 0, 1, 2]), row.read_at
        changed.append(row)
    fields = ["read_at", "acknowledged_at", "choice", "answered_at"]
    table("contactbook.Receipt").objects.bulk_update(changed, fields)


def _tell_absences(school: Any, binh: Actor, now: datetime) -> None:
    """The families of 8A whose child was away on the newest morning were told at once."""
    day = days_told(school, now)[-1]
    rows = table("attendance.Absence").objects.filter(
        school_class=class_of(school, "8A"), day=day, session="am", period=0, kind__in=["p", "k"]
    )
    texts = {
        row.student_id: f"Sáng nay {print_date(day)}, em {row.student.name} (lớp 8A)"
        f" {'nghỉ có phép' if row.kind == 'p' else 'vắng, chưa rõ lý do'}. Cần trao đổi, gia đình"
        " liên hệ thầy Bình chủ nhiệm."
        for row in rows.select_related("student")
    }
    if texts:
        sent = min(at(day, 7, 35), now)
        post_to_family(
            operation=Operation(Author(binh.account_id, binh.name), sent), now=sent,
            key=f"absence:{school.pk}:{day}", kind="absence", title="Vắng học sáng nay",
            texts=texts, school_id=school.pk, province_id=school.province_id,
            channels=("push", "sms"),
        )  # fmt: skip


def _talk(school: Any, people: dict[str, Actor], now: datetime) -> None:
    """Chị Lan asks thầy Bình, cô Hoa writes to her, the office was asked for a copy."""
    told, lan = days_told(school, now), people["lan"]
    minh = next(one for one in roll_of(class_of(school, "8A")) if one.name == CHILD)
    _thread(1, minh, [
        (lan, at(told[-7], 18, 40), "Xin phép cho cháu nghỉ học thêm buổi chiều",
         "Thưa thầy, chiều thứ Năm cháu có hẹn khám mắt. Cháu xin phép vắng buổi ôn tập ạ."),
        (people["binh"], at(told[-7], 19, 5), "", "Thầy đồng ý. Tài liệu ôn tập thầy gửi em sau."),
        (lan, at(told[-1], 17, 30), "", "Cháu bảo hôm nay chưa nhận được tài liệu. Nhờ thầy gửi"
         " giúp cháu, gia đình cảm ơn thầy."),
    ], str(people["binh"].account_id))  # fmt: skip
    _thread(2, minh, [
        (people["hoa"], at(told[-3], 16, 10), "Em Minh tiến bộ môn Toán",
         "Chào chị, ba bài kiểm tra gần đây em Minh làm chắc phần đa thức. Chị động viên em giúp cô"
         " nhé."),
        (lan, at(told[-3], 20, 0), "", "Gia đình cảm ơn cô, cháu vui lắm ạ."),
        (people["hoa"], at(told[-1], 11, 50), "", "Tuần tới lớp học tứ giác, chị nhắc em mang thước"
         " và ê ke."),
    ], "")  # fmt: skip
    _thread(3, minh, [
        (lan, at(told[-9], 8, 15), "Xin giấy xác nhận học sinh",
         "Gia đình cần giấy xác nhận cháu đang học tại trường để làm chế độ bảo hiểm ạ."),
        (people["thu"], at(told[-9], 9, 40), "", "Văn phòng đã làm xong, mời chị qua nhận trong giờ"
         " hành chính."),
    ], "office")  # fmt: skip


def _thread(
    number: int, child: Any, told: Sequence[tuple[Actor, datetime, str, str]], to: str
) -> None:
    actor, when, subject, text = told[0]
    made = start_thread(
        actor=actor, now=when, student_id=child.pk, to=to, subject=subject, text=text,
        intent=UUID(int=number << 16),
    )  # fmt: skip
    for place, (one, moment, _, words) in enumerate(told[1:], 1):
        intent = UUID(int=(number << 16) + place)
        write_message(actor=one, now=moment, thread_id=made.thread_id, text=words, intent=intent)


def _settle_outbox(random: Random, now: datetime) -> None:
    """The outbox as it looks after weeks: most arrived, some did not, the newest still wait."""
    rows = table("messaging.Message").objects
    changed = []
    for row in rows.filter(state="waiting").order_by("pk"):
        if row.created_at > now - timedelta(days=2) and random.random() < 0.4:
            continue
        drawn = random.random()
        row.state = "delivered" if drawn < 0.93 else "failed" if drawn < 0.97 else "sent"
        row.trouble = "Thuê bao tắt máy hoặc ngoài vùng phủ sóng." if row.state == "failed" else ""
        row.attempts = 3 if row.state == "failed" else 1
        row.sent_at = row.handed_at = row.created_at + timedelta(seconds=random.randint(5, 90))
        row.ended_at = row.sent_at + timedelta(seconds=9) if row.state != "sent" else None
        changed.append(row)
    fields = ["state", "trouble", "attempts", "sent_at", "handed_at", "ended_at"]
    rows.bulk_update(changed, fields, batch_size=500)
