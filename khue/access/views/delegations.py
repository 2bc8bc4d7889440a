"""Lending the own role for some days, and what was lent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.forms import DelegationForm
from khue.access.pages import actor_of, page
from khue.access.queries.delegations import (
    DELEGATE,
    delegation_lines,
    grants_to_lend,
    people_at,
)
from khue.access.rules.actors import Actor
from khue.access.services.delegating import NotDelegated, delegate_role, withdraw_delegation
from khue.access.services.grants import label_of
from khue.access.sheets import delegations_workbook
from khue.access.views.entering import get_or_post
from khue.access.views.files import wants_excel, workbook


@page(DELEGATE)
@get_or_post
def delegations(request: HttpRequest) -> HttpResponse:
    """Ủy quyền."""
    actor, today = actor_of(request), timezone.localdate()
    if wants_excel(request):
        lines = delegation_lines(actor.account_id, today)
        return workbook("uy-quyen", delegations_workbook(lines, actor.name))
    form = DelegationForm(request.POST or None, initial={"first": today}, **_choices(actor))
    if request.method == "POST" and form.is_valid() and _lent(actor, form):
        messages.success(request, "Đã ủy quyền. Quyền tự hết sau ngày cuối.")
        return redirect("access.delegations")
    shown = {"form": form, "lines": delegation_lines(actor.account_id, today)}
    return render(request, "access/delegations.html", shown)


def _choices(actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    own = grants_to_lend(actor, today)
    people = {one.pk: one for grant in own for one in people_at(grant.place, today)}
    people.pop(actor.account_id, None)
    return {
        "grants": [(grant.pk, label_of(grant)) for grant in own],
        "people": [(one.pk, f"{one.name} ({one.login})") for one in people.values()],
    }


def _lent(actor: Actor, form: DelegationForm) -> bool:
    given = form.cleaned_data
    try:
        delegate_role(
            actor=actor,
            now=timezone.now(),
            grant_id=given["grant"],
            account_id=given["account"],
            first=given["first"],
            last=given["last"],
            reason=given["reason"],
        )
    except NotDelegated as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@page(DELEGATE)
@require_POST
def take_back(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Thu hồi ủy quyền."""
    reason = request.POST.get("reason", "")
    withdraw_delegation(
        actor=actor_of(request), now=timezone.now(), grant_id=grant_id, reason=reason
    )
    messages.success(request, "Đã thu hồi ủy quyền.")
    return redirect("access.delegations")
