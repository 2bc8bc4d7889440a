"""Checks that ask the database: version, role, fence, durability, clock, tables."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection

from config.running.findings import Finding, Level, judged
from config.running.state import one_row, waiting_migrations
from kit.fences import NOTHING, scoped

LEAST_VERSION = 150_000
CLOCKS_APART = 2.0
LEAST_CONNECTIONS = 50
ROLE = """
select current_user, rolsuper, rolbypassrls,
  exists (select from pg_class where relnamespace = current_schema()::regnamespace
    and relkind = 'r' and pg_get_userbyid(relowner) = current_user)
from pg_roles where rolname = current_user
"""
UNFENCED = """
select coalesce(string_agg(relname, ', ' order by relname), '') from pg_class
where relnamespace = current_schema()::regnamespace and relkind = 'r' and not relrowsecurity
  and exists (select from pg_policy where polrelid = pg_class.oid)
"""
FENCED = """
select count(distinct polrelid) from pg_policy join pg_class on pg_class.oid = polrelid
where relnamespace = current_schema()::regnamespace
"""
SEEN = "select exists (select from records_student)"
DURABLE = """
select current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on',
  current_setting('synchronous_commit') <> 'off', current_setting('archive_mode') <> 'off',
  current_setting('data_checksums') = 'on', current_setting('max_connections')::int
"""
EXTENSIONS = """
select coalesce(string_agg(name, ', '), '') from unnest(array['btree_gist', 'pg_trgm']) as name
where not exists (select from pg_extension where extname = name
  and extnamespace::regnamespace::text = any(current_schemas(false)::text[]))
"""
SECOND = "select not pg_is_in_recovery(), current_setting('synchronous_standby_names') <> ''"
LOGIN_OWNS = """
select exists (select from pg_class where relnamespace = current_schema()::regnamespace
  and relkind = 'r' and pg_get_userbyid(relowner) = session_user)
"""
SERVER = """
select current_setting('server_version_num')::int, current_setting('server_encoding'),
  extract(epoch from clock_timestamp())
"""


def check_server() -> Iterator[Finding]:
    before = time.time()
    version, encoding, at = one_row(SERVER)
    yield judged(
        version >= LEAST_VERSION,
        f"PostgreSQL {version // 10_000}",
        "Cần PostgreSQL 15 trở lên.",
    )
    yield judged(encoding == "UTF8", "Bảng mã UTF8", "Cơ sở dữ liệu phải dùng bảng mã UTF8.")
    (absent,) = one_row(EXTENSIONS)
    yield judged(not absent, "Phần mở rộng đủ", f"Thiếu {absent}. Hãy cài gói postgresql-contrib.")
    apart = abs(float(at) - (before + time.time()) / 2)
    yield judged(
        apart <= CLOCKS_APART,
        "Đồng hồ hai máy khớp nhau",
        f"Đồng hồ máy này và máy chủ dữ liệu lệch {apart:.0f} giây. Hãy bật NTP ở cả hai máy "
        "(timedatectl set-ntp true); chữ ký số và sổ cái dựa vào giờ.",
    )


def check_role() -> Iterator[Finding]:
    name, superuser, bypasses, owns = one_row(ROLE)
    yield judged(
        not superuser and not bypasses,
        f"Vai {name} chịu hàng rào dữ liệu",
        f"Vai {name} là siêu người dùng hoặc có BYPASSRLS nên vượt qua hàng rào. Hãy nối bằng vai "
        "khác (in role khue_web).",
    )
    yield judged(
        not owns,
        f"Vai {name} không sở hữu bảng",
        f"Vai {name} là chủ của bảng nên hàng rào không có hiệu lực. Hãy bỏ "
        "KHUE_DATABASE_ROLE=owner và nối bằng vai của trang.",
    )
    (login_owns,) = one_row(LOGIN_OWNS)
    yield judged(
        not login_owns,
        "Vai đăng nhập của trang tách khỏi chủ sở hữu",
        "DATABASE_URL của trang đăng nhập bằng chính chủ của bảng. Nên tạo vai riêng: create role "
        "khue_app login password '…' in role khue_web.",
        otherwise=Level.WARNING,
    )


def check_fence() -> Iterator[Finding]:
    (unfenced,) = one_row(UNFENCED)
    (fenced,) = one_row(FENCED)
    yield judged(
        not unfenced and fenced,
        f"Hàng rào bật trên {fenced} bảng",
        f"Hàng rào đang tắt ở: {unfenced or 'mọi bảng'}. Hãy chạy lại migrate bằng vai chủ sở hữu.",
    )
    with scoped(NOTHING):
        (seen,) = one_row(SEEN)
    yield judged(
        not seen,
        "Không khai báo phạm vi thì không thấy học sinh nào",
        "Vai của trang đọc được học sinh mà không khai báo phạm vi: hàng rào không có tác dụng.",
    )


def check_durability() -> Iterator[Finding]:
    whole, waits, archived, checksums, most = one_row(DURABLE)
    yield judged(
        whole and waits,
        "Ghi xong mới báo xong",
        "fsync, full_page_writes hoặc synchronous_commit đang tắt: mất điện là mất dữ liệu.",
    )
    yield judged(
        archived,
        "Lưu trữ WAL đã bật",
        "archive_mode đang tắt: chỉ phục hồi được tới bản sao lưu gần nhất. Xem sao-luu.md.",
        otherwise=Level.WARNING,
    )
    yield judged(
        checksums,
        "Trang dữ liệu có mã kiểm",
        "Cụm dữ liệu không có mã kiểm nên đĩa hỏng có thể không ai biết (pg_checksums --enable).",
        otherwise=Level.WARNING,
    )
    yield judged(
        most >= LEAST_CONNECTIONS,
        f"Máy chủ dữ liệu nhận {most} kết nối",
        f"max_connections={most} quá ít: mỗi luồng của trang giữ một kết nối.",
        otherwise=Level.WARNING,
    )


def check_second_server() -> Iterator[Finding]:
    """Asked where DATABASE_URL names several servers."""
    if "," not in str(connection.settings_dict["HOST"]):
        return
    leads, doubled = one_row(SECOND)
    yield judged(
        leads,
        "Đang nối vào máy dữ liệu chính",
        "Đang nối vào máy chỉ đọc. Hãy thêm target_session_attrs=read-write vào DATABASE_URL.",
    )
    yield judged(
        doubled,
        "Dữ liệu được ghi ở hai máy rồi mới báo đã lưu",
        "Chưa có máy nào giữ bản đồng bộ: máy chính hỏng lúc này thì không có máy thay. Hãy xem "
        "patronictl list và synchronous_mode (nhieu-may.md).",
        otherwise=Level.WARNING,
    )


def check_tables() -> Iterator[Finding]:
    waiting = waiting_migrations()
    yield judged(
        not waiting,
        "Bảng dữ liệu đúng phiên bản",
        f"Còn {len(waiting)} bước chuyển đổi chưa chạy, đầu tiên là {waiting[:1]}. Hãy chạy "
        "migrate bằng vai chủ sở hữu.",
    )
    (codes,) = one_row("select exists (select from organisations_code)")
    yield judged(codes, "Danh mục đã nạp", "Chưa có danh mục. Hãy gõ: manage.py load_codes")


def reaches_database() -> Finding:
    """Asked first; without a database nothing else can be."""
    try:
        connection.ensure_connection()
    except Exception as trouble:  # noqa: BLE001  (a wrong address raises whatever the driver likes)
        return Finding(
            Level.ERROR,
            "Nối được cơ sở dữ liệu",
            f"Không nối được theo DATABASE_URL ({type(trouble).__name__}). Hãy xem lại địa chỉ, "
            "vai, mật khẩu và pg_hba.conf.",
        )
    return Finding(Level.GOOD, "Nối được cơ sở dữ liệu")


CHECKS = (
    check_server,
    check_role,
    check_fence,
    check_durability,
    check_second_server,
    check_tables,
)
