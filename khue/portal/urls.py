"""Addresses of this context."""

from __future__ import annotations

from django.urls import path

from khue.portal import views

urlpatterns = [
    path("", views.home, name="portal.home"),
    path("con/<int:student_id>/", views.child, name="portal.child"),
    path("con/<int:student_id>/ket-qua/", views.results, name="portal.results"),
    path("con/<int:student_id>/so-dau-bai/", views.diary, name="portal.diary"),
    path(
        "con/<int:student_id>/cach-tinh/<int:class_subject_id>/<int:term>/",
        views.made,
        name="portal.made",
    ),
    path("lich-su/<str:subject>/", views.history, name="portal.history"),
    path("lich-su/<str:subject>/minh-chung/<int:entry_id>/", views.proof, name="portal.proof"),
    path("so-cai/goc/", views.roots, name="portal.roots"),
    path("so-cai/goc/tat-ca.jsonl", views.all_roots, name="portal.all_roots"),
    path("so-cai/goc/khoa.json", views.seal_keys, name="portal.seal_keys"),
    path("so-cai/goc/<str:day>.json", views.root_of_day, name="portal.root_of_day"),
    path("so-cai/goc/<str:day>.tst", views.stamp_of_root, name="portal.stamp_of_root"),
    path("sw.js", views.service_worker, name="portal.service_worker"),
    path("manifest.webmanifest", views.manifest, name="portal.manifest"),
    path("tai-khoan-cua-toi/nhan-tin/", views.channels, name="portal.channels"),
    path("tai-khoan-cua-toi/nhan-tin/kenh/", views.set_channel, name="portal.set_channel"),
    path("tai-khoan-cua-toi/nhan-tin/bat/", views.take_pushes, name="portal.take_pushes"),
    path("tai-khoan-cua-toi/nhan-tin/tat/", views.stop_pushes, name="portal.stop_pushes"),
    path("tai-khoan-cua-toi/nhan-tin/thu/", views.try_push, name="portal.try_push"),
    path("tim-kiem/", views.search, name="portal.search"),
    path("styleguide/", views.styleguide, name="portal.styleguide"),
    path("styleguide/<slug:sheet>/", views.styleguide, name="portal.styleguide_sheet"),
]
