"""Kiểm tra gói nhận được: is everything in it signed, whole, of this pupil and of that school?

Pure: what signatures are worth was judged before (signing), who the pupil is was read before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.packages import PackedYear
from kit.vietnamese import search_key


class Weight(StrEnum):
    """What a finding means for taking the package."""

    GOOD = "good"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the report."""

    weight: Weight
    sentence: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature of a file: by a person or by a seal, over which elements, in whose names."""

    is_seal: bool
    covers: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What signing says of a file."""

    is_good: bool
    sentence: str
    signatures: tuple[SignedBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The pupil whose transcript it should be; the number is empty when it is not known here."""

    name: str
    born: str
    sex: str
    personal_number: str = ""


OTHER_NUMBER = "Số định danh trong học bạ không phải của {name}: gói này của người khác."
OTHER_PERSON = "Học bạ ghi “{told}”, hồ sơ ghi “{kept}”: {what} không khớp nên chưa nhận được."
SAME_NUMBER = "Số định danh, họ tên, ngày sinh khớp với hồ sơ của {name}."
SAME_NAME = (
    "Họ tên, ngày sinh, giới tính khớp với hồ sơ của {name}; một bên chưa có số định danh nên hãy "
    "đối chiếu giấy tờ trước khi nhận."
)
NOT_READABLE = "Năm học {year}: {sentence}"
NOT_GOOD = "Năm học {year}, tệp {kind}: {sentence}"
ALL_GOOD = "Năm học {year}: {count} chữ ký số hợp lệ, nội dung còn nguyên."
NO_SEAL = "Năm học {year}: không có chữ ký số của nhà trường trên toàn bộ kết quả năm học."
NO_LEADER = "Năm học {year}: không có chữ ký số của hiệu trưởng hoặc giáo viên chủ nhiệm."
OTHER_SCHOOL = "Năm học {year}: học bạ ghi trường “{told}” nhưng dấu số là của “{seal}”."
OTHER_LIST = "Năm học {year}: nội dung tệp không đúng với danh sách của gói."
OTHER_RECORD = "Năm học {year}: mã học bạ khác với các năm còn lại trong gói."
NO_VIEW = "Năm học {year}: gói không kèm bản PDF; dữ liệu lấy từ tệp XML."
KNOWN_KEY = "Danh sách của gói do “{school}” lập, chữ ký của danh sách hợp lệ."
STRANGE_KEY = (
    "Danh sách của gói do “{school}” lập bằng khóa mà hệ thống này không biết. Từng tệp vẫn được "
    "kiểm tra bằng chữ ký số của nó; hãy hỏi trường cũ xem gói đã đủ các năm học chưa."
)


def is_good(findings: Iterable[Finding]) -> bool:
    """Whether the package may be taken."""
    return not any(one.weight is Weight.FAULT for one in findings)


def check_pupil(facts: YearFacts, pupil: Expected) -> list[Finding]:
    """Đúng học sinh: by the personal number where both sides know it, and by who it is."""
    told = facts.pupil
    both = bool(told.personal_number and pupil.personal_number)
    if both and told.personal_number != pupil.personal_number:
        return [Finding(Weight.FAULT, OTHER_NUMBER.format(name=pupil.name))]
    wrong = list(_other_person(facts, pupil))
    if wrong:
        return wrong
    sentence, weight = (SAME_NUMBER, Weight.GOOD) if both else (SAME_NAME, Weight.NOTE)
    return [Finding(weight, sentence.format(name=pupil.name))]


def _other_person(facts: YearFacts, pupil: Expected) -> Iterable[Finding]:
    told = facts.pupil
    pairs = (
        ("họ tên", told.name, pupil.name, search_key(told.name) == search_key(pupil.name)),
        ("ngày sinh", told.born, pupil.born, told.born == pupil.born),
        ("giới tính", told.sex, pupil.sex, told.sex == pupil.sex),
    )
    for what, there, here, same in pairs:
        if not same:
            sentence = OTHER_PERSON.format(told=there, kept=here, what=what)
            yield Finding(Weight.FAULT, sentence)


def check_year(
    packed: PackedYear, facts: YearFacts, record: str, files: Mapping[str, Verdict]
) -> list[Finding]:
    """Một năm học: the list says the same as the file, the signatures hold, the seal is theirs."""
    year = packed.label
    findings = [*_of_the_list(packed, facts, record)]
    for kind, name in (("XML", packed.body), ("PDF", packed.view)):
        if not name:
            findings.append(Finding(Weight.NOTE, NO_VIEW.format(year=year)))
        elif not files[name].is_good:
            sentence = NOT_GOOD.format(year=year, kind=kind, sentence=files[name].sentence)
            findings.append(Finding(Weight.FAULT, sentence))
    findings += _of_the_signers(packed, facts, files[packed.body].signatures)
    if is_good(findings):
        count = len(files[packed.body].signatures)
        findings.append(Finding(Weight.GOOD, ALL_GOOD.format(year=year, count=count)))
    return findings


def _of_the_list(packed: PackedYear, facts: YearFacts, record: str) -> Iterable[Finding]:
    same = (facts.year, facts.head.version, facts.head.verify_code) == (
        packed.year,
        packed.version,
        packed.verify_code,
    )
    if not same:
        yield Finding(Weight.FAULT, OTHER_LIST.format(year=packed.label))
    if facts.head.code != record:
        yield Finding(Weight.FAULT, OTHER_RECORD.format(year=packed.label))


def _of_the_signers(
    packed: PackedYear, facts: YearFacts, signatures: Sequence[SignedBy]
) -> Iterable[Finding]:
    """A person and the school have signed the whole year, and the seal is of the school named."""
    whole = [one for one in signatures if facts.element in one.covers]
    if not any(not one.is_seal for one in whole):
        yield Finding(Weight.FAULT, NO_LEADER.format(year=packed.label))
    seals = [one for one in whole if one.is_seal]
    if not seals:
        yield Finding(Weight.FAULT, NO_SEAL.format(year=packed.label))
    for one in seals:
        if search_key(facts.head.school) not in map(search_key, one.names):
            sentence = OTHER_SCHOOL.format(
                year=packed.label, told=facts.head.school, seal=one.names[0]
            )
            yield Finding(Weight.FAULT, sentence)
