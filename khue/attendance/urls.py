"""Addresses of this context."""

from django.urls import path

from khue.attendance import views

urlpatterns = [
    path("diem-danh/", views.today, name="attendance.today"),
    path("diem-danh/lop/<int:class_id>/", views.take, name="attendance.take"),
    path("diem-danh/lop/<int:class_id>/thang/", views.month, name="attendance.month"),
    path("diem-danh/truong/", views.school, name="attendance.school"),
    path("diem-danh/canh-bao/", views.alerts_page, name="attendance.alerts"),
    path("diem-danh/hoc-sinh/<int:student_id>/", views.pupil, name="attendance.pupil"),
    path("diem-danh/don-xin-nghi/", views.notes, name="attendance.notes"),
    path("diem-danh/don-xin-nghi/<int:note_id>/", views.answer, name="attendance.answer"),
    path("con/<int:student_id>/chuyen-can/", views.child, name="attendance.child"),
    path("con/<int:student_id>/xin-nghi/", views.ask, name="attendance.ask"),
    path(
        "con/<int:student_id>/xin-nghi/<int:note_id>/rut/",
        views.withdraw,
        name="attendance.withdraw",
    ),
    path("cong/", views.kiosk, name="attendance.kiosk"),
    path("cong/may/ghep-noi/", views.pair, name="attendance.gate_pair"),
    path("cong/may/the/", views.gate_cards, name="attendance.gate_cards"),
    path("cong/may/luot/", views.passings, name="attendance.gate_passings"),
    path("cong/may/anh/<int:card_id>/", views.gate_photo, name="attendance.gate_photo"),
]
