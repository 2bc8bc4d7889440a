"""Lớp chuyên: which subject a specialised class (DM_HE_CHUYEN) is about."""

from collections.abc import Mapping
from types import MappingProxyType

_FOREIGN_LANGUAGE = "Ngoại ngữ 1"
_SUBJECT_OF_CODE: Mapping[str, str] = MappingProxyType(
    {
        "01": "Ngữ văn",
        "02": "Lịch sử",
        "03": "Địa lí",
        **dict.fromkeys(("04", "05", "06", "07", "08"), _FOREIGN_LANGUAGE),
        "09": "Toán",
        "10": "Vật lí",
        "11": "Hóa học",
        "12": "Sinh học",
        "13": "Tin học",
    }
)


def specialised_subject(code: str) -> str:
    """Môn chuyên: the name of the subject; empty for a plain class or another speciality."""
    return _SUBJECT_OF_CODE.get(code, "")
