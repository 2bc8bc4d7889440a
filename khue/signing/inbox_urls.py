"""Addresses of the inbox: what waits, acts of signing, reading one by one, handed-in files."""

from django.urls import path

from khue.signing.views import acting, documents, inbox, reviewing

urlpatterns = [
    path("ky-so/", inbox.inbox, name="signing.inbox"),
    path("ky-so/muc/<slug:tab>/", inbox.tab, name="signing.tab"),
    path("ky-so/nhom/<int:request_id>/", inbox.group, name="signing.group"),
    path("ky-so/de-nghi/<int:request_id>/", inbox.asked_group, name="signing.asked"),
    path("ky-so/de-nghi/<int:request_id>/nhac/", inbox.remind_signers, name="signing.remind"),
    path("ky-so/tu-choi/", inbox.refuse_requests, name="signing.refuse"),
    path("ky-so/dot/", inbox.begin, name="signing.begin"),
    path("ky-so/dot/<uuid:batch>/", acting.batch, name="signing.batch"),
    path("ky-so/dot/<uuid:batch>/ky/", acting.sign, name="signing.sign"),
    path("ky-so/dot/<uuid:batch>/chuan-bi/", acting.prepare, name="signing.prepare"),
    path("ky-so/dot/<uuid:batch>/gia-tri/", acting.values, name="signing.values"),
    path("ky-so/ban/<int:request_id>/", reviewing.show, name="signing.review"),
    path("ky-so/ban/<int:request_id>/danh-dau/", reviewing.mark_request, name="signing.mark"),
    path("ky-so/van-ban/<int:document_id>/", documents.document, name="signing.document"),
    path(
        "ky-so/van-ban/<int:document_id>/xem.pdf",
        documents.document_view,
        name="signing.document_view",
    ),
    path(
        "ky-so/van-ban/<int:document_id>/tai/",
        documents.document_file,
        name="signing.document_file",
    ),
    path(
        "ky-so/van-ban/<int:document_id>/chu-ky.p7s",
        documents.document_signatures,
        name="signing.document_signatures",
    ),
]
