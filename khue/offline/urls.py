"""Addresses of this context."""

from __future__ import annotations

from django.urls import path

from khue.offline.views import syncing

urlpatterns = [
    path("ngoai-tuyen/dong-bo/", syncing.sync, name="offline.sync"),
    path("ngoai-tuyen/may/chuan-bi/", syncing.prepare, name="offline.prepare"),
]
