"""Addresses of the trusted list."""

from django.urls import path

from khue.signing.views import trust

urlpatterns = [
    path("ky-so/tin-cay/", trust.trusted, name="signing.trusted"),
    path("ky-so/tin-cay/xem-truoc/", trust.preview, name="signing.preview_trust"),
    path("ky-so/tin-cay/them/", trust.add, name="signing.add_trust"),
    path("ky-so/tin-cay/tai/", trust.export, name="signing.export_trust"),
    path("ky-so/tin-cay/<int:trusted_id>/", trust.show, name="signing.trusted_one"),
    path("ky-so/tin-cay/<int:trusted_id>/go/", trust.remove, name="signing.remove_trust"),
    path("ky-so/tin-cay/<int:trusted_id>/tai/", trust.take, name="signing.take_trusted"),
]
