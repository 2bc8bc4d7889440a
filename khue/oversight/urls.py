"""Addresses of this context."""

from django.urls import path

from khue.oversight import views

urlpatterns = [
    path("viec/", views.work, name="oversight.work"),
    path("viec/han/", views.deadlines, name="oversight.deadlines"),
    path("viec/han/<int:deadline_id>/bo/", views.end, name="oversight.end_deadline"),
    path("viec/da-nhac/", views.reminders, name="oversight.reminders"),
    path("viec/muc/<str:work>/", views.one_list, name="oversight.list"),
    path("viec/muc/<str:work>/excel/", views.list_excel, name="oversight.list_excel"),
    path("viec/muc/<str:work>/nhac/", views.remind, name="oversight.remind"),
    path("loi-du-lieu/", views.own_faults, name="oversight.own_faults"),
    path("loi-du-lieu/<int:school_id>/", views.faults, name="oversight.faults"),
    path("loi-du-lieu/<int:school_id>/excel/", views.faults_excel, name="oversight.faults_excel"),
]
