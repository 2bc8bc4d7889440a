"""Invented years of a transcript, whole, for tests and to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

from PIL import Image, ImageDraw

from khue.transcripts.rules.facts import (
    Head,
    PupilFacts,
    QualityFacts,
    Stay,
    StrandFacts,
    SubjectFacts,
    Terms,
    YearFacts,
)
from khue.transcripts.rules.papers import PaperSigner

AT = datetime(2027, 5, 28, 2, 30, tzinfo=UTC)
HEAD = Head(
    code="HB-7KQ2M9XA4T",
    version=1,
    verify_code="K7QM2NXA4TRDZ5WC",
    department_code="20",
    department="Sở Giáo dục và Đào tạo tỉnh Thử",
    school_code="20001A",
    school="Trường THCS Sao Khuê",
    commune="Xã Suối Trong",
    province="Tỉnh Thử",
    level="03",
    place="Suối Trong",
    made_on=date(2027, 5, 26),
    leader_name="Lương Thị Mai",
    leader_title="Hiệu trưởng",
)
PUPIL = PupilFacts(
    lifelong_code="020213000123",
    personal_number="020213000123",
    code="2000000001",
    name="Triệu Quang Minh",
    born="2013-03-09",
    sex="M",
    birth_place="Xã Suối Trong, tỉnh Thử",
    ethnic_code="09",
    ethnic="Dao",
    nationality_code="VN",
    nationality="Việt Nam",
    address="Thôn Bản Lầu, xã Suối Trong, tỉnh Thử",
    father="Triệu Văn Phúc",
    father_job="Làm ruộng",
    mother="Đàm Thị Lan",
    mother_job="Giáo viên",
)
COMMENT = (
    "Có tiến bộ rõ trong học kì II; nắm chắc kiến thức cơ bản, vận dụng khá;"
    " cần trình bày bài cẩn thận hơn."
)


def scored(number: int, name: str, term1: str, term2: str, year: str, **more: str) -> SubjectFacts:
    facts = SubjectFacts(
        element=f"mh-{number}",
        code=f"{number:02d}",
        name=name,
        term1=term1,
        term2=term2,
        year=year,
        comment=COMMENT,
        teacher="Nông Thị Hoa",
        teacher_code="GV001",
    )
    return replace(facts, **more)  # type: ignore[arg-type]


SECONDARY = YearFacts(
    head=HEAD,
    pupil=PUPIL,
    year=2026,
    regime="TT22",
    grade="08",
    class_code="8A",
    class_name="8A",
    homeroom="Lý Văn Bình",
    homeroom_code="GV002",
    subjects=(
        scored(1, "Ngữ văn", "7,5", "8,0", "7,8", teacher="Lý Văn Bình"),
        replace(scored(2, "Toán", "6,5", "4,0", "4,8", after="6,0"), corrections=2),
        scored(3, "Ngoại ngữ 1 (Tiếng Anh)", "8,1", "8,4", "8,3"),
        scored(4, "Giáo dục công dân", "9,0", "9,2", "9,1"),
        scored(5, "Lịch sử và Địa lí", "7,0", "7,6", "7,4"),
        replace(scored(6, "Khoa học tự nhiên", "6,8", "7,2", "7,1"), corrections=1),
        scored(7, "Công nghệ", "8,0", "8,5", "8,3"),
        scored(8, "Tin học", "9,5", "10,0", "9,8"),
        scored(9, "Giáo dục thể chất", "Đ", "Đ", "Đ", form="comment"),
        scored(10, "Nghệ thuật", "Đ", "Đ", "Đ", form="comment"),
        scored(11, "Hoạt động trải nghiệm, hướng nghiệp", "Đ", "Đ", "Đ", form="comment"),
        scored(12, "Nội dung giáo dục của địa phương", "Đ", "Đ", "Đ", form="comment"),
    ),
    conduct=Terms("Khá", "Tốt", "Tốt", ""),
    learning=Terms("Khá", "Đạt", "Đạt", "Khá"),
    absent_with=4,
    absent_without=1,
    outcome="PROMOTED",
    outcome_text="Được lên lớp 9",
    special_awards=("Giải Ba cuộc thi Khoa học kĩ thuật cấp tỉnh",),
    remark="Chăm ngoan, hòa đồng, tích cực tham gia hoạt động của lớp; cần chủ động hơn khi học.",
    stays=(Stay("Trường THCS Sao Khuê", "8A", date(2026, 9, 5)),),
)
NAMES = (
    ("q1", "Yêu nước"),
    ("q2", "Nhân ái"),
    ("q3", "Chăm chỉ"),
    ("q4", "Trung thực"),
    ("q5", "Trách nhiệm"),
    ("c1", "Tự chủ và tự học"),
    ("c2", "Giao tiếp và hợp tác"),
    ("c3", "Giải quyết vấn đề và sáng tạo"),
    ("c4", "Ngôn ngữ"),
    ("c5", "Tính toán"),
    ("c6", "Khoa học"),
    ("c7", "Công nghệ"),
    ("c8", "Tin học"),
    ("c9", "Thẩm mĩ"),
    ("c10", "Thể chất"),
)


def levelled(number: int, name: str, level: str, test: str = "", **more: object) -> SubjectFacts:
    facts = SubjectFacts(
        element=f"mh-{number}",
        name=name,
        level=level,
        test=test,
        comment="Hoàn thành tốt nội dung môn học, hăng hái phát biểu.",
        teacher="Nông Thị Hoa",
    )
    return replace(facts, **more)  # type: ignore[arg-type]


PRIMARY_YEAR = replace(
    SECONDARY,
    head=replace(
        HEAD, level="02", school="Trường Tiểu học Bản Lầu", verify_code="P3WDB6KCN2VAXQ7T"
    ),
    year=2023,
    regime="TT27",
    grade="05",
    class_code="5A",
    class_name="5A",
    subjects=(
        levelled(1, "Tiếng Việt", "T", "9"),
        levelled(2, "Toán", "H", "7"),
        levelled(3, "Ngoại ngữ 1", "T", "9"),
        levelled(4, "Đạo đức", "T"),
        levelled(5, "Lịch sử và Địa lí", "T", "10"),
        levelled(6, "Khoa học", "T", "9"),
        levelled(
            7,
            "Tin học và Công nghệ",
            "",
            strands=(StrandFacts("Tin học", "T", "9"), StrandFacts("Công nghệ", "H", "7")),
        ),
        levelled(8, "Giáo dục thể chất", "T"),
        levelled(9, "Nghệ thuật (Âm nhạc)", "T"),
        levelled(10, "Nghệ thuật (Mĩ thuật)", "H"),
        levelled(11, "Hoạt động trải nghiệm", "T"),
    ),
    conduct=Terms(),
    learning=Terms(),
    qualities=tuple(
        QualityFacts(slot, slot[0], name, "T" if slot != "c5" else "Đ") for slot, name in NAMES
    ),
    quality_remark="Lễ phép, biết giúp đỡ bạn; tự giác thực hiện nhiệm vụ học tập.",
    year_level="Hoàn thành",
    outcome="COMPLETED",
    outcome_text="Hoàn thành chương trình tiểu học",
    special_awards=(),
    height="142 cm",
    weight="36 kg",
    health="Bình thường",
    stays=(Stay("Trường Tiểu học Bản Lầu", "5A", date(2023, 9, 5), date(2024, 5, 24)),),
)


def signers_of(facts: YearFacts, *, finished: bool = True) -> list[PaperSigner]:
    """Everyone who signs a year; the principal and the seal only when it is finished."""
    teachers = [
        PaperSigner("subject", one.element, one.teacher, AT.replace(minute=index))
        for index, one in enumerate(facts.subjects)
    ]
    homeroom = PaperSigner("homeroom", facts.element, facts.homeroom, AT)
    principal = PaperSigner("principal", facts.element, facts.head.leader_name, AT)
    return [*teachers, homeroom, *([principal] if finished else [])]


def portrait_of_nobody() -> bytes:
    """A drawn face: nobody's."""
    made = Image.new("RGB", (354, 472), "#9fb8d8")
    pen = ImageDraw.Draw(made)
    pen.ellipse((97, 90, 257, 290), fill="#e8c39e")
    pen.ellipse((85, 70, 269, 170), fill="#2b2522")
    pen.rectangle((50, 330, 304, 472), fill="#f4f4f4")
    out = BytesIO()
    made.save(out, "JPEG", quality=82)
    return out.getvalue()
