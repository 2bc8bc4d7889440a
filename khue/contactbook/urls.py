"""Addresses of this context."""

from django.urls import path

from khue.contactbook.views import (
    my_notices,
    notice_templates,
    notice_writing,
    notices,
    starting,
    threads,
)

urlpatterns = [
    path("thong-bao/", notices.notices, name="contactbook.notices"),
    path("thong-bao/excel/", notices.export_notices, name="contactbook.export_notices"),
    path("thong-bao/moi/", notice_writing.new_notice, name="contactbook.new_notice"),
    path("thong-bao/mau/", notice_templates.templates, name="contactbook.templates"),
    path(
        "thong-bao/mau/<int:template_id>/", notice_templates.template, name="contactbook.template"
    ),
    path(
        "thong-bao/mau/<int:template_id>/bo/",
        notice_templates.drop_template,
        name="contactbook.drop_template",
    ),
    path("thong-bao/tep/<int:file_id>/", my_notices.notice_file, name="contactbook.file"),
    path("thong-bao/tep/<int:file_id>/bo/", notice_writing.detach, name="contactbook.detach"),
    path("thong-bao/<int:notice_id>/", notices.notice, name="contactbook.notice"),
    path(
        "thong-bao/<int:notice_id>/sua/",
        notice_writing.edit_notice,
        name="contactbook.edit_notice",
    ),
    path(
        "thong-bao/<int:notice_id>/xem-truoc/",
        notice_writing.preview_notice,
        name="contactbook.preview_notice",
    ),
    path(
        "thong-bao/<int:notice_id>/gui/",
        notice_writing.send_notice,
        name="contactbook.send_notice",
    ),
    path(
        "thong-bao/<int:notice_id>/bo/",
        notice_writing.drop_notice,
        name="contactbook.drop_notice",
    ),
    path("thong-bao/<int:notice_id>/tep/", notice_writing.attach, name="contactbook.attach"),
    path(
        "thong-bao/<int:notice_id>/excel/",
        notices.export_readers,
        name="contactbook.export_readers",
    ),
    path("thong-bao/<int:notice_id>/nhac/", notices.remind_readers, name="contactbook.remind"),
    path("thong-bao/<int:notice_id>/thu-hoi/", notices.recall_notice, name="contactbook.recall"),
    path("thong-bao-cua-toi/", my_notices.my_notices, name="contactbook.my_notices"),
    path("thong-bao-cua-toi/<int:notice_id>/", my_notices.my_notice, name="contactbook.my_notice"),
    path(
        "thong-bao-cua-toi/<int:notice_id>/da-nhan/",
        my_notices.acknowledge_notice,
        name="contactbook.acknowledge",
    ),
    path(
        "thong-bao-cua-toi/<int:notice_id>/tra-loi/",
        my_notices.answer_notice,
        name="contactbook.answer",
    ),
    path("trao-doi/", threads.threads, name="contactbook.threads"),
    path("trao-doi/moi/", starting.start, name="contactbook.start"),
    path("trao-doi/cach-lien-lac/", starting.policy, name="contactbook.policy"),
    path("trao-doi/<int:thread_id>/", threads.thread, name="contactbook.thread"),
    path("trao-doi/<int:thread_id>/tin-moi/", threads.fresh, name="contactbook.fresh"),
    path("trao-doi/<int:thread_id>/dong/", threads.close, name="contactbook.close"),
    path("trao-doi/<int:thread_id>/mo-lai/", threads.reopen, name="contactbook.reopen"),
    path("trao-doi/<int:thread_id>/phan-anh/", threads.report, name="contactbook.report"),
    path(
        "con/<int:student_id>/trao-doi/", starting.child_threads, name="contactbook.child_threads"
    ),
]
