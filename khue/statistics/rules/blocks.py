"""Các bảng của mỗi mảng số liệu: what stands on a page of figures, this year beside the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from khue.statistics.rules.themes import CODES, Theme
from khue.statistics.rules.told import Block, Line, Pair, levels_in

TABS: Mapping[str, str] = {
    "": "Tổng quan",
    "quy-mo": "Quy mô",
    "nhap-diem": "Nhập điểm",
    "hoc-tap": "Kết quả học tập",
    "ren-luyen": "Rèn luyện",
    "len-lop": "Lên lớp",
    "chuyen-can": "Chuyên cần",
    "so": "Sổ và học bạ",
    "tin-nhan": "Tin nhắn",
}
# What comes at the end of a term or a year: before that there is nothing to compare.
OF_ENDS = frozenset({"nhap-diem", "hoc-tap", "ren-luyen", "len-lop", "so"})
TAB_THEMES: Mapping[str, tuple[Theme, ...]] = {
    "": tuple(Theme),
    "quy-mo": (Theme.ENROLMENT, Theme.SCHOOLS, Theme.STAFF),
    "nhap-diem": (Theme.ENTRY,),
    "hoc-tap": (Theme.RESULTS,),
    "ren-luyen": (Theme.RESULTS,),
    "len-lop": (Theme.RESULTS,),
    "chuyen-can": (Theme.ATTENDANCE,),
    "so": (Theme.BOOKS,),
    "tin-nhan": (Theme.MESSAGES,),
}
OUTCOMES = {
    "PROMOTED": "Được lên lớp",
    "COMPLETED": "Hoàn thành chương trình lớp học",
    "REASSESS": "Đánh giá lại trong kì nghỉ hè",
    "SUMMER_TRAINING": "Rèn luyện trong kì nghỉ hè",
    "HELP": "Hướng dẫn, giúp đỡ và đánh giá bổ sung",
    "PRINCIPAL_DECIDES": "Hiệu trưởng xét, quyết định",
    "RETAINED": "Không được lên lớp",
}
AWARDS = {"XUATSAC": "Xuất sắc", "GIOI": "Giỏi", "TIEUBIEU": "Tiêu biểu"}
CONCLUSIONS = (
    ("", "Kết luận", "outcome", OUTCOMES),
    (" – danh hiệu", "Danh hiệu", "award", AWARDS),
)
BOOK_STATES = {
    "open": "Đang nhập",
    "teacher_done": "Giáo viên đã xong",
    "homeroom_consolidated": "Chủ nhiệm đã tổng hợp",
    "principal_approved": "Hiệu trưởng đã duyệt",
    "locked": "Đã khóa sổ",
}
APPROVED = ("principal_approved", "locked")
TRANSCRIPT_STATES = {
    "draft": "Bản thảo",
    "complete": "Đủ dữ liệu",
    "verified": "Đã kiểm tra",
    "reconciled": "Đã đối soát",
    "confirmed": "Đã xác nhận, đang ký",
    "signed_personal": "Cá nhân đã ký đủ",
    "signed_org": "Nhà trường đã ký",
    "published": "Đã phát hành",
}
SMS_STATES = {
    "sms_delivered": "Đã đến máy",
    "sms_sent": "Đã gửi, chờ báo phát",
    "sms_waiting": "Chờ gửi",
    "sms_failed": "Không đến được",
    "sms_unknown": "Không rõ đã đến chưa",
    "sms_not_sent": "Không gửi (người nhận từ chối, hết hạn mức, đã hủy)",
}
READ_NOTE = (
    "Mỗi người nhận tính một lượt cho từng em. Người chỉ nhận qua tin nhắn điện thoại không có"
    " lượt đọc."
)
SIGNED = ("signed_personal", "signed_org", "published")
# Term -> the states of books that belong to it: terms of secondary, points of primary school.
PERIODS_OF_TERM = {"1": ("t1", "p1", "p2"), "2": ("t2", "p3", "p4")}
LAST_OF_TERM = {"1": ("t1", "p2"), "2": ("t2", "p4")}

Names = Mapping[str, Mapping[str, str]]


def size_blocks(pair: Pair, names: Names) -> list[Block]:
    """Quy mô: pupils and classes by level, grade, age and what concerns them; schools; staff."""
    levels = levels_in(pair.now, pair.last)
    named = names.get("levels", {})
    pupils = [pair.people("Tất cả", Theme.ENROLMENT, "pupils")]
    pupils += [
        pair.people(named.get(one, one), Theme.ENROLMENT, f"{one}.pupils", indent=1)
        for one in levels
    ]
    classes = [pair.line("Tất cả", Theme.ENROLMENT, "classes")]
    classes += [
        pair.line(named.get(one, one), Theme.ENROLMENT, f"{one}.classes", indent=1)
        for one in levels
    ]
    blocks = [
        Block("Học sinh theo cấp học", "Cấp học", tuple(pupils), people=True),
        Block("Lớp, nhóm trẻ", "Cấp học", tuple(classes)),
        *_grade_blocks(pair, levels, names),
        _kinds_of_pupils(pair, levels),
        _ethnic_block(pair, levels, names),
        *_school_blocks(pair, names),
    ]
    return [one for one in blocks if _has_some(one)]


def _grade_blocks(pair: Pair, levels: Sequence[str], names: Names) -> list[Block]:
    grades = names.get("grades", {})
    lines = [
        pair.people(grade_name(grades, level, code), Theme.ENROLMENT, f"{level}.grade.{code}")
        for level in levels
        for code in pair.codes(Theme.ENROLMENT, f"{level}.grade")
    ]
    found = {code for one in levels for code in pair.codes(Theme.ENROLMENT, f"{one}.age")}
    ages = [
        _over_levels(pair, _age_name(code), levels, f"age.{code}")
        for code in sorted(found, key=_as_number)
    ]
    return [
        Block("Học sinh theo khối lớp", "Khối", tuple(lines), people=True),
        Block("Học sinh theo tuổi", "Tuổi", _those_there(ages), people=True),
    ]


def grade_name(grades: Mapping[str, str], level: str, code: str) -> str:
    """Khối 10 stands in two levels; adult learners are said."""
    name = grades.get(code, code)
    return f"{name} (GDTX)" if level == "05" and name.startswith("Khối") else name


def _as_number(code: str) -> tuple[int, str]:
    return (int(code), "") if code.isdecimal() else (999, code)


def _age_name(code: str) -> str:
    return f"{code} tuổi" if code.isdecimal() else "Chưa có ngày sinh"


def _over_levels(pair: Pair, label: str, levels: Sequence[str], word: str) -> Line:
    def keys(column: str = "") -> list[str]:
        return [f"{one}.{word}{column}" for one in levels]

    counted = [pair.now.total(Theme.ENROLMENT, keys(one)) for one in ("", ".f", ".m", ".mf")]
    last = pair.last.total(Theme.ENROLMENT, keys())
    return Line(label, counted[0], last, None, None, counted[1], counted[2], counted[3])


UNKNOWN = "unknown"
KINDS_OF_PUPILS = {
    "new_intake": "Tuyển mới vào lớp đầu cấp",
    "repeaters": "Lưu ban",
    "over_age": "Quá tuổi của khối",
    "two_sessions": "Học 2 buổi/ngày",
    "informatics": "Học tin học",
    "foreign_language": "Học ngoại ngữ",
    "boarding": "Nội trú",
    "lunch": "Bán trú",
    "suspended": "Đang bảo lưu",
    "disabled": "Khuyết tật học hòa nhập",
    "policy": "Thuộc diện chính sách",
}


def _kinds_of_pupils(pair: Pair, levels: Sequence[str]) -> Block:
    lines = [_over_levels(pair, name, levels, word) for word, name in KINDS_OF_PUPILS.items()]
    return Block("Học sinh theo diện", "Diện", _those_there(lines), people=True)


def _those_there(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that have somebody in them, in either year."""
    return tuple(one for one in lines if one.now != 0 or one.last != 0)


def _ethnic_block(pair: Pair, levels: Sequence[str], names: Names) -> Block:
    named = names.get("ethnic-groups", {})
    found = {code for one in levels for code in pair.codes(Theme.ENROLMENT, f"{one}.ethnic")}
    known = [one for one in found if one != UNKNOWN]
    lines = [_over_levels(pair, named.get(one, one), levels, f"ethnic.{one}") for one in known]
    lines.sort(key=lambda one: (-(one.now or 0), one.label))
    if UNKNOWN in found:
        lines.append(_over_levels(pair, "Chưa khai dân tộc", levels, f"ethnic.{UNKNOWN}"))
    told = tuple(lines)
    return Block("Học sinh theo dân tộc", "Dân tộc", told, people=True, minorities=False)


def _school_blocks(pair: Pair, names: Names) -> list[Block]:
    kinds = names.get("level-groups", {})
    schools = [pair.line("Tất cả", Theme.SCHOOLS, "schools")]
    schools += [
        pair.line(kinds.get(code, code), Theme.SCHOOLS, f"kind.{code}", indent=1)
        for code in pair.codes(Theme.SCHOOLS, "kind")
    ]
    schools += [pair.line("Điểm trường", Theme.SCHOOLS, "sites")]
    staff = [pair.people("Tất cả", Theme.STAFF, "staff")]
    staff += [
        pair.people(name, Theme.STAFF, f"role.{code}", indent=1)
        for code, name in CODES["staff-roles"].items()
    ]
    return [
        Block("Trường, điểm trường", "Loại", tuple(schools), compared=False),
        Block("Cán bộ, giáo viên, nhân viên", "Vị trí", tuple(staff), people=True, compared=False),
    ]


def entry_blocks(pair: Pair, term: str, names: Names) -> list[Block]:
    """Nhập điểm: what is due and entered, books, and each subject."""
    lines = [
        pair.line(
            "Con điểm, mức đánh giá đã nhập", Theme.ENTRY, f"entered.{term}", whole=f"due.{term}"
        ),
        pair.line("Sổ đã nhập đủ", Theme.ENTRY, f"books_full.{term}", whole=f"books.{term}"),
        pair.line("Sổ chưa nhập gì", Theme.ENTRY, f"books_empty.{term}", whole=f"books.{term}"),
    ]
    named = names.get("subjects", {})
    subjects = [
        pair.line(
            named.get(code, code),
            Theme.ENTRY,
            f"subject_entered.{term}.{code}",
            whole=f"subject_due.{term}.{code}",
        )
        for code in pair.codes(Theme.ENTRY, f"subject_due.{term}")
    ]
    subjects.sort(key=lambda one: (_ratio(one), one.label))
    return [
        Block("Tiến độ", "Việc", tuple(lines), shares=True),
        Block(
            "Theo môn học",
            "Môn học",
            tuple(subjects),
            shares=True,
            note="Môn có tỉ lệ thấp ở trên.",
        ),
    ]


def _ratio(line: Line) -> float:
    return (line.now or 0) / line.whole if line.whole else 1.0


def level_blocks(pair: Pair, word: str, term: str, names: Names) -> list[Block]:
    """Kết quả học tập, rèn luyện: four levels of each level of schooling; primary's own four."""
    blocks = [
        Block(
            names.get("levels", {}).get(level, level),
            "Mức",
            _shares_of(pair, f"{level}.{word}.{term}", CODES["levels-of-results"]),
            people=True,
            shares=True,
            minorities=term == "y",
        )
        for level in ("03", "04", "05")
    ]
    if word == "learning" and term == "y":
        primary = _shares_of(pair, "02.primary", CODES["primary-levels"])
        blocks.insert(0, Block("Tiểu học", "Mức", primary, people=True, shares=True))
    return [one for one in blocks if _has_some(one)]


def _shares_of(pair: Pair, stem: str, codes: Mapping[str, str]) -> tuple[Line, ...]:
    """Lines of codes with their share of all of them together."""
    keys = [f"{stem}.{code}" for code in codes]
    whole, last = (told.total(Theme.RESULTS, keys) for told in (pair.now, pair.last))
    lines = [
        pair.people(name, Theme.RESULTS, key)
        for key, name in zip(keys, codes.values(), strict=True)
    ]
    return tuple(
        Line(
            *(one.label, one.now, one.last, whole, last),
            *(one.women, one.minority, one.minority_women),
        )
        for one in lines
    )


def _has_some(block: Block) -> bool:
    return any(one.now != 0 or one.last != 0 for one in block.lines)


def promotion_blocks(pair: Pair, names: Names) -> list[Block]:
    """Lên lớp: what was decided at the year's end, and titles."""
    named = names.get("levels", {})
    blocks = []
    for level in ("02", "03", "04", "05"):
        for title, what, word, codes in CONCLUSIONS:
            lines = [
                pair.people(name, Theme.RESULTS, f"{level}.{word}.{code}", whole=f"{level}.pupils")
                for code, name in codes.items()
            ]
            told = _those_there(lines)
            if all(one.now == 0 for one in told):  # not yet decided of anybody: no share either
                told = tuple(replace(one, whole=None) for one in told)
            whose = named.get(level, level) + title
            blocks.append(Block(whose, what, told, people=True, shares=True))
    return [one for one in blocks if one.lines]


def attendance_blocks(pair: Pair) -> list[Block]:
    """Chuyên cần hôm nay; of the last year there is none."""
    theme = Theme.ATTENDANCE
    return [
        Block(
            "Điểm danh hôm nay",
            "Việc",
            (
                pair.line("Lớp đã điểm danh", theme, "classes_taken", whole="classes"),
                pair.line("Buổi sáng", theme, "taken.am", whole="classes", indent=1),
                pair.line("Buổi chiều", theme, "taken.pm", whole="classes", indent=1),
                pair.line("Học sinh vắng", theme, "absent", whole="pupils_taken"),
                pair.line("Có phép", theme, "absent_with", whole="pupils_taken", indent=1),
                pair.line("Không phép", theme, "absent_without", whole="pupils_taken", indent=1),
                pair.line("Đi muộn, về sớm", theme, "late", whole="pupils_taken"),
            ),
            shares=True,
            compared=False,
            note="Tỉ lệ vắng tính trên số học sinh của các lớp đã điểm danh.",
        )
    ]


def book_blocks(pair: Pair, term: str) -> list[Block]:
    """Sổ điểm by state, học bạ by state."""
    theme, periods = Theme.BOOKS, LAST_OF_TERM.get(term, LAST_OF_TERM["2"])
    wholes = [f"books.{one}" for one in periods]
    books = [
        pair.sums(name, theme, [f"state.{one}.{code}" for one in periods], wholes)
        for code, name in BOOK_STATES.items()
    ]
    papers = [
        pair.line(name, theme, f"transcript_state.{code}", whole="transcripts")
        for code, name in TRANSCRIPT_STATES.items()
    ]
    blocks = [
        Block("Sổ điểm theo trạng thái", "Trạng thái", tuple(books), shares=True),
        Block("Học bạ của năm học", "Trạng thái", tuple(papers), shares=True),
    ]
    return [one for one in blocks if _has_some(one)]


def message_blocks(pair: Pair) -> list[Block]:
    """Liên lạc với gia đình: notices and how they were read, telephone messages, conversations."""
    theme = Theme.MESSAGES
    notices = (
        pair.line("Thông báo đã gửi", theme, "notices"),
        pair.line("Trong đó thông báo khẩn", theme, "notices_urgent", whole="notices", indent=1),
        pair.line("Lượt nhận", theme, "receipts"),
        pair.line("Đã đọc", theme, "read", whole="receipts", indent=1),
        pair.line("Lượt được đề nghị xác nhận", theme, "receipts_asked"),
        pair.line("Đã xác nhận", theme, "acknowledged", whole="receipts_asked", indent=1),
    )
    threads = (
        pair.line("Cuộc trao đổi với gia đình", theme, "threads"),
        pair.line("Trong đó chưa kết thúc", theme, "threads_open", whole="threads", indent=1),
    )
    return [
        Block("Thông báo trong năm học", "Việc", notices, shares=True, note=READ_NOTE),
        Block("Tin nhắn SMS trong năm học", "Trạng thái", _sms_lines(pair), shares=True),
        Block("Trao đổi với gia đình trong năm học", "Việc", threads, shares=True),
    ]


def _sms_lines(pair: Pair) -> tuple[Line, ...]:
    """Each telephone message in the one state where it stands."""
    keys = tuple(SMS_STATES)
    whole = pair.sums("Tin SMS của nhà trường", Theme.MESSAGES, keys, keys)
    states = (
        replace(pair.sums(name, Theme.MESSAGES, (key,), keys), indent=1)
        for key, name in SMS_STATES.items()
    )
    return (whole, *states)


def blocks_of(tab: str, pair: Pair, term: str, names: Names) -> list[Block]:
    """The tables of one theme of the page."""
    makers = {
        "quy-mo": lambda: size_blocks(pair, names),
        "nhap-diem": lambda: entry_blocks(pair, "1" if term == "1" else "2", names),
        "hoc-tap": lambda: level_blocks(pair, "learning", term, names),
        "ren-luyen": lambda: level_blocks(pair, "conduct", term, names),
        "len-lop": lambda: promotion_blocks(pair, names),
        "chuyen-can": lambda: attendance_blocks(pair),
        "so": lambda: book_blocks(pair, term),
        "tin-nhan": lambda: message_blocks(pair),
    }
    made = makers[tab]() if tab in makers else []
    blocks = [one.awaited() if tab in OF_ENDS and one.is_ahead else one for one in made]
    if any(pair.last.has(one) for one in TAB_THEMES.get(tab, ())):
        return blocks
    return [replace(one, compared=False) for one in blocks]


def told_of_class(blocks: Sequence[Block]) -> list[Block]:
    """Without tables in which every number is withheld: their lines alone would name its groups."""
    return [one for one in blocks if any(line.now is not None for line in one.lines)]
