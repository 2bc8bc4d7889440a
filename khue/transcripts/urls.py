"""Addresses of this context."""

from django.urls import URLPattern, path

from khue.transcripts.views import classes, overview, transcripts

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
]
