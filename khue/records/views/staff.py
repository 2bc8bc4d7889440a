"""Cán bộ, giáo viên, nhân viên: the list, the file, posts and duties."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, explain, page
from khue.records.forms.people import ChangeStaffForm, NewStaffForm, seen_of, shown_values
from khue.records.forms.steps import DutyForm, EndForm, PostingForm
from khue.records.queries.admitted import accounts_like, free_accounts, staff_to_compare
from khue.records.queries.imports import staff_facts
from khue.records.queries.staff import (
    StaffFile,
    StaffFilter,
    all_staff,
    open_staff_file,
    page_of_staff,
)
from khue.records.rules.refusals import RecordRefused
from khue.records.services.entering import open_staff_account, open_staff_accounts
from khue.records.services.joining import join_account
from khue.records.services.staff import (
    PostingFacts,
    add_duty,
    add_posting,
    change_staff,
    create_staff,
    end_duty,
    end_posting,
)
from khue.records.services.students import Created
from khue.records.services.versions import ChangedMeanwhile
from khue.records.sheets.lists import staff_file
from khue.records.views.common import (
    STAFF_LISTS,
    attempt,
    choices_of,
    choose_school,
    file_response,
    names_of,
    number_in,
    query_of,
    refuse,
    today,
    told,
)
from khue.records.views.families import ACCOUNT_OPENED

VIEW, MANAGE = "records.view_staff", "records.manage_staff"
NAMED = ("staff-kinds", "contract-kinds", "qualification-levels", "staff-status")


def _filter(request: HttpRequest, school_id: int) -> StaffFilter:
    given = request.GET
    sort = given.get("sort", "name")
    return StaffFilter(
        text=given.get("q", "")[:100],
        school_id=school_id,
        kind=given.get("kind", "")[:2],
        contract=given.get("contract", "")[:2],
        status=given.get("status", "")[:2],
        sex=given.get("sex", "")[:1],
        sort=sort if sort in {"name", "-name", "born", "-born"} else "name",
    )


ALL_OPENED = (
    "Đã mở {many} tài khoản. Hãy chọn tất cả rồi in phiếu mã đăng nhập lần đầu để trao từng người."
)
NOT_OPENED = (
    "Chưa mở cho {names}: ở trường đã có tài khoản mang tên này, được trao trước khi có hồ sơ. "
    "Hãy mở hồ sơ của từng người để gắn với tài khoản ấy, hoặc mở tài khoản mới nếu là người khác."
)
JOINED_HERE = " và gắn với tài khoản đã có"
JOINED = "Đã gắn hồ sơ với tài khoản đã có. Thầy cô dùng tiếp tên đăng nhập và mật khẩu ấy."
NOBODY_WITHOUT = "Mọi cán bộ đang làm việc đã có tài khoản."


@require_GET
@page(VIEW)
def staff_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, VIEW)
    wanted, codes = _filter(request, school.id), choices_of(*NAMED)
    context = {
        "school": school,
        "schools": schools,
        "wanted": wanted,
        "page": page_of_staff(actor, wanted, number_in(request, "page") or 1),
        "codes": codes,
        "names": names_of(codes),
        "query": query_of(request, "page"),
        "sort_query": query_of(request, "page", "sort"),
        "why_not": explain(actor, MANAGE, school.path),
    }
    return render(request, "records/staff_list.html", context)


@require_GET
@page(VIEW)
def export_staff(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, _ = choose_school(request, actor, VIEW)
    rows = all_staff(actor, _filter(request, school.id))
    csv = request.GET.get("format") == "csv"
    body = staff_file(rows, school.name, names_of(choices_of(*NAMED)), csv=csv)
    return file_response(body, f"can-bo-{school.code}", csv=csv)


@require_GET
@page(VIEW)
def staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    actor = actor_of(request)
    return render(request, "records/staff.html", _context(actor, staff_id))


def _context(actor: Actor, staff_id: int) -> dict[str, Any]:
    file = open_staff_file(actor=actor, staff_id=staff_id)
    codes = choices_of(*STAFF_LISTS, "extra-duties")
    free = [] if file.account else free_accounts(file.school_id, today())
    return {
        "file": file,
        "admitted": accounts_like(file.name, free),
        "names": names_of(codes),
        "why_not": explain(actor, MANAGE, *file.places),
        "today": today(),
    }


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def new_staff(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, MANAGE)
    form = NewStaffForm(
        request.POST or None,
        codes=choices_of(*STAFF_LISTS),
        initial={"starts_on": today()},
        accounts=_accounts_like(school.id, request.POST.get("name", "")),
    )
    if request.method == "POST" and form.is_valid():
        made = _create(actor, school.id, form)
        if made:
            joined = JOINED_HERE if form.account_id else ""
            told(request, f"Đã lập hồ sơ của {form.cleaned_data['name']}{joined}.", made.warnings)
            return redirect("records.staff", made.id)
    context = {"form": form, "school": school, "schools": schools}
    return render(request, "records/new_staff.html", context)


def _accounts_like(school_id: int, name: str) -> list[tuple[str, str]]:
    """Who was let in under this name already, for the form to ask."""
    found = accounts_like(name, free_accounts(school_id, today())) if name else []
    return [(str(one.account_id), f"{one.name}: {one.told}") for one in found]


def _create(actor: Actor, school_id: int, form: NewStaffForm) -> Created | None:
    given = form.cleaned_data
    assert form.checked is not None
    names = ["kind", "contract", "title", "starts_on"]
    posting = PostingFacts(**{name: given[name] for name in names})
    try:
        return create_staff(
            actor=actor,
            now=timezone.now(),
            school_id=school_id,
            facts=form.checked.facts,
            posting=posting,
            account_id=form.account_id,
        )
    except RecordRefused as refusal:
        refuse(form, refusal)
        return None


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def edit_staff(request: HttpRequest, staff_id: int) -> HttpResponse:
    actor = actor_of(request)
    context = _context(actor, staff_id)
    clash = None
    if request.method == "POST":
        form = ChangeStaffForm(request.POST, codes=choices_of(*STAFF_LISTS))
        if form.is_valid():
            clash = _change(actor, staff_id, form, request)
            if clash is None and form.is_valid():
                told(request, "Đã lưu hồ sơ.", form.checked.warnings if form.checked else ())
                return redirect("records.staff", staff_id)
    else:
        form = _standing_form(actor, staff_id)
    if clash:
        form = _standing_form(actor, staff_id, request)
    return render(request, "records/edit_staff.html", context | {"form": form, "clash": clash})


def _standing_form(
    actor: Actor, staff_id: int, again: HttpRequest | None = None
) -> ChangeStaffForm:
    version, facts = staff_facts(actor=actor, staff_ids=[staff_id])[staff_id]
    codes = choices_of(*STAFF_LISTS)
    if again is None:
        initial = shown_values(facts) | {"version": version, "seen": seen_of(facts)}
        return ChangeStaffForm(initial=initial, codes=codes)
    data = again.POST.copy()
    data["version"], data["seen"] = str(version), seen_of(facts)
    return ChangeStaffForm(data, codes=codes)


def _change(
    actor: Actor, staff_id: int, form: ChangeStaffForm, request: HttpRequest
) -> ChangedMeanwhile | None:
    try:
        change_staff(
            actor=actor,
            now=timezone.now(),
            staff_id=staff_id,
            version=form.cleaned_data["version"],
            wanted=form.wanted(request.POST.dict()),
            seen=form.seen_values(),
        )
    except ChangedMeanwhile as clash:
        return clash
    except RecordRefused as refusal:
        refuse(form, refusal)
    return None


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def staff_step(request: HttpRequest, staff_id: int, step: str, row_id: int = 0) -> HttpResponse:
    """Posts and duties: each step is a small form of its own."""
    actor = actor_of(request)
    context = _context(actor, staff_id)
    file: StaffFile = context["file"]
    form = _step_form(step, request)
    if request.method == "POST" and form.is_valid():
        try:
            _do_step(actor, file, step, row_id, dict(form.cleaned_data))
        except RecordRefused as refusal:
            refuse(form, refusal)
        else:
            told(request, "Đã lưu.")
            return redirect("records.staff", staff_id)
    return render(
        request, "records/staff_step.html", context | {"form": form, "title": STEP_TITLES[step]}
    )


STEP_TITLES = {
    "vi-tri": "Thêm vị trí",
    "ket-thuc-vi-tri": "Kết thúc vị trí",
    "nhiem-vu": "Giao nhiệm vụ kiêm nhiệm",
    "thoi-nhiem-vu": "Thôi nhiệm vụ kiêm nhiệm",
}


def _step_form(step: str, request: HttpRequest) -> Any:
    data, codes = request.POST or None, choices_of(*STAFF_LISTS, "extra-duties")
    if step == "vi-tri":
        return PostingForm(
            data,
            kinds=codes["staff-kinds"],
            contracts=codes["contract-kinds"],
            initial={"starts_on": today()},
        )
    if step == "nhiem-vu":
        return DutyForm(data, duties=codes["extra-duties"], initial={"starts_on": today()})
    if step in STEP_TITLES:
        return EndForm(data, initial={"on": today()})
    raise Http404


def _do_step(actor: Actor, file: StaffFile, step: str, row_id: int, given: dict[str, Any]) -> None:
    common: dict[str, Any] = {"actor": actor, "now": timezone.now()}
    if step == "vi-tri":
        facts = PostingFacts(**given)
        add_posting(**common, staff_id=file.id, school_id=file.school_id, facts=facts)
    elif step == "nhiem-vu":
        add_duty(**common, staff_id=file.id, school_id=file.school_id, **given)
    elif step == "ket-thuc-vi-tri":
        end_posting(**common, posting_id=row_id, **given)
    else:
        end_duty(**common, duty_id=row_id, on=given["on"])


@require_POST
@page(MANAGE)
def staff_accounts(request: HttpRequest, school_id: int) -> HttpResponse:
    """Mở tài khoản for all of a school who have none; the slips are printed from the accounts."""
    opened = open_staff_accounts(actor=actor_of(request), now=timezone.now(), school_id=school_id)
    unclear = ", ".join(staff_to_compare(school_id, today()).values())
    if opened or not unclear:
        told(request, ALL_OPENED.format(many=opened) if opened else NOBODY_WITHOUT)
    if unclear:
        messages.warning(request, NOT_OPENED.format(names=unclear))
    return redirect(f"{reverse('access.accounts')}?state=new" if opened else "records.staff_list")


@require_POST
@page(MANAGE)
def staff_account(request: HttpRequest, staff_id: int) -> HttpResponse:
    actor = actor_of(request)
    common = {"actor": actor, "now": timezone.now(), "staff_id": staff_id}
    attempt(request, open_staff_account, ACCOUNT_OPENED, **common)
    return redirect("records.staff", staff_id)


@require_POST
@page(MANAGE)
def join_staff_account(request: HttpRequest, staff_id: int, account_id: int) -> HttpResponse:
    """Gắn hồ sơ với tài khoản đã trao trước khi có hồ sơ."""
    common = {"actor": actor_of(request), "now": timezone.now(), "staff_id": staff_id}
    attempt(request, join_account, JOINED, account_id=account_id, **common)
    return redirect("records.staff", staff_id)
