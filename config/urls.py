"""Every address of the product: each context brings its own."""

from __future__ import annotations

from django.urls import include, path

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", include("config.running.urls")),
    path("", include("khue.portal.urls")),
    path("", include("khue.access.urls")),
    path("", include("khue.background.urls")),
    path("", include("khue.intake.urls")),
    path("", include("khue.organisations.urls")),
    # Pages of a pupil that a higher context adds come before the steps that records reads there.
    path("", include("khue.gradebook.urls")),
    path("", include("khue.records.urls")),
    path("", include("khue.timetable.urls")),
    path("", include("khue.signing.urls")),
    path("", include("khue.messaging.urls")),
    path("", include("khue.answers.urls")),
    path("", include("khue.contactbook.urls")),
    path("", include("khue.attendance.urls")),
    path("", include("khue.diary.urls")),
    path("", include("khue.offline.urls")),
    path("", include("khue.transcripts.urls")),
    path("", include("khue.interchange.urls")),
    path("", include("khue.sector.urls")),
    path("", include("khue.statistics.urls")),
    path("", include("khue.oversight.urls")),
]
