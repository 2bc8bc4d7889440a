"""The history of a record in Vietnamese sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# An empty verb: the label says it all ("Chuyển từ lớp 8A sang lớp 8B").
VERBS: dict[str, str] = {
    "create": "đã lập",
    "change": "đã sửa",
    "adjust": "đã đổi thời hạn",
    "correct": "đã sửa",
    "rename": "đã đổi",
    "enter": "đã nhập",
    "clear": "đã xóa",
    "remove": "đã bỏ",
    "close": "đã đóng",
    "reopen": "đã mở lại",
    "lock": "đã khóa",
    "unlock": "đã mở khóa",
    "finish": "đã xác nhận nhập xong",
    "consolidate": "đã tổng hợp",
    "give_back": "đã trả lại",
    "approve": "đã duyệt",
    "withdraw": "đã thu hồi",
    "ask": "đã gửi",
    "verify": "đã xác nhận",
    "consent": "đã đồng ý",
    "refuse": "đã từ chối",
    "grant": "đã giao vai trò",
    "end": "đã kết thúc",
    "end_grant": "đã kết thúc vai trò",
    "delegate": "đã ủy quyền",
    "issue": "đã cấp",
    "choose": "đã đặt",
    "change_password": "đã đổi",
    "confirm": "đã bật",
    "reset": "đã đặt lại",
    "use": "đã dùng",
    "renew": "đã tạo lại",
    "prepare": "đã chuẩn bị",
    "load": "đã nạp",
    "merge": "đã gộp",
    "undo": "đã hoàn tác",
    "import": "đã nhập từ tệp",
    "apply": "đã nhập từ tệp",
    "register": "đã ghi",
    "leave_register": "đã ghi ra khỏi",
    "add": "đã thêm",
    "block": "đã chặn",
    "unblock": "đã bỏ chặn",
    "sign_in": "đã đăng nhập",
    "sign": "đã ký số",
    "ask_signature": "đã đề nghị ký",
    "withdraw_signature": "đã thu hồi đề nghị ký",
    "refuse_signature": "đã từ chối ký",
    "remind_signature": "đã nhắc ký",
    "hand_in": "đã trình ký",
    "write": "đã ghi",
    "excuse": "đã ghi có phép cho",
    "comment": "đã ghi nhận xét",
    "substitute": "đã đổi người ký",
    "assign": "",
    "enrol": "",
    "move": "",
    "leave": "",
    "return": "",
    "transfer": "",
    "request_transfer": "",
    "refuse_transfer": "",
    "cancel_transfer": "",
    "add_posting": "",
    "end_posting": "",
    "join_account": "đã gắn hồ sơ với",
    "add_duty": "",
    "end_duty": "",
}
PERSONS = ("student:", "staff:")
FIELDS: dict[str, str] = {
    "name": "họ và tên",
    "sex": "giới tính",
    "born": "ngày sinh",
    "birth_place": "nơi sinh",
    "home_town": "quê quán",
    "ethnic_group": "dân tộc",
    "nationality": "quốc tịch",
    "address": "địa chỉ",
    "commune_code": "xã, phường",
    "phone": "điện thoại",
    "email": "thư điện tử",
    "code": "mã",
    "class": "lớp",
    "school_class": "lớp",
    "school": "trường",
    "status": "trạng thái",
    "starts_on": "từ ngày",
    "ends_on": "đến ngày",
    "valid_from": "từ ngày",
    "valid_to": "đến ngày",
    "role": "vai trò",
    "place": "nơi",
    "qualification": "trình độ",
    "major": "chuyên ngành",
    "kind": "loại",
    "contract": "hợp đồng",
    "title": "chức danh",
    "grades": "khối",
    "level_group": "nhóm cấp học",
    "website": "trang thông tin",
    "personal_number": "số định danh",
    "reason": "lý do",
    "site": "điểm trường",
    "number": "số",
    "guardian": "người thân",
    "relation": "quan hệ",
    "login": "tên đăng nhập",
}


@dataclass(frozen=True)
class ShownChange:
    """One difference as it is shown; the name of the field is empty for a plain value."""

    field: str
    old: str | None
    new: str | None


def verb_of(action: str) -> str:
    """The Vietnamese verb of an action; the longest known beginning of its name decides."""
    words = action.split("_")
    for end in range(len(words), 0, -1):
        name = "_".join(words[:end])
        if name in VERBS:
            return VERBS[name]
    return "đã cập nhật"


def sentence(action: str, label: str, subject: str = "") -> str:
    """What happened, without who and when: "Đã sửa điểm giữa kì, Toán 8A, học kì I"."""
    verb = verb_of(action)
    if verb and subject.startswith(PERSONS) and action in {"create", "remove"}:
        verb += " hồ sơ"
    text = f"{verb} {in_a_sentence(label)}".strip() if verb else label
    return text[:1].upper() + text[1:]


def in_a_sentence(label: str) -> str:
    """A label as it stands inside a sentence: a proper name keeps its capitals."""
    words = label.split()
    is_a_name = len(words) > 1 and words[1][:1].isupper()
    return label if is_a_name or not words else label[:1].lower() + label[1:]


def shown_changes(old: Any, new: Any) -> list[ShownChange]:
    """The differences between two values, field by field where they are records."""
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before, after = _as_mapping(old), _as_mapping(new)
        names = list(dict.fromkeys([*before, *after]))
        return [
            ShownChange(FIELDS.get(name, name), shown(before.get(name)), shown(after.get(name)))
            for name in names
            if before.get(name) != after.get(name)
        ]
    if old is None and new is None:
        return []
    return [ShownChange("", shown(old), shown(new))]


def _as_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def shown(value: Any) -> str | None:
    """A value as a person reads it; None for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list):
        return ", ".join(shown(one) or "–" for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{FIELDS.get(k, k)}: {shown(v) or '–'}" for k, v in value.items())
    return _date_or_text(str(value))


def _date_or_text(text: str) -> str:
    parts = text.split("-")
    if [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts):
        return "/".join(reversed(parts))
    return text
