"""Pages of long work: what runs, how far it is, stop it, try it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, page
from khue.background.queries import own_task, own_tasks
from khue.background.services.tasks import cancel_task, retry_task
from khue.background.sheets import tasks_workbook

STOP_POLLING = 286
WORKBOOK = {
    "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Content-Disposition": 'attachment; filename="viec-dang-chay.xlsx"',
}


@page("background.view_own")
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """The list of one's own work."""
    actor = actor_of(request)
    own = own_tasks(actor)
    if request.GET.get("format") == "xlsx":
        return HttpResponse(tasks_workbook(own, actor.name), headers=WORKBOOK)
    return render(request, "background/tasks.html", {"tasks": own})


@page("background.view_own")
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """The same list as a fragment; asked for again while something runs."""
    own = own_tasks(actor_of(request))
    status = STOP_POLLING if all(one.has_ended for one in own) else 200
    return render(request, "background/list.html", {"tasks": own}, status=status)


@page("background.view_own")
@require_safe
def task(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One work with its progress."""
    return render(request, "background/task.html", {"task": own_task(actor_of(request), public_id)})


@page("background.view_own")
@require_safe
def task_progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The progress as a fragment; `?refresh=1` loads the page around it again at the end."""
    found = own_task(actor_of(request), public_id)
    answer = render(request, "background/progress.html", {"task": found})
    if found.has_ended:
        answer.status_code = STOP_POLLING
        if request.GET.get("refresh"):
            answer.headers["HX-Refresh"] = "true"
    return answer


@page("background.view_own")
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    cancel_task(actor=actor_of(request), now=timezone.now(), public_id=public_id)
    messages.success(request, "Đã yêu cầu dừng. Những gì chưa làm xong được trả về như cũ.")
    return redirect("background.task", public_id)


@page("background.view_own")
@require_POST
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    retry_task(actor=actor_of(request), now=timezone.now(), public_id=public_id)
    messages.success(request, "Việc đã được xếp hàng để chạy lại.")
    return redirect("background.task", public_id)
