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
    path("diem-danh/gio-hoc/", views.hours, name="attendance.hours"),
    path("diem-danh/gio-hoc/cong/", views.gate_choices, name="attendance.gate_choices"),
    path("diem-danh/gio-hoc/<int:hours_id>/bo/", views.drop_hours, name="attendance.drop_hours"),
    path("diem-danh/cong/", views.devices, name="attendance.devices"),
    path("diem-danh/cong/<int:device_id>/sua/", views.change_device, name="attendance.device"),
    path("diem-danh/cong/<int:device_id>/ngung/", views.end_device, name="attendance.end_device"),
    path("diem-danh/cong/nop-tep/", views.take_gate_file, name="attendance.gate_file"),
    path("diem-danh/cong/hom-nay/", views.gate_day, name="attendance.gate_day"),
    path("diem-danh/cong/suc-khoe/", views.declarations, name="attendance.declarations"),
    path("diem-danh/the/", views.cards, name="attendance.cards"),
    path("diem-danh/the/cap/", views.issue, name="attendance.issue_cards"),
    path("diem-danh/the/in/", views.print_out, name="attendance.print_cards"),
    path("diem-danh/the/dang-ky/", views.register, name="attendance.register"),
    path("diem-danh/the/<int:card_id>/", views.card_act, name="attendance.card_act"),
    path("diem-danh/cham-cong/", views.staff_time, name="attendance.staff_time"),
    path("diem-danh/cham-cong/cua-toi/", views.own_time, name="attendance.own_time"),
    path("cong/may/ghep-noi/", views.pair, name="attendance.gate_pair"),
    path("cong/may/the/", views.gate_cards, name="attendance.gate_cards"),
    path("cong/may/luot/", views.passings, name="attendance.gate_passings"),
    path("cong/may/anh/<int:card_id>/", views.gate_photo, name="attendance.gate_photo"),
]
