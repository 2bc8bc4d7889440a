"""Addresses of this context."""

from django.urls import path

from khue.diary import views

urlpatterns = [
    path("so-dau-bai/", views.today, name="diary.today"),
    path("so-dau-bai/day-thay/", views.stand_in, name="diary.stand_in"),
    path("so-dau-bai/tien-do/", views.teaching, name="diary.teaching"),
    path("so-dau-bai/ppct/", views.plans, name="diary.plans"),
    path("so-dau-bai/ppct/<int:plan_id>/", views.plan, name="diary.plan"),
    path("so-dau-bai/xep-loai/<int:school_id>/", views.ratings, name="diary.ratings"),
    path("so-dau-bai/ghi/<int:class_subject_id>/", views.write, name="diary.write"),
    path("so-dau-bai/tiet/<int:lesson_id>/", views.change, name="diary.change"),
    path("so-dau-bai/tiet/<int:lesson_id>/bo/", views.remove, name="diary.remove"),
    path("so-dau-bai/lop/<int:class_id>/", views.week, name="diary.week"),
    path("so-dau-bai/lop/<int:class_id>/chot/", views.close, name="diary.close"),
    path("so-dau-bai/lop/<int:class_id>/mo-lai/", views.reopen, name="diary.reopen"),
    path("so-dau-bai/lop/<int:class_id>/thang/<str:month>/", views.month, name="diary.month"),
    path(
        "so-dau-bai/lop/<int:class_id>/thang/<str:month>/trinh/",
        views.hand_in,
        name="diary.hand_in",
    ),
    path(
        "so-dau-bai/lop/<int:class_id>/thang/<str:month>/in/",
        views.print_month,
        name="diary.print_month",
    ),
]
