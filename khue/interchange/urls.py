"""Addresses of this context: pages for people, and the door for programs."""

from __future__ import annotations

from django.urls import path

from khue.interchange.rules.scopes import SCHOOLS
from khue.interchange.views import api, bundles, exports, manage, oneroster, reference, token
from khue.interchange.views.door import for_programs

BUNDLE = for_programs(bundles.SCOPES, bundles.ENDPOINT, refuse=oneroster.trouble)
EXPORT = for_programs((SCHOOLS,), exports.ENDPOINT, refuse=oneroster.trouble)
FETCHED = for_programs(bundles.SCOPES, f"{exports.ENDPOINT}/bundle.zip", refuse=oneroster.trouble)
ONE = f"{exports.ENDPOINT}/<uuid:export_id>"

urlpatterns = [
    path("du-lieu-mo/", manage.clients, name="interchange.clients"),
    path("du-lieu-mo/dang-ky/", manage.register, name="interchange.register"),
    path("du-lieu-mo/luot-doc/", manage.readings, name="interchange.readings"),
    path("du-lieu-mo/<uuid:client_id>/", manage.client, name="interchange.client"),
    path("du-lieu-mo/<uuid:client_id>/sua/", manage.change, name="interchange.change"),
    path("du-lieu-mo/<uuid:client_id>/pham-vi/", manage.grant, name="interchange.grant"),
    path("du-lieu-mo/<uuid:client_id>/doi-ma/", manage.renew, name="interchange.renew"),
    path("du-lieu-mo/<uuid:client_id>/thu-hoi/", manage.revoke, name="interchange.revoke"),
    path("oauth2/token", token.token, name="interchange.token"),
    path("api/", reference.reference, name="interchange.reference"),
    path("api/v1/openapi.json", api.openapi, name="interchange.openapi"),
    *api.api_patterns(),
    path("api/<path:rest>", api.nothing_here),
    path(bundles.ENDPOINT, BUNDLE(bundles.bundle_for_program), name="interchange.bundle"),
    path(exports.ENDPOINT, EXPORT(exports.order), name="interchange.order_export"),
    path(ONE, EXPORT(exports.watch), name="interchange.export"),
    path(f"{ONE}/bundle.zip", FETCHED(exports.fetch), name="interchange.fetch_export"),
    path("du-lieu-mo/oneroster/", bundles.download, name="interchange.download"),
    *oneroster.oneroster_patterns(),
]
