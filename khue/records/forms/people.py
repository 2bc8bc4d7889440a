"""Forms of the files of students and staff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms

from khue.records.forms.fields import Choices, choice, day, long_text, several, text
from khue.records.rules.facts import (
    Checked,
    StaffFacts,
    StudentFacts,
    check_staff,
    check_student,
    print_born,
)
from khue.records.rules.sensitive import SensitiveFacts

SEXES = (("M", "Nam"), ("F", "Nữ"))
LEAVE = "Giữ nguyên, không hiển thị"
NUMBER_HINT = "12 chữ số trên giấy khai sinh hoặc thẻ căn cước. Được mã hóa khi lưu."
NUMBER_KEPT = "Để trống thì số đang lưu (nếu có) được giữ nguyên; nhập 12 chữ số để ghi hoặc thay."
ANOTHER = ("none", "Không phải: đây là người khác")
ACCOUNT_HINT = "Gắn vào thì thầy cô dùng tiếp tài khoản ấy, không phải mở thêm."
SAME_NAME = (
    "Ở trường đã có tài khoản mang tên này, được trao trước khi có hồ sơ. Hãy chọn tài khoản nếu "
    "đúng là thầy cô ấy, hoặc chọn là người khác."
)
# Left blank on the form of a file that stands, these keep what is kept.
KEEP_WHEN_BLANK = ("personal_number", "ethnic_group")


class PersonForm(forms.Form):
    """What is asked of every person."""

    name = text("Họ và tên", required=True, hint="Như trong giấy khai sinh.")
    sex = forms.ChoiceField(
        label="Giới tính",
        choices=SEXES,
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn giới tính."},
    )
    born = text("Ngày sinh", hint="dd/mm/yyyy; chỉ biết tháng hoặc năm thì ghi 03/2013 hoặc 2013.")
    birth_place = text("Nơi sinh")
    home_town = text("Quê quán")
    address = text("Chỗ ở hiện nay")
    phone = text("Điện thoại")
    email = text("Thư điện tử")
    personal_number = text("Số định danh cá nhân", hint=NUMBER_HINT)

    def __init__(self, *args: Any, codes: Mapping[str, Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        self.codes = codes
        self.checked: Checked[Any] | None = None
        empty = LEAVE if self.keeps_blank else "— Chọn —"
        self.fields["ethnic_group"] = choice("Dân tộc", codes["ethnic-groups"], empty=empty)
        if self.keeps_blank:
            self.fields["personal_number"].help_text = NUMBER_KEPT
        self.fields["personal_number"].widget.attrs.update(
            autocomplete="off", inputmode="numeric", spellcheck="false"
        )

    @property
    def keeps_blank(self) -> bool:
        """Whether the form belongs to a file that stands."""
        return "version" in self.fields

    def check(self, facts: Any) -> Checked[Any]:
        raise TypeError("a form of a person names its check")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.checked = self.check(cleaned)
            for field, sentence in self.checked.refusals:
                self.add_error(field if field in self.fields else None, sentence)
        return cleaned


class StudentForm(PersonForm):
    """Hồ sơ học sinh."""

    code = text("Mã định danh của ngành", hint="10 chữ số do cơ sở dữ liệu ngành cấp, nếu đã có.")

    def check(self, facts: Any) -> Checked[StudentFacts]:
        names = asdict(StudentFacts(name="", sex=""))
        given = {name: facts[name] for name in names if name in facts}
        return check_student(StudentFacts(**given))


class NewStudentForm(StudentForm):
    """Thêm học sinh: the file, and the class to begin in."""

    starts_on = day("Vào lớp từ ngày", required=False)
    from_school = text("Chuyển đến từ trường", hint="Chỉ ghi khi em chuyển từ trường khác đến.")
    different = forms.BooleanField(
        label="Đã đối chiếu: đây là học sinh khác, vẫn lập hồ sơ mới", required=False
    )

    def __init__(self, *args: Any, classes: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["class_id"] = choice("Lớp", classes, empty="Chưa xếp lớp")
        kinds = self.codes["admission-kinds"]
        self.fields["entry_kind"] = choice("Hình thức vào trường", kinds)


class KeptForm(forms.Form):
    """What a form of a standing file carries along: its version, and what was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def seen_values(self) -> dict[str, Any]:
        """What stood in the fields when the page was opened."""
        try:
            kept = json.loads(self.cleaned_data.get("seen") or "{}")
        except ValueError:
            return {}
        values = kept.items() if isinstance(kept, dict) else ()
        return {name: tuple(one) if isinstance(one, list) else one for name, one in values}


class ChangeStudentForm(KeptForm, StudentForm):
    """Sửa hồ sơ học sinh."""

    def wanted(self, picked: Mapping[str, str]) -> dict[str, Any]:
        """The fields to write, without those for which the other person's value was picked."""
        assert self.checked is not None
        return wanted_of(asdict(self.checked.facts), set(self.fields), picked)


class StaffForm(PersonForm):
    """Hồ sơ cán bộ, giáo viên, nhân viên."""

    code = text("Mã cán bộ", hint="Mã do cơ sở dữ liệu ngành cấp, nếu đã có.")
    major = text("Chuyên ngành")
    rank_code = text("Mã hạng chức danh", hint="Ví dụ V.07.04.31.")
    teaching_subjects = text("Môn giảng dạy", hint="Cách nhau bằng dấu phẩy: Toán, Tin học.")
    recruited_on = day("Ngày tuyển dụng", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label, listed in [
            ("qualification", "Trình độ đào tạo", "qualification-levels"),
            ("training_standard", "Chuẩn trình độ", "training-standards"),
            ("status", "Trạng thái", "staff-status"),
        ]:
            self.fields[name] = choice(label, self.codes[listed])
        self.fields["status"].initial = "01"

    def clean_teaching_subjects(self) -> tuple[str, ...]:
        given = str(self.cleaned_data["teaching_subjects"] or "")
        return tuple(" ".join(part.split()) for part in given.split(",") if part.strip())

    def check(self, facts: Any) -> Checked[StaffFacts]:
        names = asdict(StaffFacts(name="", sex=""))
        given = {name: facts[name] for name in names if name in facts}
        return check_staff(StaffFacts(**{**given, "status": given["status"] or "01"}))


class NewStaffForm(StaffForm):
    """Thêm cán bộ: the file, and the first post."""

    starts_on = day("Làm việc tại trường từ ngày")
    title = text("Chức vụ ghi trên văn bản")

    def __init__(self, *args: Any, accounts: Choices = (), **options: Any) -> None:
        """`accounts`: who was let in under this name already, by the key of the account."""
        super().__init__(*args, **options)
        kinds, contracts = self.codes["staff-kinds"], self.codes["contract-kinds"]
        self.fields["kind"] = choice("Vị trí", kinds, required=True)
        self.fields["contract"] = choice("Loại hợp đồng", contracts)
        if accounts:
            self._ask_for_account(accounts)

    def _ask_for_account(self, accounts: Choices) -> None:
        asked = choice("Tài khoản đã có", [*accounts, ANOTHER], required=True, hint=ACCOUNT_HINT)
        asked.error_messages["required"] = SAME_NAME
        self.fields["account"] = asked

    @property
    def account_id(self) -> int | None:
        """The account that the file belongs to; None where it is to have none of those."""
        chosen = str(self.cleaned_data.get("account", ""))
        return int(chosen) if chosen.isdecimal() else None


class ChangeStaffForm(KeptForm, StaffForm):
    """Sửa hồ sơ cán bộ."""

    def wanted(self, picked: Mapping[str, str]) -> dict[str, Any]:
        assert self.checked is not None
        return wanted_of(asdict(self.checked.facts), set(self.fields), picked)


def wanted_of(
    facts: Mapping[str, Any], asked: set[str], picked: Mapping[str, str]
) -> dict[str, Any]:
    return {
        name: value
        for name, value in facts.items()
        if name in asked
        and picked.get(f"pick_{name}") != "theirs"
        and (value or name not in KEEP_WHEN_BLANK)
    }


def shown_values(facts: StudentFacts | StaffFacts) -> dict[str, Any]:
    """The values of a file as the form shows them; what is sensitive is left out."""
    values = {name: value for name, value in asdict(facts).items() if name not in KEEP_WHEN_BLANK}
    values["born"] = print_born(facts.born)
    if isinstance(facts, StaffFacts):
        values["teaching_subjects"] = ", ".join(facts.teaching_subjects)
    return values


def seen_of(facts: StudentFacts | StaffFacts) -> str:
    """What stood in the file, carried in the form; compared when someone else saved meanwhile."""
    values = {name: value for name, value in asdict(facts).items() if name not in KEEP_WHEN_BLANK}
    values.pop("recruited_on", None)
    return json.dumps(values, ensure_ascii=False)


class SensitiveForm(forms.Form):
    """Dữ liệu nhạy cảm của học sinh."""

    disability_note = text("Mức độ, giấy xác nhận khuyết tật")
    health = long_text("Lưu ý sức khỏe")

    def __init__(self, *args: Any, codes: Mapping[str, Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["religion"] = choice("Tôn giáo", codes["religions"], empty="Không ghi")
        self.fields["policies"] = several("Đối tượng chính sách", codes["policy-groups"])
        self.fields["disability"] = choice(
            "Dạng khuyết tật", codes["disability-kinds"], empty="Không"
        )
        self.order_fields(["religion", "policies", "disability", "disability_note", "health"])

    def facts(self) -> SensitiveFacts:
        given = self.cleaned_data
        return SensitiveFacts(**{**given, "policies": tuple(given["policies"])})
