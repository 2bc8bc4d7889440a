"""Addresses of this context."""

from django.urls import URLPattern, URLResolver

from khue.signing import inbox_urls, verify_urls

urlpatterns: list[URLPattern | URLResolver] = [
    *inbox_urls.urlpatterns,
    *verify_urls.urlpatterns,
]
