"""Học bạ số nhìn từ bên ngoài: what its parts are called, and where each must stand.

A verifier that knows only signatures asks here, so that it can say "môn Toán" instead of an id and
notices an element that was moved.
"""

from __future__ import annotations

from lxml import etree

from khue.transcripts.rules.mapping import CONTAINERS, NAMESPACE

ROOT, YEAR, SUBJECT = "HocBaSo", "NamHoc", "MonHoc"
# Where an element may be signed: the names from the root down to it.
PLACES = {
    (ROOT, "ThongTinChung"),
    (ROOT, "HocSinh"),
    (ROOT, YEAR),
    (ROOT, YEAR, SUBJECT),
    *((ROOT, name, "Signature", "SignatureValue") for name, _ in CONTAINERS),
}
ONLY_ONE = ("ThongTinChung", "HocSinh", YEAR)
NAMES = {"ThongTinChung": "thông tin chung", "HocSinh": "lí lịch học sinh"}


def title_of(root: etree._Element) -> str:
    """Học bạ số, năm học 2026–2027, em Lò Thị Minh."""
    year = _text(root, f"{YEAR}/namHoc")
    name = _text(root, "HocSinh/hoVaTen")
    told = ["Học bạ số"]
    if year.isdigit():
        told.append(f"năm học {year}–{int(year) + 1}")
    return ", ".join([*told, f"học sinh {name}"] if name else told)


def code_of(root: etree._Element) -> str:
    """Mã xác thực của phiên bản, as it is printed under the QR."""
    return _text(root, "ThongTinChung/maXacThuc")


def describe(element: etree._Element) -> str:
    """What a covered element is called."""
    name = _name(element)
    if name == SUBJECT:
        return f"môn {_text(element, 'tenMonHoc') or element.get('Id', '')}"
    if name == YEAR:
        year = _text(element, "namHoc")
        return f"kết quả cả năm học {year}–{int(year) + 1}" if year.isdigit() else "kết quả cả năm"
    return NAMES.get(name, f"phần {name}")


def misplaced(element: etree._Element) -> str:
    """What is wrong with where a covered element stands, "" when nothing is."""
    way = tuple(_name(one) for one in reversed([element, *element.iterancestors()]))
    if way not in PLACES:
        return f"Phần “{describe(element)}” không nằm đúng chỗ trong học bạ."
    root = element.getroottree().getroot()
    for name in ONLY_ONE:
        if len(root.findall(f"{{{NAMESPACE}}}{name}")) != 1:
            return f"Học bạ phải có đúng một phần {name}; tệp này đã bị ghép."
    code = _text(root, "ThongTinChung/maDinhDanhHocBa")
    if _name(element) in (YEAR, SUBJECT) and element.get("hocBa", "") != code:
        return f"Phần “{describe(element)}” là của học bạ khác, đã bị ghép vào tệp này."
    return ""


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _text(element: etree._Element, path: str) -> str:
    steps = "/".join(f"{{{NAMESPACE}}}{one}" for one in path.split("/"))
    return (element.findtext(steps) or "").strip()
