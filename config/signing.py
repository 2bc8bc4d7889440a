"""What the settings of signing may be; a demonstration authority never serves real people."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DEMONSTRATION = "demo:"
DEMONSTRATION_FOLDER = "demo-authority"
LEVELS = ("B-B", "B-T", "B-LT")


def timestamp_authority(address: str, *, demo: bool) -> str:
    """The address of the timestamp authority; "" means none."""
    if address == DEMONSTRATION and not demo:
        raise ImproperlyConfigured(
            "KHUE_TSA_URL=demo: chỉ dùng trong bản trình diễn. Hãy ghi địa chỉ dịch vụ cấp dấu "
            "thời gian, ví dụ: export KHUE_TSA_URL=http://tsa.example.vn"
        )
    if address and address != DEMONSTRATION and not address.startswith(("http://", "https://")):
        raise ImproperlyConfigured("KHUE_TSA_URL phải bắt đầu bằng http:// hoặc https://")
    return address


def signing_level(wanted: str, address: str) -> str:
    """The level of new signatures: as wanted, else valid for ever where the time is stamped."""
    level = wanted or ("B-LT" if address else "B-B")
    if level not in LEVELS:
        raise ImproperlyConfigured(f"KHUE_SIGNING_LEVEL phải là một trong: {', '.join(LEVELS)}")
    if level != "B-B" and not address:
        raise ImproperlyConfigured(
            f"KHUE_SIGNING_LEVEL={level} cần dịch vụ cấp dấu thời gian. Hãy ghi KHUE_TSA_URL."
        )
    return level


def refuse_demonstration_authority(data: Path, *, demo: bool) -> None:
    """Production does not start beside the keys of a demonstration authority."""
    folder = data / DEMONSTRATION_FOLDER
    if demo or not folder.exists():
        return
    raise ImproperlyConfigured(
        f"Thư mục {folder} chứa nơi cấp chứng thư trình diễn, không dùng với dữ liệu thật. Hãy "
        "chuyển thư mục đó đi, hoặc chọn KHUE_DATA_DIR khác."
    )
