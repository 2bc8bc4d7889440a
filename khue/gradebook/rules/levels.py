"""Bốn mức Tốt, Khá, Đạt, Chưa đạt: of learning and of conduct, of a term and of a year."""

from enum import IntEnum


class Level(IntEnum):
    """Mức đánh giá, the best first, so that a smaller number is a better level."""

    TOT = 0
    KHA = 1
    DAT = 2
    CHUADAT = 3

    @property
    def name_vi(self) -> str:
        """As the book prints it."""
        return ("Tốt", "Khá", "Đạt", "Chưa đạt")[self]

    @property
    def symbol(self) -> str:
        """Kí hiệu trong bảng: T, K, Đ, CĐ."""
        return ("T", "K", "Đ", "CĐ")[self]

    @property
    def is_met(self) -> bool:
        """Từ mức Đạt trở lên."""
        return self <= Level.DAT
