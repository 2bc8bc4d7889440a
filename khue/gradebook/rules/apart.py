"""Học sinh có hoàn cảnh riêng ở một môn: what is said of it, and which rows take no marks."""

from collections.abc import Mapping
from types import MappingProxyType

from khue.gradebook.rules.pupil_years import NOT_TAKEN, OUT_OF_COUNT
from khue.gradebook.rules.slots import SPOKEN_TERMS
from kit.refusal import Refusal

EXEMPT = "exempt"
# What a book or a family sees of a circumstance; why it holds is for those who record it.
BADGES: Mapping[str, str] = MappingProxyType(
    {
        "practice": "Miễn thực hành",
        "reduced": "Giảm nhẹ yêu cầu",
        "plan": "Kế hoạch cá nhân",
        EXEMPT: "Miễn đánh giá",
        NOT_TAKEN: "Không học môn này",
    }
)


# Exemption from practice is for these two subjects; the theory is assessed all the same.
WITH_PRACTICE = ("Giáo dục thể chất", "Giáo dục quốc phòng và an ninh")
PRACTICE = "practice"


def check_kind(kind: str, subject_name: str, status: str) -> Refusal | None:
    """Why a circumstance cannot be recorded in a subject; none where it can.

    Practice is exempted in two subjects only; a compulsory subject cannot be given up.
    Law: TT 22/2021/TT-BGDĐT, Điều 10
    """
    if kind == PRACTICE and subject_name not in WITH_PRACTICE:
        sentence = f"Chỉ miễn phần thực hành ở môn {' và môn '.join(WITH_PRACTICE)}."
        return Refusal("NO_PRACTICE", sentence)
    if kind == NOT_TAKEN and status == "compulsory":
        sentence = f"{subject_name} là môn bắt buộc nên không ghi “Không học môn này” được."
        return Refusal("COMPULSORY", sentence)
    return None


def is_due(kind: str, *, brought: bool = False) -> bool:
    """Whether the assessments of a term are asked for: not where another result stands for them.

    Exemption from practice changes nothing: theory takes its place.
    Law: TT 22/2021/TT-BGDĐT, Điều 10; TT 22/2021/TT-BGDĐT, Điều 11
    """
    return not brought and kind not in OUT_OF_COUNT


def closed_row(kind: str, name: str, term: int, from_school: str = "") -> str:
    """Why the row of a pupil takes no marks in a term; "" when it does."""
    spoken = SPOKEN_TERMS[term]
    if from_school:
        return (
            f"Kết quả {spoken} của {name} chuyển đến từ {from_school} nên không nhập ở đây."
            " Cần sửa, thầy cô đề nghị giáo vụ."
        )
    if kind == EXEMPT:
        return f"{name} được miễn đánh giá môn này ở {spoken} nên không nhập điểm."
    if kind == NOT_TAKEN:
        return f"{name} không học môn này ở {spoken} nên không nhập điểm."
    return ""
