"""Addresses of this context."""

from django.urls import path

from khue.records.views import books, classes, families, photos, sensitive, staff, steps, students

urlpatterns = [
    path("hoc-sinh/", students.students, name="records.students"),
    path("hoc-sinh/tep/", students.export_students, name="records.export_students"),
    path("hoc-sinh/them/", students.new_student, name="records.new_student"),
    path("hoc-sinh/<int:student_id>/", students.student, name="records.student"),
    path("hoc-sinh/<int:student_id>/qua-trinh/", students.studies, name="records.studies"),
    path("hoc-sinh/<int:student_id>/sua/", students.edit_student, name="records.edit_student"),
    path("hoc-sinh/<int:student_id>/nhay-cam/", sensitive.sensitive, name="records.sensitive"),
    path(
        "hoc-sinh/<int:student_id>/nhay-cam/luu/",
        sensitive.save_sensitive,
        name="records.save_sensitive",
    ),
    path("hoc-sinh/<int:student_id>/gia-dinh/", families.family, name="records.family"),
    path(
        "hoc-sinh/<int:student_id>/gia-dinh/them/",
        families.new_guardian,
        name="records.new_guardian",
    ),
    path(
        "hoc-sinh/<int:student_id>/tai-khoan/",
        families.student_account,
        name="records.student_account",
    ),
    path("hoc-sinh/<int:student_id>/anh/", photos.photo, name="records.photo"),
    path("hoc-sinh/<int:student_id>/anh/tep/", photos.photo_file, name="records.photo_file"),
    path(
        "hoc-sinh/<int:student_id>/anh/go/",
        photos.take_photo_away,
        name="records.remove_photo",
    ),
    path("hoc-sinh/<int:student_id>/<slug:step>/", steps.student_step, name="records.step"),
    path("nguoi-than/<int:guardianship_id>/", families.edit_guardian, name="records.edit_guardian"),
    path(
        "nguoi-than/<int:guardianship_id>/<slug:step>/",
        families.guardian_step,
        name="records.guardian_step",
    ),
    path("lop/<int:class_id>/hoc-sinh/", classes.class_students, name="records.class_students"),
    path("lop/<int:class_id>/anh/", photos.class_photos, name="records.class_photos"),
    path("lop/<int:class_id>/xep-lop/", classes.fill_class, name="records.fill_class"),
    path("lop/<int:class_id>/ket-thuc-nam/", classes.end_class_year, name="records.end_class_year"),
    path("so-dang-bo/", books.register, name="records.register"),
    path("so-dang-bo/tep/", books.export_register, name="records.export_register"),
    path("so-dang-bo/ghi/", books.write_register, name="records.write_register"),
    path("chuyen-truong/", books.transfers, name="records.transfers"),
    path("chuyen-truong/<int:transfer_id>/", books.receive, name="records.receive"),
    path("chuyen-truong/<int:transfer_id>/tu-choi/", books.turn_down, name="records.turn_down"),
    path("chuyen-truong/<int:transfer_id>/huy/", books.call_off, name="records.call_off"),
    path("ho-so-trung/", books.duplicates, name="records.duplicates"),
    path("ho-so-trung/<int:kept_id>/<int:gone_id>/", books.merge, name="records.merge"),
    path("ho-so-trung/tach/<int:merge_id>/", books.split, name="records.split"),
    path("can-bo/", staff.staff_list, name="records.staff_list"),
    path("can-bo/tep/", staff.export_staff, name="records.export_staff"),
    path("can-bo/them/", staff.new_staff, name="records.new_staff"),
    path("can-bo/<int:staff_id>/", staff.staff, name="records.staff"),
    path("can-bo/<int:staff_id>/sua/", staff.edit_staff, name="records.edit_staff"),
    path("can-bo/<int:staff_id>/tai-khoan/", staff.staff_account, name="records.staff_account"),
    path("can-bo/<int:staff_id>/<slug:step>/", staff.staff_step, name="records.staff_step"),
    path(
        "can-bo/<int:staff_id>/<slug:step>/<int:row_id>/",
        staff.staff_step,
        name="records.staff_row_step",
    ),
]
