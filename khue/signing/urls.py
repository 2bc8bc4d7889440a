"""Addresses of this context."""

from django.urls import URLPattern, URLResolver

from khue.signing import credential_urls, inbox_urls, trust_urls, verify_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *inbox_urls.urlpatterns,
    *credential_urls.urlpatterns,
    *trust_urls.urlpatterns,
    *verify_urls.urlpatterns,
]
