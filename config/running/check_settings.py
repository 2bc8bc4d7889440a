"""Checks that need no database: secrets, hosts, HTTPS, files, what Django itself warns of."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.checks import run_checks

from config.running.findings import Finding, Level, judged
from config.running.state import LEAST_FREE_BYTES, free_bytes

HEXADECIMAL = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
LEAST_PYTHON = (3, 11)
GIGABYTE = 1_000_000_000
# What Django warns of and we answer otherwise: the proxy redirects to HTTPS, preloading and
# subdomains of HSTS are a decision of whoever owns the domain, the middleware is our own.
ANSWERED = {"security.W001", "security.W003", "security.W005", "security.W008", "security.W021"}


def check_mode() -> Iterator[Finding]:
    yield judged(
        not settings.DEBUG, "DEBUG đã tắt", "DEBUG đang bật: trang lỗi lộ dữ liệu. Hãy tắt."
    )
    yield judged(
        not settings.DEMO,
        "Không phải bản trình diễn",
        "KHUE_DEMO đang bật: mã một lần hiện trên trang. Hãy bỏ biến này với dữ liệu thật.",
    )
    yield judged(
        sys.version_info[:2] >= LEAST_PYTHON,
        "Phiên bản Python",
        "Cần Python 3.11 trở lên.",
    )


def check_secrets() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    yield judged(
        len(key) >= 32 and len(set(key)) >= 5 and "kiem-thu" not in key,
        "KHUE_SECRET_KEY đủ dài và ngẫu nhiên",
        "KHUE_SECRET_KEY quá ngắn hoặc dễ đoán. Hãy tạo khóa mới: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    )
    named = {"KHUE_FIELD_KEY": settings.FIELD_KEY, "KHUE_SEAL_KEY": settings.SEAL_KEY}
    for name, value in named.items():
        yield judged(
            HEXADECIMAL.fullmatch(value) and len(set(value)) > 4,
            f"{name} là 64 chữ số ngẫu nhiên",
            f"{name} phải là 64 chữ số hệ mười sáu ngẫu nhiên. Khóa đã dùng thì đừng đổi; chỉ tạo "
            "mới khi chưa có dữ liệu: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    yield judged(
        settings.FIELD_KEY != settings.SEAL_KEY,
        "Mỗi khóa một việc",
        "KHUE_FIELD_KEY và KHUE_SEAL_KEY trùng nhau: lộ một khóa là lộ cả hai.",
    )


def check_hosts() -> Iterator[Finding]:
    hosts = set(settings.ALLOWED_HOSTS)
    yield judged(
        not any("*" in one or one.startswith(".") for one in hosts),
        "KHUE_HOSTS ghi đúng tên miền",
        "KHUE_HOSTS có dấu * hoặc bắt đầu bằng dấu chấm nên nhận mọi tên. Hãy ghi đủ tên miền.",
    )
    yield judged(
        hosts - {"127.0.0.1", "localhost", "::1", "testserver"},
        "Có tên miền cho người dùng",
        "KHUE_HOSTS chỉ có máy này; người dùng ở ngoài không vào được. Hãy ghi tên miền của trang.",
    )


def check_https() -> Iterator[Finding]:
    yield judged(
        settings.PUBLIC_ADDRESS.startswith("https://"),
        "Địa chỉ công khai dùng HTTPS",
        "KHUE_PUBLIC_ADDRESS không bắt đầu bằng https://. Mã QR trên học bạ sẽ mang địa chỉ ấy.",
    )
    yield judged(
        settings.SESSION_COOKIE_SECURE and settings.SECURE_HSTS_SECONDS > 0,
        "Cookie và HSTS chỉ cho HTTPS",
        "Cookie còn đi qua HTTP. Hãy bỏ KHUE_DEMO.",
    )
    yield judged(
        settings.TRUSTED_PROXIES > 0,
        "Biết có mấy proxy ở trước",
        "KHUE_TRUSTED_PROXIES=0: nếu có proxy ở trước thì mọi người bị coi là cùng một địa chỉ, "
        "và một người gõ sai mật khẩu nhiều lần sẽ chặn tất cả. Thường đặt 1.",
        otherwise=Level.WARNING,
    )


def check_files() -> Iterator[Finding]:
    place = Path(settings.DATA_DIR)
    writable = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    yield judged(
        writable,
        "Thư mục KHUE_DATA_DIR ghi được",
        f"Không ghi được vào {place}. Hãy tạo thư mục và giao cho người dùng chạy chương trình.",
    )
    if writable:
        yield judged(
            not place.stat().st_mode & stat.S_IRWXO,
            "Người khác trên máy không đọc được tệp",
            f"Ai trên máy cũng vào được {place}. Hãy gõ: chmod o-rwx {place}",
            otherwise=Level.WARNING,
        )
    free = free_bytes()
    yield judged(
        free > 20 * LEAST_FREE_BYTES,
        f"Ổ đĩa còn {free / GIGABYTE:.0f} GB",
        "Sắp hết chỗ giữ tệp. Hãy thêm chỗ: hết chỗ thì không ai lưu được gì.",
        otherwise=Level.ERROR if free < LEAST_FREE_BYTES else Level.WARNING,
    )


def check_watching() -> Iterator[Finding]:
    counted = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    yield judged(
        not counted or os.access(counted, os.W_OK),
        "Thư mục đếm số đo",
        f"Không ghi được vào PROMETHEUS_MULTIPROC_DIR ({counted}).",
    )
    yield judged(
        settings.LOG_STYLE == "json",
        "Nhật ký có cấu trúc",
        "KHUE_LOG chưa là json: máy khó đọc nhật ký. Nên đặt KHUE_LOG=json.",
        otherwise=Level.WARNING,
    )


def check_framework() -> Iterator[Finding]:
    found = run_checks(include_deployment_checks=True)
    wrong = sorted({str(one.id) for one in found if one.id not in ANSWERED})
    yield judged(
        not wrong,
        "Các kiểm tra triển khai của Django",
        f"Django báo: {', '.join(wrong)}. Hãy gõ: manage.py check --deploy",
        otherwise=Level.WARNING,
    )


CHECKS = (
    check_mode,
    check_secrets,
    check_hosts,
    check_https,
    check_files,
    check_watching,
    check_framework,
)
