"""Trang tra cứu: the few pages that the public sees, whole and without script.

They are made without the templates of the product: the process that serves results day holds
neither the product nor its database.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from pathlib import Path

from khue.answers.rules.keys import SECRET_NAMES, SecretKind
from kit.dates import print_date, print_moment, vietnam_time

STYLE = (Path(__file__).resolve().parent.parent / "look" / "answers.css").read_bytes()
HOME = "/tra-cuu/"
STYLE_NAME = f"kieu-{sha256(STYLE).hexdigest()[:12]}.css"

WRONG = (
    "Không có kết quả nào ứng với {number} và {secret} này. Hãy xem lại từng chữ số trên phiếu báo "
    "danh rồi tra lại."
)
MISSING = "Hãy ghi đủ số báo danh và {secret} ({hint}) rồi tra lại."
TOO_MANY = (
    "Đã có nhiều lần tra không đúng từ đường mạng này hoặc với số báo danh này. Hãy đợi {wait} rồi "
    "tra lại."
)
SECRET_HINTS = {
    SecretKind.BORN: "Ngày/tháng/năm, ví dụ 09/03/2011",
    SecretKind.CODE: "Như ghi trên phiếu báo danh",
}


def page(title: str, body: str, *, owner: str = "", head: str = "") -> str:
    """The frame around every page."""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex">{head}<title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="{HOME}{STYLE_NAME}"></head><body>'
        f"<header>{escape(owner or 'Tra cứu kết quả')}</header><main>{body}</main>"
        "<footer>Trang không dùng cookie và không lưu những gì đã gõ.</footer></body></html>"
    )


def answer_page(
    title: str, owner: str, number: str, values: Sequence[tuple[str, str]], made_at: datetime
) -> str:
    """Kết quả của một thí sinh."""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value) or "—"}</td></tr>'
        for label, value in values
    )
    caption = f"Số báo danh {escape(number)}"
    body = (
        f"<h1>{escape(title)}</h1><table><caption>{caption}</caption><tbody>{rows}</tbody></table>"
        f"<p><small>Số liệu lập lúc {print_moment(made_at)}. Trang này để tra cứu; giấy tờ chính "
        f'thức do cơ quan tổ chức thi cấp.</small></p><a class="button" href="{HOME}">Tra số khác'
        "</a>"
    )
    return page(title, body, owner=owner)


def answer_data(title: str, number: str, values: Sequence[tuple[str, str]]) -> str:
    """The same for a program."""
    told = {"title": title, "number": number, "values": [list(one) for one in values]}
    return json.dumps(told, ensure_ascii=False)


def form_page(
    title: str, owner: str, kind: SecretKind, slug: str, *, sentence: str = "", number: str = ""
) -> str:
    """Ô tra cứu; with a sentence when the look-up before found nothing."""
    name = SECRET_NAMES[kind]
    told = f'<p class="note wrong" role="alert">{escape(sentence)}</p>' if sentence else ""
    mode = "numeric" if kind == SecretKind.BORN else "text"
    body = (
        f'<h1>{escape(title)}</h1>{told}<form method="post" action="{HOME}{slug}/">'
        '<label for="number">Số báo danh</label>'
        '<input id="number" name="number" required maxlength="30" autocomplete="off" '
        f'value="{escape(number)}">'
        f'<label for="secret">{name}<small id="hint">{SECRET_HINTS[kind]}</small></label>'
        f'<input id="secret" name="secret" required maxlength="30" autocomplete="off" '
        f'inputmode="{mode}" aria-describedby="hint"><button>Xem kết quả</button></form>'
    )
    return page(title, body, owner=owner)


def wrong_sentence(kind: SecretKind) -> str:
    return WRONG.format(number="số báo danh", secret=SECRET_NAMES[kind].lower())


def missing_sentence(kind: SecretKind) -> str:
    return MISSING.format(secret=SECRET_NAMES[kind].lower(), hint=SECRET_HINTS[kind].lower())


def too_many_sentence(seconds: float) -> str:
    return TOO_MANY.format(wait=told_wait(seconds))


def told_wait(seconds: float) -> str:
    """A wait in words that a person would use."""
    if seconds < 60:
        return f"{max(1, int(seconds + 0.5))} giây"
    return f"{-(-int(seconds) // 60)} phút"


def closed_page(title: str, owner: str, opens_at: datetime) -> str:
    """Chưa mở tra cứu."""
    local = vietnam_time(opens_at)
    when = f"{local.hour:02d} giờ {local.minute:02d} ngày {print_date(local)}"
    body = (
        f'<h1>{escape(title)}</h1><p class="note">Chưa mở tra cứu. Kết quả có từ <strong>{when}'
        "</strong>.</p><p>Hãy mở lại trang này vào giờ ấy; không cần tải lại liên tục.</p>"
    )
    return page(title, body, owner=owner)


def queue_page(title: str, owner: str, seconds: int, address: str) -> str:
    """Đang đông người: the page comes back by itself when the turn has come."""
    refresh = f'<meta http-equiv="refresh" content="{seconds};url={escape(address)}">'
    body = (
        f"<h1>Đang có đông người tra cứu</h1><p>Lượt của bạn đã được giữ, sau khoảng</p>"
        f'<p class="turn">{told_wait(seconds)}</p><p class="note" role="status">Trang tự mở kết '
        "quả khi đến lượt. Xin đừng đóng hay tải lại: gửi lại từ đầu là xếp hàng lại từ cuối.</p>"
        f'<p><a href="{escape(address)}">Đến lượt mà trang chưa tự mở? Bấm vào đây.</a></p>'
    )
    return page(title, body, owner=owner, head=refresh)


def full_page(title: str, owner: str) -> str:
    """Hàng chờ đã dài nhất có thể."""
    body = (
        "<h1>Hàng chờ đang quá dài</h1><p>Rất nhiều người cùng tra một lúc nên chưa nhận thêm. "
        "Kết quả không thay đổi và không mất đi; hãy thử lại sau ít phút.</p>"
        f'<a class="button" href="{HOME}">Thử lại</a>'
    )
    return page(title, body, owner=owner)


def list_page(publications: Sequence[tuple[str, str, str]]) -> str:
    """Các kì đang công bố: slug, title, owner."""
    lines = "".join(
        f'<li><a href="{HOME}{slug}/">{escape(title)}</a><small>{escape(owner)}</small></li>'
        for slug, title, owner in publications
    )
    body = (
        f"<h1>Tra cứu kết quả</h1><ul>{lines}</ul>"
        if lines
        else ("<h1>Tra cứu kết quả</h1><p>Hiện chưa có kết quả nào được công bố ở đây.</p>")
    )
    return page("Tra cứu kết quả", body)


def sentence_page(title: str, sentence: str) -> str:
    """A page with one sentence and the way back."""
    body = (
        f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p>"
        f'<a class="button" href="{HOME}">Về trang tra cứu</a>'
    )
    return page(title, body)
