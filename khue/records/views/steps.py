"""Các bước trong quá trình học tập: one page for each step, all made alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from khue.access.api import Actor, actor_of, page, permit
from khue.organisations.api import SchoolCard, organisation, school_summary, schools_at
from khue.records.forms.fields import Choices
from khue.records.forms.steps import (
    CompleteForm,
    LeaveForm,
    LeavePlatformForm,
    SeatForm,
    TransferForm,
)
from khue.records.queries.files import StudentFile, open_file
from khue.records.rules.refusals import RecordRefused
from khue.records.services.enrolment import (
    complete_studies,
    enrol,
    leave_school,
    move_to_class,
    return_to_school,
)
from khue.records.services.transfers import leave_platform, request_transfer
from khue.records.views.common import choices_of, class_choices, refuse, today, told
from khue.records.views.students import file_context


@dataclass(frozen=True)
class Step:
    """One step: its title, what it explains, its form, what it does and says."""

    title: str
    note: str
    submit: str
    done: str
    permission: str
    form: Callable[..., Form]
    options: Callable[[SchoolCard], dict[str, Any]]
    work: Callable[..., Any]
    kind: str = "primary"


def _seat(work: Callable[..., Any], day: str) -> Callable[..., Any]:
    def do(given: dict[str, Any], **common: Any) -> None:
        work(**common, class_id=int(given["class_id"]), **{day: given["on"]})

    return do


def _leave(given: dict[str, Any], **common: Any) -> None:
    leave_school(**common, **given)


def _complete(given: dict[str, Any], **common: Any) -> None:
    complete_studies(**common, on=given["on"])


def _transfer(given: dict[str, Any], **common: Any) -> None:
    target = int(given.pop("to_school"))
    request_transfer(**common, to_school_id=target, **given)


def _leave_platform(given: dict[str, Any], **common: Any) -> None:
    leave_platform(**common, **given)


def _classes(school: SchoolCard) -> dict[str, Any]:
    return {"classes": class_choices(school), "initial": {"on": today()}}


def _reasons(school: SchoolCard) -> dict[str, Any]:
    reasons = choices_of("leaving-reasons")["leaving-reasons"]
    return {"reasons": reasons, "initial": {"on": today()}}


def _day(school: SchoolCard) -> dict[str, Any]:
    return {"initial": {"on": today()}}


def _schools(school: SchoolCard) -> dict[str, Any]:
    return {"schools": _other_schools(school), "initial": {"effective_on": today()}}


def _other_schools(school: SchoolCard) -> Choices:
    """Schools of the province that share a level, under their managing body."""
    everyone = schools_at(organisation(school.province_id).path)
    return [
        (str(one.id), f"{one.name} – {one.parent_name}")
        for one in everyone
        if one.id != school.id and set(one.levels) & set(school.levels)
    ]


MANAGE, MOVE = "records.manage_students", "records.transfer_students"
STEPS = {
    "xep-lop": Step(
        "Xếp lớp",
        "Học sinh có tên trong danh sách lớp và trong sổ đăng bộ từ ngày này.",
        "Xếp lớp",
        "Đã xếp lớp.",
        MANAGE,
        SeatForm,
        _classes,
        _seat(enrol, "starts_on"),
    ),
    "chuyen-lop": Step(
        "Chuyển lớp",
        "Học sinh học lớp cũ đến hết ngày hôm trước. Chọn đúng ngày vào lớp để sửa lớp xếp nhầm.",
        "Chuyển lớp",
        "Đã chuyển lớp.",
        MANAGE,
        SeatForm,
        _classes,
        _seat(move_to_class, "on"),
    ),
    "thoi-hoc": Step(
        "Thôi học",
        "Hồ sơ và quá trình học tập được giữ nguyên; học sinh có thể trở lại học sau này.",
        "Ghi nhận thôi học",
        "Đã ghi nhận thôi học.",
        MANAGE,
        LeaveForm,
        _reasons,
        _leave,
        "danger",
    ),
    "tro-lai": Step(
        "Trở lại học",
        "Sổ đăng bộ ghi một dòng mới với số mới.",
        "Ghi nhận trở lại",
        "Đã ghi nhận trở lại học.",
        MANAGE,
        SeatForm,
        _classes,
        _seat(return_to_school, "on"),
    ),
    "hoan-thanh": Step(
        "Hoàn thành chương trình",
        "Học sinh rời trường sau lớp cuối cấp; sổ đăng bộ ghi ngày ra trường.",
        "Ghi nhận hoàn thành",
        "Đã ghi nhận hoàn thành chương trình.",
        MANAGE,
        CompleteForm,
        _day,
        _complete,
    ),
    "chuyen-truong": Step(
        "Đề nghị chuyển trường",
        "Hồ sơ chỉ chuyển đi khi trường tiếp nhận đồng ý. Trường mình vẫn xem được những năm"
        " học sinh đã học ở đây.",
        "Gửi đề nghị",
        "Đã gửi đề nghị đến trường tiếp nhận.",
        MOVE,
        TransferForm,
        _schools,
        _transfer,
    ),
    "chuyen-ngoai": Step(
        "Chuyển đến trường ngoài hệ thống",
        "Dùng khi trường mới chưa dùng Khuê, ví dụ ở tỉnh khác hoặc nước ngoài.",
        "Ghi nhận chuyển đi",
        "Đã ghi nhận chuyển đi.",
        MOVE,
        LeavePlatformForm,
        _day,
        _leave_platform,
    ),
}


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def student_step(request: HttpRequest, student_id: int, step: str) -> HttpResponse:
    actor = actor_of(request)
    chosen = STEPS.get(step)
    if chosen is None:
        raise Http404
    file = open_file(actor=actor, student_id=student_id)
    permit(actor, chosen.permission, *file.places)
    form = chosen.form(request.POST or None, **chosen.options(school_summary(file.school_id)))
    if request.method == "POST" and form.is_valid() and _did(actor, file, chosen, form):
        told(request, chosen.done)
        return redirect("records.studies", student_id)
    context = file_context(actor, file, "studies") | {"form": form, "step": chosen}
    return render(request, "records/step.html", context)


def _did(actor: Actor, file: StudentFile, step: Step, form: Form) -> bool:
    given = dict(form.cleaned_data)
    try:
        step.work(given, actor=actor, now=timezone.now(), student_id=file.id)
    except RecordRefused as refusal:
        refuse(form, refusal)
        return False
    return True
