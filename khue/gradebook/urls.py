"""Addresses of this context."""

from django.urls import URLPattern, path

from khue.gradebook import primary_urls, result_urls, sign_urls, views, year_urls
from khue.gradebook.views import papers, proofs

BOOK = "so-diem/<int:class_subject_id>/<int:term>/"
CLASS = "so-diem/lop/<int:class_id>/<int:term>/"
IMPORT = "nhap-diem/<uuid:import_id>/"
COMMENTS = "so-diem/<int:class_subject_id>/nhan-xet/<int:period>/"
PHRASES = "truong/<int:school_id>/cau-nhan-xet/"
TERM = "khoa-so/<int:school_id>/<int:year>/<int:term>/"


urlpatterns: list[URLPattern] = [
    path("so-diem/", views.my_books, name="gradebook.my_books"),
    path("so-diem/lop/<int:class_id>/", views.class_books, name="gradebook.class_books"),
    path(BOOK, views.grid, name="gradebook.grid"),
    path(f"{BOOK}excel/", views.export_book, name="gradebook.export_book"),
    path(f"{BOOK}nhap-tep/", views.import_book, name="gradebook.import_book"),
    path(f"{CLASS}excel/", views.export_class, name="gradebook.export_class"),
    path(f"{CLASS}nhap-tep/", views.import_class, name="gradebook.import_class"),
    path(IMPORT, views.import_run, name="gradebook.import_run"),
    path(f"{IMPORT}doc-lai/", views.read_import_again, name="gradebook.read_import_again"),
    path(f"{IMPORT}ghi/", views.write_import, name="gradebook.apply_import"),
    path(f"{IMPORT}hoan-tac/", views.take_import_back, name="gradebook.undo_import"),
    path(f"{BOOK}luu/", views.save, name="gradebook.save"),
    path(
        f"{BOOK}lich-su/<int:student_id>/<slug:slot>/",
        views.cell_history,
        name="gradebook.cell_history",
    ),
    path("so-diem/minh-chung/<int:entry_id>/", proofs.proof, name="gradebook.proof"),
    path(f"{BOOK}cach-tinh/<int:student_id>/", views.how_made, name="gradebook.how_made"),
    path(COMMENTS, views.comments, name="gradebook.comments"),
    path(f"{COMMENTS}goi-y/", views.suggest_comments, name="gradebook.suggest_comments"),
    path(f"{COMMENTS}luu/", views.save_comments, name="gradebook.save_comments"),
    path(PHRASES, views.phrases, name="gradebook.phrases"),
    path(f"{PHRASES}them/", views.add_phrase, name="gradebook.add_phrase"),
    path(f"{PHRASES}<int:phrase_id>/bo/", views.remove_phrase, name="gradebook.remove_phrase"),
    path("hoc-sinh/<int:student_id>/cac-nam-hoc/", views.years, name="gradebook.years"),
    path("tien-do/", views.progress, name="gradebook.progress"),
    path("tien-do/<int:node_id>/", views.progress_of, name="gradebook.progress_of"),
    path("tien-do/<int:node_id>/excel/", views.export, name="gradebook.export_progress"),
    path(
        "tien-do/<int:node_id>/lop/<int:class_id>/",
        views.class_progress,
        name="gradebook.class_progress",
    ),
    path("in-so/", papers.prints, name="gradebook.prints"),
    path("in-so/cua-toi/", papers.print_mine, name="gradebook.print_mine"),
    path("in-so/lop/<int:class_id>/", papers.print_class, name="gradebook.print_class"),
    path("in-so/lop/<int:class_id>/<slug:listed>/", papers.print_list, name="gradebook.print_list"),
    path(
        "in-so/lop/<int:class_id>/tong-hop/<int:period>/",
        papers.print_table,
        name="gradebook.print_table",
    ),
    path("in-so/giao-vien/<int:staff_id>/", papers.print_teacher, name="gradebook.print_teacher"),
    path("in-so/truong/<int:school_id>/<int:year>/", papers.print_all, name="gradebook.print_all"),
    path("in-so/<uuid:print_id>/", papers.printed, name="gradebook.printed"),
    path("in-so/<uuid:print_id>/tai-ve/", papers.take_printed, name="gradebook.take_printed"),
    path("khoa-so/", views.locks, name="gradebook.locks"),
    path(f"{BOOK}cac-buoc/", views.book_steps_page, name="gradebook.book_steps"),
    path(f"{BOOK}xac-nhan/", views.finish, name="gradebook.finish_book"),
    path(f"{BOOK}mo-lai/", views.reopen_one, name="gradebook.reopen_book"),
    path(
        f"{BOOK}de-nghi/<int:student_id>/<slug:slot>/",
        views.ask,
        name="gradebook.ask_correction",
    ),
    path("de-nghi-sua-diem/", views.corrections, name="gradebook.corrections"),
    path(
        "de-nghi-sua-diem/<int:correction_id>/<slug:step>/",
        views.answer,
        name="gradebook.answer_correction",
    ),
    path("tinh-hinh-so-diem/", views.overview_start, name="gradebook.overview"),
    path(
        "tinh-hinh-so-diem/<int:school_id>/",
        views.overview_school,
        name="gradebook.overview_school",
    ),
    path(
        "tinh-hinh-so-diem/<int:school_id>/duyet/<int:period>/",
        views.approve,
        name="gradebook.approve",
    ),
    path(
        "tinh-hinh-so-diem/lop/<int:class_id>/",
        views.overview_class,
        name="gradebook.overview_class",
    ),
    path(
        "tinh-hinh-so-diem/lop/<int:class_id>/<int:period>/<slug:step>/",
        views.class_step,
        name="gradebook.class_step",
    ),
    path("thoi-gian-nhap-diem/", views.windows, name="gradebook.windows"),
    path("thoi-gian-nhap-diem/<int:node_id>/", views.windows_of, name="gradebook.windows_of"),
    path("thoi-gian-nhap-diem/<int:node_id>/bo/", views.clear, name="gradebook.clear_window"),
    path(f"{TERM}khoa/", views.close, name="gradebook.close_term"),
    path(f"{TERM}mo/", views.reopen, name="gradebook.reopen_term"),
    *year_urls.urlpatterns,
    *primary_urls.urlpatterns,
    *result_urls.urlpatterns,
    *sign_urls.urlpatterns,
]
