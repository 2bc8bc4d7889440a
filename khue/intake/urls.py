"""Addresses of this context."""

from django.urls import path

from khue.intake import views

urlpatterns = [
    path("nhap-tu-tep/", views.start, name="intake.start"),
    path("nhap-tu-tep/lich-su/", views.history, name="intake.history"),
    path("nhap-tu-tep/<slug:kind>/", views.upload, name="intake.upload"),
    path("nhap-tu-tep/<slug:kind>/mau.xlsx", views.template, name="intake.template"),
    path("lan-nhap/<uuid:public_id>/", views.run, name="intake.run"),
    path("lan-nhap/<uuid:public_id>/cot/", views.answer, name="intake.answer"),
    path("lan-nhap/<uuid:public_id>/ap-dung/", views.apply, name="intake.apply"),
    path("lan-nhap/<uuid:public_id>/hoan-tac/", views.undo, name="intake.undo"),
    path("lan-nhap/<uuid:public_id>/tu-choi.xlsx", views.refused, name="intake.refused"),
]
