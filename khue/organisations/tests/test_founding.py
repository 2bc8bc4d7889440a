"""An empty installation becomes a province with somebody who can come in."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from khue.organisations.models import Code, Organisation, SchoolYear
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW
from tests.codes import LoadCodes

pytestmark = pytest.mark.django_db
WORDS = ["--province", "20", "--name", "Nông Thị Hạnh", "--login", "hanh.nong"]


@pytest.fixture
def lists(load_short_codes: LoadCodes) -> None:
    """The code lists, with two communes of the province and one of another."""
    load_short_codes(NOW)
    for code, name, province in [
        ("05977", "Phường Tam Thanh", "20"),
        ("06001", "Xã Đoàn Kết", "20"),
        ("00004", "Phường Ba Đình", "01"),
    ]:
        Code.objects.create(list="communes", code=code, name=name, parent=province, position=1)


def found(*words: str) -> str:
    out = StringIO()
    call_command("found_province", *words, stdout=out)
    return out.getvalue()


def code_in(said: str) -> str:
    match = re.search(r"Mã:\s+(\S+)", said)
    assert match
    return match[1]


def test_the_first_person_comes_in_and_sees_the_communes(lists: None, client: Client) -> None:
    said = found(*WORDS)
    assert "Sở GD&ĐT tỉnh Lạng Sơn: thêm 2 xã, phường" in said
    opened = client.post(
        "/dang-nhap/lan-dau/", {"login": "hanh.nong", "code": code_in(said)}, follow=True
    )
    assert opened.redirect_chain[-1] == ("/dang-nhap/dat-mat-khau/", 302)
    with scoped(EVERYTHING):
        tree = list(Organisation.objects.order_by("path").values_list("kind", "name"))
        assert SchoolYear.objects.count() == 1
    assert sorted(tree) == [
        ("commune", "Phường Tam Thanh"),
        ("commune", "Xã Đoàn Kết"),
        ("department", "Sở GD&ĐT tỉnh Lạng Sơn"),
        ("ministry", "Bộ Giáo dục và Đào tạo"),
    ]


def test_a_standing_province_gets_another_officer_and_nothing_twice(lists: None) -> None:
    found(*WORDS)
    said = found(*WORDS[:-1], "tuan.hoang")
    assert "thêm 0 xã, phường" in said
    with scoped(EVERYTHING):
        assert Organisation.objects.count() == 4


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--province", "99", *WORDS[2:]], "Không có tỉnh mã 99"),
        ([*WORDS[:-1], "Hạnh"], "cần 3 đến 64 chữ thường không dấu"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_stands(lists: None, words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        found(*words)
    with scoped(EVERYTHING):
        assert not Organisation.objects.exists()


def test_a_login_is_given_once(lists: None) -> None:
    found(*WORDS)
    with pytest.raises(CommandError, match="đã có người dùng"):
        found(*WORDS)


SCHOOLS = """Mã trường,Tên trường,Nhóm cấp học,"Xã, phường",Địa chỉ
20001101,Trường Mầm non Hoa Sim,Mầm non,Xã Đoàn Kết,Thôn Suối Trong
20001301,Trường THCS Sao Khuê,07,05977,
20001401,Trường THPT Sao Hôm,THPT,Phường Tam Thanh,
"""


def loaded(folder: Path, text: str) -> str:
    file = folder / "truong.csv"
    file.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("load_schools", "--province", "20", str(file), stdout=out)
    return out.getvalue()


def test_a_list_of_schools_stands_below_who_manages_them(lists: None, tmp_path: Path) -> None:
    found(*WORDS)
    assert "Đã thêm 3 trường; 0 trường" in loaded(tmp_path, SCHOOLS)
    assert "Đã thêm 0 trường; 3 trường" in loaded(tmp_path, SCHOOLS)
    with scoped(EVERYTHING):
        rows = Organisation.objects.filter(kind="school").order_by("code")
        above = list(rows.values_list("name", "parent__name", "commune_code"))
    assert above == [
        ("Trường Mầm non Hoa Sim", "Xã Đoàn Kết", "06001"),
        ("Trường THCS Sao Khuê", "Phường Tam Thanh", "05977"),
        ("Trường THPT Sao Hôm", "Sở GD&ĐT tỉnh Lạng Sơn", "05977"),
    ]


def test_a_name_without_end_is_refused_in_a_sentence(lists: None, tmp_path: Path) -> None:
    found(*WORDS)
    with pytest.raises(CommandError, match="Dòng 3: Tên trường dài quá 200 ký tự"):
        loaded(tmp_path, SCHOOLS.replace("THCS Sao Khuê", "Sao " * 60))


def test_one_wrong_row_and_nothing_is_written(lists: None, tmp_path: Path) -> None:
    found(*WORDS)
    wrong = SCHOOLS.replace("Phường Tam Thanh", "Xã Trên Mây").replace(",07,", ",Cấp ba,")
    with pytest.raises(CommandError) as told:
        loaded(tmp_path, wrong)
    said = str(told.value)
    assert "Dòng 3: Nhóm cấp học “Cấp ba”" in said
    assert "Dòng 4: Xã, phường “Xã Trên Mây” không có trong danh mục" in said
    with scoped(EVERYTHING):
        assert not Organisation.objects.filter(kind="school").exists()
