"""Tables of a page as sheets."""

from __future__ import annotations

from kit.sheets.screens import lists_without_export, tables_of

PAGE = """
<h1>Sổ <span class="sr-only">ẩn</span>điểm</h1>
<table><caption class="sr-only">Lớp 8A</caption>
<thead>
<tr><th rowspan="2"><input type="checkbox"></th><th rowspan="2">Môn</th><th colspan="2">Học kì</th>
<th rowspan="2"><span class="sr-only">Thao tác</span></th></tr>
<tr><th>I</th><th>II</th></tr></thead>
<tbody>
<tr><td><input type="checkbox" checked></td><th scope="row"><a href="/x">Toán</a><br>
<b>Nguyễn&nbsp;Hoa</b><svg><title>hình</title></svg></th><td class="num">1.280</td>
<td>—</td><td><button>Xóa</button></td></tr>
<tr><td></td><td>Văn</td><td class="num">7</td><td><select><option>Đ</option>
<option selected>CĐ</option></select><input value="x&amp;y" type="text"></td><td></td></tr>
<tr><td class="table-empty" colspan="5">Chưa có</td></tr>
</tbody></table>
<table><tr><td>chỉ để xếp chỗ</td></tr></table>
"""


def test_titles_rows_and_numbers() -> None:
    (page,) = tables_of(PAGE)
    assert (page.name, page.titles) == ("1. Lớp 8A", ("Sổ điểm", "Lớp 8A"))
    titles = {field.key: field.title for field in page.fields}
    assert list(titles.values()) == ["Môn", "Học kì – I", "Học kì – II"]
    rows = [[row[key] for key in titles] for row in page.rows]
    assert rows == [["Toán; Nguyễn Hoa", 1280, ""], ["Văn", 7, "CĐ x&y"]]
    assert [field.kind for field in page.fields] == ["text", "integer", "text"]


def test_a_cell_that_reaches_down_stands_in_each_of_its_rows() -> None:
    (page,) = tables_of(
        "<table><thead><tr><th>Lớp</th><th>Môn</th></tr></thead><tbody>"
        "<tr><td rowspan='2'>8A</td><td>Toán</td></tr><tr><td>Văn</td></tr></tbody></table>"
    )
    assert [list(row.values()) for row in page.rows] == [["8A", "Toán"], ["8A", "Văn"]]


def test_a_page_with_a_file_of_its_own_needs_no_other() -> None:
    assert lists_without_export("<table></table>")
    assert not lists_without_export("<p>Không có gì</p>")
    assert not lists_without_export('<a href="?q=a&amp;format=xlsx">Xuất</a><table></table>')
    assert not lists_without_export('<table></table><a href="/so-diem/3/1/excel/">Tải</a>')
