"""Old Excel files, which many offices still send, are read like new ones."""

import pytest

from kit.sheets.limits import Limits
from kit.sheets.reading import SheetRefused, open_workbook
from kit.sheets.tests.old_excel import old_excel


def test_an_old_excel_file_is_read() -> None:
    book = open_workbook(old_excel([["Họ tên", "Điểm"], ["Đỗ Ánh", 7.5], ["Lê Ơn", 8]]))
    assert (book.kind, book.sheets[0].name) == ("xls", "Trang 1")
    assert book.sheets[0].rows == [["Họ tên", "Điểm"], ["Đỗ Ánh", 7.5], ["Lê Ơn", 8]]


def test_an_old_excel_file_has_the_same_limits() -> None:
    data = old_excel([["a"]] * 30)
    with pytest.raises(SheetRefused, match="vượt mức 20 dòng"):
        open_workbook(data, limits=Limits(rows=20))


@pytest.mark.parametrize("kept", [600, 1100, 1600])
def test_an_old_excel_file_that_is_torn_is_told_so(kept: int) -> None:
    data = old_excel([["Họ tên"]])[:kept]
    with pytest.raises(SheetRefused) as refused:
        open_workbook(data)
    assert refused.value.key in {"BROKEN", "WRONG_TYPE"}


def test_a_damaged_file_that_asks_for_all_memory_is_only_broken() -> None:
    data = bytearray(old_excel([["Họ tên", "Điểm"], ["An", 7.5]]))
    dimensions = data.index(b"\x00\x02\x0e\x00") + 4
    data[dimensions : dimensions + 12] = bytes(4) + b"\xff\xff\xff\x7f" + b"\0\0\xff\xff"
    with pytest.raises(SheetRefused) as refused:
        open_workbook(bytes(data))
    assert refused.value.key == "BROKEN"
