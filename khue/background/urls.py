"""Addresses of this context."""

from django.urls import path

from khue.background import views

urlpatterns = [
    path("viec-dang-chay/", views.tasks, name="background.tasks"),
    path("viec-dang-chay/danh-sach/", views.task_list, name="background.task_list"),
    path("viec-dang-chay/<uuid:public_id>/", views.task, name="background.task"),
    path(
        "viec-dang-chay/<uuid:public_id>/tien-do/", views.task_progress, name="background.progress"
    ),
    path("viec-dang-chay/<uuid:public_id>/huy/", views.cancel, name="background.cancel"),
    path("viec-dang-chay/<uuid:public_id>/chay-lai/", views.retry, name="background.retry"),
]
