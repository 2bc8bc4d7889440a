"""Addresses of primary sheets (TT 27/2020) and of preschool."""

from django.urls import URLPattern, path

from khue.gradebook.views import importing, preschool, primary, primary_summary

PRIMARY = "tieu-hoc/mon/<int:class_subject_id>/"
OF_CLASS = "tieu-hoc/lop/<int:class_id>/"
QUALITIES = f"{OF_CLASS}pham-chat/<int:point>/"
PRESCHOOL = "mam-non/lop/<int:class_id>/"
CELL = "lich-su/<int:student_id>/<slug:slot>/"

urlpatterns: list[URLPattern] = [
    path(PRIMARY, primary.primary_now, name="gradebook.primary_now"),
    path(f"{PRIMARY}<int:point>/", primary.primary, name="gradebook.primary"),
    path(f"{PRIMARY}<int:point>/luu/", primary.save_primary, name="gradebook.save_primary"),
    path(f"{PRIMARY}<int:point>/{CELL}", primary.primary_history, name="gradebook.primary_history"),
    path(
        f"{PRIMARY}<int:point>/nhap-tep/", importing.import_levels, name="gradebook.import_levels"
    ),
    path(f"{PRIMARY}<int:point>/excel/", primary.export_levels, name="gradebook.primary_excel"),
    path(f"{QUALITIES}nhap-tep/", importing.import_qualities, name="gradebook.import_qualities"),
    path(f"{QUALITIES}excel/", primary.export_qualities, name="gradebook.primary_qualities_excel"),
    path(QUALITIES, primary.qualities, name="gradebook.primary_qualities"),
    path(OF_CLASS, primary_summary.primary_class_now, name="gradebook.primary_class_now"),
    path(
        f"{OF_CLASS}tong-hop/<int:point>/",
        primary_summary.primary_summary,
        name="gradebook.primary_summary",
    ),
    path(
        f"{OF_CLASS}tong-hop/<int:point>/excel/",
        primary_summary.export_primary_summary,
        name="gradebook.export_primary_summary",
    ),
    path(
        f"{OF_CLASS}cach-tinh/<int:student_id>/",
        primary_summary.primary_made,
        name="gradebook.primary_made",
    ),
    path(f"{OF_CLASS}cong-nhan/", primary_summary.recognise, name="gradebook.recognise_primary"),
    path(
        f"{OF_CLASS}quyet-dinh/<int:student_id>/",
        primary_summary.decide_primary,
        name="gradebook.decide_primary",
    ),
    path(PRESCHOOL, preschool.children_now, name="gradebook.children_now"),
    path(f"{PRESCHOOL}giai-doan/", preschool.name_stages, name="gradebook.name_stages"),
    path(f"{PRESCHOOL}hoan-thanh/", preschool.completions, name="gradebook.completions"),
    path(f"{PRESCHOOL}<int:stage>/", preschool.children, name="gradebook.children"),
    path(f"{PRESCHOOL}<int:stage>/luu/", preschool.save_children, name="gradebook.save_children"),
    path(f"{PRESCHOOL}<int:stage>/{CELL}", preschool.child_history, name="gradebook.child_history"),
    path(f"{QUALITIES}luu/", primary.save_qualities, name="gradebook.save_qualities"),
    path(f"{QUALITIES}{CELL}", primary.quality_history, name="gradebook.quality_history"),
]
