"""Addresses of this context."""

from django.urls import path

from khue.answers.views import office, preview, public

OFFICE = "tra-cuu-ket-qua/quan-ly/"
ONE = f"{OFFICE}<uuid:publication_id>/"
EDITION = f"{ONE}ban/<int:edition>/"

urlpatterns = [
    path("tra-cuu/", public.look_up, name="answers.front"),
    path("tra-cuu/<path:rest>", public.look_up, name="answers.look_up"),
    path(OFFICE, office.publications, name="answers.publications"),
    path(f"{OFFICE}moi/", office.new, name="answers.new"),
    path(ONE, office.publication, name="answers.publication"),
    path(f"{ONE}tep/", office.upload, name="answers.upload"),
    path(f"{ONE}gio-mo/", office.open_at, name="answers.open_at"),
    path(f"{ONE}tro-ve/", office.go_back, name="answers.go_back"),
    path(f"{ONE}rut/", office.take_down, name="answers.take_down"),
    path(EDITION, office.edition, name="answers.edition"),
    path(f"{EDITION}xem-thu/", preview.preview, name="answers.preview"),
    path(f"{EDITION}dung/", office.build, name="answers.build"),
    path(f"{EDITION}cong-bo/", office.publish, name="answers.publish"),
]
