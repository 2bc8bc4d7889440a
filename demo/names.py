"""Invented names that are right for their group; nobody real is meant."""

from __future__ import annotations

from random import Random

# group code (DM_DAN_TOC) -> family names, in the mountain province of the demonstration
FAMILY_NAMES: dict[str, list[str]] = {
    "01": ["Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Phan"],
    "02": ["Hoàng", "Nông", "Vi", "Lương", "Bế", "Hà", "Lộc", "Ma", "Đinh", "Chu", "Mã"],
    "07": ["Nông", "Lương", "Lý", "Hoàng", "Vy", "Mông", "Lục", "Triệu", "Hứa", "Đàm", "Chu"],
    "09": ["Triệu", "Đặng", "Bàn", "Dương", "Phùng", "Lý", "Chíu"],
    "08": ["Giàng", "Vàng", "Sùng", "Thào", "Hầu", "Lầu"],
    "04": ["Lâm", "Hoàng", "Trương", "Voòng", "Lý"],
}
# share of each group among the students, in hundredths
SHARES = {"07": 42, "02": 36, "01": 15, "09": 4, "04": 2, "08": 1}
MIDDLE_FEMALE = [
    "Thị",
    "Thị Thu",
    "Thị Kim",
    "Thị Bích",
    "Thùy",
    "Ngọc",
    "Khánh",
    "Thị Thanh",
    "Hà",
]
MIDDLE_MALE = ["Văn", "Đức", "Quang", "Minh", "Hữu", "Tuấn", "Quốc", "Gia", "Xuân", "Tiến"]
GIVEN_FEMALE = [
    "An", "Anh", "Ánh", "Bích", "Chi", "Diệp", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng",
    "Hiền", "Hoa", "Hoài", "Huệ", "Hương", "Huyền", "Khuê", "Lan", "Liên", "Linh", "Loan", "Ly",
    "Mai", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhi", "Như", "Oanh", "Phương", "Quỳnh", "Thảo",
    "Thơm", "Thu", "Thúy", "Trang", "Tuyết", "Uyên", "Vân", "Xuân", "Yến",
]  # fmt: skip
GIVEN_MALE = [
    "An", "Anh", "Ân", "Bách", "Bảo", "Bình", "Chiến", "Công", "Cường", "Dũng", "Duy", "Đạt",
    "Đông", "Đức", "Giáp", "Hải", "Hậu", "Hiếu", "Hoàng", "Huy", "Hưng", "Khang", "Khánh", "Khôi",
    "Kiên", "Lâm", "Long", "Mạnh", "Minh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân", "Quang",
    "Sơn", "Tài", "Thái", "Thắng", "Thành", "Toàn", "Trung", "Tuấn", "Tùng", "Việt", "Vinh",
]  # fmt: skip
MONG_FEMALE, MONG_MALE = (
    ["Thị Mỷ", "Thị Dợ", "Thị Sua", "Thị Mai"],
    ["A Páo", "A Chứ", "A Sính", "A Tủa"],
)


def choose_group(random: Random) -> str:
    return random.choices(list(SHARES), weights=list(SHARES.values()))[0]


def invent_name(random: Random, *, female: bool, group: str = "01", family: str = "") -> str:
    """A full name; Mông names follow their own pattern."""
    family = family or random.choice(FAMILY_NAMES[group])
    if group == "08":
        return f"{family} {random.choice(MONG_FEMALE if female else MONG_MALE)}"
    middle = random.choice(MIDDLE_FEMALE if female else MIDDLE_MALE)
    given = random.choice(GIVEN_FEMALE if female else GIVEN_MALE)
    return f"{family} {middle} {given}"
