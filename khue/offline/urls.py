"""Addresses of this context."""

from __future__ import annotations

from django.urls import path

from khue.offline.views import packs, syncing

urlpatterns = [
    path("ngoai-tuyen/danh-muc.json", packs.choices, name="offline.choices"),
    path("ngoai-tuyen/goi.json", packs.pack, name="offline.pack"),
    path("ngoai-tuyen/dong-bo/", syncing.sync, name="offline.sync"),
    path("ngoai-tuyen/mo-khoa/", syncing.confirm, name="offline.confirm"),
    path("ngoai-tuyen/may/chuan-bi/", syncing.prepare, name="offline.prepare"),
]
