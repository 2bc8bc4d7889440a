"""Addresses of this context."""

from django.urls import path

from khue.sector import views

OF_SCHOOL = "dong-bo/truong/<int:school_id>/"
OF_PERIOD = f"{OF_SCHOOL}<int:year>/<slug:dot>/"

urlpatterns = [
    path("dong-bo/", views.school, name="sector.school"),
    path("dong-bo/cac-truong/", views.overview, name="sector.overview"),
    path("dong-bo/cac-truong/tep/", views.overview_sheet, name="sector.overview_sheet"),
    path("dong-bo/cac-truong/duyet/", views.accept_waiting, name="sector.approve_waiting"),
    path("dong-bo/dot/", views.windows, name="sector.windows"),
    path(
        "dong-bo/dot/<int:province_id>/<int:year>/<slug:dot>/dong/", views.shut, name="sector.shut"
    ),
    path(f"{OF_SCHOOL}bien-nhan/", views.receipts, name="sector.receipts"),
    path(f"{OF_SCHOOL}bien-nhan/tep/", views.receipts_sheet, name="sector.receipts_sheet"),
    path(f"{OF_SCHOOL}bo-sung/<slug:part>/", views.supplements, name="sector.supplements"),
    path(
        f"{OF_SCHOOL}bo-sung/<slug:part>/tep/",
        views.supplements_sheet,
        name="sector.supplements_sheet",
    ),
    path(
        f"{OF_SCHOOL}bo-sung/<slug:part>/<int:local_id>/",
        views.supplement,
        name="sector.supplement",
    ),
    path(f"{OF_PERIOD}kiem-tra/", views.check, name="sector.check"),
    path(f"{OF_PERIOD}nop/", views.send_up, name="sector.submit"),
    path(f"{OF_PERIOD}duyet/", views.accept, name="sector.approve"),
    path(f"{OF_PERIOD}tra-lai/", views.turn_back, name="sector.give_back"),
    path(f"{OF_PERIOD}gui-lai/", views.again, name="sector.again"),
    path(f"{OF_PERIOD}loi/", views.faults, name="sector.faults"),
    path(f"{OF_PERIOD}loi/tep/", views.faults_sheet, name="sector.faults_sheet"),
]
