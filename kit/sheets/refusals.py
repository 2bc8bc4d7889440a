"""Why a file cannot be taken: one Vietnamese sentence each."""

_SENTENCES = {
    "EMPTY_FILE": "Tệp không có nội dung. Hãy kiểm tra lại tệp đã chọn.",
    "NO_DATA": "Tệp không có dòng dữ liệu nào. Hãy nhập dữ liệu rồi gửi lại.",
    "WRONG_TYPE": (
        "Đây là {found}, không phải bảng tính. "
        "Hãy chọn tệp Excel (.xlsx, .xls), OpenDocument (.ods) hoặc CSV."
    ),
    "WEB_PAGE": (
        "Tệp này là trang web được đặt đuôi Excel. "
        "Hãy mở bằng Excel rồi lưu lại thành .xlsx và gửi lại."
    ),
    "TOO_LARGE": "Tệp nặng {size} MB, vượt mức {limit} MB. Hãy chia thành nhiều tệp nhỏ hơn.",
    "ZIP_BOMB": (
        "Tệp nén bất thường: khi mở ra sẽ quá lớn nên hệ thống không mở. "
        "Hãy lưu lại bằng Excel rồi gửi lại."
    ),
    "ENCRYPTED": "Tệp được đặt mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi gửi lại.",
    "BROKEN": "Tệp bị hỏng hoặc tải lên chưa đủ. Hãy mở bằng Excel, lưu lại rồi gửi lại.",
    "TOO_MANY_ROWS": (
        "Trang “{sheet}” có {rows} dòng, vượt mức {limit} dòng. Hãy chia thành nhiều tệp."
    ),
    "TOO_MANY_COLUMNS": (
        "Trang “{sheet}” có {columns} cột, vượt mức {limit} cột. Hãy xóa các cột thừa."
    ),
    "SHEET_NOT_FOUND": "Tệp không có trang “{sheet}”. Các trang đang có: {names}.",
    "HEADER_NOT_FOUND": (
        "Không tìm thấy dòng tiêu đề trong trang “{sheet}”. "
        "Cần có các cột: {columns}. Hãy tải tệp mẫu để đối chiếu."
    ),
}


class SheetRefused(Exception):
    """A file that cannot be read as a table, with a key, data and a sentence for its sender."""

    def __init__(self, key: str, **data: object) -> None:
        self.key = key
        self.data = data
        self.sentence = _SENTENCES[key].format(**data)
        super().__init__(self.sentence)
