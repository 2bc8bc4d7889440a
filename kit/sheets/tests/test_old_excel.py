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
