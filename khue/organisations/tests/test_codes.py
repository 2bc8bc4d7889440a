"""The code lists are loaded with their days, and a reused code is read with a day."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from khue.organisations.api import (
    code_choices,
    code_name,
    code_names,
    codes,
    load_codes,
    province_name,
    province_now,
    province_of_school_year,
    province_rows,
    subject_finder,
)
from khue.organisations.queries.catalogue import FOLDER, code_lists, rows_of
from tests.cast import NOW, TODAY, table

pytestmark = pytest.mark.usefixtures("loaded_codes")


def test_every_file_belongs_to_one_list() -> None:
    files = sorted(path.stem for path in (FOLDER / "codes").glob("*.csv"))
    sources = sorted(source for listed in code_lists().values() for source in listed.sources)
    assert sources == files


def test_everything_is_loaded_once_and_again_without_change(loaded_codes: str) -> None:
    assert loaded_codes.splitlines() == [
        "Danh mục: 16861 mã; thêm 16861, sửa 0, đóng 0.",
        "Môn học: 31; dòng chương trình: 166.",
    ]
    assert table("organisations.Code").objects.count() == 16_861
    again = load_codes(now=NOW)
    assert (again.lines, again.touched) == (16_861, 0)
    assert (again.subjects, again.curriculum) == (31, 166)


def test_province_fifteen_was_yen_bai_and_is_lao_cai() -> None:
    assert province_name("15", on=date(2024, 9, 5)) == "Tỉnh Yên Bái"
    assert province_name("15", on=date(2025, 6, 30)) == "Tỉnh Yên Bái"
    assert province_name("15", on=date(2025, 7, 1)) == "Tỉnh Lào Cai"
    assert province_name("10", on=date(2025, 7, 1)) == ""
    then = province_of_school_year("15", 2024, province_rows())
    assert then is not None
    assert then.name == "Tỉnh Yên Bái"


def test_old_provinces_are_grouped_under_the_new_ones() -> None:
    for old, name in [("02", "Tỉnh Tuyên Quang"), ("10", "Tỉnh Lào Cai"), ("15", "Tỉnh Lào Cai")]:
        found = province_now(old, date(2024, 9, 5), province_rows(), TODAY)
        assert found is not None
        assert found.name == name


def test_there_are_34_provinces_and_3321_communes_of_five_digits() -> None:
    provinces = {one.code for one in codes("provinces", on=TODAY)}
    communes = codes("communes", on=TODAY)
    assert (len(provinces), len(communes)) == (34, 3321)
    assert {len(one.code) for one in communes} == {5}
    assert {one.parent for one in communes} == provinces
    assert len(codes("provinces", on=date(2025, 6, 30))) == 63


def test_names_come_for_several_lists_at_once() -> None:
    names = code_names(["ethnic-groups", "levels"], on=TODAY)
    assert names["ethnic-groups"]["02"] == "Tày"
    assert names["levels"]["03"] == "Trung học cơ sở"
    assert code_name("ethnic-groups", "99", on=TODAY) == ""
    assert ("06", "Khối 6") in code_choices("grades", on=TODAY, parent="03")


SPELLINGS = {
    "toán học": "Toán",
    "TOÁN": "Toán",
    "Ngu van": "Ngữ văn",
    "Tiếng Anh": "Ngoại ngữ 1",
    "Ngoại ngữ": "Ngoại ngữ 1",
    "THỂ DỤC": "Giáo dục thể chất",
    "GDKT & PL": "Giáo dục kinh tế và pháp luật",
    "GDQP-AN": "Giáo dục quốc phòng và an ninh",
    "HĐTN, HN": "Hoạt động trải nghiệm, hướng nghiệp",
    "Lịch sử & Địa lý": "Lịch sử và Địa lí",
    "KHTN": "Khoa học tự nhiên",
    "Vật lý": "Vật lí",
    "Mỹ thuật": "Mĩ thuật",
    "Tin": "Tin học",
}


def test_a_subject_is_found_by_how_people_write_it() -> None:
    find = subject_finder()
    found = {typed: subject.name for typed in SPELLINGS if (subject := find(typed))}
    assert found == SPELLINGS
    assert find("Thiên văn") is None


def changed_copy(folder: Path, copy: Path, name: str, change: Any) -> Path:
    """The folder once more, with one list changed; lists without lines stay as they stand."""
    shutil.copytree(folder, copy, symlinks=True)
    path = copy / "codes" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    path.write_text(change(text), encoding="utf-8")
    return copy


def test_a_vanished_code_ends_yesterday_and_a_renamed_one_is_renamed(
    short_lists: Path, tmp_path: Path
) -> None:
    def change(text: str) -> str:
        lines = text.replace("01,Phật giáo", "01,Đạo Phật").splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("13,"))

    folder = changed_copy(short_lists, tmp_path / "changed", "religions", change)
    report = load_codes(now=NOW, folder=folder)
    assert (report.added, report.changed, report.closed) == (0, 1 + len(later_religions()), 1)
    assert code_name("religions", "01", on=TODAY) == "Đạo Phật"
    assert code_name("religions", "13", on=date(2026, 11, 19)) == "Tôn giáo khác"
    assert code_name("religions", "13", on=TODAY) == ""


def later_religions() -> list[str]:
    """The lines after the vanished one: they move up by one place."""
    names = [row["code"] for row in rows_of("codes/religions")]
    return names[names.index("13") + 1 :]


def test_a_restated_first_day_replaces_the_row(short_lists: Path, tmp_path: Path) -> None:
    def change(text: str) -> str:
        return text.replace("01,Mầm non,,", "01,Mầm non,2000-01-01,")

    folder = changed_copy(short_lists, tmp_path / "changed", "levels", change)
    load_codes(now=NOW, folder=folder)
    assert code_name("levels", "01", on=TODAY) == "Mầm non"
    assert code_name("levels", "01", on=date(1999, 1, 1)) == ""
