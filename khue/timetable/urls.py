"""Addresses of this context."""

from django.urls import path

from khue.timetable import views

urlpatterns = [
    path("phan-cong/", views.assignments, name="timetable.assignments"),
    path("phan-cong/lop/<int:class_id>/", views.class_teachers, name="timetable.class_teachers"),
    path("phan-cong/<int:teaching_id>/ket-thuc/", views.end_one, name="timetable.end_teaching"),
    path("phan-cong/so-tiet/", views.loads, name="timetable.loads"),
    path("phan-cong/giao-vien/<int:staff_id>/", views.staff_load, name="timetable.staff_load"),
    path("phan-cong/giao-vien/<int:staff_id>/chuyen/", views.transfer, name="timetable.transfer"),
    path("chu-nhiem/", views.homerooms, name="timetable.homerooms"),
]
