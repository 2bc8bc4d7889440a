"""Addresses of this context."""

from django.urls import URLPattern, path

from khue.messaging.views import callbacks, outbox

urlpatterns: list[URLPattern] = [
    path("tin-nhan/", outbox.outbox, name="messaging.outbox"),
    path("tin-nhan/lan-gui/<int:batch_id>/", outbox.batch, name="messaging.batch"),
    path("tin-nhan/lan-gui/<int:batch_id>/excel/", outbox.export_batch, name="messaging.export"),
    path("tin-nhan/lan-gui/<int:batch_id>/huy/", outbox.cancel, name="messaging.cancel"),
    path("tin-nhan/gui-lai/<int:message_id>/", outbox.again, name="messaging.again"),
    path("tin-nhan/han-muc/", outbox.budget, name="messaging.budget"),
    path("tin-nhan/nha-cung-cap/", outbox.shares, name="messaging.shares"),
    path("tin-nhan/bao-phat/<slug:provider>/", callbacks.delivery, name="messaging.delivery"),
    path("tin-nhan/nhan/<slug:provider>/", callbacks.incoming, name="messaging.incoming"),
]
