"""Addresses of this context."""

from django.urls import URLPattern, path

from khue.transcripts.views import classes, family, moving, overview, shared, transcripts

urlpatterns: list[URLPattern] = [
    path("hoc-ba/", overview.overview, name="transcripts.overview"),
    path("hoc-ba/mau/hoc-ba-so-1.xsd", transcripts.schema, name="transcripts.schema"),
    path(
        "hoc-ba/truong/<int:school_id>/<int:year>/buoc/",
        overview.step_school,
        name="transcripts.step_school",
    ),
    path("hoc-ba/lop/<int:class_id>/", classes.show_class, name="transcripts.class"),
    path("hoc-ba/lop/<int:class_id>/buoc/<slug:act>/", classes.step, name="transcripts.step"),
    path(
        "hoc-ba/lop/<int:class_id>/bo-ban-dang-ky/",
        classes.give_up_class,
        name="transcripts.give_up",
    ),
    path("hoc-ba/lop/<int:class_id>/nguoi-ky/", classes.signers, name="transcripts.signers"),
    path("hoc-ba/hoc-sinh/<int:student_id>/", transcripts.show_student, name="transcripts.student"),
    path(
        "hoc-ba/phien-ban/<int:version_id>/chinh-sua/",
        transcripts.correct,
        name="transcripts.correct",
    ),
    path("hoc-ba/phien-ban/<int:version_id>/huy/", transcripts.cancel, name="transcripts.cancel"),
    path(
        "hoc-ba/phien-ban/<int:version_id>/hoc-ba.xml",
        transcripts.version_xml,
        name="transcripts.version_xml",
    ),
    path("hoc-ba/phan/<int:part_id>/", transcripts.part, name="transcripts.part"),
    path(
        "hoc-ba/phien-ban/<int:version_id>/hoc-ba.pdf",
        moving.version_pdf,
        name="transcripts.version_pdf",
    ),
    path(
        "hoc-ba/truong/<int:school_id>/<int:year>/ban-ghi.jsonl",
        moving.centre_messages,
        name="transcripts.centre_messages",
    ),
    path("hoc-ba/hoc-sinh/<int:student_id>/toan-bo.pdf", moving.whole, name="transcripts.whole"),
    path("hoc-ba/hoc-sinh/<int:student_id>/chuyen/", moving.move, name="transcripts.move"),
    path(
        "hoc-ba/hoc-sinh/<int:student_id>/goi-hoc-ba.zip",
        moving.package,
        name="transcripts.package",
    ),
    path("hoc-ba/hoc-sinh/<int:student_id>/nhan/", moving.receive, name="transcripts.receive"),
    path("hoc-ba/goi/<int:received_id>/nhan/", moving.accept, name="transcripts.accept"),
    path("hoc-ba/xem/", shared.look, name="transcripts.look"),
    path("hoc-ba/xem/tep/", shared.look_file, name="transcripts.look_file"),
    path("hoc-ba/truong/<int:issuer>/did.json", shared.did, name="transcripts.did"),
    path(
        "hoc-ba/truong/<int:issuer>/trang-thai/<int:number>/",
        shared.status_list,
        name="transcripts.status_list",
    ),
    path("con/<int:student_id>/hoc-ba/", family.own, name="transcripts.own"),
    path("con/<int:student_id>/hoc-ba/toan-bo.pdf", family.own_whole, name="transcripts.own_whole"),
    path("con/<int:student_id>/hoc-ba/ho-so/", family.own_record, name="transcripts.own_record"),
    path("con/<int:student_id>/hoc-ba/ma-xem/", family.share, name="transcripts.share"),
    path("con/<int:student_id>/hoc-ba/xoa/", family.delete, name="transcripts.delete"),
    path("con/ma-xem/<int:share_id>/ket-thuc/", family.end_share, name="transcripts.end_share"),
    path("con/hoc-ba/<int:version_id>/hoc-ba.xml", family.own_xml, name="transcripts.own_xml"),
    path("con/hoc-ba/<int:version_id>/hoc-ba.pdf", family.own_pdf, name="transcripts.own_pdf"),
    path(
        "con/hoc-ba/<int:version_id>/chung-nhan/",
        family.own_credential,
        name="transcripts.own_credential",
    ),
    path(
        "con/hoc-ba/truong-cu/<int:received_id>/<int:start_year>/",
        family.own_received,
        name="transcripts.own_received",
    ),
]
