"""Addresses of the public check."""

from __future__ import annotations

from django.urls import path

from khue.signing.views import verify

urlpatterns = [
    path("kiem-tra/", verify.verify, name="signing.verify"),
    path("kiem-tra/goc-tin-cay.pem", verify.trust, name="signing.trust_file"),
    path("kiem-tra/tai-ve/<str:verifier>", verify.take_verifier, name="signing.verifier"),
    path("kiem-tra/<str:code>", verify.verify_code, name="signing.verify_code"),
    path("kiem-tra/<str:code>/", verify.verify_code, name="signing.verify_code_slash"),
]
