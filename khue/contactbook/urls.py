"""Addresses of this context."""

from django.urls import path

from khue.contactbook.views import starting, threads

urlpatterns = [
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
