"""`manage.py check_rules`: files of cases against the rules of the product."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kit.rule_cases import section_names
from machinery.surroundings import ROOT

VECTORS = [
    ROOT / "khue/gradebook/tests/data/assessment.yaml",
    ROOT / "khue/records/tests/data/identity.yaml",
    ROOT / "khue/gradebook/tests/data/cases.yaml",
    ROOT / "khue/messaging/tests/data/sms.yaml",
]
ASKED_FOR = {
    "regular_count", "semester_average", "year_average", "year_from_marks", "comment_semester",
    "comment_year", "learning_level", "conduct_year", "promotion", "reassessment", "award",
    "primary_year", "gdtx_level", "gdtx_award", "tt58_tt26_level", "teacher_load", "mark_input",
    "regime", "personal_number", "sms",
}  # fmt: skip


def check(*files: Path) -> tuple[list[str], int]:
    """Run the command: the lines it printed, and its exit status."""
    out = StringIO()
    try:
        call_command("check_rules", *map(str, files), stdout=out, stderr=StringIO())
    except SystemExit as ended:
        return out.getvalue().splitlines(), int(str(ended.code))
    return out.getvalue().splitlines(), 0


def check_text(folder: Path, text: str) -> tuple[list[str], int]:
    """Run the command on one file with this text."""
    file = folder / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return check(file)


def test_every_section_is_known() -> None:
    assert set(section_names()) >= ASKED_FOR


def test_the_vectors_hold() -> None:
    lines, status = check(*VECTORS)
    assert status == 0
    assert len(lines) == 1
    cases, rest = lines[0].split(" ", 1)
    assert int(cases) > 150
    assert rest == "cases, 0 differ"


def test_a_difference_is_named_and_ends_with_1(tmp_path: Path) -> None:
    lines, status = check_text(
        tmp_path,
        """
version: 1
semester_average:
  - {id: SA1, tx: ["6", "7", "7"], gk: "6", ck: "6.8", out: "6.5"}
  - {id: SA2, tx: ["6", "7", "7"], gk: "6", ck: "6.8", out: "6.6"}
learning_level:
  - {id: LL1, s: ["8.0", "8.0"], cd: 0, raw: TOT, out: KHA}
""",
    )
    assert lines == [
        "cases.yaml: semester_average SA1: out cần 6.5, tính được 6.6",
        "cases.yaml: learning_level LL1: raw cần TOT, tính được CHUADAT; "
        "out cần KHA, tính được CHUADAT",
        "3 cases, 2 differ",
    ]
    assert status == 1


def test_an_unknown_section_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="không biết phần “class_rank”") as refused:
        check_text(tmp_path, "class_rank: []")
    assert refused.value.returncode == 2
    assert "semester_average" in str(refused.value)


def test_nothing_is_checked_when_a_later_file_is_unknown(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("smoke: []", encoding="utf-8")
    with pytest.raises(CommandError, match="smoke"):
        check(VECTORS[0], wrong)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("award: [", "không phải là YAML hợp lệ \\(dòng 1"),
        ("- 1", "tệp phải gồm các phần"),
        ("", "tệp phải gồm các phần"),
        ("version: 2", "phiên bản “2” chưa được hỗ trợ"),
        ("award: []\naward: []", "“award” được ghi hai lần"),
        ("award: 5", "phần “award” phải là danh sách"),
        ("award: [5]", "phần “award” phải là danh sách"),
        ("award: {a: 1}", "phần “award” phải là danh sách"),
        ("award: !!python/object:os.system x", "không phải là YAML hợp lệ"),
        ("[" * 5000, "cấu trúc YAML không đọc được"),
    ],
)
def test_a_broken_file_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        check_text(tmp_path, text)


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(CommandError, match="không phải là văn bản UTF-8"):
        check(file)
    with pytest.raises(CommandError, match="không có tệp này"):
        check(tmp_path / "nowhere.yaml")
    with pytest.raises(CommandError, match="không có tệp này"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("semester_average: [{gk: 7, ck: 8, out: 8}]", "thiếu khóa “tx”"),
        ("semester_average: [{tx: 7, gk: 7, ck: 8, out: 8}]", "“tx” phải là một danh sách"),
        ("semester_average: [{tx: [7.25], gk: 7, ck: 8, out: 8}]", "“tx” có “7.25”"),
        ("semester_average: [{tx: [true], gk: 7, ck: 8, out: 8}]", "“tx” có “True”"),
        ("semester_average: [{tx: [7, 8], gk: 7, ck: 8}]", "không nêu kết quả cần có"),
        ("award: [{conduct: GIOI, learning: TOT, s: [], out: NONE}]", "chỉ nhận TOT, KHA"),
        ("award: [{conduct: TOT, learning: TOT, s: 7, out: NONE}]", "“s” phải gồm các tên"),
        ("award: [{conduct: TOT, learning: TOT, s: [KP], out: NONE}]", "phải có điểm"),
        ("comment_year: [{hk1: D, hk2: T, out: D}]", "chỉ nhận D hoặc CD"),
        ("regular_count: [{periods: -1, out: 2}]", "phải là số nguyên không âm"),
        ("regular_count: [{periods: many, out: 2}]", "phải là số nguyên không âm"),
        ("conduct_year: {TOT: [TOT]}", "thiếu khóa “hk1”"),
        ("regime: [{level: college, grade: 1, start_year: 2020, out: X}]", "chỉ nhận primary"),
        ("regime: [{level: primary, grade: 6, start_year: 2020, out: X}]", "phải từ 1 đến 5"),
        ("teacher_load: [{level: thcs, duties: [juggler], weekly: 1}]", "“juggler”"),
        ("teacher_load: [{level: college, weekly: 1}]", "không có định mức"),
        ("personal_number: [{number: x, sex: N, out: [OK]}]", "chỉ nhận M hoặc F"),
        ("year_from_marks: [{hk1: 5, hk2: 6, out: 7}]", "“hk1” phải gồm các tên"),
        ("reassessment: [{scores: {}, conduct: TOT, out: PROMOTED}]", "không có môn nào"),
        ("reassessment: [{scores: {A: 5}, conduct: TOT, results: {B: 5}, out: X}]", "“B”"),
        ("tt58_tt26_level: [{s: {}, out: G}]", "không có môn nào"),
        ("promotion: [{conduct: TOT, learning: TOT, disability: 3, out: X}]", "true hoặc false"),
        ("primary_year: [{subjects: {A: Đ}, qualities_competences: [T], out: HT}]", "chỉ nhận T"),
    ],
)
def test_a_bad_case_differs_with_its_reason(tmp_path: Path, case: str, reason: str) -> None:
    lines, status = check_text(tmp_path, case)
    assert status == 1
    assert reason in lines[0]
    assert lines[-1].endswith("1 differ")


def test_an_unknown_key_is_reported_and_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("year_average: [{id: A, hk1: 5, hk2: 5, out: 5, rank: 1}]", encoding="utf-8")
    out, err = StringIO(), StringIO()
    call_command("check_rules", str(file), stdout=out, stderr=err)
    assert "year_average A: bỏ qua khóa chưa biết: rank" in err.getvalue()
    assert out.getvalue() == "1 cases, 0 differ\n"


def test_an_empty_section_has_no_cases(tmp_path: Path) -> None:
    assert check_text(tmp_path, "version: 1\naward:\n") == (["0 cases, 0 differ"], 0)


def test_the_command_needs_no_site(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check_rules", *map(str, VECTORS[:1])],
        capture_output=True, text=True, env={"KHUE_DATA_DIR": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith(" cases, 0 differ\n")
