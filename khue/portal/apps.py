from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "khue.portal"
    verbose_name = "Cổng"

    def ready(self) -> None:
        from khue.portal import permissions

        permissions.register()
