"""Lời báo lỗi của API (RFC 9457): a stable type, a title, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A kind of trouble: its key stands in the type URI and never changes."""

    key: str
    status: int
    title: str
    advice: str


PROBLEMS: dict[str, Problem] = {
    one.key: one
    for one in (
        Problem(
            "token-missing",
            401,
            "Thiếu mã truy cập",
            "Gửi mã truy cập ở đầu Authorization: Bearer …; lấy mã ở /oauth2/token.",
        ),
        Problem(
            "token-invalid",
            401,
            "Mã truy cập không còn dùng được",
            "Mã đã hết hạn hoặc kết nối đã bị thu hồi. Hãy xin mã mới ở /oauth2/token.",
        ),
        Problem(
            "scope-missing",
            403,
            "Kết nối chưa được cấp phạm vi này",
            "Đề nghị người quản lý của trường hoặc Sở cấp thêm phạm vi ở trang Kết nối dữ liệu.",
        ),
        Problem(
            "not-found",
            404,
            "Không tìm thấy",
            "Mã không có, hoặc ở ngoài nơi mà kết nối được cấp.",
        ),
        Problem(
            "method-not-allowed",
            405,
            "Cách gọi này không được hỗ trợ",
            "API chỉ đọc: chỉ dùng GET.",
        ),
        Problem(
            "parameters-invalid",
            422,
            "Tham số chưa đúng",
            "Sửa các tham số nêu trong errors rồi gọi lại.",
        ),
        Problem(
            "cursor-invalid",
            422,
            "Con trỏ trang không đúng",
            "Dùng đúng giá trị next của trang trước, hoặc bắt đầu lại từ trang đầu.",
        ),
        Problem(
            "rate-limited",
            429,
            "Gọi quá nhanh",
            "Đợi hết số giây ghi ở Retry-After rồi gọi tiếp.",
        ),
    )
}
