"""Addresses of the homeroom's work and of the end of the year."""

from django.urls import URLPattern, path

from khue.gradebook.views import closing, homeroom, lists, reassessing

SUMMARY = "tong-ket/<int:class_id>/"
LISTS = "danh-sach-cuoi-nam/"
SUMMER = "danh-gia-lai/"
CLOSING = "ket-chuyen/"

urlpatterns: list[URLPattern] = [
    path("tong-ket/", homeroom.homerooms, name="gradebook.homerooms"),
    path(SUMMARY, homeroom.homeroom, name="gradebook.homeroom"),
    path(f"{SUMMARY}luu/", homeroom.save_summary, name="gradebook.save_summary"),
    path(f"{SUMMARY}excel/", homeroom.export_summary, name="gradebook.export_summary"),
    path(
        f"{SUMMARY}cach-tinh/<int:student_id>/",
        homeroom.how_level_was_made,
        name="gradebook.how_level_was_made",
    ),
    path(f"{SUMMARY}ghi-nhan/<int:student_id>/", homeroom.evidence, name="gradebook.evidence"),
    path(
        f"{SUMMARY}ghi-nhan/<int:evidence_id>/rut/",
        homeroom.remove_evidence,
        name="gradebook.remove_evidence",
    ),
    path(LISTS, lists.year_lists_page, name="gradebook.year_lists"),
    path(f"{LISTS}excel/", lists.export_lists, name="gradebook.export_lists"),
    path(
        f"{LISTS}<int:class_id>/quyet-dinh/<int:student_id>/",
        lists.decide,
        name="gradebook.decide",
    ),
    path(
        f"{LISTS}<int:class_id>/khen-thuong/<int:student_id>/",
        lists.award,
        name="gradebook.award",
    ),
    path(
        f"{LISTS}<int:class_id>/khen-thuong/<int:award_id>/bo/",
        lists.take_award_back,
        name="gradebook.remove_award",
    ),
    path(SUMMER, reassessing.summer, name="gradebook.summer"),
    path(
        f"{SUMMER}<int:class_id>/mon/",
        reassessing.save_reassessed,
        name="gradebook.save_reassessed",
    ),
    path(
        f"{SUMMER}<int:class_id>/ren-luyen/", reassessing.save_summer, name="gradebook.save_summer"
    ),
    path(CLOSING, closing.closing, name="gradebook.closing"),
    path(f"{CLOSING}lop/<int:class_id>/", closing.closing_class, name="gradebook.closing_class"),
    path(
        f"{CLOSING}truong/<int:school_id>/<int:year>/",
        closing.close_school,
        name="gradebook.close_school",
    ),
    path(f"{CLOSING}<int:closing_id>/", closing.closing_done, name="gradebook.closing_done"),
    path(f"{CLOSING}<int:closing_id>/hoan-tac/", closing.undo, name="gradebook.undo_closing"),
]
