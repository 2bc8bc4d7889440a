"""Addresses of this context."""

from __future__ import annotations

from django.urls import path

from khue.portal import views

urlpatterns = [
    path("", views.home, name="portal.home"),
    path("con/<int:student_id>/", views.child, name="portal.child"),
    path(
        "con/<int:student_id>/cach-tinh/<int:class_subject_id>/<int:term>/",
        views.made,
        name="portal.made",
    ),
    path("lich-su/<str:subject>/", views.history, name="portal.history"),
    path("tim-kiem/", views.search, name="portal.search"),
    path("styleguide/", views.styleguide, name="portal.styleguide"),
    path("styleguide/<slug:sheet>/", views.styleguide, name="portal.styleguide_sheet"),
]
