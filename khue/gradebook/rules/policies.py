"""Lựa chọn nơi quy định bỏ ngỏ: what a department or a school decides, from a school year on.

Each choice has a default, so that a school that decided nothing works. A department's choice
binds all its schools; a school decides for itself only what the law leaves to schools.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from khue.gradebook.rules.dated import number, provision
from khue.gradebook.rules.learning import Policy as Clause
from kit.refusal import Refusal

PolicyValue = str | int
Owner = Literal["department", "school"]
HIGHEST_REGULAR = 6
GDTX_LEVEL = "05"


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """One choice: who decides, between what, which article leaves it open.

    `choices` are (value, words); a number has none and lies between `lowest` and `highest`.
    `by_subject`: the school may decide otherwise for one subject (key "name:subject id").
    """

    key: str
    title: str
    owner: Owner
    default: PolicyValue
    law: str
    help: str
    choices: tuple[tuple[str, str], ...] = ()
    lowest: int = 0
    highest: int = 0
    unit: str = ""
    by_subject: bool = False

    def words(self, value: PolicyValue) -> str:
        """As a page says it."""
        named = dict(self.choices).get(str(value))
        return named or f"{value} {self.unit}".strip()


POLICIES: tuple[PolicyKind, ...] = (
    PolicyKind(
        "adjustment_clause",
        "Điều chỉnh mức kết quả học tập do một môn",
        "department",
        "replace",
        "TT 22/2021/TT-BGDĐT, Điều 9 khoản 3",
        "Khi xét “chỉ do kết quả của duy nhất một môn học”, môn đó được coi là đã đáp ứng yêu cầu,"
        " hoặc được để ra ngoài.",
        (("replace", "Coi môn đó đã đáp ứng yêu cầu"), ("drop", "Để môn đó ra ngoài")),
    ),
    PolicyKind(
        "optional_subjects",
        "Môn học tự chọn khi xét kết quả học tập",
        "department",
        "count",
        "TT 22/2021/TT-BGDĐT, Điều 9",
        "Ngoại ngữ 2, Tiếng dân tộc thiểu số mà học sinh học được tính như các môn khác,"
        " hoặc không tính.",
        (("count", "Tính như các môn khác"), ("leave_out", "Không tính")),
    ),
    PolicyKind(
        "absence_limit",
        "Số buổi nghỉ học nhiều nhất để được lên lớp",
        "department",
        number("absence_limit"),
        "TT 22/2021/TT-BGDĐT, Điều 12",
        "Tính theo kế hoạch giáo dục 1 buổi/ngày, nghỉ có phép và không phép,"
        " liên tục hoặc không liên tục.",
        lowest=1,
        highest=175,
        unit="buổi",
    ),
    PolicyKind(
        "absence_source",
        "Số buổi nghỉ trong bảng tổng hợp cuối năm",
        "school",
        "typed",
        "TT 22/2021/TT-BGDĐT, Điều 12",
        "Giáo viên chủ nhiệm ghi số buổi nghỉ, hoặc lấy từ điểm danh hằng ngày của trường."
        " Khi lấy từ điểm danh, hai cột này không nhập tay được.",
        (("typed", "Giáo viên chủ nhiệm ghi"), ("attendance", "Lấy từ điểm danh")),
    ),
    PolicyKind(
        "reassessment_choice",
        "Các môn đánh giá lại trong kì nghỉ hè",
        "department",
        "all",
        "TT 22/2021/TT-BGDĐT, Điều 14",
        "Học sinh đánh giá lại mọi môn chưa đạt, hoặc được chọn trong số đó."
        " Môn không đánh giá lại giữ kết quả cũ.",
        (("all", "Tất cả các môn chưa đạt"), ("chosen", "Học sinh được chọn môn")),
    ),
    PolicyKind(
        "primary_strands",
        "Tin học và Công nghệ ở tiểu học",
        "department",
        "lower",
        "TT 27/2020/TT-BGDĐT, Điều 7",
        "Hai phân môn có hai điểm kiểm tra và điểm thấp hơn quyết định,"
        " hoặc chỉ có một điểm chung.",
        (("lower", "Hai điểm, lấy điểm thấp hơn"), ("merged", "Một điểm chung")),
    ),
    PolicyKind(
        "gdtx_adjusts",
        "Điều chỉnh do một môn ở giáo dục thường xuyên",
        "department",
        provision("gdtx_adjusts"),
        "TT 43/2021/TT-BGDĐT, Điều 9",
        "Áp dụng cho học viên cách điều chỉnh của Thông tư 22 hay không.",
        (("yes", "Có điều chỉnh"), ("no", "Không điều chỉnh")),
    ),
    PolicyKind(
        "gdtx_failed_comments",
        "Môn đánh giá bằng nhận xét ở giáo dục thường xuyên",
        "department",
        provision("gdtx_failed_comments"),
        "TT 43/2021/TT-BGDĐT, Điều 9",
        "Mức Tốt và mức Khá của học viên có đòi hỏi mọi môn đánh giá bằng nhận xét đều Đạt không.",
        (("any", "Không đòi hỏi"), ("0", "Mọi môn phải Đạt")),
    ),
    PolicyKind(
        "gdtx_conduct",
        "Đánh giá rèn luyện ở giáo dục thường xuyên",
        "school",
        provision("gdtx_conduct"),
        "TT 43/2021/TT-BGDĐT, Điều 8",
        "Học viên vừa làm vừa học, tự học có hướng dẫn không được đánh giá rèn luyện thì để trống"
        " cả hai học kì; việc lên lớp xét theo kết quả học tập và số buổi nghỉ.",
        (("every", "Đánh giá mọi học viên"), ("some", "Có học viên không đánh giá")),
    ),
    PolicyKind(
        "cluster_term",
        "Học kì tính điểm cụm chuyên đề học tập",
        "school",
        "2",
        "TT 22/2021/TT-BGDĐT, Điều 6",
        "Kết quả được chọn của cụm chuyên đề là một điểm đánh giá thường xuyên của môn học"
        " trong học kì này.",
        (("1", "Học kì I"), ("2", "Học kì II"), ("both", "Cả hai học kì")),
        by_subject=True,
    ),
    PolicyKind(
        "gdtx_topics",
        "Số chuyên đề có điểm ở mỗi học kì (giáo dục thường xuyên)",
        "school",
        "1+2",
        "TT 43/2021/TT-BGDĐT, Điều 9",
        "Điểm của từng chuyên đề được tính như một điểm đánh giá thường xuyên.",
        tuple(
            (f"{one}+{two}", f"Học kì I: {one}, học kì II: {two}")
            for one, two in ((1, 2), (2, 1), (1, 1), (0, 2), (2, 0), (0, 1), (1, 0))
        ),
        by_subject=True,
    ),
)
_PER_TERM: Mapping[str, list[str]] = {"1": ["1", "0"], "2": ["0", "1"], "both": ["1", "1"]}
KINDS: Mapping[str, PolicyKind] = {kind.key: kind for kind in POLICIES}


class UnknownPolicy(LookupError):
    """No choice of this name."""


def kind_of(key: str) -> PolicyKind:
    """The choice behind a key; "cluster_term:12" is that of subject 12."""
    found = KINDS.get(key.partition(":")[0])
    if found is None or (":" in key and not found.by_subject):
        raise UnknownPolicy(key)
    return found


def check_policy(key: str, value: str) -> PolicyValue | Refusal:
    """The value to keep, or why it cannot be chosen."""
    kind = kind_of(key)
    if kind.choices:
        wrong = Refusal("NO_CHOICE", f"“{kind.title}”: hãy chọn một trong các cách có sẵn.")
        return value if value in dict(kind.choices) else wrong
    if value.isdecimal() and kind.lowest <= int(value) <= kind.highest:
        return int(value)
    return Refusal(
        "OUT_OF_RANGE",
        f"“{kind.title}” phải là số nguyên từ {kind.lowest} đến {kind.highest}.",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the rules of a year need of these choices."""

    clause: Clause = "replace"
    counts_optional: bool = True
    absence_limit: int = number("absence_limit")
    gdtx: tuple[tuple[str, str], ...] = ()
    chooses_subjects: bool = False
    conduct_optional: bool = False

    @property
    def gdtx_overrides(self) -> dict[str, str]:
        """As gradebook.rules.gdtx takes them."""
        return dict(self.gdtx)


def settings_of(values: Mapping[str, PolicyValue]) -> Settings:
    """The choices of a school in a year, for the rules."""
    return Settings(
        clause="drop" if values["adjustment_clause"] == "drop" else "replace",
        counts_optional=values["optional_subjects"] == "count",
        absence_limit=int(values["absence_limit"]),
        gdtx=tuple((key, str(values[key])) for key in ("gdtx_adjusts", "gdtx_failed_comments")),
        chooses_subjects=values["reassessment_choice"] == "chosen",
        conduct_optional=values["gdtx_conduct"] == "some",
    )


def topics_in_term(value: str, term: int, regular_marks: int) -> int:
    """Số điểm chuyên đề tính như điểm thường xuyên trong một học kì.

    `value` is that of "cluster_term" (one mark for the cluster) or of "gdtx_topics" ("1+2").
    Never more columns than the book has.
    Law: TT 22/2021/TT-BGDĐT, Điều 6; TT 43/2021/TT-BGDĐT, Điều 9
    """
    per_term = _PER_TERM.get(value) or value.split("+")
    return min(int(per_term[term - 1]), HIGHEST_REGULAR - regular_marks)
