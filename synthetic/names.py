"""Invented names that are right for their group, by codes of DM_DAN_TOC; nobody real is meant.

The Tày, Nùng, Hoa and Sán Chay children of today mostly bear given names like those of the Kinh,
after family names of their own; Dao and Mông children often keep the names of their people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

KINH, TAY, HOA, NUNG, HMONG, DAO, SAN_CHAY = "01", "02", "04", "07", "08", "09", "15"


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(","))


@dataclass(frozen=True)
class Names:
    """What a group draws its names from."""

    family: tuple[str, ...]
    middle_female: tuple[str, ...]
    middle_male: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]


_MIDDLE_F = _words(
    "Thị, Thị, Thị, Thị Thu, Thị Kim, Thị Bích, Thị Thanh, Thị Hồng, Thị Minh, Thị Ngọc, Thu, Kim, "
    "Bích, Thùy, Ngọc, Khánh, Thanh, Hà, Bảo, Minh, Hồng, Phương, Quỳnh, Diệu, Tú, Mai, Yến, Cẩm"
)
_MIDDLE_M = _words(
    "Văn, Văn, Đức, Quang, Minh, Hữu, Tuấn, Quốc, Gia, Xuân, Tiến, Công, Đình, Anh, Bảo, Hoàng, "
    "Mạnh, Ngọc, Thanh, Thế, Trung, Việt, Duy, Hải, Khánh, Chí, Thành, Trường"
)
_FEMALE = _words(
    "An, Anh, Ánh, Bích, Châm, Chi, Dịu, Diễm, Diệp, Dung, Duyên, Giang, Hà, Hạnh, Hảo, Hằng, "
    "Hân, Hiền, Hoa, Hoài, Huệ, Hương, Hường, Huyền, Khuê, Kiều, Lam, Lan, Lệ, Liên, Linh, Loan, "
    "Luyến, Ly, Lý, Mai, My, Na, Nga, Ngân, Ngọc, Nguyệt, Nhi, Nhung, Như, Oanh, Phương, Phượng, "
    "Quyên, Quỳnh, Sen, Tâm, Thảo, Thắm, Thoa, Thơm, Thu, Thúy, Thủy, Thư, Trà, Trang, Trâm, "
    "Trinh, Trúc, Tuyết, Uyên, Vân, Vui, Vy, Xuân, Yến"
)
_MALE = _words(
    "An, Anh, Ân, Bách, Bảo, Bắc, Bình, Chiến, Chung, Chương, Công, Cường, Dũng, Duy, Dương, Đạt, "
    "Điệp, Định, Đông, Đức, Giáp, Hà, Hải, Hào, Hậu, Hiếu, Hiệp, Hòa, Hoàn, Hoàng, Huấn, Hùng, "
    "Huy, Hưng, Khang, Khánh, Khải, Khoa, Khôi, Kiên, Kiệt, Lâm, Linh, Long, Lộc, Lực, Mạnh, Minh, "
    "Nam, Nghĩa, Nguyên, Nhân, Nhật, Phong, Phú, Phúc, Quân, Quang, Quyết, Sáng, Sơn, Tài, Tâm, "
    "Tân, Thái, Thắng, Thành, Thiện, Thịnh, Toàn, Trọng, Trung, Trường, Tuấn, Tùng, Tú, Việt, "
    "Vinh, Vũ, Vương"
)

GROUPS: Mapping[str, Names] = {
    KINH: Names(
        _words("Nguyễn, Nguyễn, Nguyễn, Trần, Trần, Lê, Lê, Phạm, Vũ, Đặng, Bùi, Đỗ, Ngô, Dương, "
               "Phan, Đào, Trịnh, Cao, Mai, Hồ, Tạ, Lại"),
        _MIDDLE_F, _MIDDLE_M, _FEMALE, _MALE,
    ),
    TAY: Names(
        _words("Hoàng, Hoàng, Nông, Nông, Vi, Lương, Bế, Hà, Lộc, Ma, Đinh, Chu, Mã, Hứa, Dương, "
               "Phan, Đường, Triệu, Lăng, Nguyễn"),
        _MIDDLE_F, _MIDDLE_M, _FEMALE, _MALE,
    ),
    NUNG: Names(
        _words("Nông, Nông, Lương, Lương, Hoàng, Hoàng, Lý, Vy, Mông, Lục, Triệu, Hứa, Đàm, Chu, "
               "Lâm, Phùng, La, Vương, Linh, Sầm"),
        _MIDDLE_F, _MIDDLE_M, _FEMALE, _MALE,
    ),
    HOA: Names(
        _words("Lâm, Trương, Voòng, Lý, Diệp, Tằng, Hoàng, Trần, Lưu, Phùng, Thang"),
        _words("Mỹ, Gia, Tiểu, Bảo, Tuệ, Thục, Ngọc, Thị"),
        _words("Chí, Gia, Quốc, Vĩnh, Bảo, Kiến, Thiên, Văn"),
        _words("Linh, Nghi, Phụng, Trân, Bình, Hoa, Mẫn, Di, Lan, Quân, Liên, Dinh"),
        _words("Cường, Phát, Hào, Minh, Kiệt, Hùng, Thành, Vinh, Huy, Phú, Long, An"),
    ),
    HMONG: Names(
        _words("Giàng, Vàng, Sùng, Thào, Hầu, Lầu, Lý, Dương, Hoàng, Ngô, Đào"),
        _words("Thị"),
        _words("A, A, Mí, Seo, Văn"),
        _words("Mỷ, Dợ, Sua, Mai, Dí, Pà, Máy, Chở, Sính, Dở, Pàng, Chư, Sáo, Xúa, Súng"),
        _words("Páo, Chứ, Sính, Tủa, Lử, Dia, Vư, Chìa, Sáu, Thắng, Dũng, Pháng, Lềnh, Tráng"),
    ),
    DAO: Names(
        _words("Triệu, Triệu, Đặng, Đặng, Bàn, Bàn, Dương, Phùng, Lý, Chíu, Hoàng, Trần"),
        _words("Mùi, Mùi, Thị, Thị, Múi, Sinh"),
        _words("Tài, Tòn, Quầy, Sành, Chàn, Vần, Kim, Phúc, Văn, Tiến, Tạ, Hữu"),
        _words("Pham, Mấy, Nải, Khe, Ghển, Lụa, Mui, Chài, Viện, Sính, Hoa, Nhung, Thương, Linh"),
        _words("Phin, Quyên, Châu, Vảng, Phú, Lùng, Chòi, Sếnh, Hín, Phấu, Thanh, Tiến, Hưng, Nam"),
    ),
    SAN_CHAY: Names(
        _words("Hoàng, Trần, La, Ninh, Tống, Lâm, Trương, Nông, Lục, Vi, Đàm, Tô"),
        _MIDDLE_F, _MIDDLE_M, _FEMALE, _MALE,
    ),
}  # fmt: skip


def is_right(name: str, group: str, sex: str) -> bool:
    """Whether a name could have been drawn for this group and sex."""
    names = GROUPS[group]
    female = sex == "F"
    family, _, rest = name.partition(" ")
    middle, _, given = rest.rpartition(" ")
    middles = names.middle_female if female else names.middle_male
    return (
        family in names.family
        and middle in middles
        and given in (names.female if female else names.male)
    )


def invent_name(random: Random, group: str, *, female: bool, family: str = "") -> str:
    """Họ, tên đệm, tên: a full name of the group."""
    names = GROUPS[group]
    chosen = family or _one(random, names.family)
    middle = _one(random, names.middle_female if female else names.middle_male)
    return f"{chosen} {middle} {_given(random, names, f'{chosen} {middle}', female=female)}"


def _given(random: Random, names: Names, before: str, *, female: bool) -> str:
    """A given name that repeats no word of the name before it."""
    offered = names.female if female else names.male
    given = _one(random, offered)
    while given in before.split():
        given = _one(random, offered)
    return given


def _one(random: Random, offered: tuple[str, ...]) -> str:
    return offered[int(random.random() * len(offered))]
