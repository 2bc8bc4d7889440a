"""Addresses of this context."""

from __future__ import annotations

from django.urls import path

from khue.offline.views import own, packs, shell, syncing

urlpatterns = [
    path("ngoai-tuyen/", shell.shell, name="offline.shell"),
    path("ngoai-tuyen/danh-muc.json", packs.choices, name="offline.choices"),
    path("ngoai-tuyen/goi.json", packs.pack, name="offline.pack"),
    path("ngoai-tuyen/dong-bo/", syncing.sync, name="offline.sync"),
    path("ngoai-tuyen/mo-khoa/", syncing.confirm, name="offline.confirm"),
    path("ngoai-tuyen/may/chuan-bi/", syncing.prepare, name="offline.prepare"),
    path("ngoai-tuyen/may/", own.machines, name="offline.machines"),
    path("ngoai-tuyen/may/<uuid:machine_id>/ngung/", own.end, name="offline.end"),
    path("ngoai-tuyen/may/<uuid:machine_id>/mo-lai/", own.reopen, name="offline.reopen"),
    path("ngoai-tuyen/cho-quyet/", own.decisions, name="offline.decisions"),
    path("ngoai-tuyen/cho-quyet/<uuid:operation_id>/", own.decide, name="offline.decide"),
]
